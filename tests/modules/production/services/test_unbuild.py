"""Taking apart, and what an order costs when things go wrong: worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.inventory.models import ProductCost, StockMove
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.production.checks import check
from modules.production.errors import QuantityExceeded
from modules.production.services import (
    production_order_close,
    production_order_issue,
    production_order_report,
    production_order_unbuild,
)
from modules.shared.data.models import Product
from tenon.problems import Problem, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory

D = Decimal


def stocked(factory: Factory, *rows: tuple[Product, int, str]) -> None:
    lines = [{"product": p, "quantity": D(q), "unit_cost": D(c)} for p, q, c in rows]
    adjustment_post(actor=factory.actor, adjustment=adjustment_create(actor=factory.actor, kind="opening", lines=lines))


def worth(product: Product) -> tuple[Decimal, Decimal]:
    cost = ProductCost.objects.get(product=product)
    return cost.quantity, cost.value


def test_material_comes_back_at_recorded_not_at_current_cost(factory: Factory) -> None:
    """Four bicycles of 4 × 300 + 8 × 40 and an hour and a half of work (135): 1,655 in all, 413.75 each. Then frames
    and wheels become dearer; one bicycle is taken apart: a frame of 300 and two wheels of 40 come back, 33.75 of work
    are lost."""
    stocked(factory, (factory.frame, 4, "300"), (factory.wheel, 8, "40"))
    order = factory.order(4)
    production_order_report(actor=factory.actor, order=order, good=D(4), minutes=D(90), work_centre=factory.centre)
    production_order_close(actor=factory.actor, order=order)
    stocked(factory, (factory.frame, 1, "400"), (factory.wheel, 1, "60"))
    order = production_order_unbuild(actor=factory.actor, order=order, quantity=D(1))
    assert (worth(factory.bike), worth(factory.frame), worth(factory.wheel)) == (
        (3, D("1241.25")), (2, 700), (3, 140),
    )  # fmt: skip
    assert (order.unbuilt, order.unbuilt_value, order.variance) == (1, D("413.75"), D("33.75"))
    assert (order.material_cost, order.work_in_process) == (1140, 0)
    assert check(current()) == []
    order = production_order_unbuild(actor=factory.actor, order=order, quantity=D(3))
    assert (worth(factory.bike), worth(factory.frame), worth(factory.wheel)) == ((0, 0), (5, 1600), (9, 380))
    # All the work of 135 is lost, nothing else.
    assert (order.variance, order.material_cost) == (135, 0)
    assert check(current()) == []


def test_no_more_is_taken_apart_than_was_made_or_is_there(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 64, "0.50"))
    order = factory.order(2, product=factory.wheel)
    with pytest.raises(StateRefused):
        production_order_unbuild(actor=factory.actor, order=order, quantity=D(1))
    production_order_report(actor=factory.actor, order=order, good=D(2))
    with pytest.raises(QuantityExceeded):
        production_order_unbuild(actor=factory.actor, order=order, quantity=D(3))
    stocked(factory, (factory.frame, 1, "300"))
    production_order_report(actor=factory.actor, order=factory.order(1), good=D(1))  # takes both wheels
    with pytest.raises(Problem) as caught:
        production_order_unbuild(actor=factory.actor, order=order, quantity=D(1))
    assert caught.value.type == "insufficient-stock"
    assert check(current()) == []


def test_lots_go_back_where_they_came_from(factory: Factory) -> None:
    with acting(factory.actor):
        factory.spoke.tracking = Product.Tracking.LOT
        factory.spoke.save()
    lines = [{"product": factory.spoke, "quantity": D(64), "unit_cost": D(1), "lot": "L-7"}]
    adjustment_post(actor=factory.actor, adjustment=adjustment_create(actor=factory.actor, kind="opening", lines=lines))
    order = factory.order(2, product=factory.wheel)
    production_order_report(actor=factory.actor, order=order, good=D(2))
    production_order_unbuild(actor=factory.actor, order=order, quantity=D(1))
    back = StockMove.objects.get(kind="production_receipt", product=factory.spoke)
    assert (back.lot, back.quantity, back.value) == ("L-7", 32, 32)
    assert check(current()) == []


def test_closing_a_half_done_order_takes_the_rest_into_the_variance(factory: Factory) -> None:
    """Material of ten wheels went in, 160.00; four were made, 64.00: 96.00 stay in process until it is closed."""
    stocked(factory, (factory.spoke, 320, "0.50"))
    order = factory.order(10, product=factory.wheel)
    production_order_issue(actor=factory.actor, order=order)
    production_order_report(actor=factory.actor, order=order, good=D(4))
    order.refresh_from_db()
    assert (worth(factory.wheel), order.work_in_process) == ((4, 64), 96)
    closed = production_order_close(actor=factory.actor, order=order)
    assert (closed.variance, closed.work_in_process) == (96, 0)
    assert check(current()) == []
