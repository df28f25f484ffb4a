"""Contract of promises that are kept until a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, Promise


class PromiseHolds(Protocol):
    """Provided by production: beside what is locked of the goods themselves (StockReservation) it keeps what making
    them takes: material in stock and on its way, and the time of machines, people and tools. Joins the caller's
    transaction; only one hold is made at a time."""

    def hold(self, *, actor: Any, demands: Sequence[Demand]) -> list[Promise]:
        """Keeps what the promise for each demand stands on until its `until`; what was held for the same lines is let
        go first. Answers the days, as they hold now. Raises InsufficientStock when somebody comes in between."""
        ...

    def hand_over(self, *, actor: Any, head: RecordRef, demands: Sequence[Demand]) -> None:
        """What is held for a document goes to these demands of the document that follows it, as far as they want the
        same: to be held on where they have an `until`, else for good: drafts of production orders are made of it. What
        they do not take is let go."""
        ...
