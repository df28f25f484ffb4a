"""Delivery schedules of blanket orders: agreed by day, counted on by planning, called off when their day is near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.inventory.models import BlanketDelivery, BlanketLine, BlanketOrder
from modules.inventory.selectors.blankets import drawn, worth
from modules.inventory.services.blankets import basis_changed, called_off, check_room, locked
from modules.inventory.services.entered import entered_day, entered_key, entered_number
from modules.inventory.services.lines import rows_of
from modules.shared.data.models import PurchaseOrder
from modules.shared.data.rules.units import convert
from modules.shared.data.selectors.units import Conversions
from tenon.access.actor import Actor, system
from tenon.notifications.services import notify
from tenon.problems import Invalid, Problem, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
MOST = 1000
Status = BlanketOrder.Status
Wanted = dict[tuple[int, date], tuple[Decimal, Decimal]]  # line and day → quantity in its unit and in the stock unit


@service("inventory.blanket_order.update")
def blanket_deliveries_set(
    *, actor: Actor, blanket: BlanketOrder, deliveries: Sequence[Mapping[str, Any]]
) -> BlanketOrder:
    """The deliveries still to be called off, all of them: `[{"line", "due_on", "quantity"}]`, quantities in the unit of
    the line; what is left out is agreed no more. With what was called off they stay within the blanket order. Raises
    StateRefused, Invalid, BlanketExceeded."""
    row = locked(blanket)
    if row.status not in (Status.DRAFT, Status.ACTIVE):
        raise StateRefused(_("Only a blanket order in force is scheduled"))
    known = {x.pk: x for x in row.lines.select_related("product__unit", "unit")}
    there: dict[tuple[int, date], BlanketDelivery] = {}
    for delivery in BlanketDelivery.objects.filter(line__blanket=row, order_line=None).order_by("pk"):
        if there.setdefault((delivery.line_id, delivery.due_on), delivery) is not delivery:
            delivery.delete()  # its draft was deleted, and the day has been agreed anew since
    basis_changed(row)
    wanted = _wanted(row, known, deliveries, there)
    check_room(
        row, known,
        [
            (known[line], SimpleNamespace(base_quantity=base, subtotal=worth(known[line], quantity, base)))
            for (line, _day), (quantity, base) in wanted.items()
        ],
        drawn(row),
    )  # fmt: skip
    for key, delivery in there.items():
        if key not in wanted:
            delivery.delete()
    for (line, day), (quantity, base) in wanted.items():
        delivery = there.get((line, day)) or BlanketDelivery(line_id=line, due_on=day)
        if delivery.quantity != quantity:
            delivery.quantity, delivery.base_quantity = quantity, base
            delivery.save()
    basis_changed(row)
    return row


def _wanted(
    row: BlanketOrder,
    known: Mapping[int, BlanketLine],
    given: Sequence[Mapping[str, Any]],
    there: Mapping[tuple[int, date], BlanketDelivery],
) -> Wanted:
    rows = rows_of(given, "deliveries")
    if len(rows) > MOST:
        raise Invalid.field("deliveries", _("%(most)s deliveries at most") % {"most": MOST}, "max_length")
    conversions = Conversions([x.product_id for x in known.values()])
    today = current().today()
    wanted: Wanted = {}
    for index, values in enumerate(rows):
        at = f"deliveries.{index}"
        line = known.get(entered_key(values.get("line"), f"{at}.line") or 0)
        if line is None:
            raise Invalid.field(f"{at}.line", _("This line is not on the blanket order"), "unknown")
        day = entered_day(values.get("due_on"), f"{at}.due_on")
        if day is None:
            raise Invalid.field(f"{at}.due_on", _("Say which day"), "required")
        key = (line.pk, day)
        if key in wanted:
            raise Invalid.field(f"{at}.due_on", _("This day stands there already"), "unique")
        if key not in there and not max(row.valid_from, today) <= day <= row.valid_until:
            raise Invalid.field(f"{at}.due_on", _("The day lies outside the blanket order, or is over"), "range")
        quantity = entered_number(values.get("quantity"), f"{at}.quantity")
        ratio = conversions.ratio(line.product_id, line.unit_id, line.product.unit_id)
        base = convert(quantity, ratio, line.product.unit.decimals) if ratio is not None else None
        if base is None or base.quantity == 0 or (base.remainder and line.product.unit.decimals == 0):
            message = _("%(quantity)s %(unit)s is no whole number of %(base)s") % {
                "quantity": f"{quantity.normalize():f}", "unit": line.unit.code, "base": line.product.unit.code,
            }  # fmt: skip
            raise Invalid.field(f"{at}.quantity", message, "unit-step")
        wanted[key] = (quantity, base.quantity)
    return wanted


@service("shared.purchase_order.create")
def blanket_deliveries_call(
    *, actor: Actor, blanket: BlanketOrder, until: date | None = None, warehouse: Any = None
) -> PurchaseOrder:
    """A draft purchase order of what is scheduled up to `until` (left out: as many days ahead as the blanket order
    says), each line for its day. Raises StateRefused when nothing is, BlanketExceeded."""
    row = locked(blanket)
    last = until or current().today() + timedelta(days=row.call_ahead_days or 0)
    due = list(
        BlanketDelivery.objects.filter(line__blanket=row, order_line=None, due_on__lte=last)
        .select_related("line")
        .order_by("due_on", "line__position")
    )
    if not due:
        raise StateRefused(_("Nothing is scheduled up to that day"))
    basis_changed(row)
    lines = [{"line": x.line_id, "quantity": x.quantity, "due_on": x.due_on} for x in due]
    return called_off(actor, row, lines, warehouse, calling=due)


def blanket_deliveries_nightly() -> int:
    """The night's work: what is due of blanket orders that are called off by themselves becomes drafts, and who looks
    after them is told. One that cannot be called off keeps no other waiting. Returns how many orders were made."""
    actor = system("call-offs")
    today, made = current().today(), 0
    rows = BlanketOrder.objects.filter(
        status=Status.ACTIVE, call_ahead_days__isnull=False, valid_from__lte=today, valid_until__gte=today
    )
    for row in rows.select_related("owner__department").order_by("pk"):
        last = today + timedelta(days=row.call_ahead_days or 0)
        if not BlanketDelivery.objects.filter(line__blanket=row, order_line=None, due_on__lte=last).exists():
            continue
        try:
            order = blanket_deliveries_call(actor=actor, blanket=row)
        except Problem:
            order = None  # stays due: the schedule shows it, and who looks after it is told
        made += order is not None
        if row.owner is not None and row.owner.is_active:
            notify(
                member=row.owner, kind="due", entity="inventory.blanket_order", record_id=row.pk, label=row.number,
                excerpt=order.number if order is not None else "",
            )  # fmt: skip
    return made
