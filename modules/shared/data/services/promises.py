"""Promises that are looked at again when a supply they stand on gets another day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, PromiseDates
from modules.shared.data.models import SalesOrder, SalesOrderLine
from modules.shared.data.selectors.promise_words import steps_out
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.notifications.services import notify
from tenon.ports import find
from tenon.records.service import service

OPEN = (SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED)
ENTITY, LINE_ENTITY = "shared.sales_order", "shared.sales_order_line"


@service()
def promises_review(*, actor: Actor, entity: str, ids: Collection[int], label: str) -> int:
    """Promises that stand on these supplies, made anew, the most urgent order first. What will be later than promised
    is noted on its line as expected, and the order's owner is told once for each new day; what is on time again is no
    longer noted. Returns how many lines changed."""
    promiser = find(PromiseDates)
    stands = Q(pk__in=[])
    for pk in ids:
        stands |= Q(promise_steps__contains=[{"entity": entity, "id": pk}])
    lines = SalesOrderLine.objects.filter(stands, order__status__in=OPEN)
    if promiser is None or not lines.exists():
        return 0
    heads = SalesOrder.objects.select_for_update().filter(pk__in=lines.values("order_id")).order_by("pk")
    orders = {order.pk: order for order in heads}
    rows = [row for row in lines.order_by("order__priority", "promised_on", "pk") if row.open_quantity > 0]
    demands = [
        Demand(
            line=RecordRef(LINE_ENTITY, row.pk, f"{orders[row.order_id].number} / {row.position}"),
            product_id=row.product_id,
            quantity=row.open_quantity,
            needed_on=row.requested_on or orders[row.order_id].requested_on,
            head=RecordRef(ENTITY, row.order_id, orders[row.order_id].number),
        )
        for row in rows
    ]
    answers = {promise.line.id: promise for promise in promiser.promise(demands)}
    later: dict[int, list[str]] = defaultdict(list)
    changed = 0
    for row in rows:
        answer = answers[row.pk]
        on = answer.on if row.promised_on and answer.on and answer.on > row.promised_on else None
        steps = steps_out(answer.steps)
        if on == row.expected_on and steps == row.promise_steps:
            continue
        if on is not None and on != row.expected_on:
            later[row.order_id].append(f"{row.position}: {row.promised_on} → {on}")
        row.expected_on, row.promise_steps = on, steps
        row.save(update_fields=["expected_on", "promise_steps"])
        changed += 1
    for order_id, words in later.items():
        order = orders[order_id]
        owner = Member.objects.select_related("department").filter(pk=order.owner_id or 0, is_active=True).first()
        if owner is not None:
            notify(
                member=owner, kind="late", entity=ENTITY, record_id=order_id, label=order.number,
                author=label, excerpt="; ".join(words),
            )  # fmt: skip
    return changed
