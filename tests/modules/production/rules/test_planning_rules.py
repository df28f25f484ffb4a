"""Lots, fences, calendars, pegs and the day of the need: the conventions of planning with their numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import chinese_calendar

from modules.production.rules.dates import release_of
from modules.production.rules.lots import economic, lots
from modules.production.rules.netting import plan
from modules.production.rules.terms import MICRO, Component, Item, Need, Plan, Supply, per_unit
from modules.shared.data.rules.calendars import WorkCalendar

TODAY = date(2026, 3, 2)  # a Monday
CALENDAR = WorkCalendar()
PART = 1


def pcs(quantity: int) -> int:
    return quantity * MICRO


def day(number: int) -> date:
    return date(2026, 3, number)


def planned(
    item: Item, needs: list[tuple[int, date]], *, free: int = 0, supplies: tuple[Supply, ...] = (), today: date = TODAY
) -> Plan:
    asked = [Need(item.product, pcs(quantity), on, ("line", n)) for n, (quantity, on) in enumerate(needs)]
    return plan({item.product: item}, asked, supplies, {item.product: pcs(free)}, CALENDAR, today)


def lots_of(result: Plan) -> list[tuple[int, date]]:
    return [(p.quantity // MICRO, p.due_on) for p in result.planned]


def test_fixed_lots_are_all_alike() -> None:
    """Rule 26: 25 wanted in lots of 10 are three of them; the 5 that are over serve the next need."""
    result = planned(Item(PART, False, lot_fixed=pcs(10)), [(25, day(20)), (5, day(27)), (1, day(30))])
    assert lots_of(result) == [(10, day(20)), (10, day(20)), (10, day(20)), (10, day(30))]


def test_the_economic_lot() -> None:
    """Rule 26, Andler and Harris: 1,000 a year, 10 to order, 0.50 to keep one for a year: √(2 × 1,000 × 10 ÷ 0.5) =
    200. More than that is ordered whole; what lies beyond a year does not count."""
    item = Item(PART, False, economic=Fraction(2 * 10) / Fraction(1, 2))
    assert economic(pcs(1000), item) == pcs(200)
    needs = [(150, day(20)), (450, date(2026, 6, 1)), (400, date(2026, 9, 1)), (5000, date(2027, 9, 1))]
    assert lots_of(planned(item, needs))[:2] == [(200, day(20)), (400, date(2026, 6, 1))]


def test_needs_of_a_period_are_one_order() -> None:
    """Rule 26, POQ of 7 days: what lacks from the 16th on until the 22nd is one order for the 16th; the 23rd begins
    another one. Stock and what comes sooner cover the 16th: then the period begins with what lacks on the 18th."""
    item = Item(PART, False, period_days=7)
    needs = [(4, day(16)), (3, day(18)), (2, day(20)), (5, day(23))]
    assert lots_of(planned(item, needs)) == [(9, day(16)), (5, day(23))]
    on_its_way = Supply(PART, pcs(3), day(18), ("po", 1))
    assert lots_of(planned(item, needs, free=1, supplies=(on_its_way,))) == [(10, day(18))]


def test_a_maximum_of_nothing_means_exactly_the_need() -> None:
    """Rule 26: min-max 0/0 orders the need, by the carton where there is one (odoo PR #168898)."""
    assert lots(pcs(7), Item(PART, False, lot_min=0, lot_max=0)) == [pcs(7)]
    assert lots(pcs(7), Item(PART, False, lot_min=0, lot_max=0, lot_multiple=pcs(4))) == [pcs(8)]


def test_safety_stock_is_wanted_today_and_not_in_the_past() -> None:
    """Rule 26: below safety by four: restored from today on, by lead time, and not late."""
    item = Item(PART, False, 3, safety=pcs(10))
    (proposal,) = planned(item, [], free=6).planned
    assert (proposal.quantity, proposal.release_on, proposal.due_on) == (pcs(4), TODAY, date(2026, 3, 5))
    assert not proposal.late


def test_china_works_on_three_days_that_others_do_not() -> None:
    """Rule 27: 2025-01-26, 2025-02-08 and 2025-10-11 are worked; 248 working days in 2025 (chinesecalendar)."""
    days = [date.fromordinal(n) for n in range(date(2025, 1, 1).toordinal(), date(2026, 1, 1).toordinal())]
    exceptions = {
        d: chinese_calendar.is_workday(d) for d in days if chinese_calendar.is_workday(d) != (d.weekday() < 5)
    }
    china = WorkCalendar(exceptions=exceptions)
    assert all(china.is_working(d) for d in (date(2025, 1, 26), date(2025, 2, 8), date(2025, 10, 11)))
    assert china.count(date(2025, 1, 1), date(2026, 1, 1)) == 248
    made = Item(PART, True, 1)
    # Monday the 27th is worked and the release day is not counted: begun on the Sunday before.
    assert release_of(date(2025, 1, 27), made, china) == date(2025, 1, 26)
    # Over the spring festival (28 January to 4 February): ready on the 5th, begun on the 27th.
    assert release_of(date(2025, 2, 5), made, china) == date(2025, 1, 27)
    assert release_of(date(2025, 10, 13), made, china) == date(2025, 10, 11)


def test_the_suppliers_calendar_counts_his_days() -> None:
    """Rule 27: five working days of a supplier who does not work from the 9th to the 13th, needed on the 20th: the
    order leaves on the 6th and not on the 13th, and on a day on which we work."""
    closed = WorkCalendar(exceptions={date(2026, 3, n): False for n in range(9, 14)})
    assert release_of(day(20), Item(PART, False, 5, calendar=closed), CALENDAR) == day(6)
    six_days = WorkCalendar(weekdays=frozenset(range(1, 7)))
    # His Saturday is a working day, ours is not: asked for on Friday.
    assert release_of(day(16), Item(PART, False, 1, calendar=six_days), CALENDAR) == day(13)


def test_a_lead_time_has_a_part_that_grows_with_the_quantity() -> None:
    """Rule 27: two days to set up and send, 10 a day: 25 take three days more, 5 one."""
    item = Item(PART, True, 2, daily_rate=pcs(10))
    result = planned(item, [(25, day(20)), (5, day(27))])
    assert [(p.release_on, p.due_on) for p in result.planned] == [(day(13), day(20)), (day(24), day(27))]


def test_as_late_as_possible_and_forward_when_it_is_too_late() -> None:
    """Rule 27: the last possible start; what should have begun begins today, arrives late and says so."""
    result = planned(Item(PART, True, 5), [(1, day(4)), (1, day(20))])
    assert [(p.release_on, p.due_on, p.late) for p in result.planned] == [
        (TODAY, day(9), True), (day(13), day(20), False),
    ]  # fmt: skip


def test_supply_after_the_need_is_no_cover_but_comes_sooner_before_more_is_ordered() -> None:
    """Rule 28: an order for April is asked for in March; only what it does not bring is ordered anew."""
    late = Supply(PART, pcs(4), date(2026, 4, 30), ("po", 1))
    result = planned(Item(PART, False, 3), [(6, day(20))], supplies=(late,))
    assert [(m.kind, m.on) for m in result.messages] == [("expedite", day(20))]
    assert lots_of(result) == [(2, day(20))]


def test_nothing_new_inside_the_frozen_fence() -> None:
    """Rule 28: frozen for ten working days, until the 16th. The need of the 6th gets an order due on the 16th, flagged;
    what is on order already is still asked to come sooner, and orders beyond the fence are as ever."""
    item = Item(PART, True, 2, fence_days=10)
    supply = Supply(PART, pcs(1), day(12), ("wo", 1))
    result = planned(item, [(3, day(6)), (4, day(20))], supplies=(supply,))
    assert [(p.quantity // MICRO, p.release_on, p.due_on, p.late) for p in result.planned] == [
        (2, day(12), day(16), True), (4, day(18), day(20), False),
    ]  # fmt: skip
    assert [(m.kind, m.on) for m in result.messages] == [("expedite", day(6))]


def test_what_was_firmed_stays_as_it_is() -> None:
    """Rule 28: an order for six, due on the 18th, is used as it stands, whatever the lot rule says of new ones."""
    firmed = Supply(PART, pcs(6), day(18), ("wo", 1), firm=False)
    result = planned(Item(PART, True, 2, lot_min=pcs(50)), [(6, day(20))], supplies=(firmed,))
    assert (result.planned, result.messages) == ([], [])


def test_release_is_told_of_when_its_day_has_come() -> None:
    """Two working days: what is due on the 4th is to be released today, a proposal as well as a firmed order."""
    item = Item(PART, True, 2)
    firmed = Supply(PART, pcs(1), day(4), ("wo", 1), firm=False)
    result = planned(item, [(3, day(4)), (1, day(20))], supplies=(firmed,))
    assert [(m.kind, m.source, m.on) for m in result.messages] == [
        ("release", ("wo", 1), TODAY), ("release", ("planned", PART, 0), TODAY),
    ]  # fmt: skip
    released = Supply(PART, pcs(1), day(4), ("wo", 1))
    assert planned(item, [(1, day(4))], supplies=(released,)).messages == []


def test_made_to_order_is_one_order_for_each_need() -> None:
    """Rule 30: two lines of a day are two orders. Free stock is taken first, or left alone where the rule says so."""
    needs = [(3, day(20)), (4, day(20))]
    assert lots_of(planned(Item(PART, True, to_order=True), needs, free=2)) == [(1, day(20)), (4, day(20))]
    alone = planned(Item(PART, True, to_order=True, stock_first=False), needs, free=50)
    assert [p.pegs for p in alone.planned] == [[(("line", 0), pcs(3))], [(("line", 1), pcs(4))]]


def test_pegged_supply_is_left_alone_until_it_is_released() -> None:
    """Rule 30: made for the second line it does not help the first; without its peg it does. What is delivered is no
    need any more: then the rest of what was made for it is not needed."""
    needs = [(3, day(10)), (3, day(20))]
    own = Supply(PART, pcs(3), day(5), ("wo", 1), peg=("line", 1))
    assert [p.pegs for p in planned(Item(PART, True), needs, supplies=(own,)).planned] == [[(("line", 0), pcs(3))]]
    freed = Supply(PART, pcs(3), day(5), ("wo", 1))
    assert [p.pegs for p in planned(Item(PART, True), needs, supplies=(freed,)).planned] == [[(("line", 1), pcs(3))]]
    assert [m.kind for m in planned(Item(PART, True), needs[:1], supplies=(own,)).messages] == ["cancel"]


def test_the_bill_of_the_day_of_need_counts() -> None:
    """Rule 31: until the 15th a bolt of iron, from the 16th one of steel; orders begun on either side take theirs."""
    items = {
        1: Item(1, True, 1, components=(
            Component(2, Fraction(1), valid_until=day(15)), Component(3, Fraction(1), valid_from=day(16)),
        )),
        2: Item(2, False), 3: Item(3, False),
    }  # fmt: skip
    needs = [Need(1, pcs(4), day(13), ("line", 1)), Need(1, pcs(5), day(18), ("line", 2))]
    result = plan(items, needs, [], {}, CALENDAR, TODAY)
    assert {(p.product, p.quantity // MICRO, p.due_on) for p in result.planned if p.product > 1} == {
        (2, 4, day(12)), (3, 5, day(17)),
    }  # fmt: skip


def test_process_loss_and_scrap_of_a_chain() -> None:
    """Rule 24: 96 good at 3 % and 1 % are 96 ÷ 0.97 ÷ 0.99 = 99.97…: a hundred, not 96 × 1.04 = 99.84."""
    items = {
        1: Item(1, True, components=(Component(2, per_unit(Decimal(1), Decimal(1), Decimal(3))),)),
        2: Item(2, True, step=1, components=(Component(3, per_unit(Decimal(1), Decimal(1), Decimal(1))),)),
        3: Item(3, False),
    }
    result = plan(items, [Need(1, pcs(96), day(20), ("line", 1))], [], {}, CALENDAR, TODAY)
    assert [p.quantity for p in result.planned if p.product == 3] == [pcs(100)]
