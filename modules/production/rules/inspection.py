"""Which pieces of a sample are bad. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Check:
    """What was found of one characteristic: readings with their limits, or the numbers of bad pieces. `size` pieces are
    asked for; None: nobody looked yet."""

    measured: bool
    lower: Decimal | None = None
    upper: Decimal | None = None
    values: Sequence[Decimal] | None = None
    bad_pieces: Sequence[int] | None = None

    def bad(self) -> set[int]:
        """Numbers of the pieces outside of the limits (a limit itself is good), the first is 1."""
        if not self.measured:
            return set(self.bad_pieces or ())
        return {piece for piece, value in enumerate(self.values or (), 1) if self._outside(value)}

    def complete(self, size: int) -> bool:
        return len(self.values or ()) == size if self.measured else self.bad_pieces is not None

    def _outside(self, value: Decimal) -> bool:
        return (self.lower is not None and value < self.lower) or (self.upper is not None and value > self.upper)


def bad_pieces(checks: Iterable[Check]) -> set[int]:
    """A piece is bad once, however much is wrong with it (ISO 2859-1 counts nonconforming items)."""
    found: set[int] = set()
    return found.union(*(check.bad() for check in checks))


def verdict(checks: Sequence[Check], size: int, accept: int) -> bool | None:
    """Taken, refused, or None while it is not known: what has more bad pieces than allowed is refused at once."""
    if len(bad_pieces(checks)) > accept:
        return False
    return True if checks and all(check.complete(size) for check in checks) else None
