"""Which rate pays a report, and how much. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tenon.money.rounding import round_money

ZERO, HOUR = Decimal(0), Decimal(60)


@dataclass(frozen=True)
class Rate:
    """A rate with what and whom it is for; None: for anything, for anybody. `department` is a path of ids, `1/4/`."""

    key: int
    kind: str  # piece | time
    rate: Decimal
    since: date
    until: date | None = None
    operation: int | None = None
    product: int | None = None
    skill: int | None = None
    work_centre: int | None = None
    worker: int | None = None
    department: str | None = None
    pays_rework: bool = False

    @property
    def rank(self) -> tuple[bool, int, int, int, date]:
        """What is paid by the piece goes before time; then the most particular work, the most particular person, the
        department that lies deepest, the latest."""
        what = next((4 - n for n, x in enumerate((self.operation, self.product, self.skill, self.work_centre)) if x), 0)
        who = 2 if self.worker else 1 if self.department else 0
        return self.kind == "piece", what, who, len(self.department or ""), self.since


@dataclass(frozen=True)
class Work:
    """A report of one person. `again`: pieces that had been sent to rework."""

    on: date
    good: Decimal
    minutes: Decimal
    worker: int
    department: str = ""
    operation: int | None = None
    product: int | None = None
    skill: int | None = None
    work_centre: int | None = None
    again: bool = False


def rate_of(work: Work, rates: Iterable[Rate]) -> Rate | None:
    """The rate that was valid on the day of the work."""
    return max((rate for rate in rates if _fits(rate, work)), key=lambda rate: rate.rank, default=None)


def _fits(rate: Rate, work: Work) -> bool:
    return (
        rate.since <= work.on
        and (rate.until is None or work.on <= rate.until)
        and all(
            wanted is None or wanted == getattr(work, name)
            for name in ("operation", "product", "skill", "work_centre", "worker")
            for wanted in [getattr(rate, name)]
        )
        and (rate.department is None or work.department.startswith(rate.department))
    )


def pay(work: Work, rate: Rate, currency: str) -> tuple[Decimal, Decimal]:
    """(pieces or hours, amount). By the piece good pieces are paid: scrap is not, what went to rework is once it is
    good, and then only where the rate says so. By the hour, the minutes."""
    if rate.kind == "piece":
        quantity = ZERO if work.again and not rate.pays_rework else work.good
        return quantity, round_money(quantity * rate.rate, currency)
    return (work.minutes / HOUR).quantize(Decimal("0.000001")), round_money(work.minutes * rate.rate / HOUR, currency)
