"""Whose a recusal is, and who ends it."""

from pathlib import Path

from django.db import migrations

FUNCTION = Path(__file__).with_suffix(".sql").read_text()
NAME = "a_recusal_is_declared_and_ended_by_auditors"
CREATE = (
    f"CREATE CONSTRAINT TRIGGER {NAME} AFTER INSERT OR UPDATE ON audits_recusal DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION audits_recusal_stands()"
)


class Migration(migrations.Migration):
    dependencies = [("audits", "0010_strata")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION audits_recusal_stands()"),
        migrations.RunSQL(
            [CREATE, f"ALTER TABLE audits_recusal ENABLE ALWAYS TRIGGER {NAME}"],
            f"DROP TRIGGER {NAME} ON audits_recusal",
        ),
    ]
