"""Which severity of inspection the next lot gets, by the lots before it (转移规则). Pure.

ISO 2859-1:1999 (GB/T 2828.1-2012), 9.3 and 9.4: from normal to tightened when two of five or fewer consecutive lots
were refused on original inspection; back after five consecutive ones were taken; inspection is discontinued once five
lots in all were refused under tightened inspection, until the supplier has done something, and then resumed
tightened. To reduced, where the responsible authority allows it, once the switching score is 30: a lot whose
acceptance number is 0 or 1 adds two when it is taken; one with 2 or more adds three when it would have been taken
with the AQL one step tighter; else the score begins again. From reduced to normal when a lot is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NORMAL, TIGHTENED, REDUCED, STOPPED = "normal", "tightened", "reduced", "stopped"
WINDOW, REFUSED = 5, 2
TAKEN, MOST_REFUSED = 5, 5
SCORE = 30


@dataclass(frozen=True)
class JudgedLot:
    """A lot's original inspection: under which severity, whether it was taken, what it adds to the switching score (0:
    the score begins again). `resumed`: the first after inspection had been discontinued."""

    severity: str
    taken: bool
    score: int = 0
    resumed: bool = False


def score_of(accept: int, accept_tighter: int, bad: int) -> int:
    """What a lot adds to the switching score: `accept` pieces may be bad, one step tighter `accept_tighter`."""
    if accept >= 2:
        return 3 if bad <= accept_tighter else 0
    return 2 if bad <= accept else 0


def severity_after(lots: Sequence[JudgedLot], *, reduced_allowed: bool = False) -> str:
    """`lots` in the order in which they came; 30 of them are enough."""
    if not lots:
        return NORMAL
    now = lots[-1].severity
    run = _run(lots)
    if now == TIGHTENED:
        if sum(not lot.taken for lot in run) >= MOST_REFUSED:
            return STOPPED
        return NORMAL if len(run) >= TAKEN and all(lot.taken for lot in run[-TAKEN:]) else TIGHTENED
    if now == REDUCED:
        return REDUCED if lots[-1].taken and reduced_allowed else NORMAL
    if now == STOPPED:
        return STOPPED
    if sum(not lot.taken for lot in run[-WINDOW:]) >= REFUSED:
        return TIGHTENED
    score = 0
    for lot in run:
        score = score + lot.score if lot.score else 0
    return REDUCED if reduced_allowed and score >= SCORE else NORMAL


def _run(lots: Sequence[JudgedLot]) -> list[JudgedLot]:
    """The last lots under one severity, since it was last resumed."""
    run: list[JudgedLot] = []
    for lot in reversed(lots):
        if lot.severity != lots[-1].severity:
            break
        run.insert(0, lot)
        if lot.resumed:
            break
    return run
