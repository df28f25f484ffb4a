"""A promise is what planning anew finds: 1,000 quotes; and promises worked out by hand."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from modules.production.rules.promising.capacity import Capacity
from modules.production.rules.promising.earliest import Promises
from modules.production.rules.scheduling.terms import Bar, Job, Key, Mode, Resource, Shop, Task
from modules.production.rules.scheduling.working_time import WorkingTime
from modules.production.rules.terms import MICRO, Component, Item
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.rules.calendars import WorkCalendar
from modules.shared.data.rules.promise import Flow
from tests.modules.production.rules.promising.factories import TODAY, Days0, quote, works
from tests.modules.production.rules.scheduling.checker import contradictions
from tests.modules.production.rules.scheduling.worlds import DAY, weekly

D = Decimal
ONE_SHIFT = weekly({day: [(480, 1020)] for day in range(1, 6)})  # 8 to 17
QUOTES = 20


def test_a_promise_equals_what_planning_everything_anew_then_schedules() -> None:
    """1,000 quotes one after the other in 50 random works: each is promised, ordered for that day, and everything is
    netted and scheduled from nothing. What an order takes is its own from then on."""
    equal, asked, levels, waited = 0, 0, 0, 0
    for seed in range(50):
        chance = random.Random(seed)
        where = works(chance)
        levels = max(levels, *where.levels.values())
        for _ in range(QUOTES):
            product, quantity = quote(chance, where)
            answer = where.promise(product, quantity)
            assert answer.ready is not None, (seed, product)
            found = where.replan(product, quantity, answer.ready.on)
            assert found.ready <= answer.ready.on, (seed, product, quantity, answer.ready.on, found.ready)
            assert not found.schedule.late(found.shop), "somebody who was promised before gets late"
            asked += 1
            equal += found.ready == answer.ready.on
            waited += any(reason.wait for _depth, reason in answer.all())
            if chance.random() < 0.6:
                where.order(found)
        assert contradictions(found.shop, found.schedule) == []
    assert asked == 50 * QUOTES
    assert levels == 5
    assert waited > asked / 5, "hardly anything had to wait for a machine"
    assert equal >= 0.99 * asked, f"{equal} of {asked}"


# By hand: a table takes a top (made on the saw, an hour each) and four legs (bought, six days).

TABLE, TOP, LEG, PLATE = 1, 2, 3, 4
SAW, BENCH = "saw", "bench"


def _table(
    *,
    stock: dict[int, int] | None = None,
    flows: dict[int, list[Flow]] | None = None,
    bars: list[Bar] | None = None,
    capacity: bool = True,
) -> Promises:
    items = {
        TABLE: Item(TABLE, True, 3, components=(Component(TOP, Fraction(1)), Component(LEG, Fraction(4)))),
        TOP: Item(TOP, True, 2, components=(Component(PLATE, Fraction(1)),)),
        LEG: Item(LEG, False, 6),
        PLATE: Item(PLATE, False, 1),
    }
    minutes = {TABLE: (BENCH, 30), TOP: (SAW, 60)}

    def routing(product: int, quantity: int, job: Key) -> list[Task]:
        where, each = minutes[product]
        return [Task((job, 0), job, (Mode((where,), each * quantity // MICRO),))]

    busy = {
        bar.task: Task(bar.task, bar.task, (Mode((SAW,), bar.end - bar.start),)) for bar in bars or []
    }  # fmt: skip
    shop = Shop(
        {SAW: Resource(SAW, ONE_SHIFT), BENCH: Resource(BENCH, ONE_SHIFT)}, busy, {key: Job(key) for key in busy},
        now=480,
    )  # fmt: skip
    return Promises(
        items, {p: D(q) for p, q in (stock or {}).items()}, flows or {}, calendar=WorkCalendar(), today=TODAY,
        clock=Days0(), capacity=Capacity(shop, {bar.task: bar for bar in bars or []}) if capacity else None,
        routing=routing,
    )  # fmt: skip


def _on(day: int) -> date:
    return TODAY + timedelta(days=day)


def test_what_is_in_stock_is_there_now() -> None:
    answer = _table(stock={TABLE: 5}).promise(TABLE, 4 * MICRO)
    assert answer.ready is not None
    assert answer.ready.on == TODAY
    assert [(r.kind, r.quantity, r.decides) for _d, r in answer.all()] == [("stock", 4 * MICRO, True)]


def test_the_chain_of_reasons_leads_to_what_decides() -> None:
    """Eight tables: plates come on Tuesday, eight hours of sawing until 16:00; the legs come on Sunday, so Monday, and
    four hours on the bench are done at noon."""
    answer = _table().promise(TABLE, 8 * MICRO)
    assert answer.ready is not None
    assert answer.ready.on == _on(7)
    assert answer.ready.minute == 7 * DAY + 12 * 60
    said = {(r.kind, r.product): r for _d, r in answer.all()}
    assert said["purchase", PLATE].ready.on == _on(1)  # type: ignore[union-attr]
    assert said["production", TOP].ready.minute == DAY + 16 * 60  # type: ignore[union-attr]
    assert said["purchase", LEG].ready.on == _on(7)  # type: ignore[union-attr]
    assert {key for key, r in said.items() if r.decides} == {("production", TABLE), ("purchase", LEG)}


def test_a_machine_that_is_taken_decides() -> None:
    """Legs are there. The saw is taken until Thursday noon: eight hours end on Friday at 11, the bench at 15."""
    taken = Bar("other", 0, 480, 3 * DAY + 720, 0, (0,))
    answer = _table(stock={LEG: 32}, bars=[taken]).promise(TABLE, 8 * MICRO)
    assert answer.ready is not None
    assert answer.ready.minute == 4 * DAY + 15 * 60
    said = {(r.kind, r.product): r for _d, r in answer.all()}
    top = said["production", TOP]
    assert top.wait is not None
    assert (top.wait.place, top.wait.since, top.wait.until) == (SAW, DAY + 480, 3 * DAY + 720)
    assert {key for key, r in said.items() if r.decides} == {("production", TABLE), ("production", TOP)}


def test_it_goes_into_a_gap_before_what_is_planned() -> None:
    """The same saw, taken from Wednesday on: Tuesday is free, and enough."""
    taken = Bar("other", 0, 2 * DAY + 480, 3 * DAY + 720, 0, (0,))
    answer = _table(stock={LEG: 32}, bars=[taken]).promise(TABLE, 8 * MICRO)
    assert answer.ready is not None
    assert answer.ready.minute == 2 * DAY + 11 * 60
    answer = _table(stock={LEG: 32}, bars=[taken]).promise(TABLE, 10 * MICRO)
    assert answer.ready is not None
    assert answer.ready.on == _on(7), "ten hours do not fit before, nor on Thursday and Friday"


def test_supply_on_its_way_is_used_before_anything_is_ordered() -> None:
    order = RecordRef("shared.purchase_order_line", 7, "PO-7 / 1")
    world = _table(stock={TOP: 2}, flows={LEG: [Flow(_on(2), D(8), order.label, order)]})
    first, second = world.promise(TABLE, 2 * MICRO), world.promise(TABLE, 2 * MICRO)
    assert first.ready is not None
    assert first.ready.on == _on(2)
    assert [r.source for _d, r in first.all() if r.kind == "supply"] == [order]
    assert second.ready is not None
    assert second.ready.on == _on(7), "the first has the tops and the legs"


def test_without_a_schedule_what_is_made_takes_its_lead_time() -> None:
    """Plates on Tuesday, tops two working days later, legs on Monday: three working days from then."""
    answer = _table(capacity=False).promise(TABLE, 8 * MICRO)
    assert answer.ready is not None
    assert answer.ready.on == _on(10)


def test_without_time_left_no_day_is_said() -> None:
    world = _table(stock={LEG: 4, PLATE: 1})
    shop = Shop({SAW: Resource(SAW, WorkingTime([(480, 500)])), BENCH: Resource(BENCH, ONE_SHIFT)}, {}, {}, now=480)
    world.capacity = Capacity(shop, {})
    answer = world.promise(TABLE, MICRO)
    assert answer.ready is None


@pytest.mark.parametrize("number", [3, 9])
def test_a_product_that_nobody_knows_has_no_day(number: int) -> None:
    world = _table()
    world.items = {**world.items, LEG: Item(LEG, False, 0)}
    assert world.promise(number, MICRO).ready is None
