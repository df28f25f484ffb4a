"""Records that tests of the shared data layer start from. Everything runs inside acme, rolled back afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from modules.shared.data.models import Party, Product, Tax, Unit
from modules.shared.data.services import party_create, product_create
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company


@pytest.fixture
def frame(serving_acme: Company, actor: Actor) -> Iterator[None]:
    with acting(actor):
        yield


@pytest.fixture
def customer(serving_acme: Company, actor: Actor) -> Party:
    return party_create(actor=actor, name="A Bike Store", is_customer=True, code="T-C1")


@pytest.fixture
def supplier(serving_acme: Company, actor: Actor) -> Party:
    return party_create(actor=actor, name="Litware, Inc.", is_supplier=True, code="T-S1")


@pytest.fixture
def make_product(serving_acme: Company, actor: Actor) -> Callable[..., Product]:
    """A product in pieces that costs 100.00, without tax unless said."""
    count = iter(range(1, 10_000))

    def make(code: str = "", **values: Any) -> Product:
        values = {
            "name": code or "Part", "code": code or f"T-P{next(count)}", "list_price": Decimal("100"),
            "unit": Unit.objects.get(code="EA"), **values,
        }  # fmt: skip
        return product_create(actor=actor, **values)

    return make


@pytest.fixture
def vat13(serving_acme: Company) -> Tax:
    return Tax.objects.get(code="VAT13")
