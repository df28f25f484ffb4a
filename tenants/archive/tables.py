"""What a company's schema consists of, as PostgreSQL's catalogues tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg import sql

from tenants.archive.layout import LEFT_OUT, WRITTEN_AS

_COLUMNS = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attidentity <> '',
       pg_total_relation_size(c.oid)
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attgenerated = ''
 order by c.relname, a.attname
"""
_KEYS = """
select c.relname, array_agg(a.attname order by array_position(k.conkey, a.attnum))
  from pg_constraint k join pg_class c on c.oid = k.conrelid
  join pg_attribute a on a.attrelid = c.oid and a.attnum = any(k.conkey)
 where k.connamespace = current_schema()::regnamespace and k.contype = 'p' group by c.relname
"""
_FOREIGN = """
select c.relname, k.conname, pg_get_constraintdef(k.oid)
  from pg_constraint k join pg_class c on c.oid = k.conrelid
 where k.connamespace = current_schema()::regnamespace and k.contype = 'f' order by 1, 2
"""


@dataclass(frozen=True)
class Shape:
    """One table: its columns by name (generated ones make themselves), its key, its numbered columns, its bytes."""

    name: str
    columns: dict[str, str]
    key: tuple[str, ...]
    numbered: tuple[str, ...]
    size: int

    def select(self) -> sql.Composed:
        """Its rows as an archive has them."""
        columns = [
            sql.SQL("{} as {}").format(sql.SQL(written), sql.Identifier(name))
            if (written := WRITTEN_AS.get((self.name, name))) is not None
            else sql.Identifier(name)
            for name in self.columns
        ]
        # By the table's own column, not by what stands for it in the archive.
        order = [sql.Identifier(self.name, name) for name in self.key or self.columns]
        return sql.SQL("select {} from {} order by {}").format(
            sql.SQL(", ").join(columns), sql.Identifier(self.name), sql.SQL(", ").join(order)
        )


def shapes(cursor: Any) -> list[Shape]:
    """All tables of the schema in front of the search path that belong in an archive, by name."""
    cursor.execute(_KEYS)
    keys = {name: tuple(columns) for name, columns in cursor.fetchall()}
    cursor.execute(_COLUMNS)
    found: dict[str, tuple[dict[str, str], list[str], int]] = {}
    for table, column, kind, numbered, size in cursor.fetchall():
        columns, sequences, _size = found.setdefault(table, ({}, [], size))
        columns[column] = kind
        if numbered:
            sequences.append(column)
    return [
        Shape(name, columns, keys.get(name, ()), tuple(sequences), size)
        for name, (columns, sequences, size) in found.items()
        if name not in LEFT_OUT
    ]


def foreign_keys(cursor: Any) -> list[tuple[str, str, str]]:
    """(table, name, definition) of every foreign key of the schema."""
    cursor.execute(_FOREIGN)
    return [(t, n, d) for t, n, d in cursor.fetchall()]


def sequence_of(cursor: Any, table: str, column: str) -> str:
    """The quoted name of the sequence behind a numbered column."""
    cursor.execute(
        "select pg_get_serial_sequence(quote_ident(current_schema()) || '.' || quote_ident(%s), %s)", [table, column]
    )
    return str(cursor.fetchone()[0])
