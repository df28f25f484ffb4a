"""Material out and finished goods in, through the port."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import StockMove
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, StockIssue, StockReservation
from modules.shared.contracts.valuation import StockValuation
from tenon import ports
from tenon.records.service import acting
from tenon.tenancy.context import current

ORDER = RecordRef("production.order", 7, "MO-26-00007")


def test_issue_takes_what_is_locked_for_the_order_first(world):
    steel, bolt = world.products(2)
    world.opening((steel, 10, "3.50"), (bolt, 100, "0.10"))
    issue, reservation = ports.find(StockIssue), ports.find(StockReservation)
    assert issue is not None
    assert reservation is not None
    line = RecordRef("production.order_component", 70, "MO / 1")
    with acting(world.actor):
        reservation.reserve(actor=world.actor, demands=[Demand(line, steel.pk, D(4), head=ORDER)])
        answers = issue.issue_to_production(
            actor=world.actor, order=ORDER, items=[(steel.pk, D(6)), (bolt.pk, D(50))], moved_on=current().today()
        )
    assert answers == [(steel.pk, D(6), D(21)), (bolt.pk, D(50), D(5))]
    assert world.balance(steel) == (D(4), D(0))
    assert {m.source_label for m in StockMove.objects.filter(product=steel, kind="production_issue")} == {ORDER.label}
    with acting(world.actor), pytest.raises(InsufficientStock):
        issue.issue_to_production(actor=world.actor, order=ORDER, items=[(steel.pk, D(5))], moved_on=current().today())
    world.prove()


def test_the_same_component_twice_is_issued_in_full(world):
    bolt = world.product()
    world.opening((bolt, 10, 1))
    issue = ports.find(StockIssue)
    assert issue is not None
    answers = issue.issue_to_production(
        actor=world.actor, order=ORDER, items=[(bolt.pk, D(3)), (bolt.pk, D(4))], moved_on=current().today()
    )
    assert answers == [(bolt.pk, D(3), D(3)), (bolt.pk, D(4), D(4))]
    with pytest.raises(InsufficientStock) as short:
        issue.issue_to_production(
            actor=world.actor, order=ORDER, items=[(bolt.pk, D(2)), (bolt.pk, D(2))], moved_on=current().today()
        )
    assert D(short.value.extra["lines"][0]["missing"]) == 1


def test_finished_goods_are_locked_for_the_order_they_were_made_for(world):
    bike = world.product()
    waiting = world.sale((bike, 3))
    line = waiting.lines.get()
    issue = ports.find(StockIssue)
    assert issue is not None
    issue.receive_from_production(
        actor=world.actor, order=ORDER, product_id=bike.pk, quantity=D(5), value=D("1234.56"),
        moved_on=current().today(), reserve_for=RecordRef("shared.sales_order_line", line.pk),
    )  # fmt: skip
    line.refresh_from_db()
    assert line.reserved == D(3)
    assert world.balance(bike) == (D(5), D(3))
    assert world.cost(bike) == (D(5), D("1234.56"))
    valuation = ports.find(StockValuation)
    assert valuation is not None
    assert valuation.values()[bike.pk] == D("1234.56")
    world.prove()
