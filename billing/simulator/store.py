"""Where the simulator keeps its objects: one SQLite file (or memory), one row an object, JSON inside.

A request is one transaction. Objects read within it are shared: two readers of one id hold the same dictionary, and
`put` writes it. Names that begin with an underscore are the simulator's own and never leave it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

Doc = dict[str, Any]


def copied(doc: Any) -> Any:
    """A copy of its own, all the way down, of what is JSON."""
    return orjson.loads(orjson.dumps(doc))


def printed(doc: Any) -> bytes:
    """As it goes out: one field a line, as Stripe prints."""
    return orjson.dumps(doc, option=orjson.OPT_INDENT_2)


_TABLES = """
create table if not exists objects (
    seq integer primary key autoincrement,
    id text not null unique,
    kind text not null,
    owner text,          -- the customer, or what the object is a part of
    scope text,          -- the test clock it lives by; null is real time
    due integer,         -- when something happens to it by itself
    data text not null
);
create index if not exists objects_kind on objects (kind, owner, seq);
create index if not exists objects_due on objects (scope, due) where due is not null;
create table if not exists answers (
    key text primary key, asked text not null, status integer not null, body text not null, at integer not null
);
create table if not exists deliveries (
    event text not null, endpoint text not null, attempt integer not null, due real not null, answer text,
    primary key (event, endpoint)
);
create index if not exists deliveries_due on deliveries (due);
create table if not exists settings (name text primary key, value text not null);
"""


class Store:
    def __init__(self, path: Path | None) -> None:
        self.db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self.db.executescript("pragma journal_mode=wal; pragma synchronous=normal;" + _TABLES)
        self._held: dict[str, Doc] = {}

    # --- transactions -------------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._held.clear()
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException as error:
            self.db.execute("commit" if getattr(error, "keep", False) else "rollback")
            raise
        else:
            self.db.execute("commit")
        finally:
            self._held.clear()

    @contextmanager
    def trial(self, *, keep: bool) -> Iterator[None]:
        """A part that can be undone by itself: without `keep` always, with it when an error leaves the part."""
        if not keep:
            self._held.clear()  # what happens inside must not touch the dictionaries held outside
        self.db.execute("savepoint trial")
        done = False
        try:
            yield
            done = keep
        finally:
            if not done:
                self.db.execute("rollback to trial")
                self._held.clear()
            self.db.execute("release trial")

    # --- objects ------------------------------------------------------------------------------------------------------

    def get(self, id: str) -> Doc | None:
        if id in self._held:
            return self._held[id]
        row = self.db.execute("select data from objects where id = ?", (id,)).fetchone()
        return self._hold(row[0]) if row else None

    def put(self, doc: Doc, *, owner: str | None, scope: str | None, due: int | None) -> None:
        data = orjson.dumps(doc).decode()
        self.db.execute(
            "insert into objects (id, kind, owner, scope, due, data) values (?, ?, ?, ?, ?, ?) on conflict (id) do "
            "update set owner = excluded.owner, scope = excluded.scope, due = excluded.due, data = excluded.data",
            (doc["id"], doc["object"], owner, scope, due, data),
        )
        self._held[doc["id"]] = doc

    def remove(self, id: str) -> None:
        self.db.execute("delete from objects where id = ?", (id,))
        self._held.pop(id, None)

    def all(self, kind: str, owner: str | None = None, *, newest_first: bool = False) -> list[Doc]:
        words = "select id, data from objects where kind = ?"
        values: list[Any] = [kind]
        if owner is not None:
            words += " and owner = ?"
            values.append(owner)
        words += " order by seq desc" if newest_first else " order by seq"
        rows = self.db.execute(words, values).fetchall()
        return [self._held[id] if id in self._held else self._hold(data) for id, data in rows]

    def ids(self, kind: str, owner: str | None = None) -> list[str]:
        """Newest first, without reading the objects."""
        words = "select id from objects where kind = ?" + (" and owner = ?" if owner is not None else "")
        values = (kind,) if owner is None else (kind, owner)
        return [row[0] for row in self.db.execute(words + " order by seq desc", values)]

    def next_due(self, scope: str | None, until: int) -> tuple[str, int] | None:
        """What happens next in that scope, and when, up to `until`."""
        row = self.db.execute(
            "select id, due from objects where scope is ? and due <= ? order by due, seq limit 1", (scope, until)
        ).fetchone()
        return (row[0], row[1]) if row else None

    def in_scope(self, scope: str) -> list[str]:
        return [row[0] for row in self.db.execute("select id from objects where scope = ?", (scope,))]

    # --- settings -----------------------------------------------------------------------------------------------------

    def setting(self, name: str, default: Any = None) -> Any:
        row = self.db.execute("select value from settings where name = ?", (name,)).fetchone()
        return orjson.loads(row[0]) if row else default

    def set(self, name: str, value: Any) -> None:
        self.db.execute("insert or replace into settings values (?, ?)", (name, orjson.dumps(value).decode()))

    def _hold(self, data: str) -> Doc:
        doc: Doc = orjson.loads(data)
        self._held[doc["id"]] = doc
        return doc
