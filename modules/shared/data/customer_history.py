"""CustomerHistory: sales orders."""

from __future__ import annotations

from django.db.models import Q

from modules.shared.contracts.customers import Happening
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor


class SalesHistory:
    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        return happenings(
            actor=actor, entity="shared.sales_order", where=Q(customer=party_id), day="ordered_on", amount="total",
            limit=limit, newest=True,
        )  # fmt: skip

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        where = Q(customer=party_id, status__in=("confirmed", "part_delivered"), is_migrated=False)
        return happenings(
            actor=actor, entity="shared.sales_order", where=where, day="promised_on", amount="total", limit=limit,
            newest=False,
        )  # fmt: skip
