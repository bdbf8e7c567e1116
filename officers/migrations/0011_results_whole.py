"""Every hand-over is of a specimen. Apart from what carried them over: a table under way cannot be altered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("officers", "0010_results_guard")]

    operations = [
        migrations.RemoveField(model_name="custodytransfer", name="test"),
        migrations.AlterField(
            model_name="custodytransfer",
            name="specimen",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transfers",
                to="officers.specimen",
            ),
        ),
    ]
