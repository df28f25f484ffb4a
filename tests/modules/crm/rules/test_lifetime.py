"""Against what was published on the public CDNOW sample: 2,357 customers, the weeks of their orders in 1997 and the
mean value of repeat orders (Fader and Hardie, brucehardie.com/datasets; in `cdnow.csv` as x, t_x, T, z)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from modules.crm.rules.lifetime import NoModel, Purchases, Spending, fit_purchases, fit_spending

ROWS = np.array(
    [
        [float(row[name]) for name in ("x", "t_x", "T", "zbar")]
        for row in csv.DictReader((Path(__file__).parent / "cdnow.csv").open())
    ]
)


def test_purchases_are_those_of_the_paper() -> None:
    """r 0.243, α 4.414, a 0.793, b 2.426, log-likelihood −9582.4 (2005, table 2)."""
    model = fit_purchases(*ROWS[:, :3].T.tolist())
    assert [round(v, 3) for v in (model.r, model.alpha, model.a, model.b)] == pytest.approx(
        [0.243, 4.414, 0.793, 2.426], abs=0.0015
    )
    assert round(model.log_likelihood, 1) == -9582.4


def test_spending_is_that_of_the_note() -> None:
    """p 6.25, q 3.74, γ 15.44 (2013, over the 946 who came again)."""
    assert np.count_nonzero(ROWS[:, 0]) == 946
    model = fit_spending(ROWS[:, 0].tolist(), ROWS[:, 3].tolist())
    assert (model.p, model.q, model.gamma) == pytest.approx((6.25, 3.74, 15.44), rel=0.005)


def test_one_customer_as_in_the_papers_spreadsheet() -> None:
    """Customer 1: x 2, t 30.43, T 38.86; 1.226 orders in the next 39 weeks."""
    model = Purchases(0.243, 4.414, 0.793, 2.426, 0.0)
    one = [np.array([v]) for v in (2.0, 30.43, 38.86)]
    assert model.to_come(39, *one)[0] == pytest.approx(1.226, abs=0.002)
    # 1 / (1 + 0.793 / 3.426 × ((4.414 + 38.86) / (4.414 + 30.43)) ^ 2.243)
    assert model.alive(*one)[0] == pytest.approx(1 / (1 + 0.793 / 3.426 * (43.274 / 34.844) ** 2.243))
    once = [np.array([v]) for v in (0.0, 0.0, 38.86)]
    assert model.alive(*once)[0] == 1


def test_a_mean_is_drawn_to_everybodys() -> None:
    """p (γ + x z) / (p x + q − 1): of no orders everybody's mean, of many their own."""
    model = Spending(6.25, 3.74, 15.44, 0.0)
    whole = 6.25 * 15.44 / 2.74
    got = model.average(np.array([0.0, 2.0, 1000.0]), np.array([0.0, 22.35, 22.35]))
    assert got == pytest.approx([whole, 6.25 * (15.44 + 44.7) / (12.5 + 2.74), 22.35], rel=0.001)


def test_too_few_are_no_model() -> None:
    with pytest.raises(NoModel):
        fit_purchases([1] * 49, [2] * 49, [9] * 49)
    with pytest.raises(NoModel):
        fit_spending([1] * 49, [2] * 49)
