"""A production order from material to goods in stock, with numbers worked out by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from modules.inventory.models import ProductCost
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.production.checks import check
from modules.production.errors import BomCycle, QuantityExceeded
from modules.production.models import ProductionOrder, ProductionReport
from modules.production.services import (
    bom_create,
    bom_update,
    production_order_cancel,
    production_order_close,
    production_order_create,
    production_order_issue,
    production_order_release,
    production_order_report,
    production_order_update,
)
from modules.shared.data.models import Product
from tenon.problems import Invalid, Problem, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of
from tests.modules.production.factory import Factory, make_factory

D = Decimal


def stocked(factory: Factory, *rows: tuple[Product, int, str]) -> None:
    lines = [{"product": p, "quantity": D(q), "unit_cost": D(c)} for p, q, c in rows]
    made = adjustment_create(actor=factory.actor, kind="opening", lines=lines)
    adjustment_post(actor=factory.actor, adjustment=made)


def worth(product: Product) -> tuple[Decimal, Decimal]:
    cost = ProductCost.objects.get(product=product)
    return cost.quantity, cost.value


def test_six_bicycles_are_made_and_costed(factory: Factory) -> None:
    stocked(factory, (factory.frame, 10, "300"), (factory.wheel, 20, "40"))
    order = factory.order(6)
    assert {c.product.code: c.required for c in order.components.all()} == {"FRAME": 6, "WHEEL": 12}

    # Four good in 90 minutes: 4 frames and 8 wheels leave stock for 4 × 300 + 8 × 40 = 1,520; labour 1.5 h × 60 = 90,
    # overhead 1.5 h × 30 = 45. All of it went into these four: 1,655.
    production_order_report(actor=factory.actor, order=order, good=D(4), minutes=D(90), work_centre=factory.centre)
    order.refresh_from_db()
    assert (order.material_cost, order.labour_cost, order.overhead_cost) == (1520, 90, 45)
    assert (order.received_value, order.work_in_process) == (1655, 0)
    assert worth(factory.bike) == (4, 1655)
    assert worth(factory.frame) == (6, 1800)

    # The last two: 2 frames and 4 wheels more, 760.
    production_order_report(actor=factory.actor, order=order, good=D(2))
    order.refresh_from_db()
    assert (order.status, order.work_in_process) == ("done", 0)
    assert worth(factory.bike) == (6, D("2415.00"))
    production_order_close(actor=factory.actor, order=order)
    order.refresh_from_db()
    assert (order.status, order.variance) == ("closed", 0)
    assert check(current()) == []


def test_scrap_makes_the_good_ones_dearer(factory: Factory) -> None:
    """Domain rule 24: the cost of 100 spreads over the 96 good ones."""
    stocked(factory, (factory.spoke, 3200, "0.50"))
    order = factory.order(100, product=factory.wheel)
    production_order_report(actor=factory.actor, order=order, good=D(96), scrap=D(4))
    assert worth(factory.wheel) == (96, 1600)  # 3,200 × 0.50, not 96 % of it
    assert check(current()) == []


def test_all_scrap_goes_to_variance_at_closing(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 320, "0.50"))
    order = factory.order(10, product=factory.wheel)
    production_order_report(actor=factory.actor, order=order, scrap=D(10))
    closed = production_order_close(actor=factory.actor, order=order)
    assert (closed.variance, closed.work_in_process) == (160, 0)
    assert check(current()) == []


def test_missing_material_stops_the_report_and_changes_nothing(factory: Factory) -> None:
    stocked(factory, (factory.frame, 1, "300"))
    order = factory.order(2)
    with pytest.raises(Problem) as caught:
        production_order_report(actor=factory.actor, order=order, good=D(2))
    assert caught.value.type == "insufficient-stock"
    order.refresh_from_db()
    assert (order.status, order.completed, order.collected) == ("released", 0, 0)
    assert ProductionReport.objects.count() == 0


def test_no_more_than_ordered_is_reported(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 320, "0.50"))
    order = factory.order(5, product=factory.wheel)
    with pytest.raises(QuantityExceeded):
        production_order_report(actor=factory.actor, order=order, good=D(5), scrap=D(1))


def test_what_is_taken_beyond_the_bill_costs_too(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 100, "0.50"))
    order = factory.order(1, product=factory.wheel)
    production_order_issue(actor=factory.actor, order=order, items={factory.spoke.pk: D(40)})
    production_order_report(actor=factory.actor, order=order, good=D(1))
    assert worth(factory.wheel) == (1, 20)


def test_states_are_kept(factory: Factory) -> None:
    order = factory.order(1, release=False)
    with pytest.raises(StateRefused):
        production_order_report(actor=factory.actor, order=order, good=D(1))
    production_order_update(actor=factory.actor, order=order, quantity=D(3))
    assert {c.required for c in order.components.all()} == {3, 6}
    production_order_release(actor=factory.actor, order=order)
    with pytest.raises(StateRefused):
        production_order_update(actor=factory.actor, order=order, quantity=D(4))
    assert production_order_cancel(actor=factory.actor, order=order).status == "cancelled"
    with pytest.raises(StateRefused):
        production_order_release(actor=factory.actor, order=order)


def test_a_bought_product_is_not_made(factory: Factory) -> None:
    with pytest.raises(Invalid) as caught:
        factory.order(1, product=factory.frame)
    assert caught.value.errors[0].field == "product"


def test_a_cycle_is_refused_at_save_with_its_path(factory: Factory) -> None:
    with pytest.raises(BomCycle) as caught:
        bom_create(actor=factory.actor, product=factory.spoke, lines=[{"component": factory.bike, "quantity": D(1)}])
    assert caught.value.extra["path"] == ["SPOKE", "BIKE", "WHEEL", "SPOKE"]


def test_a_later_change_of_the_bill_does_not_touch_a_released_order(factory: Factory) -> None:
    order = factory.order(1, product=factory.wheel)
    bom_create(
        actor=factory.actor,
        product=factory.wheel,
        revision="2",
        lines=[{"component": factory.spoke, "quantity": D(36)}],
    )
    assert [c.required for c in order.components.all()] == [32]


def test_parallel_reports_never_exceed_the_order(fresh_company: Callable[[], Company]) -> None:
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        factory = make_factory(actor)
        stocked(factory, (factory.spoke, 320, "0.50"))
        order = factory.order(10, product=factory.wheel)
    won, refused = [], []

    def report() -> None:
        with serving(company):
            try:
                production_order_report(actor=actor, order=ProductionOrder.objects.get(pk=order.pk), good=D(4))
                won.append(1)
            except QuantityExceeded:
                refused.append(1)
        connection.close()

    threads = [threading.Thread(target=report) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with serving(company):
        order.refresh_from_db()
        assert (len(won), len(refused), order.completed) == (2, 4, 8)
        assert check(company) == []


def test_an_order_is_made_by_the_bill_it_names(factory: Factory) -> None:
    """Not by the active one, when somebody chose another."""
    old = factory.wheel.boms.get()
    bom_create(
        actor=factory.actor, product=factory.wheel, revision="2",
        lines=[{"component": factory.spoke, "quantity": D(36)}],
    )  # fmt: skip
    order = factory.order(1, release=False, product=factory.wheel)
    assert [c.required for c in order.components.all()] == [36]
    production_order_update(actor=factory.actor, order=order, bom=old)
    production_order_release(actor=factory.actor, order=order)
    assert [c.required for c in order.components.all()] == [32]
    other = factory.order(1, release=False, product=factory.wheel)
    with pytest.raises(Invalid) as caught:
        production_order_update(actor=factory.actor, order=other, bom=factory.bike.boms.get())
    assert caught.value.errors[0].field == "bom"


def test_a_bill_that_came_after_the_order_is_taken_at_release(factory: Factory) -> None:
    with acting(factory.actor):
        hub = Product(code="HUB", name="Hub", unit=factory.bike.unit, source="make")
        hub.save()
    order = factory.order(2, release=False, product=hub)
    bom = bom_create(actor=factory.actor, product=hub, lines=[{"component": factory.spoke, "quantity": D(1)}])
    released = production_order_release(actor=factory.actor, order=order)
    assert (released.bom_id, [c.required for c in order.components.all()]) == (bom.pk, [2])


def test_half_a_bicycle_is_neither_ordered_nor_reported(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 320, "0.50"))
    draft = factory.order(2, release=False, product=factory.wheel)
    with pytest.raises(Invalid) as caught:
        production_order_update(actor=factory.actor, order=draft, quantity=D("1.5"))
    assert caught.value.errors[0].field == "quantity"
    order = factory.order(2, product=factory.wheel)
    with pytest.raises(Invalid) as caught:
        production_order_report(actor=factory.actor, order=order, good=D("0.5"))
    assert caught.value.errors[0].field == "good"
    with pytest.raises(Invalid) as caught:
        production_order_report(actor=factory.actor, order=order, good=D(1), scrap=D("0.5"))
    assert caught.value.errors[0].field == "scrap"


def test_material_is_taken_in_whole_pieces_rounded_up(factory: Factory) -> None:
    """Half a bolt a wheel: 5 wheels take 3 bolts; after 3 wheels 2 are used, not 1."""
    with acting(factory.actor):
        bolt = Product(code="BOLT", name="Bolt", unit=factory.bike.unit, source="buy")
        rim = Product(code="RIM", name="Rim", unit=factory.bike.unit, source="make")
        bolt.save()
        rim.save()
    bom_create(actor=factory.actor, product=rim, lines=[{"component": bolt, "quantity": D("0.5")}])
    stocked(factory, (bolt, 10, "2"))
    order = factory.order(5, product=rim)
    production_order_report(actor=factory.actor, order=order, good=D(3))
    component = order.components.get()
    assert (component.required, component.issued) == (3, 2)
    production_order_report(actor=factory.actor, order=order, good=D(2))
    assert worth(bolt) == (7, 14)
    assert worth(rim) == (5, 6)
    assert check(current()) == []


def test_a_service_is_no_material(factory: Factory) -> None:
    with acting(factory.actor):
        painting = Product(code="PAINT", name="Painting", unit=factory.bike.unit, kind="service")
        painting.save()
    with pytest.raises(Invalid) as caught:
        bom_update(actor=factory.actor, bom=factory.wheel.boms.get(), lines=[{"component": painting, "quantity": D(1)}])
    assert caught.value.errors[0].field == "lines.0.component"


def test_two_changes_at_once_close_no_circle(fresh_company: Callable[[], Company]) -> None:
    """A into B and B into A, each fine by itself: one wins, the other is refused."""
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        factory = make_factory(actor)
        with acting(actor):
            pair = [Product(code=c, name=c, unit=factory.bike.unit, source="make") for c in ("A", "B")]
            for product in pair:
                product.save()
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def put(parent: Product, component: Product) -> None:
        gate.wait()
        with serving(company):
            try:
                bom_create(actor=actor, product=parent, lines=[{"component": component, "quantity": D(1)}])
                outcomes.append("made")
            except BomCycle:
                outcomes.append("refused")
        connection.close()

    threads = [threading.Thread(target=put, args=both) for both in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]


def test_how_material_is_taken_is_said_with_the_order_and_changed_while_it_is_open(factory: Factory) -> None:
    order = production_order_create(
        actor=factory.actor, product=factory.bike, quantity=D(2), backflush=False, tolerance=D(5)
    )
    assert (order.backflush, order.tolerance) == (False, 5)
    order = production_order_update(actor=factory.actor, order=order, backflush=True, tolerance=D(0))
    order = production_order_release(actor=factory.actor, order=order)
    order = production_order_update(actor=factory.actor, order=order, backflush=False)
    order.refresh_from_db()
    assert (order.backflush, order.tolerance) == (False, 0)
    for refused in (
        lambda: production_order_create(actor=factory.actor, product=factory.bike, quantity=D(2), tolerance=D(-1)),
        lambda: production_order_update(actor=factory.actor, order=order, tolerance=D(-1)),
    ):
        with pytest.raises(Invalid) as problem:
            refused()
        assert [e.field for e in problem.value.errors] == ["tolerance"]
