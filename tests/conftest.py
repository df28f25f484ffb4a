"""Fixtures that all tests share: companies, actors, and ways into them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, connections

from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.tenancy.context import Company, outside, serving
from tests import database
from tests.companies import make_company, owner_of

_serial = itertools.count(1)
# Slow drawing says something about the machine, not about the code.
hypothesis.settings.register_profile("tenon", suppress_health_check=[hypothesis.HealthCheck.too_slow], deadline=None)
hypothesis.settings.load_profile("tenon")


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_not_looked_through() -> None:
    """Every client builds the middleware anew, and WhiteNoise would read the whole web app each time (0.2 s)."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Two companies stand ready, committed: acme and globex. Tests with `db` roll back what they do in them."""
    name = settings.DATABASES["default"]["NAME"]
    database.create(name)
    with django_db_blocker.unblock():
        make_company("acme", "Acme Bicycles")
        make_company("globex", "Globex Trading")
    yield
    with django_db_blocker.unblock():
        for connection in connections.all(initialized_only=True):
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()
    database.drop(name)


def _company(slug: str) -> Company:
    with outside():
        return Tenant.objects.get(slug=slug).company()


def _settle(company: Company) -> None:
    """Deferred triggers fire inside the company, as at a commit; Django's own check at the end of a test is outside."""
    if connection.in_atomic_block and not connection.needs_rollback and connection.is_usable():
        with serving(company), connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            cursor.execute("set constraints all deferred")


@pytest.fixture
def acme(db: None) -> Iterator[Company]:
    company = _company("acme")
    yield company
    _settle(company)


@pytest.fixture
def globex(db: None) -> Iterator[Company]:
    company = _company("globex")
    yield company
    _settle(company)


@pytest.fixture
def actor(acme: Company) -> Actor:
    """The owner of acme."""
    return owner_of(acme)


@pytest.fixture
def serving_acme(acme: Company) -> Iterator[Company]:
    with serving(acme):
        yield acme


@pytest.fixture
def fresh_company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[..., Company]]:
    """Makes companies of this test's own whose data is really committed: for concurrency and for several connections.
    They go with the database at the end of the run."""
    with django_db_blocker.unblock():

        def make(name: str = "Committed") -> Company:
            return make_company(f"own-{next(_serial)}", name)

        yield make
        for connection in connections.all(initialized_only=True):
            connection.close()
