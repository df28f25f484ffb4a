"""Holds with an end (报价锁货): extended, and let go when they have run out."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from modules.inventory.models import Reservation
from modules.inventory.services.hand_locks import lock_documents
from modules.inventory.services.progress import record_reserved
from modules.inventory.services.reservation import free_all
from modules.inventory.services.reservation_history import Kind, change_of, remember
from modules.shared.contracts.refs import RecordRef
from tenon.access.actor import Actor, system
from tenon.records.service import service
from tenon.tenancy.context import current


def holds_run_out() -> int:
    """The job: lets go of every hold whose last day is over, one document a transaction. Returns how many."""
    today = current().today()
    due = Reservation.objects.filter(state=Reservation.State.ACTIVE, until__lt=today)
    lines = sorted(set(due.values_list("demand_entity", "demand_id")))
    actor = system("holds")
    return sum(hold_end(actor=actor, line=RecordRef(entity, pk), today=today) for entity, pk in lines)


@service()
def hold_end(*, actor: Actor, line: RecordRef, today: date) -> int:
    """Lets go of what one line holds beyond its day. Looked at again under the locks: what was ordered, shipped or
    extended in between stays. Returns how many reservations ended."""
    lock_documents([line])
    over = Q(demand_entity=line.entity, demand_id=line.id, until__lt=today)
    rows = free_all(over)
    for row in rows:
        record_reserved(actor, {(line.entity, line.id): -row.quantity})
    remember(
        [
            change_of(Kind.RUN_OUT, r.product_id, r.quantity, giver=RecordRef(line.entity, line.id, r.head_label))
            for r in rows
        ]
    )
    return len(rows)
