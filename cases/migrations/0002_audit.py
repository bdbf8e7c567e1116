from django.db import migrations

from ledger.operations import AuditTable


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("ledger", "0002_capture")]

    operations = [
        AuditTable("cases_complaint"),
        AuditTable("cases_accused"),
        AuditTable("cases_bar"),
        AuditTable("cases_handover"),
        AuditTable("cases_deed"),
        AuditTable("cases_message"),
        AuditTable("cases_note"),
        AuditTable("cases_pause"),
        AuditTable("cases_referral"),
        AuditTable("cases_miss"),
        AuditTable("cases_reporter"),
        AuditTable("cases_contactopening"),
        AuditTable("cases_failureproposal"),
    ]
