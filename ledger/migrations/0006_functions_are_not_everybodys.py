from django.db import migrations

# PostgreSQL lets everybody call a new function. Ours run with their owner's rights: the guest of the open data could
# have asked who had which part in a case. As with tables, `app` alone may, unless a migration takes that away again;
# a trigger's function is called by its trigger without asking. The ledger's own were taken from everybody before.
GRANTS = """
ALTER DEFAULT PRIVILEGES FOR ROLE migrator REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO app;
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE NOT starts_with(proname, 'ledger_') AND prokind <> 'a'
    AND pronamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO app', f);
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_images_without_foreign_key")]

    operations = [migrations.RunSQL(GRANTS, migrations.RunSQL.noop)]
