"""The words of promising: when something is there, and why not sooner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from modules.production.rules.scheduling.terms import Bar, Key, Task
from modules.shared.contracts.refs import RecordRef


class Clock(Protocol):
    """Days and the minutes of the schedule. A day's supply is there as the day begins."""

    def minute_of(self, day: date) -> int: ...

    def day_of(self, minute: int) -> date: ...


@dataclass(frozen=True, order=True, slots=True)
class Ready:
    """From which minute on it can be used, and which day that counts as: what ends at midnight is there that day."""

    minute: int
    on: date


# (product, pieces in millionths, job, number of the first task) → its operations in turn; none: by lead time.
Routing = Callable[[int, int, Key], Sequence[Task]]


@dataclass(frozen=True, slots=True)
class Wait:
    """Where an operation stood in line: for which resource, and until when it began."""

    place: Key
    since: int
    until: int


@dataclass(slots=True)
class Reason:
    """A quantity (millionths) of a product and where it comes from: from stock, of a supply, bought, made; `below` is
    what goes into it. `decides`: no sooner because of this."""

    kind: str  # stock | supply | purchase | production | missing
    product: int
    quantity: int
    ready: Ready | None
    note: str = ""
    source: RecordRef | None = None
    begins: int | None = None
    wait: Wait | None = None
    below: list[Reason] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    decides: bool = False

    def all(self, depth: int = 0, seen: set[int] | None = None) -> Iterator[tuple[int, Reason]]:
        """What goes in first comes first; what several take is said once. With how deep it lies."""
        seen = set() if seen is None else seen
        if id(self) in seen:
            return
        seen.add(id(self))
        for one in self.below:
            yield from one.all(depth + 1, seen)
        yield depth, self


@dataclass(slots=True)
class Answer:
    """`ready` is None where no day can be said: a lead time is not known, or no working time is left."""

    ready: Ready | None
    reasons: list[Reason]

    def all(self) -> Iterator[tuple[int, Reason]]:
        seen: set[int] = set()
        for reason in self.reasons:
            yield from reason.all(0, seen)
