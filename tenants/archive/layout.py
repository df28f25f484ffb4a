"""The archive's format: names of its files, its manifest, and what a company's archive leaves out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT, VERSION = "tenon-company", 1
MANIFEST, COMPANY, PEOPLE, EVENTS, FILES, README = (
    "manifest.json", "company.json", "people.jsonl", "events.jsonl", "files.csv", "README.txt",
)  # fmt: skip
TABLES_FOLDER, FILES_FOLDER = "tables", "files"

# Work in progress of the server that holds the company, no part of its records: each would be wrong anywhere else.
LEFT_OUT = {
    "django_migrations": "kept in this manifest instead",
    "jobs_job": "background work of the server",
    "records_idempotencykey": "answers kept for a day for repeated requests",
    "records_dataimport": "progress of file uploads, removed after some days anyway",
    "records_dataimporterror": "progress of file uploads, removed after some days anyway",
}
# What points outside the schema is written without the place it points to, so that the same company has the same
# hashes wherever it lives: the person of a member (see people.jsonl), the folder of a file.
WRITTEN_AS = {
    ("access_member", "person_id"): '-"id"',
    ("records_attachment", "path"): "regexp_replace(\"path\", '^c[0-9]+/', '')",
}

ABOUT = """Everything of one company, in open formats (UTF-8).

manifest.json    every file with its size and SHA-256; every table with its columns, types and number of rows
company.json     name, language, currency, what was switched on, the log of the company's settings
people.jsonl     which person is which member (no passwords)
tables/*.csv     one file per table, first line = column names, ordered by primary key
files.csv        attachments: where they lie in this archive, their name, which record they belong to
files/           the attachments themselves
events.jsonl     what had happened and was not yet told to every part of the system

CSV: fields are separated by commas and quoted by ". A field of nothing at all is "no value" (NULL), "" is an empty
text. Times are UTC. Texts are exactly as they were entered: a spreadsheet program may take one that begins with =, +, -
or @ for a formula; import such columns as text.

本归档包含一家企业的全部数据，均为开放格式（UTF-8）。
manifest.json 列出每个文件的大小与 SHA-256，以及每张表的列、类型和行数；tables/*.csv 每表一个文件，首行为列名；
files/ 为附件，files.csv 说明附件名称及所属记录。
CSV 中完全空白的字段表示“无值”(NULL)，"" 表示空文本；时间均为 UTC。
文本保持录入原样：若以 =、+、-、@ 开头，用电子表格打开时请将该列按文本导入。
"""


@dataclass(frozen=True)
class Part:
    """One file of the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Table:
    """One table; `sha256` is the hash of its content, because a table's file depends on nothing else."""

    name: str
    rows: int
    sha256: str
    size: int
    columns: dict[str, str]  # name → PostgreSQL type, in the order of the file
    sequences: dict[str, tuple[int, bool]] = field(default_factory=dict)  # column → last value, whether it was given

    @property
    def path(self) -> str:
        return f"{TABLES_FOLDER}/{self.name}.csv"


@dataclass
class Manifest:
    """What an archive says about itself."""

    company: dict[str, Any]
    made_at: str
    schema_fingerprint: str
    migrations: list[tuple[str, str]]
    tables: list[Table]
    parts: list[Part]
    files: int = 0
    files_size: int = 0
    missing_files: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    format: str = FORMAT
    version: int = VERSION

    @property
    def content(self) -> str:
        """One hash for all that a company's tables hold; the same before an export and after a restore."""
        digest = hashlib.sha256()
        for table in sorted(self.tables, key=lambda t: t.name):
            digest.update(f"{table.name} {table.rows} {table.sha256}\n".encode())
        return digest.hexdigest()

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def as_json(self) -> bytes:
        return json.dumps({**asdict(self), "content": self.content}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """Raises ValueError, KeyError or TypeError for anything that is no manifest of this version."""
        read = json.loads(data)
        if read["format"] != FORMAT:
            raise ValueError("no archive of a company")
        content = read.pop("content")
        tables = [
            Table(**{**t, "sequences": {k: (int(v[0]), bool(v[1])) for k, v in t["sequences"].items()}})
            for t in read["tables"]
        ]
        found = cls(
            **{
                **read,
                "tables": tables,
                "parts": [Part(**p) for p in read["parts"]],
                "migrations": [(str(app), str(name)) for app, name in read["migrations"]],
            }
        )
        if found.content != content:
            raise ValueError("the manifest contradicts itself")
        return found
