"""Whether a restored company holds what its archive does: every table's rows and hash, every file's bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.files.storage import default_storage
from psycopg import sql

from tenants.archive.layout import Manifest, Part, Table
from tenants.archive.tables import shapes
from tenants.archive.writing import CHUNK, EXACT

Tell = Callable[[float, float, str], None]


@dataclass
class Comparison:
    """What was found. `differing` names tables and files that did not come back as they are in the archive."""

    archive: str  # one hash for all tables, as the archive says
    restored: str  # the same, of what is in the database
    tables: int = 0
    rows: int = 0
    rows_archive: int = 0
    files: int = 0
    files_size: int = 0
    missing_files: int = 0  # that the archive did not have
    differing: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        return not self.differing and self.archive == self.restored

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "differing": self.differing[:50], "equal": self.equal}


def compare(cursor: Any, manifest: Manifest, tell: Tell) -> Comparison:
    """The schema in front of the cursor's search path against the manifest: each table read out again, as an export
    would."""
    for statement in EXACT:
        cursor.execute(statement)
    said = {table.name: table for table in manifest.tables}
    total = float(sum(t.size for t in manifest.tables)) or 1.0
    here: list[Table] = []
    done = 0.0
    for shape in shapes(cursor):
        digest, size = hashlib.sha256(), 0
        copying = sql.SQL("copy ({}) to stdout with (format csv, header true)").format(shape.select())
        with cursor.copy(copying) as copy:
            for number, row in enumerate(copy):
                digest.update(row)
                size += len(row)
                if number % 2000 == 0:
                    tell(min(done + size, total), total, "comparing")
        here.append(Table(shape.name, cursor.rowcount, digest.hexdigest(), size, shape.columns))
        done += size
    known = {t.name: (t.rows, t.sha256) for t in said.values()}
    differing = [t.name for t in here if known.get(t.name) != (t.rows, t.sha256)]
    return Comparison(
        archive=manifest.content, restored=Manifest({}, "", "", [], here, []).content, tables=len(here),
        rows=sum(t.rows for t in here), rows_archive=manifest.rows, differing=differing,
        missing_files=len(manifest.missing_files),
    )  # fmt: skip


def compare_file(found: Comparison, part: Part, path: str) -> None:
    """One attachment as it lies in the store now."""
    digest, size = hashlib.sha256(), 0
    with default_storage.open(path, "rb") as stored:
        for piece in stored.chunks(CHUNK):
            digest.update(piece)
            size += len(piece)
    found.files += 1
    found.files_size += size
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        found.differing.append(part.name)
