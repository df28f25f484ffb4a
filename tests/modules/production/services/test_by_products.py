"""By-products through the services: stock, ledger and planning, with figures worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from modules.inventory.models import ProductCost, StockMove
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.production.checks import check
from modules.production.models import BillOfMaterials, PlannedOrder, ProductionOrder
from modules.production.selectors.estimates import unit_costs
from modules.production.services import (
    bom_create,
    bom_output_create,
    bom_output_update,
    bom_update,
    planning_run,
    production_order_close,
    production_order_create,
    production_order_issue,
    production_order_release,
    production_order_report,
)
from modules.shared.contracts.stock import OpenSupply
from modules.shared.data.models import Product, Unit
from tenon import ports
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory

D = Decimal


class Sawmill:
    """A board takes a log (10.00) and leaves half a kilogram of chips; chips have a share in the cost."""

    def __init__(self, factory: Factory, share: str = "20") -> None:
        self.actor = factory.actor
        with acting(self.actor):
            kilo = Unit.objects.get(code="KG")
            self.board = Product(code="BOARD", name="Board", unit=factory.bike.unit, source="make", lead_time_days=1)
            self.log = Product(code="LOG", name="Log", unit=factory.bike.unit, lead_time_days=5)
            self.chips = Product(code="CHIPS", name="Chips", unit=kilo, lead_time_days=3)
            for product in (self.board, self.log, self.chips):
                product.save()
        self.bom = bom_create(actor=self.actor, product=self.board, lines=[{"component": self.log, "quantity": D(1)}])
        self.output = bom_output_create(
            actor=self.actor, bom=self.bom, product=self.chips, quantity=D("0.5"), cost_share=D(share)
        )
        lines = [{"product": self.log, "quantity": D(100), "unit_cost": D(10)}]
        adjustment_post(actor=self.actor, adjustment=adjustment_create(actor=self.actor, kind="opening", lines=lines))

    def order(self, quantity: int) -> ProductionOrder:
        order = production_order_create(actor=self.actor, product=self.board, quantity=D(quantity))
        return production_order_release(actor=self.actor, order=order)


def worth(product: Product) -> tuple[Decimal, Decimal]:
    cost = ProductCost.objects.get(product=product)
    return cost.quantity, cost.value


def test_the_value_is_divided_and_both_come_into_stock(factory: Factory) -> None:
    mill = Sawmill(factory)
    order = mill.order(10)
    [output] = order.outputs.all()
    assert (output.expected, output.cost_share) == (5, 20)
    # 4 boards: 4 logs, 40.00, of which 20 % = 8.00 with 2 kg of chips.
    report = production_order_report(actor=mill.actor, order=order, good=D(4))
    assert (worth(mill.board), worth(mill.chips), report.received_value) == ((4, 32), (2, 8), 40)
    # The other 6; the chips were weighed: 3.5 kg, they bear 20 % of 60.00 all the same.
    production_order_report(actor=mill.actor, order=order, good=D(6), outputs={mill.chips.pk: D("3.5")})
    assert (worth(mill.board), worth(mill.chips)) == ((10, 80), (D("5.5"), 20))
    order.refresh_from_db()
    output.refresh_from_db()
    assert (order.status, order.received_value, order.work_in_process) == ("done", 100, 0)
    assert (output.received, output.received_value, output.waiting_value) == (D("5.5"), 20, 0)
    moves = StockMove.objects.filter(kind="production_receipt", source_id=order.pk, source_entity="production.order")
    assert sum(m.value for m in moves) == 100
    assert check(current()) == []


def test_chips_that_come_later_bring_what_waited_for_them(factory: Factory) -> None:
    mill = Sawmill(factory)
    order = mill.order(10)
    production_order_report(actor=mill.actor, order=order, good=D(4), outputs={})
    order.refresh_from_db()
    # 40.00 less the 8.00 that wait for chips.
    assert (worth(mill.board), order.work_in_process) == ((4, 32), 8)
    assert check(current()) == []
    production_order_report(actor=mill.actor, order=order, good=D(6), outputs={mill.chips.pk: D(5)})
    assert (worth(mill.board), worth(mill.chips)) == ((10, 80), (5, 20))
    assert check(current()) == []


def test_without_good_pieces_all_is_loss_and_the_by_product_costs_nothing(factory: Factory) -> None:
    mill = Sawmill(factory)
    order = mill.order(10)
    production_order_report(actor=mill.actor, order=order, scrap=D(10))
    assert worth(mill.chips) == (5, 0)
    closed = production_order_close(actor=mill.actor, order=order)
    assert (closed.variance, closed.received_value) == (100, 0)
    assert check(current()) == []


def test_closing_early_takes_what_waited_into_the_variance(factory: Factory) -> None:
    mill = Sawmill(factory)
    order = mill.order(10)
    production_order_report(actor=mill.actor, order=order, good=D(4), outputs={})
    closed = production_order_close(actor=mill.actor, order=order)
    assert (closed.variance, order.outputs.get().waiting_value) == (8, 0)
    assert check(current()) == []


def test_open_orders_and_proposals_bring_chips_to_planning(factory: Factory) -> None:
    mill = Sawmill(factory)
    order = mill.order(10)
    supplies = [s for p in ports.find_all(OpenSupply) for s in p.open_supply([mill.chips.pk])]
    assert [(s.source.entity, s.quantity, s.due_on, s.firm) for s in supplies] == [
        ("production.order_output", 5, order.due_on, True)
    ]
    locked = [s for p in ports.find_all(OpenSupply) if (s := p.supply_locked(supplies[0].source)) is not None]
    assert [s.quantity for s in locked] == [5]
    with acting(mill.actor):
        pellet = Product(
            code="PELLET", name="Pellet", unit=factory.bike.unit, source="make", lead_time_days=1, safety_stock=D(10)
        )
        pellet.save()
    bom_create(actor=mill.actor, product=pellet, lines=[{"component": mill.chips, "quantity": D(2)}])
    run = planning_run(actor=mill.actor)
    # 10 pellets take 20 kg at once; the 5 kg come a day later and cover nothing of it, nor is the order told to move.
    assert PlannedOrder.objects.get(run=run, product=mill.chips).quantity == 20
    assert not run.exceptions.filter(product=mill.chips).exclude(kind="release").exists()
    again = planning_run(actor=mill.actor)
    assert again.pk == run.pk


def test_shares_stay_within_a_hundred(factory: Factory) -> None:
    mill = Sawmill(factory)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"product": factory.spoke, "quantity": D(1), "cost_share": D(81)}, "cost_share"),
        ({"product": factory.spoke, "quantity": D(0)}, "quantity"),
        ({"product": mill.board, "quantity": D(1)}, "product"),
        ({"product": mill.chips, "quantity": D(1)}, "product"),
    ]
    for values, field in wrong:
        with pytest.raises(Invalid) as caught:
            bom_output_create(actor=mill.actor, bom=mill.bom, **values)
        assert caught.value.errors[0].field == field
    assert bom_output_update(actor=mill.actor, output=mill.output, cost_share=D(100)).cost_share == 100
    with pytest.raises(Invalid) as caught:
        bom_update(actor=mill.actor, bom=mill.bom, is_phantom=True)
    assert caught.value.errors[0].field == "is_phantom"


def test_what_the_order_does_not_make_is_not_reported(factory: Factory) -> None:
    mill = Sawmill(factory)
    order = mill.order(2)
    wrong: list[Any] = [{factory.bike.pk: D(1)}, {mill.chips.pk: D(-1)}, {"x": D(1)}, {mill.chips.pk: "NaN"}]
    for given in wrong:
        with pytest.raises(Invalid) as caught:
            production_order_report(actor=mill.actor, order=order, good=D(2), outputs=given)
        assert caught.value.errors[0].field == "outputs"


def test_the_roll_up_knows_the_shares(factory: Factory) -> None:
    """A board costs 10.00: 8.00 of it stay with the board, half a kilogram of chips costs 2.00, a whole one 4.00."""
    mill = Sawmill(factory)
    costs = unit_costs([mill.board.pk, mill.chips.pk])
    assert costs[mill.board.pk]["material"] == 8
    assert costs[mill.chips.pk]["material"] == 4


def test_by_list_price_the_dearer_bears_more(factory: Factory) -> None:
    """A board sells at 90.00, the half kilogram that comes with it at 10.00: 10 %."""
    mill = Sawmill(factory, "0")
    with acting(mill.actor):
        mill.board.list_price, mill.chips.list_price = D(90), D(20)
        mill.board.save()
        mill.chips.save()
    bom_update(actor=mill.actor, bom=mill.bom, cost_split=BillOfMaterials.CostSplit.VALUE)
    order = mill.order(10)
    production_order_report(actor=mill.actor, order=order, good=D(10))
    assert (worth(mill.board), worth(mill.chips)) == ((10, 90), (5, 10))


def test_a_by_product_that_goes_back_in(factory: Factory) -> None:
    """A bath takes 10 kg of salt at 1.00 and gives 8 back, which cost nothing: the good one bears what it was given."""
    mill = Sawmill(factory)
    with acting(mill.actor):
        salt = Product(code="SALT", name="Salt", unit=mill.chips.unit)
        bath = Product(code="BATH", name="Bath", unit=factory.bike.unit, source="make")
        salt.save()
        bath.save()
    bom = bom_create(actor=mill.actor, product=bath, lines=[{"component": salt, "quantity": D(10)}])
    bom_output_create(actor=mill.actor, bom=bom, product=salt, quantity=D(8))
    lines = [{"product": salt, "quantity": D(10), "unit_cost": D(1)}]
    adjustment_post(actor=mill.actor, adjustment=adjustment_create(actor=mill.actor, kind="opening", lines=lines))
    order = factory.order(1, product=bath)
    production_order_issue(actor=mill.actor, order=order)
    production_order_report(actor=mill.actor, order=order, good=D(1))
    assert (worth(bath), worth(salt)) == ((1, 10), (8, 0))
    planning_run(actor=mill.actor)
    assert unit_costs([bath.pk])[bath.pk]["material"] == 0  # salt is worth nothing now
    assert check(current()) == []
