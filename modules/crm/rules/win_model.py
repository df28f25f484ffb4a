"""The win probability: logistic regression on what was known at the time, calibrated, with the share each feature has.

log odds = a (b₀ + Σ bⱼ (xⱼ − mⱼ) / sⱼ) + c. b by maximum likelihood with an L2 penalty (scikit-learn), a and c by
Platt's scaling on predictions of folds that did not see the deal (Platt 1999; folds keep a deal together). As it stays
linear, a (bⱼ (xⱼ − mⱼ) / sⱼ) is exactly what the feature adds against the average deal.

Brier score: mean of (p − y)², 0 is certain and right, less is better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modules.crm.rules.win_history import FEATURES, Deal, Record, Snapshot, ripe, weekly

LEAST_DEALS, LEAST_EACH = 60, 15  # closed; won and lost
PRIOR = 10  # deals that the stage's own probability counts for in its base rate
FOLDS, BINS = 5, 5
HELD_OUT = 0.25  # of closed deals, the latest
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Base:
    """Of the deals closed that stood in a stage."""

    won: int
    deals: int
    rate: float


@dataclass(frozen=True)
class Weights:
    stages: list[int]  # one column each, before FEATURES
    mean: list[float]
    spread: list[float]
    factors: list[float]
    start: float
    slope: float
    shift: float

    def shares(self, seen: Snapshot) -> dict[str, float]:
        """What each feature adds to the log odds against the average deal; all stages together are "stage"."""
        row = _row(seen, self.stages)
        parts = self.slope * np.array(self.factors) * (row - np.array(self.mean)) / np.array(self.spread)
        count = len(self.stages)
        return {
            "stage": float(parts[:count].sum()),
            **{name: float(part) for name, part in zip(FEATURES, parts[count:], strict=True)},
        }

    def log_odds(self, seen: Snapshot) -> float:
        return self.slope * self.start + self.shift + sum(self.shares(seen).values())

    def probability(self, seen: Snapshot) -> float:
        return _sigmoid(self.log_odds(seen))


@dataclass(frozen=True)
class Bin:
    """Predictions of a band: how many, what they said on average, what came."""

    count: int
    said: float
    came: float


@dataclass(frozen=True)
class Report:
    """On deals closed after all that the fit had seen, weeks after that day only."""

    deals: int
    snapshots: int
    brier: float
    base_brier: float
    bins: list[Bin]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Fit:
    deals: int
    won: int
    bases: dict[int, Base]
    weights: Weights | None
    report: Report | None

    @property
    def used(self) -> bool:
        """Whether the weights speak: they must have beaten the base rate where nobody had told them."""
        return self.weights is not None and self.report is not None and self.report.brier < self.report.base_brier


@dataclass(frozen=True)
class Reason:
    """`points`: by how much the probability (0–1) would be less without what this feature tells."""

    feature: str
    points: float


def fit(deals: Sequence[Deal], record: Record, *, until: datetime, zone: tzinfo, stages: Mapping[int, float]) -> Fit:
    """Over deals closed by `until`. `stages`: probability (0–1) that the company itself gave each stage."""
    known = ripe(deals, until, LEAST_DEALS)
    seen = {deal.id: list(weekly(deal, record, zone)) for deal in known}
    won = sum(1 for deal in known if deal.won)
    bases = base_rates(known, seen, stages)
    weights = weigh(known, seen) if _enough(known) else None
    report = held_out(deals, record, until=until, zone=zone, stages=stages) if weights is not None else None
    return Fit(len(known), won, bases, weights, report)


def base_rates(
    deals: Sequence[Deal], seen: Mapping[int, Sequence[Snapshot]], stages: Mapping[int, float]
) -> dict[int, Base]:
    """Share of the deals that stood in a stage and were won, the company's own guess counting as PRIOR deals."""
    count: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for deal in deals:
        for stage in {one.stage for one in seen[deal.id]} & set(stages):
            count[stage][0] += deal.won
            count[stage][1] += 1
    return {
        stage: Base(count[stage][0], count[stage][1], (count[stage][0] + PRIOR * guess) / (count[stage][1] + PRIOR))
        for stage, guess in stages.items()
    }


