"""What other modules know that would be missing from the books when a period is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True)
class OpenWork:
    """Documents that are not posted yet. `label` is translated; `entity` and `filters` lead to their list."""

    label: Any
    count: int
    entity: str
    filters: dict[str, str]


class PeriodReadiness(Protocol):
    """Answered by every module that keeps documents which post to the ledger (`provides_many`)."""

    def open_work(self, *, until: date) -> list[OpenWork]:
        """What is dated up to `until` and not posted; kinds without any are left out."""
        ...
