"""Forecast methods against figures worked out by hand, and the choice between them."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from modules.inventory.rules.forecast import average, foretell, holt_winters, sba, smoothing

MONTHS = np.arange(48)
SEASONAL = 100 + 50 * np.sin(2 * np.pi * MONTHS / 12)


def row(*values: float):
    return np.array([values], dtype=float)


def test_average_by_hand():
    assert average(row(1, 2, 3, 4, 5, 6, 7, 8), 2).tolist() == [[5.5, 5.5]]  # of the last six


def test_smoothing_takes_the_best_alpha():
    # A step from 10 to 20 at the third month: the quickest α of the grid is right at once. Level 40/3 at the start.
    found = smoothing(row(10, 10, 20, 20, 20, 20, 20), 1)[0, 0]
    level = 40 / 3
    for seen in (10, 10, 20, 20, 20, 20, 20):
        level += 0.7 * (seen - level)
    assert found == level


def test_croston_with_the_correction_by_hand():
    # Demands of 6 every third month: size 6, interval 3, and 0.95 of their quotient.
    assert np.allclose(sba(row(0, 0, 6, 0, 0, 6, 0, 0, 6), 2), 0.95 * 6 / 3)
    assert sba(row(0, 0, 0, 0), 1).tolist() == [[0.0]]


def test_holt_winters_finds_the_season_again():
    found = holt_winters(SEASONAL[None, :], 12)[0]
    assert np.abs(found - (100 + 50 * np.sin(2 * np.pi * np.arange(48, 60) / 12))).max() < 1


def test_the_method_that_would_have_foretold_best_is_taken():
    noise = np.random.default_rng(7).normal(0, 20, 48)
    seasonal, flat, rare, noisy = foretell(
        np.stack([SEASONAL, np.full(48, 7.0), np.where(np.arange(48) % 5 == 0, 20.0, 0.0), 100 + noise])
    )
    assert (seasonal.method, flat.method) == ("holt_winters", "average")
    assert seasonal.mase is not None
    assert seasonal.mase < 0.1
    assert (flat.mase, flat.wape, flat.quantities[0], flat.highs[0]) == (0.0, 0.0, 7.0, 7.0)
    assert sum(rare.quantities) > 0
    assert noisy.lows[0] < noisy.quantities[0] < noisy.highs[0]
    assert noisy.mase is not None
    assert noisy.mase < 1


def test_a_short_history_is_an_average_without_an_error():
    (found,) = foretell(row(4, 6))
    assert (found.method, found.quantities[:2], found.mase, found.wape) == ("average", [5.0, 5.0], None, None)


@settings(max_examples=30)
@given(st.integers(1, 40).flatmap(lambda n: arrays(float, (3, n), elements=st.floats(0, 1e6))))
def test_no_forecast_is_negative_or_endless(y):
    for found in foretell(y):
        assert len(found.quantities) == 12
        for low, quantity, high in zip(found.lows, found.quantities, found.highs, strict=True):
            assert 0 <= low <= quantity <= high < float("inf")


def test_rows_do_not_know_of_one_another():
    rng = np.random.default_rng(3)
    y = rng.gamma(2, 50, (20, 30))
    together = foretell(y)
    for one, same in zip([foretell(y[i : i + 1])[0] for i in range(20)], together, strict=True):
        assert one.method == same.method
        assert np.allclose(one.quantities, same.quantities)
        assert np.allclose(one.highs, same.highs)


def test_five_thousand_products_are_quick():
    y = np.random.default_rng(1).gamma(2, 50, (5000, 36))
    begin = time.process_time()
    assert len(foretell(y)) == 5000
    assert time.process_time() - begin < 60
