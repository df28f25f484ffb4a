"""Contracts of budgets: who binds the company asks whether the budget allows it; what is asked for and not ordered
counts against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from modules.shared.contracts.refs import RecordRef


@dataclass(frozen=True)
class BudgetItem:
    """What a document would spend: net, in base currency, on the day it is due."""

    product_id: int
    on: date
    amount: Decimal
    department_id: int | None = None


class BudgetControl(Protocol):
    """Provided by finance, while the company keeps budgets."""

    def check(self, *, actor: Any, document: RecordRef, items: Sequence[BudgetItem], reason: str = "") -> None:
        """In the transaction that binds the company; holds its lock until the end. Whoever may exceed budgets lets it
        through, which is kept with `reason`; what was let through once passes again up to that amount.
        Raises BudgetExceeded."""
        ...


@dataclass(frozen=True)
class OpenRequest:
    """Asked for, approved and not on an order yet."""

    document: RecordRef
    item: BudgetItem


class OpenRequests(Protocol):
    """Provided by inventory (`provides_many`): requisitions."""

    def open_requests(self) -> list[OpenRequest]: ...

    def items(self, *, actor: Any, document: RecordRef) -> list[BudgetItem]:
        """What one of them asks for, whatever its state; empty for what the actor may not see and for other kinds."""
        ...
