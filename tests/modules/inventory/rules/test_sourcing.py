"""Whom to buy from, and when stock falls short: worked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from modules.inventory.rules.purchase_gap import shortages
from modules.inventory.rules.sourcing import Choice, Offer, choose

TODAY = date(2031, 3, 3)


def offer(supplier: int, price: Any, lead: int = 5, **more: Any) -> Offer:
    breaks = more.pop("breaks", ((D(0), D(str(price))),))
    return Offer(supplier, f"S{supplier}", more.pop("currency", "CNY"), breaks, lead, **more)


def chosen(quantity: int, days: int, *offers: Offer, wish: int | None = None) -> Choice:
    return choose(
        D(quantity), TODAY + timedelta(days=days), offers, arrival=lambda n: TODAY + timedelta(days=n), wish=wish
    )


def codes(choice: Choice) -> list[str]:
    return [reason.code for reason in choice.reasons]


def test_the_best_price_of_those_in_time() -> None:
    found = chosen(100, 10, offer(1, 10), offer(2, 9, lead=40), offer(3, "10.50"))
    assert found.offer is not None
    assert (found.offer.supplier_id, found.price, found.arrives_on, found.late) == (
        1, D(10), TODAY + timedelta(days=5), False,
    )  # fmt: skip
    assert codes(found) == ["in_time", "cheapest"]
    assert found.reasons[0].figures["supplier"] == "S2"


def test_nobody_in_time_then_the_soonest_and_how_late() -> None:
    found = chosen(100, 3, offer(1, 10, lead=8), offer(2, 9, lead=40))
    assert found.offer is not None
    assert (found.offer.supplier_id, found.late) == (1, True)
    assert codes(found) == ["soonest", "late"]
    assert found.reasons[-1].figures["days"] == 5


def test_the_minimum_and_whole_packs_count_into_the_price() -> None:
    """30 are needed. S1: 1.00, but 100 at least: 100.00, or 3.33 a needed piece. S2: 3.00 in packs of 12: 36 × 3.00 =
    108.00, or 3.60. S1 it is; for 60, S2 has 60 × 3 = 180 against 100 still."""
    first, second = offer(1, 0, breaks=((D(100), D(1)),)), offer(2, 3, multiple=D(12))
    found = chosen(30, 10, first, second)
    assert found.offer is first
    assert (found.quantity, codes(found)) == (D(100), ["cheapest", "minimum"])
    packs = chosen(30, 10, second)
    assert (packs.quantity, codes(packs)) == (D(36), ["only", "multiple"])


def test_a_quantity_break_is_reached() -> None:
    """250 at 4.00 (from 200 on) are cheaper than at 4.20 flat; 100 at 5.00 are not."""
    first, second = offer(1, 0, breaks=((D(1), D(5)), (D(200), D(4)))), offer(2, "4.20")
    many, few = chosen(250, 10, first, second), chosen(100, 10, first, second)
    assert (many.offer, many.price, codes(many)) == (first, D(4), ["cheapest", "break"])
    assert (few.offer, few.price) == (second, D("4.20"))


def test_what_is_rejected_is_paid_for_and_no_use() -> None:
    """9.50 with 10 % rejected is 10.56 for a good piece: 10.00 with nothing rejected is better."""
    found = chosen(100, 10, offer(1, 10), offer(2, "9.50", rejected=D("0.10")))
    assert found.offer is not None
    assert (found.offer.supplier_id, codes(found)) == (1, ["quality"])


def test_the_quota_goes_to_whoever_is_furthest_below_its_share() -> None:
    """60 : 40. Bought 300 and 250: 300 ÷ 60 = 5.0, 250 ÷ 40 = 6.25. The first is next."""
    first, second = offer(1, 12, quota=D(60), bought=D(300)), offer(2, 10, quota=D(40), bought=D(250))
    assert chosen(10, 10, first, second).offer is first
    full = offer(1, 12, quota=D(60), bought=D(400))
    assert chosen(10, 10, full, second).offer is second
    assert codes(chosen(10, 10, full, second)) == ["quota"]


def test_preferred_and_wished_for_go_first_when_they_can() -> None:
    plain, preferred = offer(1, 9), offer(2, 10, preferred=True)
    assert codes(chosen(10, 10, plain, preferred)) == ["preferred"]
    assert chosen(10, 10, plain, offer(2, 10, preferred=True, lead=30)).offer is plain
    assert codes(chosen(10, 10, plain, preferred, wish=1)) == ["wish"]
    capped = chosen(10, 10, offer(1, 9, most=D(5)), preferred, wish=1)
    assert (capped.offer, codes(capped)) == (preferred, ["only", "too_much"])
    assert codes(chosen(10, 10)) == ["nobody"]


def test_stock_falls_short_on_the_day_it_does() -> None:
    """20 there; 15 go on the 5th, 30 come on the 8th, 40 go on the 9th, 10 more on the 12th. Five shall stay: 0 − the
    5th leaves 5; the 9th leaves −5: 10 are wanted; the 12th 10 more."""
    day = TODAY.replace
    changes = [(day(day=5), D(-15)), (day(day=8), D(30)), (day(day=9), D(-40)), (day(day=12), D(-10))]
    assert shortages(D(20), changes, D(5), TODAY) == [(day(day=9), D(10)), (day(day=12), D(10))]
    assert shortages(D(3), [], D(5), TODAY) == [(TODAY, D(2))]
    assert shortages(D(0), [(date(2030, 1, 1), D(-4))], D(0), TODAY) == [(TODAY, D(4))]


@given(
    on_hand=st.integers(0, 50), least=st.integers(0, 20),
    changes=st.lists(st.tuples(st.integers(-5, 30), st.integers(-40, 40)), max_size=12),
)  # fmt: skip
def test_with_what_must_come_it_never_falls_below(on_hand: int, least: int, changes: list[tuple[int, int]]) -> None:
    events = [(TODAY + timedelta(days=n), D(q)) for n, q in changes]
    found = shortages(D(on_hand), events, D(least), TODAY)
    both = [(max(on, TODAY), q) for on, q in events] + found
    balance = D(on_hand)
    for day in sorted({TODAY, *(on for on, _q in both)}):
        balance += sum((q for on, q in both if on == day), D(0))
        assert balance >= least
    assert all(quantity > 0 for _day, quantity in found)
    without = D(on_hand)
    assert found == [] or min(
        without + sum((q for on, q in both if on <= day and (on, q) not in found), D(0)) for day, _q in found
    ) < least  # fmt: skip
