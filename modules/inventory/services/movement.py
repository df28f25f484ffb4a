"""A quantity that is about to move, as services hand it to the ledger's writer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Movement:
    """A quantity to move. Coming in from outside it brings its `value`; going out or within it is valued at posting.
    `freed` of the quantity was reserved and is now fulfilled. `undoes`: the moves that this one takes back. `second`:
    of goods in two quantities the other one, left out where all of a balance goes."""

    product_id: int
    kind: str
    from_id: int
    to_id: int
    quantity: Decimal
    value: Decimal | None = None
    lot: str = ""
    freed: Decimal = ZERO
    line_id: int | None = None
    undoes: tuple[int, ...] = ()
    second: Decimal | None = None

    @property
    def valued(self) -> Decimal:
        """The quantity that the value goes by."""
        return self.quantity if self.second is None else self.second
