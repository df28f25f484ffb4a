"""A sales order line becomes a production order in one step, and is taken back while nothing has happened to it; what
its salesperson sees of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connections

from modules.production.models import ProductionOrder
from modules.production.selectors.order_progress import order_progress
from modules.production.services import (
    production_order_release,
    production_order_report,
    sales_order_make,
    sales_order_unmake,
)
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of
from tests.modules.production.factory import Factory, make_factory
from tests.modules.production.services.test_operation_reports import routed
from tests.modules.production.services.test_orders import stocked

D = Decimal


def sold(factory: Factory, quantity: int) -> SalesOrder:
    with acting(factory.actor):
        customer, _made = Party.objects.get_or_create(code="C-1", defaults={"name": "Shop", "is_customer": True})
    line = {"product": factory.wheel, "quantity": D(quantity), "unit_price": D(90)}
    order = sales_order_create(actor=factory.actor, customer=customer, lines=[line])
    return sales_order_confirm(actor=factory.actor, order=order)


def test_only_what_is_missing_is_made_and_once(factory: Factory) -> None:
    """Ten are sold, three are there and locked: seven are made. Asked again, nothing is left to make."""
    stocked(factory, (factory.wheel, 3, "40"))
    order = sold(factory, 10)
    [made] = sales_order_make(actor=factory.actor, order=order)
    assert (made.quantity, made.status, made.sales_order_id) == (7, "draft", order.pk)
    assert made.demand_label == f"{order.number} / {order.lines.get().position}"
    with pytest.raises(StateRefused):
        sales_order_make(actor=factory.actor, order=order)


def test_taken_back_while_untouched(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 320, "0.50"))
    routed(factory, "Lace", "True")
    order = sold(factory, 10)
    line = order.lines.get().pk
    sales_order_make(actor=factory.actor, order=order)
    assert len(sales_order_unmake(actor=factory.actor, order=order, line=line)) == 1
    assert not ProductionOrder.objects.exists()  # a draft leaves nothing behind
    [made] = sales_order_make(actor=factory.actor, order=order)
    production_order_release(actor=factory.actor, order=made)
    sales_order_unmake(actor=factory.actor, order=order, line=line)
    assert ProductionOrder.objects.get().status == "cancelled"
    [made] = sales_order_make(actor=factory.actor, order=order)
    made = production_order_release(actor=factory.actor, order=made)
    lace = made.operations.order_by("position")[0]
    production_order_report(
        actor=factory.actor, order=made, operation=lace, good=D(1), work_centre=factory.centre, minutes=D(6)
    )
    with pytest.raises(StateRefused):
        sales_order_unmake(actor=factory.actor, order=order, line=line)


def test_progress_in_figures(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 320, "0.50"))
    routed(factory, "Lace", "True")
    order = sold(factory, 10)
    line = order.lines.get().pk
    [made] = sales_order_make(actor=factory.actor, order=order)
    made = production_order_release(actor=factory.actor, order=made)
    [waits] = order_progress(order)[line]
    assert (waits["step"]["position"], waits["step"]["of"], waits["expected_on"]) == (1, 2, None)
    lace, true = made.operations.order_by("position")
    production_order_report(actor=factory.actor, order=made, operation=lace, good=D(10))
    production_order_report(actor=factory.actor, order=made, operation=true, good=D(6))
    [runs] = order_progress(order)[line]
    assert runs["step"] == {"position": 2, "of": 2, "name": "True", "good": 6, "quantity": 10}
    assert (runs["status"], runs["completed"]) == ("in_progress", 6)


def test_pressed_twice_at_once_it_is_made_once(fresh_company: Callable[[], Company]) -> None:
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        order = sold(make_factory(actor), 5)
    barrier = Barrier(2)

    def press(_index: int) -> int:
        try:
            with serving(company):
                barrier.wait(timeout=30)
                return len(sales_order_make(actor=actor, order=order))
        except StateRefused:
            return 0
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [0, 1]
    with serving(company):
        assert ProductionOrder.objects.get().quantity == 5
