from pathlib import Path

from django.db import migrations

FUNCTIONS = Path(__file__).resolve().parents[1] / "sql" / "functions.sql"

TRIGGERS = [
    ("ledger_event", "stamp", "BEFORE INSERT", "ROW", "ledger_stamp"),
    ("ledger_event", "append_only", "BEFORE UPDATE OR DELETE", "STATEMENT", "ledger_refuse"),
    ("ledger_event", "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "ledger_refuse_truncate"),
    ("ledger_change", "append_only", "BEFORE DELETE", "STATEMENT", "ledger_refuse"),
    ("ledger_change", "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "ledger_refuse_truncate"),
    ("ledger_read", "stamp", "BEFORE INSERT", "ROW", "ledger_stamp_read"),
    ("ledger_read", "append_only", "BEFORE UPDATE OR DELETE", "STATEMENT", "ledger_refuse"),
    ("ledger_read", "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "ledger_refuse_truncate"),
    ("ledger_seal", "append_only", "BEFORE UPDATE OR DELETE", "STATEMENT", "ledger_refuse"),
    ("ledger_seal", "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "ledger_refuse_truncate"),
    ("ledger_renaming", "append_only", "BEFORE UPDATE OR DELETE", "STATEMENT", "ledger_refuse"),
    ("ledger_renaming", "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "ledger_refuse_truncate"),
]

# The columns that `app` may give leave out the id, the clock and the transaction. Nor may it hang a capture
# function on a temporary table named like an audited one: that would write images of its own making.
# MAINTAIN lets the sealer lock the chain's end; an advisory lock could be held against it by anybody.
GRANTS = """
REVOKE ALL ON ledger_event, ledger_change, ledger_read, ledger_seal, ledger_pending, ledger_renaming, ledger_mode
  FROM app, sequencer, auditor, open_data;
GRANT SELECT ON ledger_event, ledger_read TO app;
GRANT INSERT (actor_id, actor_name, actor_role, verb, subject_table, subject_id, cause_id, reason, facts,
  occurred_at, request_id) ON ledger_event TO app;
GRANT INSERT (actor_id, actor_name, actor_role, table_name, row_id, fields, what, reason, detail, request_id)
  ON ledger_read TO app;
GRANT SELECT ON ledger_change, ledger_seal, ledger_pending, ledger_renaming, ledger_mode TO app;
GRANT SELECT ON ledger_event, ledger_change, ledger_mode TO sequencer;
GRANT SELECT, INSERT, MAINTAIN ON ledger_seal TO sequencer;
GRANT SELECT, DELETE ON ledger_pending TO sequencer;
GRANT SELECT ON ledger_event, ledger_change, ledger_read, ledger_seal, ledger_pending, ledger_renaming, ledger_mode
  TO auditor;
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE starts_with(proname, 'ledger_') AND pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION ledger_erase(bigint[]) TO app;
INSERT INTO ledger_mode (id, mode) VALUES (1, 'live');
"""


def install(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.read_text())
        cursor.execute(
            "CREATE TRIGGER await_seal AFTER INSERT ON ledger_event REFERENCING NEW TABLE AS n "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_await_seal()"
        )
        cursor.execute("ALTER TABLE ledger_event ENABLE ALWAYS TRIGGER await_seal")
        cursor.execute(
            "CREATE TRIGGER only_erasure AFTER UPDATE ON ledger_change REFERENCING OLD TABLE AS o NEW TABLE AS n "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_erasure()"
        )
        cursor.execute("ALTER TABLE ledger_change ENABLE ALWAYS TRIGGER only_erasure")
        for table, name, when, each, function in TRIGGERS:
            cursor.execute(
                f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
            )
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        cursor.execute(GRANTS)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(install)]
