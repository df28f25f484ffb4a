"""How many pieces of a lot are looked at, and how many of them may be bad (抽样方案). Pure.

The tables are those of ISO 2859-1:1999 (GB/T 2828.1-2012): Table 1 (code letters, general inspection levels) and
Table 2-A (single sampling, normal inspection), for percent nonconforming. Table 2-A is regular: each AQL has a letter
that accepts on 0; going down from there, one arrow up, one arrow down, then 1, 2, 3, 5, 7, 10, 14 and 21, and arrows up
below; above it all arrows point down. So it is kept as that one letter per AQL."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

# Table 1: the largest lot of each row, and the letter of levels I, II, III. The last row has no end.
_LARGEST = (8, 15, 25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000)
_LETTERS = {
    "I": "AABCCDEFGHJKLMN",
    "II": "ABCDEFGHJKLMNPQ",
    "III": "BCDEFGHJKLMNPQR",
}
# Table 2-A: sample sizes.
_SIZES = {
    "A": 2, "B": 3, "C": 5, "D": 8, "E": 13, "F": 20, "G": 32, "H": 50, "J": 80, "K": 125, "L": 200, "M": 315,
    "N": 500, "P": 800, "Q": 1_250, "R": 2_000,
}  # fmt: skip
_ORDER = "".join(_SIZES)
# The letter that accepts on 0.
_ZERO = {
    "0.025": "N", "0.040": "M", "0.065": "L", "0.10": "K", "0.15": "J", "0.25": "H", "0.40": "G", "0.65": "F",
    "1.0": "E", "1.5": "D", "2.5": "C", "4.0": "B", "6.5": "A",
}  # fmt: skip
_ACCEPT = (1, 2, 3, 5, 7, 10, 14, 21)
LEVELS, AQLS = tuple(_LETTERS), tuple(_ZERO)


@dataclass(frozen=True)
class Sample:
    """`size` pieces are looked at; up to `accept` bad ones the lot is taken, more and it is refused. `letter` is the
    code letter whose row applies, empty when no table was asked."""

    size: int
    accept: int
    letter: str = ""

    @property
    def reject(self) -> int:
        return self.accept + 1


def pieces(quantity: Decimal) -> int:
    """A lot as a number of items: what is counted in kilograms counts each one that was begun."""
    return int(quantity.to_integral_value(ROUND_CEILING))


def code_letter(lot: int, level: str = "II") -> str:
    """Table 1."""
    return _LETTERS[level][bisect_left(_LARGEST, lot)]


def by_aql(lot: int, aql: str, level: str = "II") -> Sample:
    """Single sampling, normal inspection. A sample as large as the lot, or larger, is the whole lot."""
    zero = _ORDER.index(_ZERO[aql])
    row, accept = _row(_ORDER.index(code_letter(lot, level)) - zero)
    letter = _ORDER[zero + row]
    return Sample(min(_SIZES[letter], lot), accept, letter)


def _row(below: int) -> tuple[int, int]:
    """Rows below the one that accepts on 0 → the row that the arrows lead to, and its number."""
    if below <= 1:
        return 0, 0
    number = min(max(below, 3) - 3, len(_ACCEPT) - 1)
    return number + 3, _ACCEPT[number]


def whole(lot: int, accept: int) -> Sample:
    """Every piece (全检)."""
    return Sample(lot, accept)


def fixed(lot: int, count: int, accept: int) -> Sample:
    """So many, however large the lot."""
    return Sample(min(count, lot), accept)
