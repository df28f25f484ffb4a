"""Records that tests of CRM start from. Everything runs inside acme, rolled back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from modules.shared.data.models import Party, Product, Unit
from modules.shared.data.services import party_create, product_create
from tenon.access.actor import Actor
from tenon.tenancy.context import Company


@pytest.fixture
def customer(serving_acme: Company, actor: Actor) -> Party:
    return party_create(actor=actor, name="Progressive Sports", is_customer=True, code="CRM-C1")


@pytest.fixture
def make_product(serving_acme: Company, actor: Actor) -> Callable[..., Product]:
    """A service at 100.00 with a cost of 60.00 unless said: no stock, no bill of materials has a say in its cost."""
    count = iter(range(1, 10_000))

    def make(**values: Any) -> Product:
        values = {
            "name": "Fitting", "code": f"CRM-P{next(count)}", "kind": "service", "list_price": Decimal("100"),
            "standard_cost": Decimal("60"), "unit": Unit.objects.get(code="EA"), **values,
        }  # fmt: skip
        return product_create(actor=actor, **values)

    return make
