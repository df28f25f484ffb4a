"""What a statement file says, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MOST_BYTES = 10 * 1024 * 1024
MOST_LINES = 20_000
MOST = Decimal(10) ** 14  # what an amount field holds


class Unreadable(ValueError):
    """`code` says what is wrong, `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class FileLine:
    """Money in is positive."""

    day: date
    amount: Decimal
    value_day: date | None = None
    party: str = ""
    party_account: str = ""
    reference: str = ""
    text: str = ""
    bank_id: str = ""


@dataclass(frozen=True)
class FileStatement:
    """Balances are None where the file does not say them."""

    lines: tuple[FileLine, ...]
    opening: Decimal | None = None
    closing: Decimal | None = None
    number: str = ""
    account: str = ""
    currency: str = ""
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


def amount_of(text: str, detail: str = "") -> Decimal:
    """A plain decimal. Raises Unreadable."""
    try:
        number = Decimal(text.strip())
    except ArithmeticError:
        raise Unreadable("amount", detail or text[:40]) from None
    if not number.is_finite() or abs(number) >= MOST:
        raise Unreadable("amount", detail or text[:40])
    return number


def day_of(text: str, detail: str = "") -> date:
    """An ISO day, with or without a time after it. Raises Unreadable."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise Unreadable("day", detail or text[:40]) from None


def plain(text: str | None) -> str:
    """One line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
