"""Three-way match, line by line: worked by hand (domain rule 19)."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import pytest

from modules.finance.rules.matching import MatchLine, match_freight, match_lines


def line(quantity: Any, amount: Any, *, due: Any = 100, before: Any = 0, agreed: Any = 10, **room: Any) -> MatchLine:
    return MatchLine(
        1, "A", D(str(quantity)), D(str(before)), D(str(due)), D(str(room.get("more", 0))), D(str(amount)),
        D(str(agreed)), D(str(room.get("price", 0))),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (line(100, 1000), []),
        (line(100, 999), []),  # less is welcome
        (line(100, "1000.01"), ["price"]),
        (line(100, 1020, price="0.2"), []),
        (line(100, "1020.01", price="0.2"), ["price"]),
        (line(41, 410, before=60), ["quantity"]),
        (line(41, 410, before=60, more=1), []),
        (line("41.000001", "410", before=60, more=1), ["quantity"]),
        (line(101, 1111), ["quantity", "price"]),
        # 3 × 3.33333333 agreed, invoiced as 10.00: the cent is a matter of rounding
        (line(3, "10.00", agreed="3.33333333"), []),
        (line(3, "10.02", agreed="3.33333333"), ["price"]),
    ],
)
def test_what_differs(given: MatchLine, codes: list[str]) -> None:
    assert [found.code for found in match_lines([given])] == codes


def test_freight_in_all() -> None:
    """Rule 19."""
    assert match_freight(D(20), D(25), D(5)) == []
    (found,) = match_freight(D(20), D("25.01"), D(5))
    assert (found.code, found.expected, found.found, found.allowed) == ("freight", D(20), D("25.01"), D(25))
