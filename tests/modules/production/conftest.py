"""The factory in acme."""

from __future__ import annotations

import pytest

from tenon.access.actor import Actor
from tenon.tenancy.context import Company
from tests.modules.production.factory import Factory, make_factory


@pytest.fixture
def factory(serving_acme: Company, actor: Actor) -> Factory:
    return make_factory(actor)
