"""Tens of thousands of rows that a run works out anew: into their table by COPY, out of it in one statement.

No instances, no signals, no cascades. Not for business records, whose changes have an actor, a trail and a version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import AutoField, Model
from psycopg import sql


def copy_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """`names` are attribute names of the model's columns, in the order of each row's values; the columns left out get
    the model's default, those that PostgreSQL makes their value. Values are given as the database takes them (an
    enumeration's value, not its member). Raises IntegrityError and DataError as a save does."""
    own = (f for f in model._meta.concrete_fields if not isinstance(f, AutoField) and not f.generated)
    fields = {f.attname: f for f in own}
    others = [f for name, f in fields.items() if name not in names]
    defaults = tuple(f.get_db_prep_save(f.get_default(), connection) for f in others)
    written = [*(fields[name] for name in names), *others]
    columns: list[sql.Composable] = [sql.Identifier(str(field.column)) for field in written]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(columns)
    )
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row((*row, *defaults))


def drop_rows(model: type[Model], name: str = "", values: Iterable[int] = ()) -> None:
    """All rows of a table that nothing but its own kind points at; where an attribute `name` is given, those of them
    whose key it holds is among the values."""
    statement = sql.SQL("delete from {}").format(sql.Identifier(model._meta.db_table))
    given: list[Any] = []
    if name:
        column = next(str(f.column) for f in model._meta.concrete_fields if f.attname == name)
        statement += sql.SQL(" where {} = any(%s)").format(sql.Identifier(column))
        given = [list(values)]
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
