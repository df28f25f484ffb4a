"""An event as somebody hears it who listens to all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Happening:
    event_id: UUID
    name: str
    payload: dict[str, Any]
    at: datetime
    actor: str
