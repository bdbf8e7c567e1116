import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audits", "0002_guard")]

    operations = [
        migrations.AlterField(
            model_name="sample",
            name="strata",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("province", "Province"),
                        ("ground", "Ground"),
                        ("rank", "Rank"),
                        ("authority", "Deciding authority"),
                        ("age", "Officer's age"),
                        ("outcome", "Outcome of the screen"),
                        ("reason", "Reason for test"),
                        ("category", "Category"),
                        ("channel", "Channel"),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="divided by",
            ),
        ),
    ]
