from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_images_without_foreign_key")]

    operations = [
        migrations.AddIndex(
            model_name="read", index=models.Index(fields=["read_at", "id"], name="read_by_time")
        ),
    ]
