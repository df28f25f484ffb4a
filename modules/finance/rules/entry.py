"""What a journal entry is before it is written, and whether it balances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)


@dataclass(frozen=True)
class DraftLine:
    """One line. `debit` and `credit` are in the company's currency, not negative, one of them zero;
    `amount_currency` is signed (debit positive) in `currency`."""

    account_id: int
    debit: Decimal
    credit: Decimal
    currency: str
    amount_currency: Decimal
    party_id: int | None = None
    product_id: int | None = None
    sales_order_id: int | None = None
    sales_order_line_id: int | None = None
    production_order_id: int | None = None
    purchase_order_line_id: int | None = None
    component: str = ""
    narration: str = ""
    department_id: int | None = None


@dataclass(frozen=True)
class DraftEntry:
    entry_date: date
    kind: str
    lines: tuple[DraftLine, ...]
    event: str = ""
    source_entity: str = ""
    source_id: int | None = None
    source_number: str = ""
    narration: str = ""
    reversal_of_id: int | None = None

    @property
    def area(self) -> str:
        """Whose state in the period counts beside the period's own; empty: only that."""
        return area_of(self.kind, self.event)


def area_of(kind: str, event: str) -> str:
    """stock | receivable | payable | bank | "": a reversal belongs where what it reverses does. The same in the
    database (migration 0019)."""
    if kind == "stock":
        return "stock"
    if kind == "payment" or (kind == "reversal" and event in ("customer_payment", "supplier_payment")):
        return "bank"
    if kind in ("invoice", "reversal"):
        if event.startswith("sales_") or event == "cancellation_income":
            return "receivable"
        if event.startswith("purchase_") or event == "cancellation_cost":
            return "payable"
    return ""


@dataclass(frozen=True)
class Imbalance:
    """`currency` empty: in the company's currency."""

    currency: str
    debit: Decimal
    credit: Decimal


def imbalance(lines: Sequence[DraftLine]) -> Imbalance | None:
    """The first way in which the lines do not balance: in base currency, then per currency."""
    debit = sum((line.debit for line in lines), ZERO)
    credit = sum((line.credit for line in lines), ZERO)
    if debit != credit:
        return Imbalance("", debit, credit)
    per_currency: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for line in lines:
        per_currency[line.currency][line.amount_currency < 0] += abs(line.amount_currency)
    for currency, (plus, minus) in sorted(per_currency.items()):
        if plus != minus:
            return Imbalance(currency, plus, minus)
    return None


def signed(amount: Decimal, amount_currency: Decimal, account_id: int, currency: str, **dimensions: Any) -> DraftLine:
    """A line from a signed amount: positive debits, negative credits."""
    return DraftLine(
        account_id, max(amount, ZERO), max(-amount, ZERO), currency, amount_currency, **dimensions
    )  # fmt: skip


def reversed_lines(lines: Sequence[DraftLine]) -> tuple[DraftLine, ...]:
    """The same lines on the other side (红冲): all dimensions stay, so that every report nets to zero."""
    return tuple(
        replace(line, debit=line.credit, credit=line.debit, amount_currency=-line.amount_currency) for line in lines
    )
