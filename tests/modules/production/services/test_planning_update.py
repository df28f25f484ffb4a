"""One changed order is planned again alone, and what is stored is what a run over everything stores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from modules.inventory.models import Location
from modules.inventory.services.place import place_new
from modules.inventory.services.transfer_order import transfer_create, transfer_receive, transfer_send
from modules.production.handlers import basis_changed
from modules.production.models import Pegging, PlannedOrder, PlanningChange, PlanningMessage, PlanningRun
from modules.production.services import (
    bom_create,
    bom_update,
    planned_orders_firm,
    planning_run,
    production_order_cancel,
    production_order_create,
    production_order_delete,
    production_order_release,
    production_order_update,
)
from modules.production.services.planning_changes import mark
from modules.production.services.planning_parameters import planning_rule_create
from modules.production.services.planning_update import KIND, planning_changed, planning_update
from modules.production.services.routing_writing import operation_create, operation_update
from modules.shared.contracts.events import PlanningBasisChanged, SalesOrderConfirmed
from modules.shared.data.models import Party, Product, SalesOrder, SupplierPrice, Unit
from modules.shared.data.services import sales_order_cancel, sales_order_confirm, sales_order_create
from modules.shared.data.services.products import product_update
from modules.shared.data.services.sales_changes import sales_order_change
from modules.shared.data.services.supplier_prices import supplier_price_delete, supplier_price_update
from tenon.access.actor import system
from tenon.events.dispatcher import company_by_role
from tenon.jobs.models import Job
from tenon.jobs.services import run as run_job
from tenon.records.service import acting
from tenon.registry.registry import registry
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked
from tests.modules.production.services.test_planning import next_friday

D = Decimal


def stored() -> dict[str, Any]:
    """Proposals, pegs and messages as they are kept; proposals are called by product and place."""
    rows = list(PlannedOrder.objects.order_by("index"))
    names: dict[int, Any] = {}
    keys: dict[int, Any] = {}
    places: dict[int, int] = defaultdict(int)
    for row in rows:
        names[row.index] = keys[row.pk] = (row.product_id, places[row.product_id])
        places[row.product_id] += 1
    return {
        "proposals": {
            names[r.index]: (r.kind, r.quantity, r.release_on, r.due_on, r.late, r.level, r.supplier_id, r.state)
            for r in rows
        },
        "pegs": sorted(
            str((
                p.product_id, p.quantity, p.need_entity, p.need_id, p.need_label, p.cover_entity, p.cover_id,
                names[p.need_planned] if p.need_planned is not None else None,
                names[p.cover_planned] if p.cover_planned is not None else None,
            ))
            for p in Pegging.objects.all()
        ),
        "messages": sorted(
            str((
                m.kind, m.product_id, m.quantity, m.source_entity, m.source_label, m.due_on, m.needed_on,
                keys[m.source_id] if m.source_entity == "production.planned_order" else m.source_id,
            ))
            for m in PlanningMessage.objects.all()
        ),
    }  # fmt: skip


def updated_and_whole(factory: Factory, *changed: Product) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is stored after planning what has changed, and after planning everything."""
    mark([p.pk for p in changed])
    planning_update(actor=system("planning"))
    part = stored()
    assert not PlanningChange.objects.exists()
    last = PlanningRun.objects.order_by("-id").first()
    assert last is not None
    assert (last.proposals, last.messages) == (len(part["proposals"]), len(part["messages"]))
    planning_run(actor=factory.actor)
    return part, stored()


def order(factory: Factory, *lines: tuple[Product, int], weeks: int = 6) -> SalesOrder:
    with acting(factory.actor):
        customer, _new = Party.objects.get_or_create(code="C-7", defaults={"name": "Shop", "is_customer": True})
    made = sales_order_create(
        actor=factory.actor, customer=customer, requested_on=next_friday(weeks),
        lines=[{"product": p, "quantity": D(q), "unit_price": D(9)} for p, q in lines],
    )  # fmt: skip
    return sales_order_confirm(actor=factory.actor, order=made)


@pytest.fixture
def lamp(factory: Factory) -> Product:
    """Takes spokes too, and stands beside the bicycle."""
    with acting(factory.actor):
        made = Product(code="LAMP", name="Lamp", unit=Unit.objects.get(code="EA"), source="make", lead_time_days=1)
        made.save()
    bom_create(actor=factory.actor, product=made, lines=[{"component": factory.spoke, "quantity": D(3)}])
    return made


