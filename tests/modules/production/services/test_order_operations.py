"""Operations of orders: copied from the routing, with what they lose."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from modules.production.models import Operation, Shift, WorkCentre, WorkTimeChange
from modules.production.providers import ProductionSupply
from modules.production.rules.work_time import minutes_of
from modules.production.selectors.estimates import unit_costs
from modules.production.selectors.working_time import working_times
from modules.production.services import production_order_release, production_order_report
from modules.shared.data.models import Calendar
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory

D = Decimal


def routing(factory: Factory, *yields: int) -> list[Operation]:
    """Weld and paint: 30 minutes set-up, 6 minutes a piece, at a centre that is as quick as the standard."""
    made = []
    with acting(factory.actor):
        for index, percent in enumerate(yields):
            operation = Operation(
                product=factory.bike, position=10 * (index + 1), name=f"Step {index + 1}", work_centre=factory.centre,
                setup_minutes=D(30), run_minutes=D(6), yield_percent=D(percent),
            )  # fmt: skip
            operation.save()
            made.append(operation)
    return made


def test_release_copies_the_routing_and_yields_go_backwards(factory: Factory) -> None:
    """96 good at 98 and 97 %: the first operation begins with 101, the second with 99; material for 101. Planning and
    stock expect 96."""
    operations = routing(factory, 98, 97)
    order = factory.order(96)
    copied = list(order.operations.all())
    assert [(o.position, o.quantity, o.operation_id) for o in copied] == [
        (10, D(101), operations[0].pk), (20, D(99), operations[1].pk),
    ]  # fmt: skip
    assert copied[0].planned_minutes == 30 + 6 * 101
    assert order.started == 101
    assert dict(order.components.values_list("product__code", "required")) == {"FRAME": D(101), "WHEEL": D(202)}
    assert [s.quantity for s in ProductionSupply().open_supply([factory.bike.pk])] == [D(96)]


def test_what_is_released_keeps_its_operations(factory: Factory) -> None:
    (operation,) = routing(factory, 100)
    order = factory.order(5)
    with acting(factory.actor):
        operation.run_minutes, operation.name = D(60), "Another"
        operation.save()
        assert (order.operations.get().run_minutes, order.operations.get().name) == (D(6), "Step 1")
        operation.delete()
    assert order.operations.get().operation is None


def test_an_order_without_a_routing_is_as_before(factory: Factory) -> None:
    order = factory.order(4)
    assert (order.started, order.operations.count()) == (4, 0)
    production_order_report(actor=factory.actor, order=order, good=D(3), scrap=D(1), backflush=False)
    order.refresh_from_db()
    assert order.status == "done"


def test_an_operation_is_done_here_or_outside(factory: Factory) -> None:
    for places in ({}, {"work_centre": factory.centre, "supplier": factory.supplier}):
        with acting(factory.actor), transaction.atomic(), pytest.raises(IntegrityError, match="one_place"):
            Operation(product=factory.bike, name="Nowhere", **places).save()


def test_an_estimate_counts_losses_and_what_is_done_outside(factory: Factory) -> None:
    """Wheel: 32 spokes at 0.50 = 16. At 80 %: 20 material. Step at 60 an hour + 30 overhead, 6 minutes: 6 + 3, ÷ 0.8 =
    7.50 + 3.75; outside 4 a piece before it, on 1.25 pieces: 5."""
    with acting(factory.actor):
        Operation(
            product=factory.wheel, position=10, name="Zinc", supplier=factory.supplier, outside_price=D(4),
        ).save()  # fmt: skip
        Operation(
            product=factory.wheel, position=20, name="Lace", work_centre=factory.centre, run_minutes=D(6),
            yield_percent=D(80),
        ).save()  # fmt: skip
    cost = unit_costs([factory.wheel.pk])[factory.wheel.pk]
    assert cost == {"material": D(20), "labour": D("7.5"), "machine": 0, "overhead": D("3.75"), "outside": D(5)}


def test_the_time_of_a_work_centre_from_its_own_records(factory: Factory, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    """Company calendar Monday to Friday with Monday's shift 8–16; one hour overtime on that Monday, a stop of two."""
    with acting(factory.actor):
        calendar = Calendar.objects.filter(is_default=True).first() or Calendar(name="Plant", is_default=True)
        calendar.weekdays = [1, 2, 3, 4, 5]
        calendar.save()
        Shift(calendar=calendar, weekday=1, name="Early", starts="08:00", ends="16:00").save()
        zone = current().now().tzinfo
        day = datetime(2030, 6, 3, tzinfo=zone)  # a Monday
        for kind, start, end in (("overtime", 16, 17), ("stop", 9, 11)):
            WorkTimeChange(
                work_centre=factory.centre, kind=kind, starts_at=day.replace(hour=start), ends_at=day.replace(hour=end)
            ).save()
        other = WorkCentre(code="X", name="Other")
        other.save()
    with django_assert_max_num_queries(6):
        found = working_times([factory.centre, other], day.astimezone(UTC), day.replace(day=8).astimezone(UTC))
    assert (minutes_of(found[factory.centre.pk]), minutes_of(found[other.pk])) == (7 * 60, 8 * 60)
    with acting(factory.actor), transaction.atomic(), pytest.raises(IntegrityError, match="clock"):
        Shift(calendar=calendar, weekday=2, name="Late", starts="25:00", ends="08:00").save()


def test_a_draft_that_changes_begins_with_other_pieces(factory: Factory) -> None:
    order = factory.order(50, release=False)
    assert order.started == 50
    routing(factory, 50)
    order = production_order_release(actor=factory.actor, order=order)
    assert (order.started, order.operations.get().quantity) == (100, 100)
