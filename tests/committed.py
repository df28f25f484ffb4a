"""Tests that really commit leave the worker's database as they found it: no row in a shared table, no schema more, and
the pool of ready schemas as full as before. So no test meets what another one left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
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
select c.relname, array_agg(a.attname::text order by k.place)
  from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary
 cross join unnest(i.indkey) with ordinality k(attnum, place)
  join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'django_migrations'
 group by 1 order by 1
"""
_NEEDS = """
select f.relname, t.relname
  from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
 where k.contype = 'f' and k.connamespace = 'public'::regnamespace and f.oid <> t.oid
"""
_WRITTEN = """
select relname from pg_class
 where relnamespace = %s::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0
   and relname <> 'django_migrations'
"""


@dataclass(frozen=True)
class Table:
    name: str
    key: sql.Composable

    @classmethod
    def of(cls, name: str, key: list[str]) -> Table:
        return cls(name, sql.SQL("row({})::text").format(sql.SQL(", ").join(map(sql.Identifier, key))))


def _tables(cursor: Any) -> list[Table]:
    """The shared tables, each before those that it refers to."""
    cursor.execute(_PUBLIC)
    found = {name: Table.of(name, key) for name, key in cursor.fetchall()}
    cursor.execute(_NEEDS)
    referred: dict[str, set[str]] = {name: set() for name in found}
    for name, other in cursor.fetchall():
        referred[other].add(name)
    return [found[name] for name in TopologicalSorter(referred).static_order()]


def _keys(cursor: Any, table: Table) -> list[str]:
    cursor.execute(sql.SQL("select {} from {}").format(table.key, sql.Identifier("public", table.name)))
    return [key for (key,) in cursor.fetchall()]


def _owner() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)


def shared_rows() -> dict[str, str | None]:
    """Shared table → what is in it; of the slots those that a company has. Two of these tell what has changed."""
    asked = "select {}, md5(string_agg(t::text, '' order by t::text)) from {} t"
    with _owner() as login, login.cursor() as cursor:
        rows: dict[str, sql.Composable] = {t.name: sql.Identifier("public", t.name) for t in _tables(cursor)}
        rows[_SLOTS] = sql.SQL("(select id from {} where state <> 'ready')").format(rows[_SLOTS])
        each = [sql.SQL(asked).format(sql.Literal(name), of) for name, of in rows.items()]
        cursor.execute(sql.SQL(" union all ").join(each))
        return dict(cursor.fetchall())


@contextmanager
def committing(blocker: Any) -> Iterator[None]:
    """What is written inside is committed, and gone afterwards. `blocker` is pytest-django's."""
    with blocker.unblock():
        with _owner() as login, login.cursor() as cursor:
            before = [(table, _keys(cursor, table)) for table in _tables(cursor)]
        with outside():
            slots = {slot.pk: slot for slot in Slot.objects.all()}
        try:
            yield
        finally:
            connections.close_all()
            with _owner() as login, login.transaction(), login.cursor() as cursor:
                cursor.execute("set local lock_timeout = '30s'")
                for table, keys in before:
                    if table.name != _SLOTS:
                        _forget(cursor, table, keys)
            with outside():
                _put_back(slots)
            connections.close_all()


def _forget(cursor: Any, table: Table, keys: list[str]) -> None:
    name = sql.Identifier("public", table.name)
    cursor.execute(sql.SQL("delete from {} where not {} = any(%s)").format(name, table.key), [keys])


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
    with connections[OWNER].cursor() as cursor:
        cursor.execute("set lock_timeout = '30s'")
        cursor.execute(_WRITTEN, [slot.schema])
        if written := [sql.Identifier(slot.schema, name) for (name,) in cursor.fetchall()]:
            cursor.execute(sql.SQL("truncate {} restart identity cascade").format(sql.SQL(", ").join(written)))
    slot.state, slot.migrated_to, slot.error = Slot.State.READY, schemas.fingerprint(), ""
    slot.save()
    return True
