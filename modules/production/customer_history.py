"""CustomerHistory: how far production is with what the customer ordered."""

from __future__ import annotations

from django.db.models import Q

from modules.shared.contracts.customers import Happening
from modules.shared.data.models import SalesOrder
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor


class Made:
    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        """What is made is told by its delivery."""
        return []

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        orders = SalesOrder.objects.filter(customer=party_id, status__in=("confirmed", "part_delivered"))
        where = Q(sales_order_id__in=orders.values("pk"), status__in=("draft", "released", "in_progress"))
        return happenings(
            actor=actor, entity="production.order", where=where, day="due_on", detail="demand_label",
            progress=("completed", "quantity"), limit=limit, newest=False,
        )  # fmt: skip
