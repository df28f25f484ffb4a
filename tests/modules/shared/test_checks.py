"""The checks of shared documents find what is wrong, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from modules.shared.data.checks import check
from modules.shared.data.models import Party, Product, SalesOrder, SalesOrderLine, Tax
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.tenancy.context import Company


@pytest.fixture
def order(actor: Actor, customer: Party, make_product: Callable[..., Product], vat13: Tax, frame: None) -> SalesOrder:
    lines = [{"product": make_product(tax=vat13), "quantity": 3}, {"product": make_product(), "quantity": 1}]
    order = sales_order_create(actor=actor, customer=customer, lines=lines)
    return sales_order_confirm(actor=actor, order=order)


def test_nothing_to_find(order: SalesOrder, acme: Company) -> None:
    assert check(acme) == []


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        ({"subtotal": Decimal(1), "total": Decimal(1)}, "do not sum to its amounts"),
        ({"status": "delivered"}, "does not follow from its lines"),
        ({"status": "cancelled"}, "does not follow from its lines"),
        ({"tax_lines": []}, "tax lines do not sum"),
    ],
)
def test_a_header_that_lies(spoil: dict[str, object], finding: str, order: SalesOrder, acme: Company) -> None:
    if "subtotal" in spoil:
        spoil["tax_amount"] = Decimal(0)
    SalesOrder.objects.filter(pk=order.pk).update(**spoil)
    assert any(finding in text and order.number in text for text in check(acme))


def test_a_line_that_went_further_than_its_header(order: SalesOrder, acme: Company) -> None:
    SalesOrderLine.objects.filter(order=order).update(delivered=1)
    assert check(acme) == [f"{order.number}: its status does not follow from its lines"]
