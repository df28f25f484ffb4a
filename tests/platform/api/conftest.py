"""Fixtures for the API: clients that act as a given actor."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tenon.access.actor import Actor
from tenon.tenancy.context import Company
from tests.platform.api.client import Api


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    """As the owner of acme, inside acme."""
    return Api(actor)


@pytest.fixture
def api_as(serving_acme: Company) -> Callable[[Actor | None], Api]:
    return Api