def held_out(
    deals: Sequence[Deal], record: Record, *, until: datetime, zone: tzinfo, stages: Mapping[int, float]
) -> Report | None:
    """Fitted to what was closed by a day, asked about the weeks after it; None where there is too little before it."""
    ends = sorted(end for deal in deals if (end := deal.closed) is not None and end <= until)
    if not ends:
        return None
    cut = ends[int((len(ends) - 1) * (1 - HELD_OUT))]
    early = ripe(deals, cut, LEAST_DEALS)
    if not _enough(early):
        return None
    seen = {deal.id: list(weekly(deal, record, zone)) for deal in early}
    weights, bases = weigh(early, seen), base_rates(early, seen, stages)
    late = [deal for deal in deals if deal.closed is not None and cut < deal.closed <= until]
    rows = [(one, deal.won) for deal in late for one in weekly(deal, record, zone) if one.at > cut]
    if not rows:
        return None
    return measure(
        [weights.probability(one) for one, _won in rows], [won for _one, won in rows],
        [bases[one.stage].rate for one, _won in rows], len({one.deal for one, _won in rows}),
    )  # fmt: skip


def weigh(deals: Sequence[Deal], seen: Mapping[int, Sequence[Snapshot]]) -> Weights:
    # Here, so that only who fits carries the library: predicting takes numpy.
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    rows = [(one, deal.won) for deal in deals for one in seen[deal.id]]
    stages = sorted({one.stage for one, _won in rows})
    table = np.array([_row(one, stages) for one, _won in rows])
    mean, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread < 1e-9] = 1.0
    x, y = (table - mean) / spread, np.array([won for _one, won in rows], int)
    groups = np.array([one.deal for one, _won in rows])
    model = LogisticRegression(C=0.3, max_iter=2000)
    # Sorted, so that the folds do not depend on the order of the rows.
    order = np.argsort(groups, kind="stable")
    said = cross_val_predict(
        model, x[order], y[order], groups=groups[order], cv=GroupKFold(FOLDS), method="decision_function"
    )
    platt = LogisticRegression(C=1e6).fit(said.reshape(-1, 1), y[order])
    model.fit(x, y)
    return Weights(
        stages, mean.tolist(), spread.tolist(), model.coef_[0].tolist(), float(model.intercept_[0]),
        float(platt.coef_[0][0]), float(platt.intercept_[0]),
    )  # fmt: skip


def measure(said: Sequence[float], came: Sequence[bool], base: Sequence[float], deals: int) -> Report:
    p, y = np.array(said), np.array(came, float)
    bins = []
    edges = np.linspace(0, 1, BINS + 1)
    for low, high in pairwise(edges):
        inside = (p >= low) & ((p < high) | (high == 1))
        if inside.any():
            bins.append(Bin(int(inside.sum()), float(p[inside].mean()), float(y[inside].mean())))
    return Report(deals, len(p), brier(p, y), brier(np.array(base), y), bins)


def brier(said: Array, came: Array) -> float:
    return float(np.mean((said - came) ** 2))


def reasons(weights: Weights, seen: Snapshot, *, most: int = 3, least: float = 0.01) -> list[Reason]:
    """The strongest for and against, at most so many each, of one percentage point or more."""
    total, shares = weights.log_odds(seen), weights.shares(seen)
    found = [Reason(name, _sigmoid(total) - _sigmoid(total - share)) for name, share in shares.items()]
    found.sort(key=lambda r: (-abs(r.points), r.feature))
    told = [r for r in found if abs(r.points) >= least]
    chosen = [*[r for r in told if r.points > 0][:most], *[r for r in told if r.points < 0][:most]]
    return sorted(chosen, key=lambda r: -abs(r.points))


def _enough(deals: Sequence[Deal]) -> bool:
    won = sum(1 for deal in deals if deal.won)
    return len(deals) >= LEAST_DEALS and min(won, len(deals) - won) >= LEAST_EACH


def _row(seen: Snapshot, stages: Sequence[int]) -> Array:
    return np.array([*(float(seen.stage == stage) for stage in stages), *seen.values])


def _sigmoid(z: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(z, -40, 40))))
