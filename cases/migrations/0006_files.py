import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledger.operations import AuditTable


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_message_once"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="intakeitem",
            name="files",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=32), default=list
            ),
        ),
        migrations.CreateModel(
            name="ComplaintFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("jpeg", "Picture (JPEG)"),
                            ("png", "Picture (PNG)"),
                            ("pdf", "Document (PDF)"),
                            ("text", "Text"),
                        ],
                        max_length=4,
                        verbose_name="kind",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="size")),
                ("sha256", models.CharField(max_length=64)),
                ("stored_as", models.CharField(max_length=32)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waits to be checked"),
                            ("CLEARED", "Checked"),
                            ("INFECTED", "Kept away: infected"),
                            ("LOST", "Lost"),
                        ],
                        default="WAITING",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                (
                    "checked_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("content", "Drawn anew from its content; no antivirus is set up"),
                            ("antivirus", "Drawn anew from its content, then looked at by the antivirus"),
                        ],
                        max_length=9,
                    ),
                ),
                ("finding", models.CharField(blank=True, max_length=200, verbose_name="what was found")),
                ("entered_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="cases.complaint",
                    ),
                ),
                (
                    "deed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="cases.deed",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="cases.message",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "WAITING")), fields=["entered_at"], name="file_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "CLEARED"), _negated=True),
                            models.Q(("checked_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_file_is_cleared_by_a_check",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("checked_by", "antivirus"),
                                ("status", "INFECTED"),
                                models.Q(("finding", ""), _negated=True),
                            ),
                            models.Q(models.Q(("status", "INFECTED"), _negated=True), ("finding", "")),
                            _connector="OR",
                        ),
                        name="a_file_is_infected_with_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="a_file_holds_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("message__isnull", True), ("deed__isnull", True), _connector="OR"
                        ),
                        name="a_file_belongs_to_a_message_or_an_action",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deed__isnull", True), ("by__isnull", False), _connector="OR"),
                        name="a_document_of_an_action_is_somebodys",
                    ),
                    models.UniqueConstraint(
                        fields=("stored_as",), name="a_file_lies_under_a_name_of_its_own"
                    ),
                ],
            },
        ),
        AuditTable("cases_complaintfile"),
    ]
