"""Work that a company does one at a time: locks by name in the database, gone with whoever held them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from tenon.tenancy.context import current


def _key(name: str) -> str:
    return f"tenon.{name}.{current().schema}"


def company_lock(name: str, *, wait: bool = True) -> bool:
    """Held until the transaction ends. False when somebody else holds it and the caller does not want to wait."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(hashtext(%s))", [_key(name)])
        return wait or bool(cursor.fetchone()[0])


@contextmanager
def company_alone(name: str, refused: Callable[[], Exception]) -> Iterator[None]:
    """The same lock for longer than a transaction, on this connection. Raises `refused` when somebody holds it."""
    key = [_key(name)]
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtext(%s))", key)
        if not cursor.fetchone()[0]:
            raise refused()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtext(%s))", key)
