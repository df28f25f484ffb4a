"""The second name of a party in the duplicate check, for those that are there as well.

How names are compared stands here as it was on that day: what a migration does must not change with the rule."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import django.contrib.postgres.indexes
from django.db import migrations, models

CHUNK = 2_000
_ZH_FORMS = (
    "股份有限责任公司", "集团股份有限公司", "集团有限公司", "有限责任公司", "股份有限公司", "有限公司", "股份公司",
    "控股集团", "集团公司", "公司", "集团",
)  # fmt: skip
_EN_FORMS = {
    "co", "company", "ltd", "limited", "inc", "incorporated", "llc", "llp", "lp", "corp", "corporation", "plc", "gmbh",
    "ag", "kg", "sa", "sarl", "sas", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps", "pty", "pte", "sdn", "bhd",
    "kk", "group", "holding", "holdings", "the", "and",
}  # fmt: skip
_BRANCH = re.compile(r"(分公司|分部|分店|办事处)$")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def name_key(name: str) -> str:
    """The comparable form of a company's or person's name; empty only for an empty name."""
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    if not text:
        return ""
    if _CJK.search(text):
        return _chinese(text) or _bare(text)
    words = [w for w in re.split(r"[\W_]+", _joined_initials(_unaccented(text))) if w]
    kept = [w for w in words if w not in _EN_FORMS]
    return " ".join(kept or words) or text


def _chinese(text: str) -> str:
    # The place may stand in front or in brackets: 华为(上海) is 上海华为.
    places = "".join(_PARENTHESES.findall(text))
    bare = _bare(places + _PARENTHESES.sub("", text))
    if _BRANCH.search(bare) or bare in _ZH_FORMS:
        # A branch is another party than its head office: its ending stays.
        return bare
    for form in _ZH_FORMS:
        if bare.endswith(form) and len(bare) > len(form):
            return bare.removesuffix(form)
    return bare


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _joined_initials(text: str) -> str:
    """S.A. and G & K as words: points between single letters fall away."""
    return re.sub(r"\b(\w)\.(?=\w\b|\W|$)", r"\1", text)


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
