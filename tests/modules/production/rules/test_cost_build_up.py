"""Planned and actual cost with reasons, worked out by hand; whatever happens, reasons sum to the difference."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.production.rules.cost_build_up import Element, Material, Progress, Work, build_up
from tenon.money.rounding import round_money

D = Decimal
ZERO = D(0)


def cny(amount: Decimal) -> Decimal:
    return round_money(amount, "CNY")


def by_key(elements: list[Element]) -> dict[str, Element]:
    return {e.key: e for e in elements}


def lathe(out: int, minutes: str, cost: str, **more: object) -> Work:
    """10 minutes to set up, 6 a piece, for 100 pieces; labour at 60 an hour, machine at 30."""
    return Work(
        D(10), D(6), D(100), D(out), {"labour": D(60), "machine": D(30)},
        {"labour": D(minutes), "machine": D(minutes)}, {"labour": D(cost), "machine": D(minutes) / 2}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_an_order_that_is_done() -> None:
    """100 wanted of 100 begun, 96 good. Material: 200 kg at 5 planned, 1,000; 210 kg taken for 1,092 (5.20 each).
    Price 210 × 0.20 = 42. Four pieces lost: 200 × 4 % × 5 = 40. Usage 10 × 5 = 50. Allowed for 96: 960.
    Labour: 610 minutes planned, 610.00; 650 spent at 1.04 a minute (62.40/h): 676. Rate 650 × 0.04 = 26; scrap 4 × 6 =
    24 minutes, 24; efficiency 40 minutes, 40. Allowed 586."""
    progress = Progress(D(100), D(100), D(100), D(96), D(4))
    found = by_key(
        build_up(progress, [Material(D(200), D(5), D(210), D(1092))], [lathe(100, "650", "676")], ZERO, ZERO, cny)
    )
    material, labour, machine = found["material"], found["labour"], found["machine"]
    assert (material.planned, material.allowed, material.actual) == (1000, 960, 1092)
    assert material.reasons == {"price": 42, "scrap": 40, "usage": 50}
    assert (labour.planned, labour.allowed, labour.actual) == (610, 586, 676)
    assert labour.reasons == {"rate": 26, "scrap": 24, "efficiency": 40}
    assert machine.reasons == {"scrap": 12, "efficiency": 20}  # 325 spent; 305 standard


def test_material_issued_ahead_is_not_wasted_while_work_runs() -> None:
    running = Progress(D(100), D(100), D(10), D(0), D(0))
    found = by_key(build_up(running, [Material(D(200), D(5), D(200), D(1000))], [], ZERO, ZERO, cny))
    assert (found["material"].allowed, found["material"].reasons) == (1000, {})
    more = by_key(build_up(running, [Material(D(200), D(5), D(220), D(1100))], [], ZERO, ZERO, cny))
    assert more["material"].reasons == {"usage": 100}


def test_planned_losses_are_no_variance_and_rework_is_its_own() -> None:
    """104 begun for 100 good, 4 lost: as planned. An hour of rework at 60."""
    progress = Progress(D(100), D(104), D(104), D(100), D(4))
    again = Work(ZERO, D(6), D(5), D(5), {"labour": D(60)}, {"labour": D(60)}, {"labour": D(60)}, rework=True)
    found = by_key(build_up(progress, [Material(D(208), D(5), D(208), D(1040))], [again], ZERO, ZERO, cny))
    assert (found["material"].allowed, found["material"].reasons) == (1040, {})
    assert (found["labour"].planned, found["labour"].reasons) == (0, {"rework": 60})


def test_by_products_take_their_share_off() -> None:
    progress = Progress(D(10), D(10), D(10), D(10), ZERO)
    elements = build_up(progress, [Material(D(10), D(10), D(10), D(120))], [], D("0.1"), D(12), cny)
    found = by_key(elements)
    assert (found["by_product"].planned, found["by_product"].actual) == (-10, -12)
    assert sum(e.actual for e in elements) == 108


amount = st.decimals(0, 5000, places=2, allow_nan=False)
pieces = st.integers(0, 60)


@given(
    st.integers(1, 50), pieces, pieces, pieces,
    st.lists(st.tuples(amount, amount, amount, amount), max_size=4),
    st.lists(st.tuples(amount, amount, pieces, amount, amount, st.booleans()), max_size=4),
    st.decimals(0, "0.9", places=2), amount,
)  # fmt: skip
def test_reasons_sum_to_the_difference(wanted, extra, good, bad, materials, works, share, received) -> None:  # type: ignore[no-untyped-def]
    started = wanted + extra
    good = min(good, started)
    bad = min(bad, started - good)
    progress = Progress(D(wanted), D(started), D(good + bad), D(good), D(bad))
    made = [
        Work(a, b, D(started), D(min(o, started)), {"labour": a, "overhead": b}, {"labour": m, "overhead": m},
             {"labour": c, "overhead": m}, b, again)
        for a, b, o, m, c, again in works
    ]  # fmt: skip
    for element in build_up(progress, [Material(*m) for m in materials], made, share, received, cny):
        assert sum(element.reasons.values(), ZERO) == element.difference
        assert element.actual == cny(element.actual)
