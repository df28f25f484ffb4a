"""A promise that slips is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_alerts")]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(choices=[("mention", "Mention"), ("alert", "Alert"), ("late", "Late")], max_length=20),
        )
    ]
