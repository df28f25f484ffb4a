"""Deliveries of the same line from many places at once: never more than was ordered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

from django.db import connections

from modules.shared.data.errors import OverDelivery
from modules.shared.data.models import SalesOrderLine, Unit
from modules.shared.data.services import (
    party_create,
    product_create,
    sales_order_confirm,
    sales_order_create,
    sales_order_line_record,
)
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of


def test_ten_of_thirty_win(fresh_company: Callable[..., Company]) -> None:
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        customer = party_create(actor=actor, name="Crowd", is_customer=True)
        product = product_create(
            actor=actor, name="Seat", kind="service", list_price=Decimal(1), unit=Unit.objects.get(code="EA")
        )
        order = sales_order_create(actor=actor, customer=customer, lines=[{"product": product, "quantity": 10}])
        sales_order_confirm(actor=actor, order=order)
        line_id = order.lines.get().pk
    barrier = Barrier(15)

    def deliver(_index: int) -> list[str]:
        results = []
        try:
            with serving(company):
                barrier.wait(timeout=30)
                for _ in range(2):
                    try:
                        sales_order_line_record(actor=actor, line=line_id, delivered_delta=Decimal(1))
                        results.append("ok")
                    except OverDelivery:
                        results.append("over")
        finally:
            connections.close_all()
        return results

    with ThreadPoolExecutor(15) as pool:
        results = [r for part in pool.map(deliver, range(15)) for r in part]
    assert (results.count("ok"), results.count("over")) == (10, 20)
    with serving(company):
        line = SalesOrderLine.objects.select_related("order").get(pk=line_id)
        assert (line.delivered, line.order.status) == (10, "delivered")
