"""How the names of parties read aloud, and their own domains, for those that are there as well.

How they are made stands here as it was on that day: what a migration does must not change with the rule."""

from __future__ import annotations

import re
from typing import Any

import django.contrib.postgres.indexes
from django.db import migrations, models
from pypinyin import lazy_pinyin

CHUNK = 2_000
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_PUBLIC_MAIL = {
    "163.com", "126.com", "139.com", "189.cn", "aliyun.com", "aol.com", "foxmail.com", "gmail.com", "gmx.com",
    "gmx.de", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.com", "mail.ru", "me.com", "msn.com",
    "outlook.com", "proton.me", "protonmail.com", "qq.com", "sina.cn", "sina.com", "sohu.com", "tom.com",
    "vip.163.com", "vip.qq.com", "web.de", "yahoo.com", "yandex.ru", "yeah.net",
}  # fmt: skip


def sound_key(key: str) -> str:
    return "".join(re.split(r"[\W_]+", "".join(lazy_pinyin(key)) if _CJK.search(key) else key))


def domain_key(email: str, website: str) -> str:
    host = re.sub(r"^[a-z]+://", "", website.strip().casefold()).split("/")[0].split(":")[0].removeprefix("www.")
    domain = host if "." in host else email.strip().casefold().rpartition("@")[2]
    return "" if domain in _PUBLIC_MAIL or "." not in domain else domain


def fill(apps: Any, schema_editor: Any) -> None:
    # Over the connection that migrates: it alone points at this company's schema.
    party = apps.get_model("data", "Party")._default_manager.using(schema_editor.connection.alias)
    changed = []
    for row in party.only("id", "name_key", "name_zh_key", "email", "website").iterator(CHUNK):
        row.sound_key = sound_key(row.name_zh_key or row.name_key)[:600]
        row.domain_key = domain_key(row.email or "", row.website or "")[:200]
        changed.append(row)
        if len(changed) == CHUNK:
            party.bulk_update(changed, ["sound_key", "domain_key"])
            changed = []
    party.bulk_update(changed, ["sound_key", "domain_key"])


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0002_layers_and_grants'),
        ('data', '0015_party_merges'),
    ]

    operations = [
        migrations.AddField(
            model_name='party',
            name='domain_key',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name='party',
            name='sound_key',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=600),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(fields=['sound_key'], name='data_party_sound_key'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=django.contrib.postgres.indexes.GinIndex(fields=['sound_key'], name='data_party_sound_key_trgm', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(condition=models.Q(('domain_key', ''), _negated=True), fields=['domain_key'], name='data_party_domain_key'),
        ),
    ]
