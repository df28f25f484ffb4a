"""Writing a company's archive: one consistent moment of all its tables, streamed, in bounded memory.

Over a connection of its own that wears the company's role: PostgreSQL sees to it that nothing else can be read, and the
caller's connection stays free to tell how far it is."""

from __future__ import annotations

import csv
import hashlib
import json
import posixpath
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

import psycopg
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone
from psycopg import sql

from tenants.archive import layout
from tenants.archive.layout import Manifest, Part, Table
from tenants.archive.tables import Shape, sequence_of, shapes
from tenon.tenancy import schemas
from tenon.tenancy.backend.base import APPLICATION
from tenon.tenancy.context import Company

CHUNK = 1 << 18
Tell = Callable[[float, float, str], None]
# Exactly one way to write every value, whatever the server's or the login's own settings.
EXACT = (
    "set local timezone = 'UTC'", "set local datestyle = 'ISO, YMD'", "set local intervalstyle = 'postgres'",
    "set local extra_float_digits = 1", "set local bytea_output = 'hex'", "set local statement_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
)  # fmt: skip


@contextmanager
def snapshot(company: Company) -> Iterator[psycopg.Connection[Any]]:
    """A read-only transaction that sees one moment of the company and no row of anybody else."""
    settings = connections[APPLICATION].settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    known = {theirs: settings[ours] for ours, theirs in names.items() if settings.get(ours)}
    options = {k: v for k, v in settings.get("OPTIONS", {}).items() if k not in ("pool", "server_side_binding")}
    with psycopg.connect(**{**options, **known}) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for statement in EXACT:
            connection.execute(statement)
        wear(connection, company)
        yield connection


def wear(connection: psycopg.Connection[Any], company: Company | None) -> None:
    """The company's role and schema; for None the application's own, which may read what is public."""
    role, path = ("none", "public, extensions") if company is None else (company.role, f"{company.schema}, extensions")
    connection.execute("select set_config('role', %s, true), set_config('search_path', %s, true)", [role, path])


