"""Verifications of the log, kept as they ended."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import AuditTable

TRIGGERS = {
    "a_verification_that_ended_is_never_changed": (
        "BEFORE UPDATE ON audits_verification FOR EACH ROW WHEN (old.ended_at IS NOT NULL) "
        "EXECUTE FUNCTION officers_refuse_change()"
    ),
    "a_verification_stays_as_it_was_asked": (
        "BEFORE UPDATE ON audits_verification FOR EACH ROW WHEN (new.asked_by_id IS DISTINCT FROM old.asked_by_id "
        "OR new.asked_at <> old.asked_at) EXECUTE FUNCTION officers_refuse_change()"
    ),
    "what_belongs_to_an_audit_is_never_deleted": (
        "BEFORE DELETE ON audits_verification FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()"
    ),
}


def _trigger(name, body):
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER {name} {body}",
            f"ALTER TABLE audits_verification ENABLE ALWAYS TRIGGER {name}",
        ],
        f"DROP TRIGGER {name} ON audits_verification",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0035_who_may_call"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("asked_at", models.DateTimeField(verbose_name="asked for")),
                ("begun_at", models.DateTimeField(null=True, verbose_name="begun")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("WHOLE", "The log is whole"),
                            ("BENT", "Something was found"),
                            ("FAILED", "Could not be verified"),
                        ],
                        max_length=10,
                        verbose_name="result",
                    ),
                ),
                ("head", models.CharField(blank=True, max_length=100, verbose_name="head at the end")),
                ("heads", models.PositiveIntegerField(default=0, verbose_name="heads from outside")),
                ("first_head", models.CharField(blank=True, max_length=100)),
                ("last_head", models.CharField(blank=True, max_length=100)),
                (
                    "head_written_at",
                    models.DateTimeField(null=True, verbose_name="last head written outside"),
                ),
                ("found", models.PositiveIntegerField(default=0, verbose_name="findings")),
                ("counts", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("late_jobs", models.JSONField(default=list)),
                (
                    "unsealed",
                    models.PositiveIntegerField(default=0, verbose_name="events that wait for their place"),
                ),
                ("unsealed_seconds", models.PositiveIntegerField(default=0)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-asked_at", "-id"], name="verification_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("asked_by__isnull", False), ("ended_at__isnull", True)),
                        fields=("result",),
                        name="one_verification_waits_at_a_time",
                        violation_error_message="A verification was asked for at the same moment.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("result", "")),
                            models.Q(
                                ("begun_at__isnull", False),
                                ("ended_at__isnull", False),
                                models.Q(
                                    models.Q(("found", 0), ("result", "WHOLE")),
                                    models.Q(("found__gte", 1), ("result", "BENT")),
                                    models.Q(("found", 0), ("result", "FAILED")),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="a_verification_ends_with_its_result",
                    ),
                ],
            },
        ),
        AuditTable("audits_verification"),
        *(_trigger(*one) for one in TRIGGERS.items()),
    ]
