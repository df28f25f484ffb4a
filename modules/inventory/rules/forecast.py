"""Forecasts of monthly demand for many products at once, the method chosen by how well it would have foretold the past.
Pure numpy: one row of an array is one product, so that five thousand cost little more than one.

Sources: simple exponential smoothing and additive Holt-Winters with a damped trend: Hyndman & Athanasopoulos,
Forecasting: Principles and Practice, 3rd ed., ch. 8. Intermittent demand: Croston (1972) with the correction of
Syntetos & Boylan, International Journal of Forecasting 21 (2005), "SBA". MASE: Hyndman & Koehler, ibid. 22 (2006)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
AHEAD = 12  # months that are forecast
SEASON = 12
ORIGINS, TESTED = 6, 3  # the back-test forecasts up to 3 months ahead from each of 6 months of the past
SHORTEST = 6  # months of history below which nothing can be tried out
INTERVAL = 1.2816  # standard deviations to each side that hold 80 %
_ALPHAS = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7])
_GRID = np.array(list(product([0.1, 0.3, 0.5], [0.01, 0.1], [0.05, 0.2, 0.4])))
_DAMPED = 0.95
_SBA_ALPHA = 0.1


def average(y: Array, ahead: int, window: int = 6) -> Array:
    """The mean of the last months, for every month to come."""
    return np.repeat(y[:, -window:].mean(axis=1, keepdims=True), ahead, axis=1)


def smoothing(y: Array, ahead: int) -> Array:
    """Simple exponential smoothing; of each row the α with the least squared error one month ahead."""
    level = np.repeat(y[:, :3].mean(axis=1, keepdims=True), len(_ALPHAS), axis=1)
    loss = np.zeros_like(level)
    for t in range(y.shape[1]):
        error = y[:, t : t + 1] - level
        loss += error**2
        level = level + _ALPHAS * error
    best = level[np.arange(len(y)), loss.argmin(axis=1)]
    return np.repeat(best[:, None], ahead, axis=1)


def holt_winters(y: Array, ahead: int) -> Array:
    """Additive seasons of twelve months on a damped trend; the best of a grid of α, β, γ. Wants two whole seasons."""
    rows, length = y.shape
    first, second = y[:, :SEASON].mean(axis=1), y[:, SEASON : 2 * SEASON].mean(axis=1)
    shape = (rows, len(_GRID))
    level = np.broadcast_to(first[:, None], shape).copy()
    trend = np.broadcast_to(((second - first) / SEASON)[:, None], shape).copy()
    swing = (y[:, :SEASON] - first[:, None] + y[:, SEASON : 2 * SEASON] - second[:, None]) / 2
    season = np.broadcast_to(swing[:, None, :], (*shape, SEASON)).copy()
    alpha, beta, gamma = _GRID.T
    loss = np.zeros(shape)
    for t in range(length):
        seen, of_month = y[:, t : t + 1], season[:, :, t % SEASON]
        before = level + _DAMPED * trend
        error = seen - (before + of_month)
        if t >= SEASON:
            loss += error**2
        new = before + alpha * error
        trend = _DAMPED * trend + alpha * beta * error
        season[:, :, t % SEASON] = of_month + gamma * (1 - alpha) * error
        level = new
    row, best = np.arange(rows), loss.argmin(axis=1)
    damped = np.cumsum(_DAMPED ** np.arange(1, ahead + 1))
    months = (length + np.arange(ahead)) % SEASON
    out: Array = level[row, best][:, None] + trend[row, best][:, None] * damped + season[row, best][:, months]
    return out


def sba(y: Array, ahead: int) -> Array:
    """Croston's method with the correction of Syntetos and Boylan: size and interval of demands are smoothed apart, and
    their quotient is lowered by 1 − α/2, by which it would be too high."""
    some = y > 0
    count = some.sum(axis=1)
    size = np.where(count > 0, y.sum(axis=1) / np.maximum(count, 1), 0.0)
    interval = np.where(count > 0, y.shape[1] / np.maximum(count, 1), 1.0)
    since = np.ones(len(y))
    for t in range(y.shape[1]):
        hit = some[:, t]
        size = np.where(hit, size + _SBA_ALPHA * (y[:, t] - size), size)
        interval = np.where(hit, interval + _SBA_ALPHA * (since - interval), interval)
        since = np.where(hit, 1.0, since + 1)
    rate = (1 - _SBA_ALPHA / 2) * size / interval
    return np.repeat(rate[:, None], ahead, axis=1)


Method = Callable[[Array, int], Array]
# In the order of their simplicity: of two that are as good the simpler one is taken.
METHODS: dict[str, tuple[Method, int]] = {  # name → function, least months of history
    "average": (average, 1), "ses": (smoothing, 3), "sba": (sba, 4), "holt_winters": (holt_winters, 2 * SEASON),
}  # fmt: skip


@dataclass(frozen=True)
class Foretold:
    """Of one product. MASE: mean absolute error over that of “as last month”; WAPE: absolute errors over demand; None
    where the history is too short to try a method out, or its scale is nothing."""

    method: str
    quantities: list[float]
    lows: list[float]
    highs: list[float]
    mase: float | None
    wape: float | None


def foretell(y: Array, ahead: int = AHEAD) -> list[Foretold]:
    """Of products with histories of one length, the oldest month first. The method with the least squared error
    in the back-test is chosen: an absolute one would praise forecasting nothing for demand that is mostly nothing."""
    rows, length = y.shape
    if length < SHORTEST:
        flat, spread = np.maximum(average(y, ahead), 0), y.std(axis=1)
        return [_foretold("average", flat[i], spread[i], None, None) for i in range(rows)]
    names, squared, absolute, actual = _tried(y)
    best = squared.argmin(axis=0)
    out: list[Foretold | None] = [None] * rows
    scale = np.abs(np.diff(y, axis=1)).mean(axis=1)
    for index, name in enumerate(names):
        chosen = np.flatnonzero(best == index)
        if not len(chosen):
            continue
        flat = np.maximum(METHODS[name][0](y[chosen], ahead), 0)
        for i, ahead_of in zip(chosen, flat, strict=True):
            mae, wanted = absolute[index, i], actual[i]
            out[i] = _foretold(
                name, ahead_of, float(np.sqrt(squared[index, i])),
                float(mae / scale[i]) if scale[i] > 0 else (0.0 if mae == 0 else None),
                float(mae / wanted) if wanted > 0 else (0.0 if mae == 0 else None),
            )  # fmt: skip
    return [one for one in out if one is not None]


def _tried(y: Array) -> tuple[list[str], Array, Array, Array]:
    """Names of the methods, their mean squared and absolute errors by product, and the mean demand that was tested. A
    method must have had its history at the first origin."""
    length = y.shape[1]
    origins = range(max(3, length - TESTED - ORIGINS + 1), length - TESTED + 1)
    names = [name for name, (_method, least) in METHODS.items() if least <= origins[0]]
    errors = np.array(
        [[METHODS[name][0](y[:, :at], TESTED).clip(min=0) - y[:, at : at + TESTED] for at in origins] for name in names]
    )  # methods × origins × products × months ahead
    actual = np.array([y[:, at : at + TESTED] for at in origins]).mean(axis=(0, 2))
    return names, (errors**2).mean(axis=(1, 3)), np.abs(errors).mean(axis=(1, 3)), actual


def _foretold(name: str, ahead_of: Array, spread: float, mase: float | None, wape: float | None) -> Foretold:
    reach = INTERVAL * float(spread)
    quantities = [float(q) for q in ahead_of]
    return Foretold(
        name, quantities, [max(0.0, q - reach) for q in quantities], [q + reach for q in quantities], mase, wape
    )
