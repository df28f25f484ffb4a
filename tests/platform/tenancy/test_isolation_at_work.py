"""No company is shown another's mark: the bench's mix of requests, small; `python -m bench.isolation` is the whole.

TENON_ISOLATION_REQUESTS and TENON_ISOLATION_COMPANIES make it larger. Planted leaks show that it finds them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache

from bench.isolation.kinds import READS, WRITES
from bench.isolation.mix import Verdict, build, run
from bench.isolation.world import Place
from tenon.tenancy.backend.base import DatabaseWrapper
from tenon_site.celery_app import app as celery
from tests.committed import committing

REQUESTS = int(os.environ.get("TENON_ISOLATION_REQUESTS", "500"))
COMPANIES = int(os.environ.get("TENON_ISOLATION_COMPANIES", "5"))


@pytest.fixture
def places(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> Iterator[list[Place]]:
    """A world of the test's own: a planted leak leaves marks where they do not belong."""
    with committing(django_db_blocker):
        before = celery.conf.task_always_eager
        celery.conf.task_always_eager = True
        made = build(getattr(request, "param", COMPANIES))
        tried(made, 0)  # furnished before anything is planted
        yield made
        celery.conf.task_always_eager = before


few = pytest.mark.parametrize("places", [3], indirect=True, ids=[""])


def tried(places: list[Place], requests: int, seed: int = 1) -> Verdict:
    return asyncio.run(run(places, requests, seed=seed))


def test_none_is_foreign(places: list[Place]) -> None:
    verdict = tried(places, REQUESTS)
    assert verdict.leaks == []
    assert verdict.faults == []
    assert verdict.requests == REQUESTS
    assert set(verdict.kinds) == {kind.__name__ for kind in (*READS, *WRITES)}
    assert verdict.heard > 0
    assert verdict.delivered > 0


@few
def test_a_cache_without_companies_in_its_keys_is_found(places: list[Place], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BaseCache, "make_key", lambda self, key, version=None: f"planted:{os.getpid()}:{key}")
    found = tried(places, 150).leaks
    assert any(leak.startswith("cached:") for leak in found)


@few
def test_a_connection_that_stays_in_its_last_company_is_found(
    places: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted_of, served = DatabaseWrapper._wanted, [0]
    first = places[0].company

    def wanted(self: DatabaseWrapper) -> tuple[str, str]:
        found = wanted_of(self)
        served[0] += found[0].startswith("tr_")
        # As though a connection had been left where the first company had used it.
        astray = found[0].startswith("tr_") and served[0] % 50 > 40
        return (first.role, f"{first.schema}, extensions") if astray else found

    monkeypatch.setattr(DatabaseWrapper, "_wanted", wanted)
    assert tried(places, 150).leaks


@few
def test_a_socket_that_hears_everybody_is_found(places: list[Place], monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("tenon.realtime.notify", "tenon.realtime.consumer", "tenon.realtime.invalidate"):
        monkeypatch.setattr(f"{module}.company_group", lambda company_id: "everybody")
    found = tried(places, 150).leaks
    assert any(leak.startswith("socket:") for leak in found)
