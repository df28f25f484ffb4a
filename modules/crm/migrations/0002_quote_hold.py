"""Quotes hold stock until a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]

    operations = [
        migrations.AddField(
            "quote",
            "held_until",
            models.DateField(blank=True, editable=False, null=True, verbose_name="stock held until"),
        ),
    ]
