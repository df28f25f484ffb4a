"""Tests that really commit leave the worker's database as they found it: no row in a shared table, no schema more, and
the pool of ready schemas as full as before. So no test meets what another one left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from tenon.tenancy import blueprint, schemas
from tenon.tenancy.backend.base import OWNER
from tenon.tenancy.context import outside, owning
from tenon.tenancy.models import Slot

_SLOTS = Slot._meta.db_table
_PUBLIC = """
select relname from pg_class
 where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'django_migrations' order by 1
"""
_WRITTEN = """
select relname from pg_class
 where relnamespace = %s::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0
   and relname <> 'django_migrations'
"""
_MISSING = """
insert into {0} select made.* from unnest(%s::jsonb[]) was, jsonb_populate_record(null::{0}, was) made
 where was not in (select to_jsonb(t) from {0} t)
"""
_COUNT_ANEW = """
select setval(oid::regclass, 1, false) from pg_class
 where case when relnamespace = %s::regnamespace and relkind = 'S' then pg_sequence_last_value(oid) is not null end
"""


def _owner() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)


@contextmanager
def _unhindered() -> Iterator[psycopg.Cursor]:
    """A transaction in which no trigger has a say: no foreign key, no ledger that refuses to forget."""
    with _owner() as login, login.transaction(), login.cursor() as cursor:
        cursor.execute("set local lock_timeout = '30s'; set local session_replication_role = replica")
        yield cursor


def _shared(cursor: psycopg.Cursor) -> dict[str, sql.Composable]:
    cursor.execute(_PUBLIC)
    return {name: sql.Identifier("public", name) for (name,) in cursor.fetchall()}


def shared_rows() -> dict[str, str | None]:
    """Shared table → what is in it; of the slots those that a company has. Two of these tell what has changed."""
    asked = "select {}, md5(string_agg(t::text, '' order by t::text)) from {} t"
    with _owner() as login, login.cursor() as cursor:
        tables = _shared(cursor)
        tables[_SLOTS] = sql.SQL("(select id from {} where state <> 'ready')").format(tables[_SLOTS])
        each = [sql.SQL(asked).format(sql.Literal(name), of) for name, of in tables.items()]
        cursor.execute(sql.SQL(" union all ").join(each))
        return dict(cursor.fetchall())


@contextmanager
def committing(blocker: Any) -> Iterator[None]:
    """What is written inside is committed, and gone afterwards. `blocker` is pytest-django's."""
    with blocker.unblock():
        before = _rows()
        with outside():
            slots = {slot.pk: slot for slot in Slot.objects.all()}
        try:
            yield
        finally:
            hang_up()
            _restore(before)
            with outside():
                _put_back(slots)
            hang_up()


def _rows() -> list[tuple[sql.Composable, list[str]]]:
    """Every shared table but the slots', with its rows."""
    found = []
    with _owner() as login, login.cursor() as cursor:
        for name, table in _shared(cursor).items():
            if name != _SLOTS:
                cursor.execute(sql.SQL("select to_jsonb(t)::text from {} t").format(table))
                found.append((table, [row for (row,) in cursor.fetchall()]))
    return found


def _restore(before: list[tuple[sql.Composable, list[str]]]) -> None:
    with _unhindered() as cursor:
        for table, rows in before:
            cursor.execute(sql.SQL("delete from {} t where to_jsonb(t) <> all(%s::jsonb[])").format(table), [rows])
            if rows:
                cursor.execute(sql.SQL(_MISSING).format(table), [rows])


def hang_up() -> None:
    """Also the connections at rest: a session may hold locks that outlive its transactions."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _put_back(slots: dict[int, Slot]) -> None:
    """Schemas that came go; those that were ready are so again, or others in their place."""
    ready = {pk for pk, slot in slots.items() if slot.state == Slot.State.READY}
    for slot in Slot.objects.order_by("pk"):
        touched = slot.pk in ready and slot.state != Slot.State.READY
        if slot.pk not in slots or (touched and not _as_new(slot)):
            schemas.drop_slot(slot)
    for _ in range(len(ready) - Slot.objects.filter(state=Slot.State.READY).count()):
        schemas.build_slot()


def _shape(schema: str) -> list[str]:
    with owning(schema), connections[OWNER].cursor() as cursor:
        return blueprint.capture(cursor, schema)


@cache
def _wanted() -> list[str]:
    """The shape of every schema of the pool, as the first one has it: it is a company's that no test changes."""
    first = Slot.objects.order_by("pk").first()
    assert first is not None
    return _shape(first.schema)


def _as_new(slot: Slot) -> bool:
    """Empties a schema that was taken from the pool and puts it back. False when it is not what the pool gives."""
    if not schemas.schema_exists(slot.schema) or _shape(slot.schema) != _wanted():
        return False
    with _unhindered() as cursor:  # neither truncated nor dropped: it is files made anew that take long
        cursor.execute(_WRITTEN, [slot.schema])
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("delete from {}").format(sql.Identifier(slot.schema, name)))
        cursor.execute(_COUNT_ANEW, [slot.schema])
    slot.state, slot.migrated_to, slot.error = Slot.State.READY, schemas.fingerprint(), ""
    slot.save()
    return True