class Writer:
    """A ZIP that remembers what it was given."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.zip, self.parts = archive, list[Part]()

    def add(self, name: str, pieces: Iterable[bytes], *, listed: bool = True) -> Part:
        digest, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as entry:
            for piece in gathered(pieces):
                digest.update(piece)
                size += len(piece)
                entry.write(piece)
        part = Part(name, size, digest.hexdigest())
        if listed:
            self.parts.append(part)
        return part


def gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces: PostgreSQL sends one per row."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) >= CHUNK:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)


def write(company: Company, about: dict[str, Any], target: IO[bytes], tell: Tell) -> Manifest:
    """Writes the archive of the company to `target`. `about` is what the public side says of it; `tell(done, total,
    what)` is called often and may raise to stop. Attachments that have gone meanwhile are named as missing."""
    with (
        snapshot(company) as connection,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6) as archive,
    ):
        writer = Writer(archive)
        with connection.cursor() as cursor:
            tables = shapes(cursor)
            cursor.execute("select coalesce(sum(size), 0)::bigint from records_attachment")
            (files_size,) = cursor.fetchone() or (0,)
            cursor.execute("select app, name from django_migrations order by id")
            migrations = [(str(app), str(name)) for app, name in cursor.fetchall()]
        total = float(sum(t.size for t in tables) + files_size) or 1.0
        manifest = Manifest(
            company={k: about[k] for k in ("slug", "name")}, made_at=timezone.now().isoformat(),
            schema_fingerprint=schemas.fingerprint(), migrations=migrations, tables=[], parts=writer.parts,
            left_out=layout.LEFT_OUT,
        )  # fmt: skip
        writer.add(layout.README, [layout.ABOUT.encode()])
        writer.add(layout.COMPANY, [json.dumps(about, ensure_ascii=False, indent=1).encode()])
        done = 0.0
        for shape in tables:
            manifest.tables.append(_table(connection, writer, shape, partial(tell, done, total, shape.name)))
            done += shape.size
        _files(connection, writer, company, manifest, lambda copied, name: tell(done + copied, total, name))
        _people(connection, writer, company)
        _events(connection, writer, company)
        writer.add(layout.MANIFEST, [manifest.as_json()], listed=False)
    tell(total, total, "")
    return manifest


def _table(connection: psycopg.Connection[Any], writer: Writer, shape: Shape, tick: Callable[[], None]) -> Table:
    with connection.cursor() as cursor:
        statement = sql.SQL("copy ({}) to stdout with (format csv, header true)").format(shape.select())

        def pieces() -> Iterator[bytes]:
            with cursor.copy(statement) as copy:
                for number, row in enumerate(copy):
                    if number % 2000 == 0:
                        tick()
                    yield bytes(row)

        part = writer.add(f"{layout.TABLES_FOLDER}/{shape.name}.csv", pieces(), listed=False)
        rows = cursor.rowcount
        sequences = {}
        for column in shape.numbered:
            cursor.execute(
                sql.SQL("select last_value, is_called from {}").format(
                    sql.SQL(sequence_of(cursor, shape.name, column))  # quoted by PostgreSQL
                )
            )
            last, called = cursor.fetchone() or (1, False)
            sequences[column] = (int(last), bool(called))
    return Table(shape.name, rows, part.sha256, part.size, shape.columns, sequences)


def _files(
    connection: psycopg.Connection[Any],
    writer: Writer,
    company: Company,
    manifest: Manifest,
    tell: Callable[[float, str], None],
) -> None:
    """Every attachment as it lies in the store, and a list of them."""
    copied = 0
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as listing, connection.cursor("a") as cursor:
        line = csv.writer(listing, lineterminator="\n").writerow
        line(["path", "name", "entity", "record_id", "size", "sha256"])
        cursor.itersize = 500
        cursor.execute("select path, name, entity, record_id, size from records_attachment order by id")
        for path, name, entity, record_id, size in cursor:
            tell(copied, name)
            key = path.removeprefix(f"c{company.id}/")
            # A row's word is not enough: rows come from archives, too, and one could name a neighbour's file.
            own = path.startswith(f"c{company.id}/") and posixpath.normpath(path) == path and "\\" not in path
            if not own or not default_storage.exists(path):
                manifest.missing_files.append(key)
                continue
            with default_storage.open(path, "rb") as stored:
                part = writer.add(f"{layout.FILES_FOLDER}/{key}", stored.chunks(CHUNK), listed=False)
            line([part.name, name, entity, record_id, part.size, part.sha256])
            manifest.files += 1
            manifest.files_size += part.size
            copied += size
        listing.seek(0)
        writer.add(layout.FILES, (text.encode() for text in listing))


def _people(connection: psycopg.Connection[Any], writer: Writer, company: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select person_id, id, is_active, roles from access_member order by id")
        members = cursor.fetchall()
        wear(connection, None)
        cursor.execute(
            "select id, email, name, language from tenants_person where id = any(%s)", [[m[0] for m in members]]
        )
        people = {pk: {"email": e, "name": n, "language": x} for pk, e, n, x in cursor.fetchall()}
        wear(connection, company)
    rows = [
        {"member": member, "active": active, "roles": roles, **people[person]}
        for person, member, active, roles in members
        if person in people
    ]
    writer.add(layout.PEOPLE, _lines(rows))


def _events(connection: psycopg.Connection[Any], writer: Writer, company: Company) -> None:
    """What the outbox still has to tell: without it, a restored company would never learn of it."""
    wear(connection, None)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """select o.name, o.payload, o.actor, o.created_at::text, o.spread_at is not null,
                          (select coalesce(jsonb_agg(jsonb_build_object('handler', d.handler, 'state', d.state,
                                                                        'error', d.error) order by d.handler), '[]')
                             from events_delivery d where d.event_id = o.id and d.state <> 'done')
                     from events_outbox o
                    where o.role = %s and (o.spread_at is null or exists
                          (select from events_delivery d where d.event_id = o.id and d.state <> 'done'))
                    order by o.id""",
                [company.role],
            )
            names = ("name", "payload", "actor", "created_at", "spread", "deliveries")
            writer.add(layout.EVENTS, _lines(dict(zip(names, row, strict=True)) for row in cursor.fetchall()))
    finally:
        wear(connection, company)


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
