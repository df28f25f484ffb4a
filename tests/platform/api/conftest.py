"""Fixtures for the API: clients that act as a given actor."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache

from tenon.access.actor import Actor
from tenon.tenancy.context import Company, serving
from tests.platform.api.client import Api


@pytest.fixture(autouse=True)
def _custom_fields_forgotten(request: pytest.FixtureRequest) -> Iterator[None]:
    """The database forgets what a test did; the cache of custom fields has to be told."""
    company = request.getfixturevalue("acme") if "acme" in request.fixturenames else None
    yield
    if company is not None:
        with serving(company):
            cache.delete("custom-fields")


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    """As the owner of acme, inside acme."""
    return Api(actor)


@pytest.fixture
def api_as(serving_acme: Company) -> Callable[[Actor | None], Api]:
    return Api
