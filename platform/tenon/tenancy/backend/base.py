"""PostgreSQL backend whose connections follow the tenancy context.

Role and search path are set together, in one round trip, before the first statement that runs in another context than
the last one did, and are taken back when a connection returns to the pool. The application's login owns nothing and
inherits nothing, so a query that forgets its company, names a neighbour's schema or reads a public table from inside
a company is refused by PostgreSQL itself."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.db.utils import DatabaseError
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsWrapper

from tenon.tenancy.context import current_or_none, owned_schema

APPLICATION = "default"
OWNER = "owner"
_OUTSIDE = ("none", "public, extensions")


def take_back(connection: psycopg.Connection[Any]) -> None:
    """Pool callback: a connection rests without role and path, whatever happened on it. One that has visited many
    companies does not come back: PostgreSQL keeps in memory what it has looked up of each, for as long as it lives."""
    if len(visited(connection)) >= settings.DB_MAX_COMPANIES:
        connection._expire_at = 0.0  # type: ignore[attr-defined]  # the pool closes it and opens another
        return
    connection.execute(
        "select set_config('role', 'none', false), set_config('search_path', 'public, extensions', false)"
    )
    connection.commit()


def visited(connection: psycopg.Connection[Any]) -> set[str]:
    """The roles of the companies that this connection has served."""
    found: set[str] = connection.__dict__.setdefault("tenon_visited", set())
    return found


class DatabaseWrapper(TenantsWrapper):
    """`applied` is the (role, search path) that PostgreSQL has; None when it may have been rolled back."""

    search_path_set_schemas: list[str] | None
    _setting_search_path: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.applied: tuple[str, str] | None = None
        super().__init__(*args, **kwargs)

    def _wanted(self) -> tuple[str, str]:
        if self.alias != APPLICATION:
            return ("", f"{owned_schema()}, extensions")
        company = current_or_none()
        return _OUTSIDE if company is None else (company.role, f"{company.schema}, extensions")

    def _handle_search_path(self, cursor: Any = None) -> None:
        wanted = self._wanted()
        if self.applied == wanted and self.search_path_set_schemas:
            return
        if self._setting_search_path:
            return
        role, path = wanted
        self.schema_name = path.partition(",")[0]
        self._setting_search_path = True
        target = self.connection.cursor() if cursor is None else cursor
        try:
            if role:
                target.execute(
                    "select set_config('role', %s, false), set_config('search_path', %s, false)", [role, path]
                )
            else:
                target.execute("select set_config('search_path', %s, false)", [path])
        except (DatabaseError, psycopg.Error) as error:
            self.applied = self.search_path_set_schemas = None
            # In a transaction that has already failed nothing can be set, and nothing but a rollback can run either.
            if not isinstance(
                getattr(error, "__cause__", error), psycopg.errors.InFailedSqlTransaction
            ) and not isinstance(error, psycopg.errors.InFailedSqlTransaction):
                raise
        else:
            self.applied, self.search_path_set_schemas = wanted, [path]
            if role not in ("", _OUTSIDE[0]):
                visited(self.connection).add(role)
        finally:
            self._setting_search_path = False
            if cursor is None:
                target.close()

    def close(self) -> None:
        self.applied = None
        super().close()

    def rollback(self) -> None:
        self.applied = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            self.applied = None
