"""By-products by hand: value split to the cent, what waits, and planning that counts on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from modules.production.rules.netting import plan
from modules.production.rules.outputs import Arrival, comes, shares_by_value, split
from modules.production.rules.terms import MICRO, Component, Item, Need, Output, Supply
from modules.shared.data.rules.calendars import WorkCalendar

D, CENT = Decimal, Decimal("0.01")
TODAY, CALENDAR = date(2026, 3, 2), WorkCalendar()
BOARD, CHIPS, LOG, PELLET = 1, 2, 3, 4


def test_a_by_product_takes_its_share_and_the_cents_add_up() -> None:
    # 100.01 at 15 % and 5 %: 80.008, 15.0015, 5.0005 → 80.00, 15.00, 5.00 and one cent for the largest rest: the first.
    main, parts = split(D("100.01"), [Arrival(D(15), D(0), D(3)), Arrival(D(5), D(0), D(1))], D(10), True, CENT)
    assert (main, parts) == (D("80.01"), [(D("15.00"), 0), (D("5.00"), 0)])


def test_the_share_of_what_has_not_come_waits_and_comes_with_it() -> None:
    main, [(received, waiting)] = split(D(50), [Arrival(D(20), D(0), D(0))], D(5), False, CENT)
    assert (main, received, waiting) == (40, 0, 10)
    main, [(received, waiting)] = split(D(50), [Arrival(D(20), D(10), D(1))], D(5), True, CENT)
    assert (main, received, waiting) == (40, 20, 0)


def test_what_never_came_is_borne_by_the_good_pieces() -> None:
    assert split(D(50), [Arrival(D(20), D(10), D(0))], D(5), True, CENT) == (60, [(0, 0)])


@given(
    reports=st.lists(
        st.tuples(st.integers(0, 100_000), st.lists(st.integers(0, 3), min_size=2, max_size=2)), min_size=1, max_size=8
    ),
    shares=st.lists(st.integers(0, 50), min_size=2, max_size=2),
)
def test_value_out_is_value_in(reports: list[tuple[int, list[int]]], shares: list[int]) -> None:
    """Whatever comes when: nothing is lost and nothing made up, and nobody takes less than nothing."""
    waiting, out = [D(0), D(0)], D(0)
    for number, (cents, counts) in enumerate(reports):
        arrivals = [Arrival(D(s), w, D(c)) for s, w, c in zip(shares, waiting, counts, strict=True)]
        main, parts = split(D(cents) * CENT, arrivals, D(1), number == len(reports) - 1, CENT)
        waiting = [left for _received, left in parts]
        assert min([main, *waiting, *(r for r, _w in parts)]) >= 0
        out += main + sum((r for r, _w in parts), D(0))
    assert out == sum((D(cents) * CENT for cents, _counts in reports), D(0))
    assert waiting == [0, 0]


def test_it_comes_in_proportion_in_whole_pieces_and_all_of_it_in_the_end() -> None:
    # 3 expected of 10 pieces: after 4 pieces 1.2 → 1, after 7 2.1 → 2, after 10 all three.
    assert comes(D(3), D(0), D(4), D(10), D(1)) == 1
    assert comes(D(3), D(1), D(7), D(10), D(1)) == 1
    assert comes(D(3), D(2), D(10), D(10), D(1)) == 1
    assert comes(D(3), D(3), D(7), D(10), D(1)) == 0


def test_shares_by_what_things_sell_for() -> None:
    assert shares_by_value(D(900), [D(100)]) == [D(10)]
    assert shares_by_value(D(100), [D(100), D(100)]) == [D("33.3333"), D("33.3333")]
    assert shares_by_value(None, [D(100)]) is None
    assert shares_by_value(D(0), [D(0)]) is None


def sawmill() -> dict[int, Item]:
    """A board takes one log and leaves 0.5 kg of chips; a pellet takes 2 kg of chips, which can be bought, too."""
    return {
        BOARD: Item(
            BOARD, True, 1, components=(Component(LOG, Fraction(1)),), outputs=(Output(CHIPS, Fraction(1, 2), D(5)),)
        ),
        CHIPS: Item(CHIPS, False, 3),
        LOG: Item(LOG, False, 5),
        PELLET: Item(PELLET, True, 1, components=(Component(CHIPS, Fraction(2)),)),
    }


def test_planning_buys_only_what_the_by_product_does_not_bring() -> None:
    boards, pellets = date(2026, 3, 16), date(2026, 3, 27)
    needs = [Need(BOARD, 40 * MICRO, boards, "board"), Need(PELLET, 15 * MICRO, pellets, "pellet")]
    result = plan(sawmill(), needs, [], {}, CALENDAR, TODAY)
    # 15 pellets take 30 kg on the 26th; 40 boards left 20 kg on the 16th: 10 kg are bought.
    assert [(p.product, p.quantity // MICRO) for p in result.planned if p.product == CHIPS] == [(CHIPS, 10)]
    assert (("planned", PELLET, 0), ("besides", BOARD, 0, CHIPS), 20 * MICRO) in result.pegging
    assert result.messages == []


def test_what_comes_too_late_covers_nothing_and_nobody_is_asked_to_hurry() -> None:
    supply = Supply(CHIPS, 30 * MICRO, date(2026, 4, 10), "order", by_product=True)
    needs = [Need(PELLET, 15 * MICRO, date(2026, 3, 27), "pellet")]
    result = plan(sawmill(), needs, [supply], {}, CALENDAR, TODAY)
    assert [p.quantity // MICRO for p in result.planned if p.product == CHIPS] == [30]
    assert result.messages == []


def test_a_component_that_is_a_by_product_of_the_same_bill_goes_round_no_circle() -> None:
    """A bath takes 10 kg of salt and gives 8 back: the order needs 10 at its start, the 8 are there at its end."""
    bath, salt = 5, 6
    items = {
        bath: Item(
            bath, True, 1, components=(Component(salt, Fraction(10)),), outputs=(Output(salt, Fraction(8), D(0)),)
        ),
        salt: Item(salt, False, 1),
    }
    needs = [
        Need(bath, 1 * MICRO, date(2026, 3, 16), "first"),
        Need(bath, 1 * MICRO, date(2026, 3, 23), "second"),
    ]
    result = plan(items, needs, [], {}, CALENDAR, TODAY)
    assert [p.quantity // MICRO for p in result.planned if p.product == salt] == [10, 2]


def test_two_products_that_bring_each_other_are_planned_all_the_same() -> None:
    left, right, steel = 7, 8, 9
    items = {
        left: Item(
            left, True, 1, components=(Component(steel, Fraction(1)),), outputs=(Output(right, Fraction(1), D(50)),)
        ),
        right: Item(
            right, True, 1, components=(Component(steel, Fraction(1)),), outputs=(Output(left, Fraction(1), D(50)),)
        ),
        steel: Item(steel, False, 1),
    }
    needs = [Need(p, 5 * MICRO, date(2026, 3, 16), str(p)) for p in (left, right)]
    result = plan(items, needs, [], {}, CALENDAR, TODAY)
    assert [(p.product, p.quantity // MICRO) for p in result.planned if p.product in (left, right)] == [(left, 5)]


@given(
    boards=st.lists(st.tuples(st.integers(1, 50), st.integers(0, 30)), max_size=4),
    pellets=st.lists(st.tuples(st.integers(1, 20), st.integers(0, 30)), max_size=4),
    stock=st.integers(0, 20),
)
def test_nothing_is_planned_that_a_by_product_brings_in_time(
    boards: list[tuple[int, int]], pellets: list[tuple[int, int]], stock: int
) -> None:
    """Day by day the chips never run short, and no chips are bought while all that is there by then would do."""
    day = CALENDAR.forward
    needs = [Need(BOARD, q * MICRO, day(TODAY, 20 + d), ("board", n)) for n, (q, d) in enumerate(boards)]
    needs += [Need(PELLET, q * MICRO, day(TODAY, 20 + d), ("pellet", n)) for n, (q, d) in enumerate(pellets)]
    result = plan(sawmill(), needs, [], {CHIPS: stock * MICRO}, CALENDAR, TODAY)
    brought = [(p.due_on, p.quantity // 2) for p in result.planned if p.product == BOARD]
    taken = [(p.release_on, p.quantity * 2) for p in result.planned if p.product == PELLET]
    bought = [(p.due_on, p.quantity) for p in result.planned if p.product == CHIPS]
    for on, _quantity in taken:
        there = stock * MICRO + sum(q for d, q in [*brought, *bought] if d <= on)
        assert there >= sum(q for d, q in taken if d <= on)
    if bought:
        last = max(d for d, _q in bought)
        in_time = stock * MICRO + sum(q for d, q in brought if d <= last)
        assert sum(q for d, q in taken if d <= last) > in_time
    used = sum(q for _peg, source, q in result.pegging if isinstance(source, tuple) and source[0] == "besides")
    assert used <= sum(q for _d, q in brought)
