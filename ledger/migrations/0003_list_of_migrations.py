"""The application reads which migrations were applied and leaves the list alone: a start goes by it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_capture")]

    operations = [
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM app",
            "GRANT INSERT, UPDATE, DELETE ON django_migrations TO app",
        )
    ]
