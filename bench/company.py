"""A company on a database of its own, for one benchmark: real PostgreSQL, the seeds, all features on.

Import this module first: it names the database in the environment before Django reads its settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import django

import tests.environment  # noqa: F401  (services started, database named)

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from tests import database  # noqa: E402
from tests.companies import make_company, owner_of  # noqa: E402

if TYPE_CHECKING:
    from tenon.access.actor import Actor
    from tenon.tenancy.context import Company


@contextmanager
def fresh_company(slug: str = "bench") -> Iterator[tuple[Company, Actor]]:
    """The company and its owner; the database goes when the benchmark ends."""
    with on_fresh_database():
        company = make_company(slug, "Bench")
        yield company, owner_of(company)


@contextmanager
def on_fresh_database() -> Iterator[str]:
    """A database of the benchmark's own with no company in it yet; it goes when the benchmark ends."""
    name = settings.DATABASES["default"]["NAME"]
    database.create(name)
    try:
        yield name
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()
        database.drop(name)
