from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("failing", "0001_a_table")]

    operations = [
        migrations.CreateModel("Half", [("id", models.BigAutoField(primary_key=True))]),
        migrations.RunSQL("SELECT 1 / 0"),
    ]
