"""Work outside beside purchasing, quality and the schedule. Plates are pressed outside (last operation) or plated
outside before they are packed here."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from modules.finance.models import JournalLine
from modules.finance.selectors.profit import profit_lines
from modules.inventory.models import StockBalance
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.production.errors import QuantityExceeded
from modules.production.models import Inspection, ProductionOrder, SubcontractOrder, WorkCentre
from modules.production.selectors.scheduling import floor
from modules.production.services import production_order_release, production_order_report
from modules.production.services.inspection_plans import inspection_plan_create
from modules.production.services.inspections import inspection_judge, inspection_record, inspection_repeat
from modules.production.services.order_lines import sales_order_make
from modules.production.services.scheduling import schedule_in_steps
from modules.production.services.subcontract_moves import subcontract_receive, subcontract_send, subcontract_take_back
from modules.production.services.subcontracting import subcontract_order_update, subcontract_orders_place
from modules.shared.data.models import Product
from modules.shared.data.services import purchase_order_confirm
from modules.shared.data.services.purchase_ending import purchase_order_cancel, purchase_order_close
from modules.shared.data.services.purchase_orders import purchase_order_delete
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.stories.test_subcontracting import Outside

D = Decimal


@pytest.fixture
def outside(serving_acme: Company, actor: Actor) -> Outside:
    return Outside(actor)


def pressed(outside: Outside, quantity: int = 10) -> tuple[Product, Product, ProductionOrder]:
    """Pressed outside of one plate each (at 5.00), at 8.00 a piece."""
    plate = outside.world.product(source="buy")
    cover = outside.made_of(plate, 1)
    outside.operation(cover, 10, "Press", supplier=outside.supplier, outside_price=D(8), outside_days=3)
    outside.buy(plate, 50, 5)
    return plate, cover, outside.order(cover, quantity)


def looked_at(actor: Actor, product: Product) -> None:
    inspection_plan_create(
        actor=actor, name="Surface", stage="incoming", product=product, sampling="fixed", sample_size=2,
        characteristics=[{"name": "Surface", "kind": "attribute"}],
    )  # fmt: skip


def judged(actor: Actor, inspection: Inspection, bad: list[int]) -> Inspection:
    check = inspection.checks.get()
    inspection_record(actor=actor, inspection=inspection, readings={str(check.pk): {"bad_pieces": bad}})
    return inspection_judge(actor=actor, inspection=inspection)


def test_cancelling_the_purchase_order_ends_the_work(outside: Outside) -> None:
    actor = outside.actor
    plate, _cover, order = pressed(outside)
    subcontract, bought = outside.placed(order, "Press")
    purchase_order_confirm(actor=actor, order=bought)
    subcontract_send(actor=actor, subcontract=subcontract)
    with pytest.raises(StateRefused, match=r"SC-.*lies at"):
        purchase_order_cancel(actor=actor, order=bought)
    bought.refresh_from_db()
    assert bought.status == "confirmed"
    subcontract_take_back(actor=actor, subcontract=subcontract)
    purchase_order_cancel(actor=actor, order=bought, reason="Too slow")
    subcontract.refresh_from_db()
    assert (subcontract.status, subcontract.note) == ("cancelled", "Too slow")
    assert StockBalance.objects.get(product=plate, location__kind="stock").on_hand == 50
    outside.holds()

    # What is not outside any more can be ordered again; a draft that is deleted takes its work along.
    again, draft = outside.placed(order, "Press")
    purchase_order_delete(actor=actor, order=draft)
    again.refresh_from_db()
    assert again.status == "cancelled"
    last, bought = outside.placed(order, "Press")
    purchase_order_confirm(actor=actor, order=bought)
    subcontract_send(actor=actor, subcontract=last)
    subcontract_receive(actor=actor, subcontract=last, good=D(4))
    with pytest.raises(StateRefused):  # six plates are still there
        purchase_order_close(actor=actor, order=bought)
    subcontract_take_back(actor=actor, subcontract=last)
    purchase_order_close(actor=actor, order=bought)
    last.refresh_from_db()
    assert (last.status, last.good) == ("done", 4)
    outside.holds()


def test_what_is_finished_outside_waits_for_its_verdict(outside: Outside) -> None:
    actor = outside.actor
    _plate, cover, order = pressed(outside)
    looked_at(actor, cover)
    subcontract, bought = outside.placed(order, "Press")
    purchase_order_confirm(actor=actor, order=bought)
    subcontract_send(actor=actor, subcontract=subcontract)
    subcontract_receive(actor=actor, subcontract=subcontract, good=D(10))
    found = Inspection.objects.get()
    assert (found.stage, found.supplier_id, found.quantity, found.kept) == (
        "incoming", outside.supplier.pk, 10, 10
    )  # fmt: skip
    lies = StockBalance.objects.get(product=cover, on_hand__gt=0)
    assert (lies.location.kind, lies.on_hand) == ("quarantine", 10)
    judged(actor, found, [])
    lies = StockBalance.objects.get(product=cover, on_hand__gt=0)
    assert (lies.location.kind, lies.on_hand) == ("stock", 10)
    outside.holds()


def test_pieces_between_two_operations_wait_for_their_verdict(outside: Outside) -> None:
    """Ten come back, two of the sample are bad: none goes on. Seven are sorted out and good: those go on, three are
    reported as scrap."""
    actor = outside.actor
    plate = outside.world.product(source="buy")
    cover = outside.made_of(plate, 1)
    outside.operation(cover, 10, "Plate", supplier=outside.supplier, outside_price=D(8))
    with acting(actor):
        bench = WorkCentre(code="BENCH", name="Bench")
        bench.save()
    outside.operation(cover, 20, "Pack", work_centre=bench)
    looked_at(actor, cover)
    outside.buy(plate, 50, 5)
    order = outside.order(cover, 10)
    subcontract, bought = outside.placed(order, "Plate")
    purchase_order_confirm(actor=actor, order=bought)
    subcontract_send(actor=actor, subcontract=subcontract)
    subcontract_receive(actor=actor, subcontract=subcontract, good=D(10))
    found = Inspection.objects.get()
    assert (found.stage, found.kept, found.source_label) == ("incoming", 0, f"{subcontract.number} · Plate")
    pack = order.operations.get(name="Pack")

    def goes_on(good: int, scrap: int = 0) -> None:
        production_order_report(
            actor=actor, order=order, operation=pack, good=D(good), scrap=D(scrap), reason=outside.reason
        )

    with pytest.raises(QuantityExceeded, match="10 pieces came back"):
        goes_on(1)
    judged(actor, found, [1, 2])
    with pytest.raises(QuantityExceeded):
        goes_on(1)
    again = inspection_repeat(actor=actor, inspection=found, quantity=D(7))
    goes_on(0, scrap=3)
    with pytest.raises(QuantityExceeded):
        goes_on(7)
    judged(actor, again, [])
    goes_on(7)
    order.refresh_from_db()
    assert (order.completed, order.scrapped, order.status) == (7, 3, "done")
    outside.holds()


def test_an_operation_outside_takes_until_it_is_due(outside: Outside) -> None:
    actor, zone = outside.actor, ZoneInfo(current().time_zone)
    _plate, _cover, order = pressed(outside)
    today = current().today()
    [bought] = subcontract_orders_place(
        actor=actor, operations=[order.operations.get()], due_on=today + timedelta(days=9)
    )

    def planned() -> tuple[datetime, datetime]:
        schedule_in_steps(actor=actor, direction="forward", seconds=0, frozen_hours=0, tell=lambda _share, _words: None)
        operation = order.operations.get()
        assert operation.planned_start is not None
        assert operation.planned_end is not None
        return operation.planned_start.astimezone(zone), operation.planned_end.astimezone(zone)

    def midnight(days: int) -> datetime:
        return datetime.combine(today + timedelta(days=days), datetime.min.time(), zone)

    assert planned() == (midnight(7), midnight(10))  # three days, the last of them the ninth from today
    subcontract = SubcontractOrder.objects.get()
    before = floor().revision
    subcontract_order_update(actor=actor, subcontract=subcontract, due_on=today + timedelta(days=12))
    assert floor().revision != before
    assert planned() == (midnight(10), midnight(13))
    purchase_order_confirm(actor=actor, order=bought)
    subcontract_send(actor=actor, subcontract=subcontract)
    there = floor()  # it is there: from now on, until then
    bar = there.bars[order.operations.get().pk]
    assert there.moment(bar.end).astimezone(zone) == midnight(13)


def test_a_sold_order_shows_what_was_done_outside(outside: Outside) -> None:
    """Ten covers of plates for 50.00 and 80.00 of work outside are sold at 20.00: 70.00 are left."""
    actor, world = outside.actor, outside.world
    plate = world.product(source="buy")
    cover = outside.made_of(plate, 1)
    outside.operation(cover, 10, "Press", supplier=outside.supplier, outside_price=D(8))
    outside.buy(plate, 50, 5)
    sale = world.sale((cover, 10))
    [made] = sales_order_make(actor=actor, order=sale)
    order = production_order_release(actor=actor, order=made)
    subcontract, bought = outside.placed(order, "Press")
    purchase_order_confirm(actor=actor, order=bought)
    subcontract_send(actor=actor, subcontract=subcontract)
    subcontract_receive(actor=actor, subcontract=subcontract, good=D(10))
    delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=sale))
    told = {line.key: line.actual for line in profit_lines(sale)}
    assert (told["material"], told["outside"]) == (50, 80)
    assert JournalLine.objects.filter(sales_order_id=sale.pk, component="outside").exists()
    outside.holds()
