"""What cancelling costs, by hand figures."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from modules.shared.data.rules.cancellation import CancelledLine, Part, Step, charge

CENT = D("0.01")
# 5 % at any time, 20 % from 14 days before, 30 % once it is made or bought, 50 % when it lies ready.
STEPS = (
    Step("always", percent=D(5)),
    Step("days", days=14, percent=D(20)),
    Step("released", percent=D(30)),
    Step("ready", percent=D(50)),
)


def total(steps, *lines, unit=CENT):
    return sum((p.amount for p in charge(steps, lines, unit)), D(0))


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (CancelledLine(10, D(1000), days_left=15), "50.00"),
        (CancelledLine(10, D(1000), days_left=14), "200.00"),
        (CancelledLine(10, D(1000), days_left=0), "200.00"),
        (CancelledLine(10, D(1000), days_left=-1), "50.00"),  # we are late: nothing by days
        (CancelledLine(10, D(1000)), "50.00"),  # nothing was promised
        (CancelledLine(10, D(1000), days_left=3, released=True), "300.00"),
        (CancelledLine(10, D(1000), days_left=3, released=True, ready=True), "500.00"),
        (CancelledLine(10, D("33.33"), days_left=90), "1.67"),  # 1.6665
        (CancelledLine(10, D(0), ready=True), "0"),
    ],
)
def test_the_dearest_step_that_holds(line, asked):
    """Rule 20."""
    assert total(STEPS, line) == D(asked)


def test_each_line_by_its_own_state():
    """1,000 ready: 500; 400 far away: 20; together 520."""
    lines = (CancelledLine(10, D(1000), ready=True), CancelledLine(20, D(400), days_left=60))
    assert charge(STEPS, lines, CENT) == [
        Part(10, "ready", None, D(50), D("500.00")),
        Part(20, "always", None, D(5), D("20.00")),
    ]


def test_a_fixed_amount_is_the_least():
    steps = (*STEPS, Step("always", amount=D(100)))
    assert charge(steps, (CancelledLine(10, D(1000)),), CENT) == [Part(None, "always", None, None, D("100.00"))]
    assert total(steps, CancelledLine(10, D(1000), days_left=1)) == D(200)


def test_rounded_to_the_currency():
    assert total(STEPS, CancelledLine(10, D(1010)), unit=D(1)) == D(51)  # 50.5 yen
    assert total(STEPS, CancelledLine(10, D("100.01")), unit=D("0.001")) == D("5.001")  # 5.0005


def test_without_steps_nothing():
    assert charge((), (CancelledLine(10, D(1000), ready=True),), CENT) == []
