"""CustomerHistory: deliveries and returns."""

from __future__ import annotations

from django.db.models import Q

from modules.shared.contracts.customers import Happening
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor


class Shipped:
    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        return self._of(actor, Q(customer=party_id, status="posted"), limit, newest=True)

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        return self._of(actor, Q(customer=party_id, status="draft"), limit, newest=False)

    def _of(self, actor: Actor, where: Q, limit: int, *, newest: bool) -> list[Happening]:
        return happenings(
            actor=actor, entity="inventory.delivery", where=where, day="shipped_on", kind="kind",
            detail="tracking_number", limit=limit, newest=newest,
        )  # fmt: skip
