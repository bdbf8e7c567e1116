from django.db import migrations

from ledger.operations import AuditTable


class Migration(migrations.Migration):
    dependencies = [("officers", "0001_initial"), ("ledger", "0002_capture")]

    operations = [
        AuditTable("officers_unit"),
        AuditTable("officers_user"),
        AuditTable("officers_roleassignment"),
        AuditTable("officers_officer"),
        AuditTable("officers_servicenumber"),
        AuditTable("officers_posting"),
        AuditTable("officers_settingversion"),
        AuditTable("officers_sheet"),
        AuditTable("officers_drugtest"),
        AuditTable("officers_custodytransfer"),
        AuditTable("officers_import"),
        AuditTable("officers_apikey"),
    ]
