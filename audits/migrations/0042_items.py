"""Records come into a sample in the act that draws it: the question was there, and nothing asked it."""

from django.db import migrations

TABLE, NAME = "audits_sampleitem", "records_come_into_a_sample_as_it_is_drawn"
CREATE = (
    f"CREATE CONSTRAINT TRIGGER {NAME} AFTER INSERT ON {TABLE} "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audits_item_stands()"
)


class Migration(migrations.Migration):
    dependencies = [("audits", "0041_read_note")]

    operations = [
        migrations.RunSQL(
            [CREATE, f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {NAME}"], f"DROP TRIGGER {NAME} ON {TABLE}"
        )
    ]
