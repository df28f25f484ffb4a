"""Planning by hand: ten bicycles wanted, four on hand; and the rules that toys get wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.production.rules.lots import lots
from modules.production.rules.material import covered
from modules.production.rules.netting import plan
from modules.production.rules.structure import CycleError, low_level_codes, would_cycle
from modules.production.rules.terms import MICRO, Component, Item, Need, Supply, per_unit
from modules.shared.data.rules.calendars import WorkCalendar

TODAY = date(2026, 3, 2)  # a Monday
CALENDAR = WorkCalendar()
BIKE, FRAME, WHEEL, SPOKE = 1, 2, 3, 4


def pcs(quantity: int) -> int:
    return quantity * MICRO


def bicycle() -> dict[int, Item]:
    """A bicycle: 1 frame, 2 wheels; a wheel: 32 spokes. Lead times: 2 and 1 working days; frames 10, spokes 5 days."""
    return {
        BIKE: Item(BIKE, True, 2, components=(Component(FRAME, Fraction(1)), Component(WHEEL, Fraction(2)))),
        FRAME: Item(FRAME, False, 10),
        WHEEL: Item(WHEEL, True, 1, components=(Component(SPOKE, Fraction(32)),)),
        SPOKE: Item(SPOKE, False, 5),
    }


def test_ten_bicycles_of_which_four_are_there() -> None:
    due = date(2026, 3, 27)  # a Friday
    result = plan(
        bicycle(),
        [Need(BIKE, pcs(10), due, "SO-1/1")],
        [],
        {BIKE: pcs(4), WHEEL: pcs(5), FRAME: pcs(0)},
        CALENDAR,
        TODAY,
    )
    got = {(p.product, p.quantity // MICRO, p.release_on, p.due_on) for p in result.planned}
    assert got == {
        # 6 short; finished on the 27th, two working days to build: started on Wednesday the 25th
        (BIKE, 6, date(2026, 3, 25), due),
        # 6 frames on the 25th, ten calendar days before is Sunday the 15th: ordered on Friday the 13th
        (FRAME, 6, date(2026, 3, 13), date(2026, 3, 25)),
        # 12 wheels, 5 are there: 7 on the 25th, one working day: the 24th
        (WHEEL, 7, date(2026, 3, 24), date(2026, 3, 25)),
        # 7 × 32 spokes on the 24th, five calendar days before is the 19th
        (SPOKE, 224, date(2026, 3, 19), date(2026, 3, 24)),
    }
    assert not any(p.late for p in result.planned)
    assert ("SO-1/1", ("stock", BIKE), pcs(4)) in result.pegging


def test_a_product_on_two_levels_is_netted_once() -> None:
    """P0 → P1, P3; P1 → P3: the stock of P3 must not be used twice (a diamond is legal)."""
    items = {
        10: Item(10, True, components=(Component(11, Fraction(1)), Component(13, Fraction(1)))),
        11: Item(11, True, components=(Component(13, Fraction(1)),)),
        13: Item(13, False),
    }
    result = plan(items, [Need(10, pcs(5), date(2026, 3, 20), "x")], [], {13: pcs(4)}, CALENDAR, TODAY)
    assert sum(p.quantity for p in result.planned if p.product == 13) == pcs(6)


def test_scrap_divides() -> None:
    assert per_unit(Decimal(1), Decimal(1), Decimal(4)) == Fraction(100, 96)
    assert per_unit(Decimal("2.5"), Decimal("0.4"), Decimal("12.5")) == Fraction(50, 7)
    for scrap in ("-1", "100"):
        with pytest.raises(ValueError, match="scrap"):
            per_unit(Decimal(1), Decimal(1), Decimal(scrap))
    per = per_unit(Decimal(1), Decimal(1), Decimal(4))
    items = {1: Item(1, True, components=(Component(2, per),)), 2: Item(2, False)}
    result = plan(items, [Need(1, pcs(96), date(2026, 3, 20), "x")], [], {}, CALENDAR, TODAY)
    assert [p.quantity for p in result.planned if p.product == 2] == [pcs(100)]


def test_scrap_of_two_levels_multiplies() -> None:
    """Rule 24: net ÷ (1 − s₁) ÷ (1 − s₂), not net × (1 + s): 90 good at 10 % take 100, at 20 % below take 125."""
    items = {
        1: Item(1, True, components=(Component(2, per_unit(Decimal(1), Decimal(1), Decimal(10))),)),
        2: Item(2, True, components=(Component(3, per_unit(Decimal(1), Decimal(1), Decimal(20))),)),
        3: Item(3, False),
    }
    result = plan(items, [Need(1, pcs(90), date(2026, 3, 20), "x")], [], {}, CALENDAR, TODAY)
    assert {p.product: p.quantity for p in result.planned} == {1: pcs(90), 2: pcs(100), 3: pcs(125)}


def test_a_fixed_loss_is_taken_once_per_order() -> None:
    """Rule 24: 2 kg to fill the pipes per batch, 0.5 kg a piece; 25 pieces in lots of 10 at most are three orders."""
    paint = Component(2, Fraction(1, 2), fixed=pcs(2))
    items = {1: Item(1, True, lot_max=pcs(10), components=(paint,)), 2: Item(2, False, step=1)}
    result = plan(items, [Need(1, pcs(25), date(2026, 3, 20), "x")], [], {}, CALENDAR, TODAY)
    assert [p.quantity for p in result.planned if p.product == 1] == [pcs(10), pcs(10), pcs(5)]
    assert sum(p.quantity for p in result.planned if p.product == 2) == 3 * pcs(2) + pcs(25) // 2


def robot() -> dict[int, Item]:
    """A robot of two arm kits and a body; an arm kit of a hinge set and one arm; a hinge set of two bolts. The kits are
    phantoms; the body takes a bolt too. 1 robot, 2 kit, 3 hinge set, 4 bolt, 5 arm, 6 body."""
    return {
        1: Item(1, True, 2, components=(Component(2, Fraction(2)), Component(6, Fraction(1)))),
        2: Item(2, True, 3, phantom=True, components=(Component(3, Fraction(1)), Component(5, Fraction(1)))),
        3: Item(3, True, 3, phantom=True, components=(Component(4, Fraction(2)),)),
        4: Item(4, False, 1),
        5: Item(5, False, 1),
        6: Item(6, True, 1, components=(Component(4, Fraction(1)),)),
    }


def test_nested_phantoms_multiply() -> None:
    """Rule 22: ten robots take 2 kits × 2 bolts = 4 bolts each, on the day the robot is begun, and no order for a kit.
    The bolts of the bodies are needed a day earlier, when these are begun."""
    due = date(2026, 3, 27)
    result = plan(robot(), [Need(1, pcs(10), due, "SO")], [], {}, CALENDAR, TODAY)
    began = date(2026, 3, 25)
    assert {(p.product, p.quantity // MICRO, p.due_on) for p in result.planned} == {
        (1, 10, due), (6, 10, began), (5, 20, began), (4, 40, began), (4, 10, date(2026, 3, 24)),
    }  # fmt: skip
    bolts = [p for p in result.planned if p.product == 4 and p.due_on == began]
    assert [p.pegs for p in bolts] == [[(("planned", 1, 0), pcs(40))]]  # of the robot itself: nothing lies between


def test_a_phantom_is_taken_from_stock_first() -> None:
    """Five kits and three hinge sets are there: 15 kits are blown through, 12 sets of them, 24 bolts."""
    result = plan(robot(), [Need(1, pcs(10), date(2026, 3, 27), "SO")], [], {2: pcs(5), 3: pcs(3)}, CALENDAR, TODAY)
    assert {p.product for p in result.planned} == {1, 4, 5, 6}
    assert sum(p.quantity for p in result.planned if p.product == 5) == pcs(15)
    assert sum(p.quantity for p in result.planned if p.product == 4) == pcs(24 + 10)
    assert (("planned", 1, 0), ("stock", 2), pcs(5)) in result.pegging


def test_whoever_asks_for_a_phantom_itself_gets_it_made() -> None:
    """Spare kits are sold: four are put together, and what six robots need is not."""
    needs = [Need(2, pcs(4), date(2026, 3, 27), "SPARE"), Need(1, pcs(6), date(2026, 3, 27), "SO")]
    result = plan(robot(), needs, [], {}, CALENDAR, TODAY)
    kits = [p for p in result.planned if p.product == 2]
    assert [(p.quantity, p.pegs) for p in kits] == [(pcs(4), [("SPARE", pcs(4))])]
    assert sum(p.quantity for p in result.planned if p.product == 5) == pcs(4 + 12)


def running_out(until: date | None = None) -> dict[int, Item]:
    """A lamp takes one old bulb until these are gone, then two new ones for each; a torch takes the old bulb for good.
    1 lamp, 2 torch, 3 old bulb, 4 new bulb."""
    old = Component(3, Fraction(1), valid_until=until, successor=4, ratio=Fraction(2))
    return {
        1: Item(1, True, components=(old,)),
        2: Item(2, True, components=(Component(3, Fraction(1)),)),
        3: Item(3, False, 2),
        4: Item(4, False, 2),
    }


def bought(
    items: dict[int, Item], needs: list[Need], supplies: list[Supply], on_hand: dict[int, int]
) -> dict[int, int]:
    result = plan(items, needs, supplies, on_hand, CALENDAR, TODAY)
    return {p: sum(x.quantity for x in result.planned if x.product == p) // MICRO for p in (3, 4)}


def test_what_runs_out_is_used_up_and_then_followed() -> None:
    """Rule 31: ten lamps, six old bulbs in stock and one on order: three are lacking, six new ones are bought."""
    on_order = [Supply(3, pcs(1), date(2026, 3, 10), "PO")]
    ten = [Need(1, pcs(10), date(2026, 3, 20), "x")]
    assert bought(running_out(), ten, on_order, {3: pcs(6)}) == {3: 0, 4: 6}
    # what others still need of the old one is bought, and whoever comes first uses up what is there
    torches = Need(2, pcs(5), date(2026, 3, 27), "y")
    assert bought(running_out(), [*ten, torches], [], {3: pcs(12)}) == {3: 3, 4: 0}
    assert bought(running_out(), [*ten, torches], [], {3: pcs(6)}) == {3: 5, 4: 8}


def test_after_its_last_day_only_the_successor_is_taken() -> None:
    """The day of the need counts, not today: lamps of the 20th still take old bulbs, those of April do not."""
    items = running_out(until=date(2026, 3, 31))
    lamps = [Need(1, pcs(4), date(2026, 3, 20), "x"), Need(1, pcs(4), date(2026, 4, 20), "y")]
    assert bought(items, lamps, [], {3: pcs(100)}) == {3: 0, 4: 8}


def test_a_successor_is_netted_after_what_it_follows() -> None:
    """New bulbs are in stock too, and one of them goes into another lamp directly: none is used twice."""
    items = running_out()
    items[5] = Item(5, True, components=(Component(4, Fraction(1)),))
    needs = [Need(1, pcs(3), date(2026, 3, 20), "x"), Need(5, pcs(1), date(2026, 3, 20), "y")]
    assert bought(items, needs, [], {3: pcs(1), 4: pcs(2)}) == {3: 0, 4: 3}
    # a component that planning does not know any more is followed at once
    del items[3]
    assert bought(items, needs[:1], [], {}) == {3: 0, 4: 6}


def test_lot_rule_minimum_then_multiple_then_maximum() -> None:
    item = Item(1, False, lot_min=pcs(10), lot_multiple=pcs(4), lot_max=pcs(20))
    assert lots(pcs(3), item) == [pcs(12)]
    # 48 in lots of 20 at most leave 8: at least ten, and by the four.
    assert lots(pcs(45), item) == [pcs(20), pcs(20), pcs(12)]
    # No lot of 10 where cartons hold 4: 8 is the most that fits.
    assert lots(pcs(19), Item(1, False, lot_multiple=pcs(4), lot_max=pcs(10))) == [pcs(8), pcs(8), pcs(4)]
    assert lots(1, Item(1, False)) == [pcs(1)]  # no half bicycles
    # An economic 108 comes in lots of 20; the last eight are a lot of twelve, not of 108.
    economic = Item(1, False, lot_min=pcs(10), lot_multiple=pcs(4), lot_max=pcs(20), economic=Fraction(108 * 108, 50))
    assert lots(pcs(3), economic, pcs(50)) == [pcs(20)] * 5 + [pcs(12)]
    # A minimum above the maximum: the maximum holds.
    assert lots(pcs(25), Item(1, False, lot_min=pcs(30), lot_max=pcs(20))) == [pcs(20), pcs(20)]


def test_late_supply_is_expedited_before_new_is_planned() -> None:
    supply = Supply(FRAME, pcs(10), date(2026, 4, 30), "PO-1")
    result = plan(bicycle(), [Need(FRAME, pcs(6), date(2026, 3, 20), "x")], [supply], {}, CALENDAR, TODAY)
    assert result.planned == []
    assert [(m.kind, m.on) for m in result.messages] == [("expedite", date(2026, 3, 20))]


def test_supply_without_need_is_proposed_for_cancelling() -> None:
    result = plan(bicycle(), [], [Supply(FRAME, pcs(1), date(2026, 3, 9), "PO-1")], {}, CALENDAR, TODAY)
    assert [(m.kind, m.source) for m in result.messages] == [("cancel", "PO-1")]


def test_safety_stock_is_restored() -> None:
    items = {FRAME: Item(FRAME, False, 3, safety=pcs(10))}
    result = plan(items, [Need(FRAME, pcs(2), date(2026, 3, 20), "x")], [], {FRAME: pcs(7)}, CALENDAR, TODAY)
    assert sorted(p.quantity for p in result.planned) == [pcs(2), pcs(3)]


def test_what_restores_safety_stock_is_late_for_who_needs_of_it_sooner() -> None:
    """Three below safety, lots of 10: 7 are over, there in three working days. Nobody waits for the three; who needs
    two tomorrow takes of the seven, and waits."""
    items = {FRAME: Item(FRAME, False, 3, safety=pcs(10), lot_min=pcs(10))}
    quiet = plan(items, [Need(FRAME, pcs(2), date(2026, 3, 20), "x")], [], {FRAME: pcs(7)}, CALENDAR, TODAY)
    assert [(p.quantity, p.late) for p in quiet.planned] == [(pcs(10), False)]
    tomorrow = date(2026, 3, 3)
    waited = plan(items, [Need(FRAME, pcs(2), tomorrow, "x")], [], {FRAME: pcs(7)}, CALENDAR, TODAY)
    assert [(p.quantity, p.late) for p in waited.planned] == [(pcs(10), True)]
    assert waited.planned[0].due_on > tomorrow


def test_a_release_in_the_past_is_planned_forward_and_flagged() -> None:
    result = plan(bicycle(), [Need(FRAME, pcs(1), date(2026, 3, 4), "x")], [], {}, CALENDAR, TODAY)
    (proposal,) = result.planned
    assert (proposal.release_on, proposal.due_on, proposal.late) == (TODAY, date(2026, 3, 12), True)


def test_supply_pegged_to_one_need_serves_no_other() -> None:
    made = Supply(BIKE, pcs(3), date(2026, 3, 5), "WO-1", peg="B")
    needs = [Need(BIKE, pcs(3), date(2026, 3, 10), "A"), Need(BIKE, pcs(3), date(2026, 3, 20), "B")]
    result = plan({BIKE: Item(BIKE, True, 1)}, needs, [made], {}, CALENDAR, TODAY)
    assert [(p.quantity, p.pegs) for p in result.planned] == [(pcs(3), [("A", pcs(3))])]


def test_swapped_working_days_of_china_count() -> None:
    """2025-01-26 is a Sunday that is worked; the spring festival is not."""
    exceptions = {date(2025, 1, 26): True} | {date(2025, 1, d): False for d in range(28, 32)}
    calendar = WorkCalendar(exceptions=exceptions)
    assert calendar.back(date(2025, 1, 31), 1) == date(2025, 1, 26)


def test_a_date_of_another_century_is_planned_like_any_other() -> None:
    """One order line mistyped into 2099 must not stop the planning of a company."""
    needs = [Need(BIKE, pcs(1), date(2099, 3, 27), "A"), Need(BIKE, pcs(1), date(2026, 3, 27), "B")]
    result = plan({BIKE: Item(BIKE, True, 3_650)}, needs, [], {}, CALENDAR, TODAY)
    assert [p.due_on.year for p in result.planned] == [2040, 2099]
    assert [p.late for p in result.planned] == [True, False]


def test_cycles_are_found_and_diamonds_are_not() -> None:
    with pytest.raises(CycleError) as caught:
        low_level_codes({1: [2], 2: [3], 3: [2]})
    assert set(caught.value.path) == {2, 3}
    assert low_level_codes({0: [1, 2, 3], 1: [2, 3], 2: [3]}) == {0: 0, 1: 1, 2: 2, 3: 3}
    assert would_cycle({1: [2], 2: [3]}, 3, [1]) == [3, 1, 2, 3]
    assert would_cycle({1: [2]}, 4, [1]) is None


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[int, Item], list[Need], list[Supply], dict[int, int]]:
    count = draw(st.integers(2, 12))
    items = {}
    for product in range(count):
        below = draw(st.lists(st.integers(product + 1, count), max_size=3, unique=True)) if product < count - 1 else []
        components = tuple(Component(c, Fraction(draw(st.integers(1, 4)))) for c in below if c < count)
        items[product] = Item(
            product, bool(components), draw(st.integers(0, 9)), pcs(draw(st.integers(0, 5))), components=components
        )
    days = st.dates(TODAY, date(2026, 9, 1))
    needs = [
        Need(draw(st.integers(0, count - 1)), pcs(draw(st.integers(1, 50))), draw(days), f"need{n}")
        for n in range(draw(st.integers(0, 8)))
    ]
    supplies = [
        Supply(draw(st.integers(0, count - 1)), pcs(draw(st.integers(1, 50))), draw(days), f"supply{n}")
        for n in range(draw(st.integers(0, 8)))
    ]
    return items, needs, supplies, {p: pcs(draw(st.integers(0, 20))) for p in range(count)}


def test_of_two_orders_of_a_day_the_older_is_taken_first_by_whoever_reckons() -> None:
    """Order 99 before order 100, need of line 9 before that of line 10: by their numbers, not by their letters. What
    netting finds is what material is locked by."""
    day = date(2026, 3, 20)
    orders = [Supply(SPOKE, pcs(5), day, ("production.order", number)) for number in (100, 99)]
    needs = [Need(SPOKE, pcs(5), day, ("sales.order_line", line)) for line in (10, 9)]
    wanted = {("sales.order_line", 9): ("production.order", 99), ("sales.order_line", 10): ("production.order", 100)}
    result = plan({SPOKE: Item(SPOKE, True, 1)}, needs, orders, {}, CALENDAR, TODAY)
    assert {peg: source for peg, source, _quantity in result.pegging} == wanted
    assert {peg: found[0].source for peg, found in covered(needs, orders, {}).items()} == wanted


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_every_need_is_covered_exactly_and_a_rerun_changes_nothing(
    world: tuple[dict[int, Item], list[Need], list[Supply], dict[int, int]],
) -> None:
    items, needs, supplies, on_hand = world
    result = plan(items, needs, supplies, on_hand, CALENDAR, TODAY)
    assert plan(items, needs, supplies, on_hand, CALENDAR, TODAY) == result
    dependent: dict[object, int] = {n.peg: n.quantity for n in needs}
    named: dict[int, int] = {}
    for parent in result.planned:
        number = named[parent.product] = named.get(parent.product, -1) + 1
        for component in items[parent.product].components:
            key = ("planned", parent.product, number)
            dependent[key] = dependent.get(key, 0) + int(parent.quantity * component.per)
    covered: dict[object, int] = {}
    for peg, _source, quantity in result.pegging:
        covered[peg] = covered.get(peg, 0) + quantity
    for proposal in result.planned:
        for peg, quantity in proposal.pegs:
            covered[peg] = covered.get(peg, 0) + quantity
    for peg, quantity in dependent.items():
        assert covered.get(peg, 0) == quantity
    # No supply and no stock is used beyond what there is.
    by_source: dict[object, int] = {}
    for _peg, source, quantity in result.pegging:
        by_source[source] = by_source.get(source, 0) + quantity
    assert all(by_source.get(s.source, 0) <= s.quantity for s in supplies)
    free = sum(max(0, on_hand[p] - i.safety) for p, i in items.items())
    over = sum(p.quantity - sum(q for _, q in p.pegs) for p in result.planned)
    assert sum(q for source, q in by_source.items() if source in {("stock", p) for p in items}) <= free + over
