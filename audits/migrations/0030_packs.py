"""Evidence packs that were made. What was recorded of one is never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import AuditTable


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0020_exchange"),
        ("officers", "0025_audit_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidencePack",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("case", "Dismissal case"),
                            ("drug_test", "Drug test"),
                            ("complaint", "Complaint"),
                        ],
                        max_length=10,
                        verbose_name="of",
                    ),
                ),
                ("row_id", models.BigIntegerField(null=True)),
                ("part", models.PositiveSmallIntegerField(default=1, verbose_name="part")),
                ("label", models.CharField(max_length=120, verbose_name="of")),
                ("moment", models.DateTimeField(null=True, verbose_name="as it stood")),
                ("reason", models.TextField(verbose_name="reason")),
                ("records", models.PositiveIntegerField(verbose_name="records")),
                ("size", models.PositiveBigIntegerField(verbose_name="size")),
                ("head", models.CharField(max_length=90)),
                ("manifest_sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="officers.officer",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packs",
                        to="audits.review",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packs",
                        to="audits.sample",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="officers.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["about", "row_id"], name="pack_by_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("row_id__isnull", False), ("sample__isnull", True)),
                            models.Q(
                                ("review__isnull", True), ("row_id__isnull", True), ("sample__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_pack_is_of_a_record_or_of_a_sample",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_pack_is_made_for_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("records__gte", 1)), name="a_pack_holds_a_record"
                    ),
                ],
            },
        ),
        AuditTable("audits_evidencepack"),
        migrations.RunSQL(
            [
                "CREATE TRIGGER a_pack_that_was_made_is_never_changed BEFORE DELETE OR UPDATE ON audits_evidencepack "
                "FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()",
                "ALTER TABLE audits_evidencepack ENABLE ALWAYS TRIGGER a_pack_that_was_made_is_never_changed",
            ],
            "DROP TRIGGER a_pack_that_was_made_is_never_changed ON audits_evidencepack",
        ),
    ]
