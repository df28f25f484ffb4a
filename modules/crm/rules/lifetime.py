"""How many orders are still to come of a customer, and of what value. Pure.

BG/NBD: Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24 (2005), equations 6 (the
likelihood), 10 (orders to come); probability alive as in their note of 2008. Gamma-Gamma: Fader and Hardie, "The
Gamma-Gamma Model of Monetary Value" (2013), equations 1a and 5. Time is in weeks, `x` counts repeat orders (the first
is none), `t` is the week of the last one after the first, `T` the weeks since the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
ENOUGH = 50  # customers with repeat orders, below which nothing is fitted


class NoModel(ValueError):
    """Too few customers have come back, or the fit did not settle."""


@dataclass(frozen=True)
class Purchases:
    """BG/NBD. `r`, `alpha`: how often people order while they are customers; `a`, `b`: how soon they stop."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    def alive(self, x: Array, t: Array, T: Array) -> Array:
        """The probability that a customer is still one. Who ordered once is alive for certain: nobody stops before
        the second order in this model."""
        odds = self.a / (self.b + np.maximum(x, 1) - 1) * ((self.alpha + T) / (self.alpha + t)) ** (self.r + x)
        return np.asarray(np.where(x > 0, 1 / (1 + odds), 1.0))

    def to_come(self, weeks: float, x: Array, t: Array, T: Array) -> Array:
        """Orders to be expected in the coming weeks."""
        from scipy.special import hyp2f1

        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        z = weeks / (alpha + T + weeks)
        series = hyp2f1(r + x, b + x, a + b + x - 1, z)
        grown = (a + b + x - 1) / (a - 1) * (1 - ((alpha + T) / (alpha + T + weeks)) ** (r + x) * series)
        return np.asarray(grown * self.alive(x, t, T))


@dataclass(frozen=True)
class Spending:
    """Gamma-Gamma: an average order's value differs between customers, not with how often they order."""

    p: float
    q: float
    gamma: float
    log_likelihood: float

    def average(self, x: Array, mean: Array) -> Array:
        """What a customer's next order is worth: their mean, drawn towards everybody's the more the fewer orders."""
        return np.asarray(self.p * (self.gamma + x * mean) / (self.p * x + self.q - 1))


def fit_purchases(x: Sequence[float], t: Sequence[float], T: Sequence[float]) -> Purchases:
    """Maximum likelihood. Raises NoModel."""
    from scipy.special import gammaln

    xs, ts, Ts = (np.asarray(v, float) for v in (x, t, T))
    if np.count_nonzero(xs) < ENOUGH:
        raise NoModel
    # Customers with the same history count together: the likelihood is a sum.
    rows, weight = np.unique(np.column_stack((xs, ts, Ts)), axis=0, return_counts=True)
    n, last, age = rows.T
    scale = max(1.0, float(age.max()) / 40)  # alpha near 1: the search is in comparable steps

    def loss(logs: Array) -> float:
        r, alpha, a, b = np.exp(logs)
        alpha *= scale
        kept = gammaln(r + n) - gammaln(r) + r * np.log(alpha) + gammaln(a + b) + gammaln(b + n)
        kept -= gammaln(b) + gammaln(a + b + n)
        going = -(r + n) * np.log(alpha + age)
        stopped = np.where(
            n > 0, np.log(a) - np.log(b + np.maximum(n, 1) - 1) - (r + n) * np.log(alpha + last), -np.inf
        )
        return -float(np.dot(weight, kept + np.logaddexp(going, stopped)))

    found, least = _least(loss, 4)
    r, alpha, a, b = (float(v) for v in np.exp(found))
    return Purchases(r, alpha * scale, a, b, -least)


def fit_spending(x: Sequence[float], mean: Sequence[float]) -> Spending:
    """Maximum likelihood over those who have repeat orders; values in one currency, above zero. Raises NoModel."""
    from scipy.special import gammaln

    xs, means = np.asarray(x, float), np.asarray(mean, float)
    chosen = (xs > 0) & (means > 0)
    xs, means = xs[chosen], means[chosen]
    if len(xs) < ENOUGH:
        raise NoModel
    scale = float(np.median(means))

    def loss(logs: Array) -> float:
        p, q, gamma = np.exp(logs)
        gamma *= scale
        each = gammaln(p * xs + q) - gammaln(p * xs) - gammaln(q) + q * np.log(gamma)
        each += (p * xs - 1) * np.log(means) + p * xs * np.log(xs) - (p * xs + q) * np.log(gamma + xs * means)
        return -float(each.sum())

    found, least = _least(loss, 3)
    p, q, gamma = (float(v) for v in np.exp(found))
    if q <= 1:
        raise NoModel  # the mean of everybody would be infinite
    return Spending(p, q, gamma * scale, -least)


def _least(loss: Callable[[Any], float], size: int) -> tuple[Array, float]:
    """The smallest loss from three beginnings, in logarithms of the parameters. Raises NoModel."""
    from scipy.optimize import minimize

    best: Any = None
    with np.errstate(all="ignore"):
        for start in (0.0, 1.0, -1.0):
            found = minimize(
                lambda v: value if np.isfinite(value := loss(v)) else 1e12, np.full(size, start),
                method="Nelder-Mead", options={"maxiter": 4000, "maxfev": 4000, "xatol": 1e-6, "fatol": 1e-8},
            )  # fmt: skip
            if best is None or found.fun < best.fun:
                best = found
    if not best.success or np.any(np.abs(best.x) > 12):
        raise NoModel
    return np.asarray(best.x), float(best.fun)
