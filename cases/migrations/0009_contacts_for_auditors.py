"""Auditors may ask how a reporter can be reached; the database sees to who decides."""

from pathlib import Path

from django.db import migrations, models

FUNCTIONS = Path(__file__).with_suffix(".sql").read_text()

DROP = """
DROP FUNCTION cases_opening_stands();
DROP FUNCTION cases_serves(bigint, bigint, text[]);
"""

TRIGGERS = [
    (
        "a_reporter_is_opened_by_two",
        "CREATE CONSTRAINT TRIGGER a_reporter_is_opened_by_two AFTER INSERT OR UPDATE ON cases_contactopening "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_opening_stands()",
    ),
    (
        "what_was_asked_of_a_reporter_stays",
        "CREATE TRIGGER what_was_asked_of_a_reporter_stays BEFORE UPDATE ON cases_contactopening FOR EACH ROW WHEN "
        "(new.complaint_id <> old.complaint_id OR new.reason <> old.reason OR new.asked_by_id <> old.asked_by_id OR "
        "new.asked_on <> old.asked_on OR new.for_audit <> old.for_audit) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "an_asking_for_a_reporter_is_never_deleted",
        "CREATE TRIGGER an_asking_for_a_reporter_is_never_deleted BEFORE DELETE ON cases_contactopening FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
]


def _trigger(name, create):
    return migrations.RunSQL(
        [create, f"ALTER TABLE cases_contactopening ENABLE ALWAYS TRIGGER {name}"],
        f"DROP TRIGGER {name} ON cases_contactopening",
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_cases_guard")]

    operations = [
        migrations.AddField(
            model_name="contactopening",
            name="for_audit",
            field=models.BooleanField(default=False, verbose_name="for an audit"),
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
        *(_trigger(*one) for one in TRIGGERS),
    ]
