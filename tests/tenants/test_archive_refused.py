"""Archives that are damaged, forged or bombs are refused and leave nothing."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenants.archive.layout import Manifest
from tenants.archive.reading import open_archive
from tenants.errors import ArchiveDamaged
from tenants.models import Tenant
from tenants.services.restore import company_restore
from tenon.tenancy.context import Company, outside
from tenon.tenancy.models import Slot
from tests.tenants.archives import edit, repacked


def _flip(files: dict[str, bytes]) -> None:
    data = bytearray(files["tables/data_party.csv"])
    data[-3] ^= 1
    files["tables/data_party.csv"] = bytes(data)


def _orphan(files: dict[str, bytes]) -> None:
    data = files["tables/records_comment.csv"].decode().splitlines(keepends=True)
    header = data[0].strip().split(",")
    row = next(csv.reader([data[-1]]))
    row[header.index("created_by_id")] = "424242"
    files["tables/records_comment.csv"] = (
        ",".join(header) + "\n" + ",".join(f'"{c}"' if c else "" for c in row)
    ).encode()
    edit(files, lambda said: [t.update(rows=1) for t in said["tables"] if t["name"] == "records_comment"])


def _extra_table(files: dict[str, bytes]) -> None:
    files["tables/pg_sneaky.csv"] = b"id\n1\n"
    entry = {"name": "pg_sneaky", "rows": 1, "columns": {"id": "bigint"}, "sequences": {}}
    edit(files, lambda said: said["tables"].append(entry))


DAMAGES: dict[str, Callable[[dict[str, bytes]], Any]] = {
    "a byte changed": _flip,
    "a table missing": lambda f: f.pop("tables/data_party.csv"),
    "no manifest": lambda f: f.pop("manifest.json"),
    "manifest cut short": lambda f: f.update({"manifest.json": f["manifest.json"][:-20]}),
    "an attachment missing": lambda f: f.pop(next(n for n in f if n.startswith("files/"))),
    "a stray file": lambda f: f.update({"evil.sh": b"#!/bin/sh"}),
    "a stray attachment": lambda f: f.update({"files/evil.pdf": b"x"}),
    "climbing out": lambda f: f.update({"files/../../../etc/cron.d/x": b"x"}),
    "from the root": lambda f: f.update({"/etc/passwd": b"x"}),
    "a row that points nowhere": _orphan,
    "a table of its own": _extra_table,
    "a newer format": lambda f: f.update(
        {"manifest.json": f["manifest.json"].replace(b'"version": 1', b'"version": 2')}
    ),
    "a newer schema": lambda f: edit(f, lambda said: said["migrations"].append(["shared", "9999_from_the_future"])),
    "numbers that lie": lambda f: edit(f, lambda said: said["tables"][0].update(rows=99)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_or_forged_archive_is_refused_and_leaves_nothing(
    exported: tuple[Company, Path, Manifest], unblocked: None, tmp_path: Path, slug: str, damage: str
) -> None:
    path = repacked(exported[1], tmp_path / "damaged.zip", DAMAGES[damage])
    with outside():
        before = set(Slot.objects.filter(state__in=["claimed", "building"]).values_list("pk", flat=True))
    with pytest.raises(ArchiveDamaged):
        company_restore(archive=path, slug=slug)
    with outside():
        assert not Tenant.objects.filter(slug=slug).exists()
        assert set(Slot.objects.filter(state__in=["claimed", "building"]).values_list("pk", flat=True)) == before


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, settings: Any) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", bytes(80 << 20))
    with pytest.raises(ArchiveDamaged, match="unpacks"), open_archive(bomb):
        pass
    settings.ARCHIVE_MAX_BYTES = 1 << 20
    with pytest.raises(ArchiveDamaged, match="larger"), open_archive(bomb):
        pass
    (tmp_path / "text.zip").write_text("no zip at all")
    with pytest.raises(ArchiveDamaged), open_archive(tmp_path / "text.zip"):
        pass
