"""The second name of a party in the duplicate check, for those that are there as well."""

from __future__ import annotations

from typing import Any

import django.contrib.postgres.indexes
from django.db import migrations, models

from modules.shared.data.rules.naming import name_key

CHUNK = 2_000


def fill(apps: Any, schema_editor: Any) -> None:
    # Over the connection that migrates: it alone points at this company's schema.
    party = apps.get_model("data", "Party")._default_manager.using(schema_editor.connection.alias)
    changed = []
    for row in party.exclude(name_zh="").only("id", "name_key", "name_zh").iterator(CHUNK):
        key = name_key(row.name_zh)[:200]
        if key and key != row.name_key:
            row.name_zh_key = key
            changed.append(row)
    party.bulk_update(changed, ["name_zh_key"], batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [("data", "0005_purchasing_control")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="name_zh_key",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=200),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="party",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name_zh_key"], name="data_party_name_zh_key_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="party", index=models.Index(fields=["name_zh_key"], name="data_party_name_zh_key")
        ),
    ]
