"""Nonconformances: what is decided happens, costs add up, actions are verified by another, owners are reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from modules.finance.checks import check as check_ledger
from modules.inventory.models import Lot, Receipt, StockAdjustment, StockBalance
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.lot_quality import lot_release
from modules.production.handlers import rework_reported
from modules.production.models import CorrectiveAction, Inspection, NonConformance, ProductionReport
from modules.production.services import production_order_report
from modules.production.services.corrective_actions import (
    corrective_action_create,
    corrective_action_done,
    corrective_action_update,
    corrective_action_verify,
    quality_reminders,
)
from modules.production.services.dispositions import nonconformance_dispose
from modules.production.services.inspections import inspection_judge
from modules.production.services.nonconformances import (
    inspection_report_nonconformance,
    nonconformance_cancel,
    nonconformance_close,
    nonconformance_create,
    nonconformance_update,
)
from modules.shared.contracts.events import ProductionReported
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.notifications.models import Notification
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_inspections import found, plan_of, quality
from tests.modules.production.services.test_operation_reports import wheels

D = Decimal


@pytest.fixture
def world(serving_acme: Company, actor: Actor) -> World:
    return World(actor)


@pytest.fixture
def second(actor: Actor) -> Actor:
    with acting(actor):
        member = Member.objects.create(person_id=4_713, name="Second", email="second@acme.example")
    return replace(actor, member_id=member.pk, label="Second")


def refused(world: World, product: Product, lots: str, quantity: int) -> tuple[Inspection, NonConformance]:
    """Goods that came at 10 each and were refused, with their nonconformance."""
    plan_of(world, product)
    order = world.purchase((product, quantity, 10))
    world.receive(order, [{"order_line": order.lines.get().pk, "quantity": quantity, "lots": lots}])
    inspection = Inspection.objects.get(product=product)
    found(world, inspection, ["1"], [])
    inspection_judge(actor=world.actor, inspection=inspection)
    inspection_report_nonconformance(actor=world.actor, inspection=inspection, title="Too thin", severity="major")
    return inspection, NonConformance.objects.get(inspection=inspection)


def dispose(actor: Actor, of: NonConformance, kind: str, **values: Any) -> NonConformance:
    return nonconformance_dispose(actor=actor, nonconformance=of, kind=kind, **values)


def on_hand(product: Product) -> Decimal:
    return sum(StockBalance.objects.filter(product=product).values_list("on_hand", flat=True), D(0))


def test_refused_goods_without_numbers_are_partly_returned_and_scrapped(world: World) -> None:
    """10 bolts at 10: 6 back to the supplier, 4 scrapped at 40, 15 of sorting: 55 of poor quality."""
    bolt = world.product()
    inspection, nc = refused(world, bolt, "", 10)
    assert (nc.number[:3], nc.origin, nc.quantity, nc.supplier, nc.severity) == (
        "NC-", "inspection", 10, world.party("supplier"), "major",
    )  # fmt: skip
    with pytest.raises(StateRefused):
        inspection_report_nonconformance(actor=world.actor, inspection=inspection, title="Again")
    dispose(world.actor, nc, "return", quantity=D(6))
    back = Receipt.objects.get(kind="return")
    assert (back.lines.get().quantity, back.original) == (D(6), Receipt.objects.get(kind="receipt"))
    with pytest.raises(StateRefused):
        nonconformance_close(actor=world.actor, nonconformance=nc)
    with pytest.raises(Invalid):
        dispose(world.actor, nc, "scrap", quantity=D(5))
    nc = nonconformance_update(actor=world.actor, nonconformance=nc, other_cost=D(15))
    nc = dispose(world.actor, nc, "scrap", reason="Bent")
    assert StockAdjustment.objects.get().kind == "scrap"
    assert (nc.disposed, nc.cost, on_hand(bolt)) == (D(10), D(55), D(0))
    inspection.refresh_from_db()
    assert inspection.kept == 0
    decided = [(d.kind, d.quantity, d.value, (d.document or {})["entity"]) for d in nc.dispositions.all()]
    assert decided == [
        ("return", D(6), D(0), "inventory.receipt"), ("scrap", D(4), D(40), "inventory.adjustment"),
    ]  # fmt: skip
    assert nonconformance_close(actor=world.actor, nonconformance=nc).status == "closed"
    with pytest.raises(StateRefused):
        dispose(world.actor, nc, "scrap")
    world.prove()
    assert check_ledger(current()) == []


def test_a_refused_lot_goes_back_from_where_it_lies(world: World) -> None:
    steel = world.product(tracking="lot")
    _inspection, nc = refused(world, steel, "L-1", 10)
    assert nc.lot == "L-1"
    nc = dispose(world.actor, nc, "return")
    assert (nc.disposed, on_hand(steel), quality(steel, "L-1")[0]) == (D(10), D(0), "rejected")
    world.prove()


def test_serial_numbers_are_decided_one_by_one(world: World) -> None:
    pump = world.product(tracking="serial")
    _inspection, nc = refused(world, pump, "S1..S4", 4)
    dispose(world.actor, nc, "scrap", quantity=D(1))
    nc.refresh_from_db()
    dispose(world.actor, nc, "return", quantity=D(3))
    left = StockBalance.objects.filter(product=pump, on_hand__gt=0)
    assert not left.exists()
    world.prove()


def test_a_concession_needs_a_second_person_and_the_whole_lot(world: World, second: Actor) -> None:
    steel = world.product(tracking="lot")
    inspection, nc = refused(world, steel, "L-1", 10)
    with pytest.raises(Forbidden):
        dispose(world.actor, nc, "use_as_is", reason="Will be turned")
    with pytest.raises(Invalid):
        dispose(second, nc, "use_as_is")
    with pytest.raises(Invalid):
        dispose(second, nc, "use_as_is", reason="Will be turned", quantity=D(4))
    nc = dispose(second, nc, "use_as_is", reason="Will be turned")
    inspection.refresh_from_db()
    assert (inspection.status, quality(steel, "L-1"), nc.cost) == ("conceded", ("released", ""), D(0))


def test_reworked_goods_are_inspected_again_at_the_cost_of_the_time(factory: Factory, world: World) -> None:
    """40 minutes at 60 and 30 an hour: 40 + 20."""
    steel = world.product(tracking="lot")
    _inspection, nc = refused(world, steel, "L-1", 10)
    nc = dispose(world.actor, nc, "rework", work_centre=factory.centre, minutes=D(40))
    again = Inspection.objects.get(repeat_of__isnull=False)
    assert (nc.cost, quality(steel, "L-1")) == (D(60), ("held", again.number))


def test_pieces_in_their_order_go_to_its_rework_operation(factory: Factory, world: World) -> None:
    """Two of ten wheels, six minutes each at 60 and 30 an hour: 12 + 6."""
    order = wheels(factory, 10, "Lace", "True")
    first = order.operations.get(name="Lace")
    nc = nonconformance_create(
        actor=world.actor, title="Burr", product=order.product, quantity=D(2), order=order, operation=first
    )
    nc = dispose(world.actor, nc, "rework")
    first.refresh_from_db()
    again = order.operations.get(rework_of=first)
    assert (first.rework, again.quantity, nc.disposed, nc.cost) == (D(2), D(2), D(2), D(18))
    assert (nc.dispositions.get().document or {})["id"] == again.pk
    # One was good after ten minutes (10 + 5), the other is reckoned at half of 18; then it took twenty (20 + 10).
    for minutes, cost in ((10, 24), (20, 45)):
        report = production_order_report(
            actor=world.actor, order=order, operation=again, good=D(1), minutes=D(minutes), work_centre=factory.centre
        )
        event = ProductionReported(order.pk, order.number, order.product_id, D(0), D(0), report.reported_on)
        for _ in range(2):
            rework_reported(event)
        nc.refresh_from_db()
        assert (nc.cost, nc.dispositions.get().value) == (D(cost), D(cost))
    with pytest.raises(StateRefused):
        other = nonconformance_create(actor=world.actor, title="Bent", product=order.product, quantity=D(1))
        dispose(world.actor, other, "rework")


def test_reported_scrap_is_decided_already_and_costs_what_it_was_made_for(factory: Factory, world: World) -> None:
    """A bicycle is reckoned at 300 + 2 × 32 × 0.50 = 332."""
    world.opening((factory.frame, 5, 300), (factory.wheel, 10, 16))
    order = factory.order(3)
    production_order_report(actor=world.actor, order=order, good=D(2), scrap=D(1))
    report = ProductionReport.objects.get(order=order)
    nc = nonconformance_create(actor=world.actor, title="Cracked", report=report)
    assert (nc.origin, nc.product, nc.quantity, nc.disposed, nc.cost) == (
        "production", factory.bike, D(1), D(1), D(332),
    )  # fmt: skip
    with pytest.raises(Invalid):
        nonconformance_create(actor=world.actor, title="Cracked", report=report, quantity=D(2))
    assert nonconformance_close(actor=world.actor, nonconformance=nc).status == "closed"


def test_a_complaint_finds_its_lot_and_holds_it(world: World) -> None:
    bar = world.product(tracking="lot")
    order = world.purchase((bar, 8, 10))
    world.receive(order, [{"order_line": order.lines.get().pk, "quantity": 8, "lots": "B-1"}])
    sale = world.sale((bar, 3))
    delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale))
    line = sale.lines.get()
    nc = nonconformance_create(actor=world.actor, title="Tastes odd", sales_order_line=line, quantity=D(1), holds=True)
    assert (nc.origin, nc.lot, nc.customer, quality(bar, "B-1")) == (
        "complaint", "B-1", world.party("customer"), ("held", nc.number),
    )  # fmt: skip
    assert world.sale((bar, 1)).lines.get().reserved == 0
    with pytest.raises(StateRefused, match=nc.number):
        lot_release(actor=world.actor, lot=Lot.objects.get(product=bar))
    nonconformance_cancel(actor=world.actor, nonconformance=nc)
    assert quality(bar, "B-1") == ("released", "")
    with pytest.raises(Invalid):
        nonconformance_create(actor=world.actor, title="?", origin="complaint", product=bar, quantity=D(1))


def action_of(actor: Actor, days: int, nonconformance: NonConformance | None = None) -> CorrectiveAction:
    return corrective_action_create(
        actor=actor, title="New fixture", owner_id=actor.member_id, nonconformance=nonconformance,
        due_on=current().today() + timedelta(days=days),
    )  # fmt: skip


def test_an_action_is_done_with_its_cause_and_verified_by_another(world: World, second: Actor) -> None:
    bolt = world.product()
    nc = nonconformance_create(actor=world.actor, title="Loose", product=bolt, quantity=D(1))
    action = action_of(world.actor, 5, nc)
    with pytest.raises(Invalid):
        corrective_action_done(actor=world.actor, action=action)
    action = corrective_action_done(actor=world.actor, action=action, root_cause="Worn fixture")
    with pytest.raises(Forbidden):
        corrective_action_verify(actor=world.actor, action=action, effective=True, effect="Good")
    with pytest.raises(Invalid):
        corrective_action_verify(actor=second, action=action, effective=True, effect=" ")
    action = corrective_action_verify(actor=second, action=action, effective=False, effect="Two more came")
    assert action.status == "open"
    action = corrective_action_done(actor=world.actor, action=action)
    world.opening((bolt, 5, 10))
    dispose(world.actor, nc, "scrap")
    with pytest.raises(StateRefused, match=action.number):
        nonconformance_close(actor=world.actor, nonconformance=nc)
    action = corrective_action_verify(actor=second, action=action, effective=True, effect="None in 200")
    assert (action.status, action.verified_by_id) == ("verified", second.member_id)
    assert nonconformance_close(actor=world.actor, nonconformance=nc).status == "closed"
    with pytest.raises(StateRefused):
        corrective_action_update(actor=world.actor, action=action, title="Other")
    with pytest.raises(StateRefused):
        action_of(world.actor, 1, nc)


def test_owners_are_reminded_once_a_week(world: World) -> None:
    late, near, _far = (action_of(world.actor, days) for days in (-3, 1, 9))
    assert (quality_reminders(), quality_reminders()) == (2, 0)
    told = Notification.objects.filter(kind="due").values_list("record_id", flat=True)
    assert sorted(told) == sorted([late.pk, near.pk])
    with acting(world.actor):
        CorrectiveAction.objects.filter(pk=late.pk).update(reminded_on=current().today() - timedelta(days=7))
    assert quality_reminders() == 1
