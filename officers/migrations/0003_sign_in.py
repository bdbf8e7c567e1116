"""What ends sessions, and when a key was last used: neither is captured (`ledger.guard.NOT_CAPTURED`)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("officers", "0002_audit")]

    operations = [
        migrations.CreateModel(
            name="KeyUse",
            fields=[
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="use",
                        serialize=False,
                        to="officers.apikey",
                    ),
                ),
                ("hour", models.DateTimeField()),
            ],
        ),
        migrations.AddField("credential", "sessions", models.CharField(default="", max_length=16)),
        migrations.AddField("credential", "signed_out", models.CharField(default="", max_length=20)),
        migrations.AlterField("credential", "password", models.CharField(default="", max_length=128)),
    ]
