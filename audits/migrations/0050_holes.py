"""Found by attacking audits: true times and checklists, no record added later, nothing that moves as an audit ends.

What is asked stands in triggers of its own beside those of the guard.
"""

from pathlib import Path

from django.db import migrations

FUNCTIONS = Path(__file__).with_suffix(".sql").read_text()

#: Table: the trigger by which its new rules are asked.
TRIGGERS = {
    "audit": "an_audit_ends_as_it_should",
    "sample": "a_sample_moves_while_its_audit_runs",
    "review": "a_review_moves_while_its_audit_runs",
    "answer": "an_answer_is_of_who_may_give_it",
    "finding": "a_finding_tells_its_true_times",
    "findingentry": "the_day_of_a_turn_is_within_reach",
}
_NAMES = {"findingentry": "entry"}
_OWN = ("audits_running(bigint)", "audits_now(timestamptz)")


def _function(table: str) -> str:
    return f"audits_{_NAMES.get(table, table)}_in_time()"


def _trigger(table: str, name: str) -> migrations.RunSQL:
    # A turn is never changed.
    when = "INSERT" if table == "findingentry" else "INSERT OR UPDATE"
    return migrations.RunSQL(
        [
            f"REVOKE EXECUTE ON FUNCTION {_function(table)} FROM PUBLIC",
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {when} ON audits_{table} DEFERRABLE INITIALLY DEFERRED "
            f"FOR EACH ROW EXECUTE FUNCTION {_function(table)}",
            f"ALTER TABLE audits_{table} ENABLE ALWAYS TRIGGER {name}",
        ],
        [f"DROP TRIGGER {name} ON audits_{table}", f"DROP FUNCTION {_function(table)}"],
    )


class Migration(migrations.Migration):
    dependencies = [("audits", "0042_items")]

    operations = [
        migrations.RunSQL(
            [FUNCTIONS, *(f"REVOKE EXECUTE ON FUNCTION {name} FROM PUBLIC" for name in _OWN)],
            [f"DROP FUNCTION {name}" for name in _OWN],
        ),
        *(_trigger(*one) for one in TRIGGERS.items()),
    ]
