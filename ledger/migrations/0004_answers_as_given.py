"""An answer is given again byte for byte; `jsonb` puts the members of an object in an order of its own."""

from django.db import migrations

import ledger.models.fields


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_list_of_migrations")]

    operations = [
        migrations.AlterField(
            model_name="answer",
            name="body",
            field=ledger.models.fields.StoredJSONField(null=True),
        ),
    ]
