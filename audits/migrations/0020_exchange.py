"""The exchange about a finding, more closely: who audits does not answer, and it escalates level by level.

The functions are exchanged whole; their triggers stay.
"""

from pathlib import Path

from django.db import migrations

FUNCTIONS = Path(__file__).with_suffix(".sql").read_text()
BEFORE = Path(__file__).with_name("0002_guard.sql").read_text()


def _of(name: str) -> str:
    """A function as the guard has it, to go back to."""
    body = BEFORE[BEFORE.index(f"CREATE FUNCTION {name}(") :]
    return body[: body.index("END $$;") + len("END $$;")].replace(
        "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
    )


class Migration(migrations.Migration):
    dependencies = [("audits", "0010_strata")]

    operations = [
        migrations.RunSQL(FUNCTIONS, [_of("audits_finding_stands"), _of("audits_entry_stands")]),
    ]
