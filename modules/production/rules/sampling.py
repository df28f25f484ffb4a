"""How many pieces of a lot are looked at, and how many of them may be bad (抽样方案). Pure.

The tables are those of ISO 2859-1:1999 (GB/T 2828.1-2012): Table 1 (code letters, general inspection levels) and
Tables 2-A, 2-B and 2-C (single sampling; normal, tightened, reduced inspection), for percent nonconforming. They are
regular: each AQL has a letter that accepts on 0; going down from there, one arrow up, one arrow down, then 1, 2, 3 and
so on, and arrows up below; above it all arrows point down. So they are kept as that one letter per AQL, which lies one
further down in 2-B, and the numbers that follow."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from modules.production.rules.switching import NORMAL, REDUCED, STOPPED, TIGHTENED

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
    "N": 500, "P": 800, "Q": 1_250, "R": 2_000, "S": 3_150,
}  # fmt: skip
# Table 2-C: the same letters look at fewer.
_REDUCED = {
    "A": 2, "B": 2, "C": 2, "D": 3, "E": 5, "F": 8, "G": 13, "H": 20, "J": 32, "K": 50, "L": 80, "M": 125, "N": 200,
    "P": 315, "Q": 500, "R": 800,
}  # fmt: skip
_ORDER = "".join(_SIZES)
# The letter that accepts on 0.
_ZERO = {
    "0.025": "N", "0.040": "M", "0.065": "L", "0.10": "K", "0.15": "J", "0.25": "H", "0.40": "G", "0.65": "F",
    "1.0": "E", "1.5": "D", "2.5": "C", "4.0": "B", "6.5": "A",
}  # fmt: skip
_ACCEPT = {
    NORMAL: (1, 2, 3, 5, 7, 10, 14, 21), TIGHTENED: (1, 2, 3, 5, 8, 12, 18), REDUCED: (1, 2, 3, 5, 6, 8, 10),
}  # fmt: skip
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


def by_aql(lot: int, aql: str, level: str = "II", severity: str = NORMAL) -> Sample:
    """Single sampling; where inspection is discontinued, as tightened. A sample as large as the lot, or larger, is the
    whole lot."""
    severity = TIGHTENED if severity == STOPPED else severity
    zero = _ORDER.index(_ZERO[aql]) + (severity == TIGHTENED)
    row, accept = _row(_ORDER.index(code_letter(lot, level)) - zero, _ACCEPT[severity])
    letter = _ORDER[zero + row]
    return Sample(min((_REDUCED if severity == REDUCED else _SIZES)[letter], lot), accept, letter)


def accept_one_step_tighter(letter: str, aql: str) -> int:
    """How many bad pieces normal inspection would allow at this letter with the AQL one step tighter; the tightest has
    none below it."""
    tighter = AQLS[max(AQLS.index(aql) - 1, 0)]
    return _row(_ORDER.index(letter) - _ORDER.index(_ZERO[tighter]), _ACCEPT[NORMAL])[1]


def _row(below: int, accepts: Sequence[int]) -> tuple[int, int]:
    """Rows below the one that accepts on 0 → the row that the arrows lead to, and its number."""
    if below <= 1:
        return 0, 0
    number = min(max(below, 3) - 3, len(accepts) - 1)
    return number + 3, accepts[number]


def whole(lot: int, accept: int) -> Sample:
    """Every piece (全检)."""
    return Sample(lot, accept)


def fixed(lot: int, count: int, accept: int) -> Sample:
    """So many, however large the lot."""
    return Sample(min(count, lot), accept)
