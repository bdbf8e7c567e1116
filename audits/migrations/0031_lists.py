"""Lists from outside: as they came, never rewritten, never deleted."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import AuditTable

TRIGGERS = [
    (
        "audits_outsidelist",
        "an_outside_list_stays_as_it_came",
        "CREATE TRIGGER an_outside_list_stays_as_it_came BEFORE UPDATE ON audits_outsidelist FOR "
        "EACH ROW WHEN (new.lists::text <> old.lists::text OR new.unit_id <> old.unit_id OR "
        "new.period_from <> old.period_from OR new.period_to <> old.period_to OR new.sha256::text "
        "<> old.sha256::text OR new.rows <> old.rows OR new.uploaded_by_id <> old.uploaded_by_id "
        "OR new.uploaded_at <> old.uploaded_at) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_outsidelist",
        "what_a_list_said_is_never_deleted",
        "CREATE TRIGGER what_a_list_said_is_never_deleted BEFORE DELETE ON audits_outsidelist FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_outsideline",
        "what_a_list_said_is_never_rewritten",
        "CREATE TRIGGER what_a_list_said_is_never_rewritten BEFORE UPDATE ON audits_outsideline "
        "FOR EACH ROW WHEN (new.outside_id <> old.outside_id OR new.line <> old.line OR new.raw "
        "<> old.raw OR new.problem::text <> old.problem::text OR new.service_number::text <> "
        "old.service_number::text OR new.name_km::text <> old.name_km::text OR "
        "new.name_latin::text <> old.name_latin::text OR new.unit_said::text <> "
        "old.unit_said::text OR new.kind::text <> old.kind::text OR new.effective_on IS DISTINCT "
        "FROM old.effective_on OR new.candidates <> old.candidates) EXECUTE FUNCTION "
        "officers_refuse_change()",
    ),
    (
        "audits_outsideline",
        "what_a_list_said_is_never_deleted",
        "CREATE TRIGGER what_a_list_said_is_never_deleted BEFORE DELETE ON audits_outsideline FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
]


def _trigger(table, name, create):
    return migrations.RunSQL(
        [create, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"], f"DROP TRIGGER {name} ON {table}"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0030_packs"),
        ("officers", "0025_audit_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideList",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "lists",
                    models.CharField(
                        choices=[
                            ("in_service", "Officers in service"),
                            ("dismissals", "Dismissals and other measures"),
                        ],
                        max_length=10,
                        verbose_name="what it lists",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("payroll", "Payroll"),
                            ("gazette", "Royal gazette"),
                            ("newspaper", "Newspaper"),
                            ("other", "Another source"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("published_on", models.DateField(verbose_name="published on")),
                ("period_from", models.DateField(verbose_name="from")),
                ("period_to", models.DateField(verbose_name="until")),
                ("filename", models.CharField(max_length=200, verbose_name="file")),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField(verbose_name="rows")),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded")),
                ("why_void", models.TextField(blank=True, verbose_name="why it is void")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="officers.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutsideLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("line", models.PositiveIntegerField(verbose_name="row in the file")),
                (
                    "raw",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list),
                ),
                ("problem", models.CharField(blank=True, max_length=20)),
                (
                    "service_number",
                    models.CharField(blank=True, max_length=20, verbose_name="service number"),
                ),
                ("name_km", models.CharField(blank=True, max_length=120, verbose_name="name in Khmer")),
                (
                    "name_latin",
                    models.CharField(blank=True, max_length=120, verbose_name="name in Latin letters"),
                ),
                ("unit_said", models.CharField(blank=True, max_length=200, verbose_name="unit, as written")),
                ("birth_year", models.PositiveSmallIntegerField(null=True, verbose_name="year of birth")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "No measure"),
                            ("advice", "Advice"),
                            ("written_warning", "Written warning"),
                            ("transfer", "Transfer"),
                            ("suspension", "Suspension"),
                            ("demotion", "Demotion in rank"),
                            ("dismissal", "Dismissal"),
                        ],
                        max_length=16,
                        verbose_name="measure",
                    ),
                ),
                ("effective_on", models.DateField(null=True, verbose_name="effective from")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="number")),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not matched"),
                            ("number", "By the service number"),
                            ("name", "By name and unit or year of birth"),
                            ("person", "Settled by an auditor"),
                            ("nobody", "Settled: not on the roll"),
                        ],
                        max_length=6,
                        verbose_name="matched",
                    ),
                ),
                (
                    "candidates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list
                    ),
                ),
                ("twin", models.PositiveIntegerField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_why", models.TextField(blank=True)),
                (
                    "officer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="officers.officer",
                        verbose_name="officer",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outside",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="audits.outsidelist",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="outsidelist",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="an_outside_lists_period_ends_after_it_begins",
                violation_error_message="The last day is before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidelist",
            constraint=models.UniqueConstraint(
                condition=models.Q(("why_void", "")),
                fields=("sha256", "lists", "unit"),
                name="an_outside_list_is_entered_once",
                violation_error_message="This file was uploaded already for this unit.",
            ),
        ),
        migrations.AddIndex(
            model_name="outsideline",
            index=models.Index(fields=["outside", "officer"], name="outside_line_by_officer"),
        ),
        migrations.AddConstraint(
            model_name="outsideline",
            constraint=models.UniqueConstraint(
                fields=("outside", "line"), name="a_line_of_a_list_stands_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("how__in", ["number", "name", "person"]), ("officer__isnull", False)),
                    models.Q(("how__in", ["", "nobody"]), ("officer__isnull", True)),
                    _connector="OR",
                ),
                name="a_matched_line_has_its_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("how__in", ["person", "nobody"]),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        models.Q(("settled_why", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("how__in", ["person", "nobody"]), _negated=True),
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                        ("settled_why", ""),
                    ),
                    _connector="OR",
                ),
                name="a_settled_line_says_by_whom_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("problem", ""), models.Q(("how", ""), ("officer__isnull", True)), _connector="OR"
                ),
                name="a_line_that_cannot_be_read_means_nobody",
            ),
        ),
        AuditTable("audits_outsidelist"),
        AuditTable("audits_outsideline"),
        *(_trigger(*one) for one in TRIGGERS),
    ]
