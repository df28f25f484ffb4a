"""Several orders of one customer confirmed at the same moment: the limit holds, over connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

from django.db import connections

from modules.shared.data.errors import CreditExceeded
from modules.shared.data.models import SalesOrder, Unit
from modules.shared.data.services import party_create, product_create, sales_order_confirm, sales_order_create
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of

ORDERS = 8


def test_three_of_eight_fit_the_limit(fresh_company: Callable[..., Company]) -> None:
    """Eight orders of 100.00 against a limit of 350.00: three fit, five are refused and stay drafts."""
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        customer = party_create(actor=actor, name="Thin Margin", is_customer=True, credit_limit=Decimal(350))
        product = product_create(
            actor=actor, name="Fitting", kind="service", list_price=Decimal(100), unit=Unit.objects.get(code="EA")
        )
        orders = [
            sales_order_create(actor=actor, customer=customer, lines=[{"product": product, "quantity": 1}])
            for _ in range(ORDERS)
        ]
    barrier = Barrier(ORDERS)

    def confirm(order: SalesOrder) -> str:
        try:
            with serving(company):
                barrier.wait(timeout=30)
                sales_order_confirm(actor=actor, order=order)
                return "ok"
        except CreditExceeded as refused:
            fits = Decimal(refused.extra["exposure"]) + Decimal(refused.extra["additional"]) <= 350
            return "refused though it fits" if fits else "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(ORDERS) as pool:
        results = list(pool.map(confirm, orders))
    assert (results.count("ok"), results.count("refused")) == (3, 5)
    with serving(company):
        assert sorted(SalesOrder.objects.values_list("status", flat=True)) == ["confirmed"] * 3 + ["draft"] * 5
