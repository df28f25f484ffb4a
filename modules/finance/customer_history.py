"""CustomerHistory: invoices, credit notes and what was paid."""

from __future__ import annotations

from django.db.models import Q

from modules.shared.contracts.customers import Happening
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor


class Accounts:
    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        sold = Q(party=party_id, kind__in=("sales_invoice", "sales_credit_note")) & ~Q(status="draft")
        return [
            *happenings(
                actor=actor, entity="finance.invoice", where=sold, day="issued_on", kind="kind", amount="total",
                limit=limit, newest=True,
            ),
            *happenings(
                actor=actor, entity="finance.payment", where=Q(party=party_id, direction="in"), day="paid_on",
                kind="method", detail="reference", amount="amount", limit=limit, newest=True,
            ),
        ]  # fmt: skip

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        where = Q(party=party_id, kind="sales_invoice", open_amount__gt=0)
        return happenings(
            actor=actor, entity="finance.invoice", where=where, day="due_on", kind="kind", amount="open_amount",
            limit=limit, newest=False,
        )  # fmt: skip
