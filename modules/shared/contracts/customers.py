"""What modules know of a customer: what happened between us, and what is to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from modules.shared.contracts.refs import RecordRef


@dataclass(frozen=True)
class Happening:
    """A document or activity of a customer's history. Words are translated; `state_kind` is that of its state
    (open, done, off …). `amount` is in `currency` and None where there is none or a role hides it; `progress` is a
    share, 0 to 1."""

    record: RecordRef
    day: date | None
    kind: str = ""
    state: str = ""
    state_kind: str = ""
    detail: str = ""
    amount: Decimal | None = None
    currency: str = ""
    progress: Decimal | None = None


class CustomerHistory(Protocol):
    """Answered by every module that keeps documents or activities of customers (`provides_many`). A bounded number of
    queries, of what the actor may see only; whoever asks has seen to it that the actor may see the customer."""

    def happened(self, *, actor: Any, party_id: int, limit: int) -> list[Happening]:
        """The latest, at most `limit` of each kind of record."""
        ...

    def coming(self, *, actor: Any, party_id: int, limit: int) -> list[Happening]:
        """What is still to be done, earliest first, at most `limit` of each kind of record."""
        ...
