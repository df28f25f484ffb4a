"""When an invoice is due: one date, or instalments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)


@dataclass(frozen=True)
class Instalment:
    due_on: date
    amount: Decimal


def plan(parts: Sequence[tuple[date, Decimal]]) -> list[Instalment]:
    """The instalments in the order in which they fall due."""
    return sorted((Instalment(due_on, amount) for due_on, amount in parts), key=lambda i: i.due_on)


def read_plan(stored: Sequence[Mapping[str, Any]]) -> list[Instalment]:
    """As kept on the invoice: `[{"due_on": "2026-12-01", "amount": "100.00"}]`."""
    return [Instalment(date.fromisoformat(i["due_on"]), Decimal(i["amount"])) for i in stored]


def store_plan(parts: Sequence[Instalment]) -> list[dict[str, str]]:
    return [{"due_on": i.due_on.isoformat(), "amount": f"{i.amount:f}"} for i in parts]


def open_instalments(parts: Sequence[Instalment], settled: Decimal) -> list[Instalment]:
    """What is still open when `settled` has been paid, oldest instalment first."""
    left, out = settled, []
    for part in parts:
        used = min(left, part.amount)
        left -= used
        if part.amount - used > 0:
            out.append(Instalment(part.due_on, part.amount - used))
    return out
