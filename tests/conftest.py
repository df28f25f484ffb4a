"""Fixtures that all tests share: companies, actors, and ways into them."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection

from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.api import calls, throttling
from tenon.tenancy.context import Company, outside, serving
from tests import database
from tests.cache import clear_own_cache
from tests.committed import committing, hang_up, shared_rows
from tests.companies import make_company, owner_of

_serial = itertools.count(1)
_standing: dict[str, str | None] = {}  # what is in the shared tables beside the tests, once there is a database
# Slow drawing says something about the machine, not about the code.
hypothesis.settings.register_profile("tenon", suppress_health_check=[hypothesis.HealthCheck.too_slow], deadline=None)
hypothesis.settings.load_profile("tenon")


def pytest_collection_finish() -> None:
    """What stands by now stays: the collector would look through it over and over, a tenth of all the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_not_looked_through() -> None:
    """Every client builds the middleware anew, and WhiteNoise would read the whole web app each time (0.2 s)."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _nothing_is_cached_or_counted_yet() -> None:
    """The database forgets what a test did; Valkey has to be told, or limits and cached answers are those of whatever
    test came before."""
    clear_own_cache()


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """What a file's tests commit goes with them (`committing`), or the next file's tests would find it."""
    yield
    if _standing:
        found = shared_rows()
        left = sorted(table for table in found if found[table] != _standing[table])
        assert not left, f"this file leaves something in {left}"


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute and no day of the request limits ends while a test counts up to one: their clock stands still."""
    now = time.time()
    for counts in (throttling, calls):
        monkeypatch.setattr(counts, "time", SimpleNamespace(time=lambda: now))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Two companies stand ready, committed: acme and globex. Tests with `db` roll back what they do in them."""
    name = settings.DATABASES["default"]["NAME"]
    database.create(name)
    with django_db_blocker.unblock():
        make_company("acme", "Acme Bicycles")
        make_company("globex", "Globex Trading")
    _standing.update(shared_rows())
    yield
    _standing.clear()
    with django_db_blocker.unblock():
        hang_up()
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
    They are gone when the test is over."""
    with committing(django_db_blocker):

        def make(name: str = "Committed") -> Company:
            return make_company(f"own-{next(_serial)}", name)

        yield make
