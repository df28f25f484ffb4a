"""The record of changes of confirmed sales orders: in force, proposed, decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone

from modules.shared.data.models import SalesOrder, SalesOrderChange, SalesOrderLine
from modules.shared.data.rules.differences import differences, plain
from modules.shared.data.selectors.sales_change_limits import Weighed
from modules.shared.data.services.order_lines import as_day
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.notifications.services import notify

State = SalesOrderChange.State
ORDER = "shared.sales_order"
APPROVES = "shared.sales_order.approve_change"
LINE = (
    "product", "description", "quantity", "unit", "second_quantity", "unit_price", "discount", "tax_rate",
    "requested_on", "cancelled",
)  # fmt: skip


def compared(before: Sequence[SalesOrderLine], after: Sequence[SalesOrderLine]) -> list[dict[str, Any]]:
    """What differs, as people read it."""
    return differences({}, {}, [_picture(x) for x in before], [_picture(x) for x in after], LINE)


def _picture(x: SalesOrderLine) -> dict[str, Any]:
    values = {name: getattr(x, name) for name in LINE if name not in ("product", "unit")}
    code = x.product.code
    return {**values, "line": x.pk, "position": x.position, "label": code, "product": code, "unit": x.unit.code}


def line_wanted(x: SalesOrderLine) -> dict[str, Any]:
    """A line as it shall be, complete, as JSON keeps it."""
    values = {
        "product": x.product_id, "unit": x.unit_id, "tax": x.tax_id, "keep_tax": True, "quantity": str(x.quantity),
        "unit_price": str(x.unit_price), "discount": str(x.discount), "description": x.description,
        "requested_on": plain(x.requested_on), "priced_by_second": x.priced_by_second, "custom": x.custom,
        "second_quantity": None if x.second_quantity is None else str(x.second_quantity),
    }  # fmt: skip
    return {"id": x.pk, **values} if x.pk else values


def lines_given(wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The way back, as a change takes it."""
    return [{**line, "requested_on": as_day(line.get("requested_on"))} for line in wanted]


def change_waiting(order: SalesOrder) -> SalesOrderChange | None:
    return SalesOrderChange.objects.filter(order=order, state=State.PROPOSED).first()


def change_record(
    actor: Actor, order: SalesOrder, found: Sequence[Mapping[str, Any]], weighed: Weighed, reason: str
) -> None:
    """A change that is in force. Nothing that differs leaves nothing."""
    if found:
        row = _row(actor, order, found, weighed, reason)
        row.revision = next_revision(order)
        row.save()


def change_propose(
    actor: Actor,
    order: SalesOrder,
    found: Sequence[Mapping[str, Any]],
    wanted: Sequence[Mapping[str, Any]],
    weighed: Weighed,
    reason: str,
) -> SalesOrderChange:
    """A change that somebody else has to decide: whoever may is told."""
    row = _row(actor, order, found, weighed, reason)
    row.state, row.wanted, row.beyond, row.asked_by_id = State.PROPOSED, list(wanted), weighed.beyond, actor.member_id
    row.save()
    for member in Member.objects.filter(is_active=True).exclude(pk=actor.member_id or 0).select_related("department"):
        if actor_of(member).can(APPROVES):
            notify(
                member=member, kind="ask", entity=ORDER, record_id=order.pk, label=order.number, author=actor.label,
                excerpt=reason,
            )  # fmt: skip
    return row


def _row(
    actor: Actor, order: SalesOrder, found: Sequence[Mapping[str, Any]], weighed: Weighed, reason: str
) -> SalesOrderChange:
    return SalesOrderChange(
        order=order, by=actor.label, reason=reason.strip()[:500], differences=list(found),
        value_before=weighed.before.worth, value_after=weighed.after.worth,
        margin_before=weighed.before.margin, margin_after=weighed.after.margin,
    )  # fmt: skip


def next_revision(order: SalesOrder) -> int:
    """The order's row is locked. The order as it was confirmed is the first."""
    last = SalesOrderChange.objects.filter(order=order).aggregate(last=Max("revision"))["last"]
    return (last or 1) + 1


def change_decided(actor: Actor, row: SalesOrderChange, state: str, reason: str) -> None:
    """Written down; whoever asked is told."""
    row.state, row.wanted, row.decision_reason = state, None, reason.strip()[:500]
    row.decided_by, row.decided_at = actor.label, timezone.now()
    row.save()
    asker = Member.objects.select_related("department").filter(pk=row.asked_by_id or 0, is_active=True).first()
    if asker is not None and asker.pk != actor.member_id:
        notify(
            member=asker, kind="decided", entity=ORDER, record_id=row.order_id, label=row.order.number,
            author=actor.label, excerpt=reason,
        )  # fmt: skip


def changes_lapse(actor: Actor, order: SalesOrder) -> None:
    """The order has ended: nothing of it is changed any more."""
    waiting = change_waiting(order)
    if waiting is not None:
        change_decided(actor, waiting, State.WITHDRAWN, "")
