"""What the shared layer does when something happened elsewhere. Idempotent: looking again says the same again."""

from __future__ import annotations

from modules.shared.contracts.events import SupplyMoved
from modules.shared.data.services.promises import promises_review
from tenon.access.actor import system


def supply_moved(event: SupplyMoved) -> None:
    """Promises that stand on the supply are looked at again."""
    promises_review(actor=system("promises"), entity=event.entity, ids=event.ids, label=event.label)
