"""A rush order on a machine that never stands still: what slips is said before it is accepted. Every figure was worked
out by hand.

One welding machine works day and night; a frame takes two hours on it. Two orders of twelve frames each are planned:
two days of work, so that whatever the hour is, nothing that is due today fits behind them.

| | welding ends, minutes from the first minute | after the rush order | it slips by |
| --- | --- | --- | --- |
| order A, 12 frames, due first | 1,440 | 1,560 | 120 |
| order B, 12 frames | 2,880 | 3,000 | 120 |
| the rush order, 1 frame, due today | – | 120 | – |

A second rush order of two frames, not needed before order B is done, goes behind it and moves nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from modules.production.models import Operation, ProductionOrder, Shift, WorkCentre
from modules.production.services.scheduling import rush_accept, rush_preview, schedule_in_steps
from modules.shared.data.models import Calendar
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import Factory, make_factory

D = Decimal


def order_of(factory: Factory, quantity: int, days: int) -> ProductionOrder:
    order = factory.order(quantity)
    with acting(factory.actor):
        order.due_on = order.start_on + timedelta(days=days)
        order.save()
    return order


def ends(order: ProductionOrder) -> datetime:
    end = order.operations.get().planned_end
    assert end is not None
    return end


def minutes(later: datetime, earlier: datetime) -> int:
    return int((later - earlier).total_seconds() // 60)


def test_a_rush_order_and_what_slips(serving_acme: Company, actor: Actor) -> None:
    factory = make_factory(actor)
    World(actor).opening((factory.frame, 50, 300), (factory.wheel, 100, 16))
    with acting(actor):
        always = Calendar(name="Day and night", weekdays=[1, 2, 3, 4, 5, 6, 7])
        always.save()
        for weekday in range(1, 8):
            Shift(calendar=always, weekday=weekday, name="All day", starts="00:00", ends="00:00").save()
        welding = WorkCentre(code="WELD", name="Welding", calendar=always)
        welding.save()
        Operation(product=factory.bike, position=10, name="Weld", work_centre=welding, run_minutes=D(120)).save()
    first, second = order_of(factory, 12, 10), order_of(factory, 12, 20)
    schedule_in_steps(actor=actor, direction="forward", seconds=0, frozen_hours=0, tell=lambda _share, _words: None)
    began = first.operations.get().planned_start
    assert began is not None
    assert (minutes(ends(first), began), minutes(ends(second), began)) == (1440, 2880)

    hurry = order_of(factory, 1, 0)
    shown = rush_preview(actor=actor, orders=[hurry.pk])
    assert {slip.job: slip.minutes for slip in shown.slips if slip.minutes} == {first.pk: 120, second.pk: 120}
    assert not any(slip.late for slip in shown.slips if slip.job in (first.pk, second.pk))
    assert hurry.operations.get().planned_start is None  # shown, not done
    rush_accept(actor=actor, orders=[hurry.pk], revision=shown.floor.revision)
    assert [minutes(ends(order), began) for order in (hurry, first, second)] == [120, 1560, 3000]

    calm = order_of(factory, 2, 60)
    shown = rush_preview(actor=actor, orders=[calm.pk])
    assert not any(slip.minutes for slip in shown.slips)
    rush_accept(actor=actor, orders=[calm.pk], revision=shown.floor.revision)
    assert [minutes(ends(order), began) for order in (hurry, first, second, calm)] == [120, 1560, 3000, 3240]
