"""What CRM answers other modules: what happened with a customer."""

from __future__ import annotations

from django.db.models import Q

from modules.shared.contracts.customers import Happening
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor


class Relations:
    """CustomerHistory: activities, opportunities and quotes."""

    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        of = Q(party=party_id)
        return [
            *happenings(
                actor=actor, entity="crm.activity", where=of & Q(status="done"), day="done_at", kind="kind",
                detail="outcome", limit=limit, newest=True,
            ),
            *happenings(
                actor=actor, entity="crm.opportunity", where=of & ~Q(state="open"), day="closed_on", detail="reason",
                amount="amount", limit=limit, newest=True,
            ),
            *happenings(
                actor=actor, entity="crm.quote", where=of & ~Q(status="draft"), day="quoted_on", amount="total",
                limit=limit, newest=True,
            ),
        ]  # fmt: skip

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        of = Q(party=party_id)
        return [
            *happenings(
                actor=actor, entity="crm.activity", where=of & Q(status="planned"), day="due_on", kind="kind",
                limit=limit, newest=False,
            ),
            *happenings(
                actor=actor, entity="crm.opportunity", where=of & Q(state="open"), day="expected_close",
                amount="amount", limit=limit, newest=False,
            ),
            *happenings(
                actor=actor, entity="crm.quote", where=of & Q(status="sent"), day="valid_until", amount="total",
                limit=limit, newest=False,
            ),
        ]  # fmt: skip