def test_what_is_not_reached_stands_with_its_ids(factory: Factory, lamp: Product) -> None:
    order(factory, (factory.bike, 10), (lamp, 4))
    first = planning_run(actor=factory.actor)
    above = PlannedOrder.objects.exclude(product__in=[lamp, factory.spoke])
    kept = set(above.values_list("id", flat=True))
    order(factory, (lamp, 5), weeks=5)
    mark([lamp.pk])
    again = planning_update(actor=system("planning"))
    assert again is not None
    assert (again.pk, again.fingerprint) == (first.pk, "")
    assert again.replanned_at is not None
    assert set(above.values_list("id", flat=True)) == kept
    assert len(kept) == 3
    part, whole = updated_and_whole(factory, lamp)
    assert part == whole


@pytest.mark.parametrize("lot_rule", ["exact", "to_order", "period"])
def test_stored_alike_whatever_changes(factory: Factory, lamp: Product, lot_rule: str) -> None:
    """Stock comes, an order is changed and another one cancelled, proposals are firmed, safety stock is raised."""
    if lot_rule != "exact":
        planning_rule_create(actor=factory.actor, product=None, lot_rule=lot_rule, period_days=30)
    bikes, lamps = order(factory, (factory.bike, 10)), order(factory, (lamp, 4), (factory.wheel, 2))
    planning_run(actor=factory.actor)
    stocked(factory, (factory.wheel, 7, "16"), (factory.spoke, 50, "0.5"))
    part, whole = updated_and_whole(factory, factory.wheel, factory.spoke)
    assert part == whole
    line = bikes.lines.get()
    sales_order_change(actor=factory.actor, order=bikes, lines=[{"id": line.pk, "quantity": D(13)}])
    part, whole = updated_and_whole(factory, factory.bike)
    assert part == whole
    planned_orders_firm(
        actor=factory.actor,
        ids=list(PlannedOrder.objects.exclude(product=factory.spoke).values_list("id", flat=True)),
    )
    part, whole = updated_and_whole(factory)
    assert part == whole
    assert {name[0] for name in part["proposals"]} <= {factory.spoke.pk}, "what was firmed stays as orders"
    sales_order_cancel(actor=factory.actor, order=lamps)
    with acting(factory.actor):
        Product.objects.filter(pk=factory.wheel.pk).update(safety_stock=D(9))
    part, whole = updated_and_whole(factory, lamp, factory.wheel)
    assert part == whole
    assert any("cancel" in message for message in part["messages"])


def test_a_phantom_above_is_asked_again_what_it_hands_on(factory: Factory, lamp: Product) -> None:
    """The wheel is put together on the way: bicycles need spokes, though no order for wheels asks for them."""
    wheel_bom = factory.wheel.boms.get()
    with acting(factory.actor):
        wheel_bom.is_phantom = True
        wheel_bom.save()
    order(factory, (factory.bike, 10), (lamp, 2))
    stocked(factory, (factory.wheel, 3, "16"))
    planning_run(actor=factory.actor)
    order(factory, (lamp, 6), weeks=4)
    part, whole = updated_and_whole(factory, lamp)
    assert part == whole
    assert sum(q for name, (_k, q, *_r) in part["proposals"].items() if name[0] == factory.spoke.pk) == 17 * 32 + 8 * 3


def test_nothing_marked_nothing_written(factory: Factory, django_assert_max_num_queries: Callable) -> None:
    assert planning_update(actor=system("planning")) is None, "nobody has planned yet"
    order(factory, (factory.bike, 2))
    run = planning_run(actor=factory.actor)
    with django_assert_max_num_queries(8):
        assert planning_update(actor=system("planning")) == run
    assert PlanningRun.objects.get().fingerprint == run.fingerprint
    order(factory, (factory.bike, 3))
    mark([factory.bike.pk])
    with django_assert_max_num_queries(48):
        planning_update(actor=system("planning"))


def test_on_another_day_everything_is_planned(factory: Factory) -> None:
    order(factory, (factory.bike, 2))
    run = planning_run(actor=factory.actor)
    with acting(factory.actor):
        run.planned_on -= timedelta(days=1)
        run.fingerprint = "of that day"
        run.save()
    mark([factory.frame.pk])
    again = planning_update(actor=system("planning"))
    assert again is not None
    assert again.pk != run.pk
    assert not PlanningChange.objects.exists()


