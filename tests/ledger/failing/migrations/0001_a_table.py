from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0003_list_of_migrations")]

    operations = [
        migrations.CreateModel("Later", [("id", models.BigAutoField(primary_key=True))]),
    ]
