"""Functions are for the application and for auditors, not for everybody who may connect.

Until here each could be called by PUBLIC: by the role that serves open data too, to which they would tell what its
tables do not. The functions of triggers are called by nobody: a trigger asks for no such privilege.
"""

from django.db import migrations

CLOSE = """
DO $$ DECLARE f record; BEGIN
  FOR f IN SELECT oid::regprocedure AS name, prorettype = 'trigger'::regtype AS is_trigger, provolatile
           FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT starts_with(proname, 'ledger_') LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.name);
    CONTINUE WHEN f.is_trigger;
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO app', f.name);
    IF f.provolatile <> 'v' THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO auditor', f.name);
    END IF;
  END LOOP;
END $$
"""
OPEN = """
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT oid FROM pg_proc
           WHERE pronamespace = 'public'::regnamespace AND NOT starts_with(proname, 'ledger_') LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM app, auditor', f);
  END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0031_lists"), ("cases", "0009_contacts_for_auditors")]

    operations = [migrations.RunSQL(CLOSE, OPEN)]