def test_events_are_worked_off_by_one_job(factory: Factory) -> None:
    """Three changes while the worker is busy are one job; it takes all of them along."""
    order(factory, (factory.bike, 2))
    planning_run(actor=factory.actor)
    handlers = {h.key: h for _m, h in registry().handlers["SalesOrderConfirmed"]}
    assert handlers["production.planning_SalesOrderConfirmed"].event is SalesOrderConfirmed
    assert company_by_role() is not None
    for quantity in (1, 2, 3):
        order(factory, (factory.bike, quantity))
        planning_changed([factory.bike.pk])
    job = Job.objects.get(kind=KIND)
    run_job(job)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    part = stored()
    planning_run(actor=factory.actor)
    assert part == stored()
    assert sum(p[1] for name, p in part["proposals"].items() if name[0] == factory.bike.pk) == 8


def test_what_no_order_says_is_planned_again_too(factory: Factory, lamp: Product) -> None:
    """A bill that loses a component, a routing that loses pieces, stock that was counted, a lead time, a supplier's:
    each marks whom it reaches, and what is stored then is what a run over everything stores."""
    order(factory, (factory.bike, 10), (lamp, 4))
    planning_run(actor=factory.actor)

    def seen(*events: Any) -> set[int]:
        for event in events:
            basis_changed(event)
        marked = set(PlanningChange.objects.values_list("product_id", flat=True))
        planning_update(actor=system("planning"))
        part = stored()
        planning_run(actor=factory.actor)
        assert part == stored()
        return marked

    [bill] = lamp.boms.all()
    bom_update(actor=factory.actor, bom=bill, lines=[{"component": factory.frame, "quantity": D(1)}])
    assert {lamp.pk, factory.spoke.pk, factory.frame.pk} <= seen()
    made = operation_create(
        actor=factory.actor,
        data={
            "product": factory.wheel, "position": 10, "name": "Lace", "yield_percent": D(80),
            "work_centre": factory.centre,
        },
    )  # fmt: skip
    assert factory.wheel.pk in seen()
    operation_update(actor=factory.actor, record=made, data={"yield_percent": D(50)})
    assert factory.wheel.pk in seen()
    with acting(factory.actor) as running:
        stocked(factory, (factory.spoke, 100, "0.5"))
        product_update(actor=factory.actor, product=factory.wheel, lead_time_days=6)
        price = SupplierPrice.objects.get(product=factory.frame)
        supplier_price_update(actor=factory.actor, row=price, lead_time_days=20)
        told = [event for event in running.events if isinstance(event, PlanningBasisChanged)]
    assert {pk for event in told for pk in event.product_ids} >= {
        factory.spoke.pk, factory.wheel.pk, factory.frame.pk,
    }  # fmt: skip
    assert {factory.spoke.pk, factory.wheel.pk, factory.frame.pk} <= seen(*told)


def test_what_goes_is_planned_again_too(factory: Factory) -> None:
    """A draft that comes, grows and goes, stock that leaves for another place and comes back, a supplier's price that
    goes: each is told as it happens, and what is stored then is what a run over everything stores."""
    stocked(factory, (factory.spoke, 100, "0.5"))
    order(factory, (factory.bike, 10))
    planning_run(actor=factory.actor)

    def seen(work: Callable[[], Any]) -> Any:
        with acting(factory.actor) as running:
            began = len(running.events)
            made = work()
            told = [event for event in running.events[began:] if isinstance(event, PlanningBasisChanged)]
        before = stored()
        for event in told:
            basis_changed(event)
        planning_update(actor=system("planning"))
        part = stored()
        planning_run(actor=factory.actor)
        assert part == stored() != before
        return made

    actor, due = factory.actor, next_friday(4)
    draft = seen(lambda: production_order_create(actor=actor, product=factory.wheel, quantity=D(6), due_on=due))
    draft = seen(lambda: production_order_update(actor=actor, order=draft, quantity=D(9)))
    seen(lambda: production_order_delete(actor=actor, order=draft))
    other = production_order_create(actor=actor, product=factory.wheel, quantity=D(4), due_on=due)
    production_order_release(actor=actor, order=other)
    planning_run(actor=actor)
    seen(lambda: production_order_cancel(actor=actor, order=other))

    with acting(actor):
        away = place_new(kind="stock", code="AWAY", name="Away")
    here = Location.objects.filter(kind="stock").exclude(pk=away.pk).order_by("pk")[0]
    lines = [{"product": factory.spoke, "quantity": D(60)}]
    transfer = transfer_create(actor=actor, from_location=here, to_location=away, lines=lines, in_transit=True)
    transfer = seen(lambda: transfer_send(actor=actor, transfer=transfer))
    seen(lambda: transfer_receive(actor=actor, transfer=transfer))

    price = SupplierPrice.objects.get(product=factory.frame)
    seen(lambda: supplier_price_delete(actor=actor, row=price))
