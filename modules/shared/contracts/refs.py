"""Pointing at a record of another module without a foreign key."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RecordRef:
    """`entity` such as `production.order`; the label shows even while that module is off."""

    entity: str
    id: int
    label: str = ""
