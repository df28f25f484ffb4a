"""Recalling a lot (批次召回): everything that was made of it is held, wherever it lies, in one action."""

from __future__ import annotations

from modules.inventory.models import Lot
from modules.inventory.selectors.genealogy import starts, trace
from modules.inventory.services.lot_quality import lots_hold
from modules.inventory.services.lots import lots_named
from tenon.access.actor import Actor
from tenon.records.service import service


@service("inventory.lot.recall")
def lot_recall(*, actor: Actor, lot: Lot, reason: str) -> list[Lot]:
    """Holds the lot, those of the same lot of its supplier, and all that was made of them. Answers those that were not
    held before. Raises Invalid without a reason."""
    found = trace(starts(lot), forward=True)
    named = lots_named({(node.product_id, node.lot) for node in found.nodes})
    return lots_hold(actor=actor, lots=list(named.values()), reason=reason)
