from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_saved_searches")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="once",
            field=models.CharField(editable=False, max_length=64, null=True, unique=True),
        ),
    ]
