"""Figures of the pipeline from the stage history: what stood where on a day, how fast it moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Passing:
    """An opportunity entered `stage` at that moment. `kind` of the stage: open, won, lost."""

    opportunity: int
    stage: int
    kind: str
    at: datetime
    amount: Decimal  # company currency
    probability: Decimal  # per cent


@dataclass(frozen=True)
class StageFigure:
    stage: int
    count: int
    amount: Decimal
    weighted: Decimal


def standing(passings: Sequence[Passing], moment: datetime) -> dict[int, Passing]:
    """The last passing of each opportunity up to the moment: where it stood then."""
    last: dict[int, Passing] = {}
    for passing in sorted(passings, key=lambda p: p.at):
        if passing.at <= moment:
            last[passing.opportunity] = passing
    return last


def funnel(passings: Sequence[Passing], moment: datetime) -> list[StageFigure]:
    """What was open in each stage at the moment, with Σ amount × probability."""
    figures: dict[int, list[Passing]] = {}
    for passing in standing(passings, moment).values():
        if passing.kind == "open":
            figures.setdefault(passing.stage, []).append(passing)
    return [
        StageFigure(
            stage,
            len(rows),
            sum((r.amount for r in rows), ZERO),
            sum((r.amount * r.probability / 100 for r in rows), ZERO),
        )
        for stage, rows in sorted(figures.items())
    ]


def conversion(passings: Sequence[Passing], stage: int, since: datetime, until: datetime) -> tuple[int, int]:
    """(entered `stage` in [since, until), of these ever won afterwards): the cohort's, whenever the deal was closed."""
    entered = {
        p.opportunity: p.at
        for p in sorted(passings, key=lambda p: p.at, reverse=True)
        if p.stage == stage and since <= p.at < until
    }
    won = {
        p.opportunity
        for p in passings
        if p.kind == "won" and p.opportunity in entered and p.at >= entered[p.opportunity]
    }
    return len(entered), len(won)
