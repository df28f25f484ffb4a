"""Which lines of a budget cover a posting, and over which months they are compared. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Cell:
    account_id: int
    department_id: int | None
    month: date
    amount: Decimal


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from `first` to `last`."""
    out, day = [], first.replace(day=1)
    while day <= last:
        out.append(day)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return out


class Covered:
    """Rows of a budget by what they cover: the account and those below it, all departments unless the row names one."""

    def __init__(self, parents: Mapping[int, int | None], rows: Sequence[tuple[int, int | None]]) -> None:
        self._parents = parents
        self._rows: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
        for index, (account, department) in enumerate(rows):
            self._rows[account].append((index, department))
        self.accounts = {a for a in parents if any(above in self._rows for above in self._up(a))}

    def _up(self, account: int) -> list[int]:
        out: list[int] = []
        at: int | None = account
        while at is not None and at not in out:
            out.append(at)
            at = self._parents.get(at)
        return out

    def rows(self, account: int, department: int | None) -> list[int]:
        """Indexes of the rows that cover it."""
        return [
            index
            for above in self._up(account)
            for index, wanted in self._rows.get(above, ())
            if wanted is None or wanted == department
        ]


def window(reach: str, months: Sequence[date], month: date) -> list[date]:
    """The months that are compared when something falls into `month`."""
    if reach == "month":
        return [m for m in months if m == month]
    return [m for m in months if reach == "year" or m <= month]
