from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("data", "0008_party_language"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="product",
            index=models.Index(fields=["label"], name="data_product_label"),
        ),
    ]
