"""The exchange about a finding, more closely: who audits does not answer, and it escalates level by level.

The functions are exchanged whole; their triggers stay. And whose a recusal is, and who ends it.
"""

from pathlib import Path

from django.db import migrations

FUNCTIONS = Path(__file__).with_suffix(".sql").read_text()
BEFORE = Path(__file__).with_name("0002_guard.sql").read_text()


NAME = "a_recusal_is_declared_and_ended_by_auditors"
CREATE = (
    f"CREATE CONSTRAINT TRIGGER {NAME} AFTER INSERT OR UPDATE ON audits_recusal DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION audits_recusal_stands()"
)


def _of(name: str) -> str:
    """A function as the guard has it, to go back to."""
    body = BEFORE[BEFORE.index(f"CREATE FUNCTION {name}(") :]
    return body[: body.index("END $$;") + len("END $$;")].replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
    )


class Migration(migrations.Migration):
    dependencies = [("audits", "0010_strata")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            [
                _of("audits_finding_stands"),
                _of("audits_entry_stands"),
                "DROP FUNCTION audits_recusal_stands()",
            ],
        ),
        migrations.RunSQL(
            [CREATE, f"ALTER TABLE audits_recusal ENABLE ALWAYS TRIGGER {NAME}"],
            f"DROP TRIGGER {NAME} ON audits_recusal",
        ),
    ]
