"""Pieces that operations begin with."""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.production.rules.routing import pieces_begun

D = Decimal


def test_yields_accumulate_backwards() -> None:
    """96 good at 96 % begin with 100; two operations at 98 and 97 %: 96 ÷ 0.97 = 98.97 → 99 and ÷ 0.98 = 100.99 → 101
    (96 × 1.05 = 100.8 would be the wrong sum)."""
    assert pieces_begun(D(96), [D(96)], 0) == [D(100)]
    assert pieces_begun(D(96), [D(98), D(97)], 0) == [D(101), D(99)]
    assert pieces_begun(D(96), [D(100), D(100)], 0) == [D(96), D(96)]


def test_what_is_measured_is_rounded_to_its_own_step() -> None:
    """10 kg at 97 %: 10.3093 kg, up to the gram 10.310."""
    assert pieces_begun(D(10), [D(97)], 3) == [D("10.310")]


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_yield_that_cannot_be(percent: int) -> None:
    with pytest.raises(ValueError, match="yield"):
        pieces_begun(D(1), [D(percent)], 0)
