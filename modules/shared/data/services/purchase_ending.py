"""Purchase orders that end: cancelled, or closed short, and what the supplier asks for it."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine
from modules.shared.data.services.cancellation_charges import supplier_charge
from modules.shared.data.services.line_writing import lines_patch
from modules.shared.data.services.purchase_history import Kind, change_record, compared, picture
from modules.shared.data.services.purchase_supply import outside_work_ends, supply_shrunk
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service

ZERO = Decimal(0)
Status = PurchaseOrder.Status


@service("shared.purchase_order.cancel")
def purchase_order_cancel(
    *, actor: Actor, order: PurchaseOrder, reason: str = "", charge: Decimal | None = None
) -> PurchaseOrder:
    """Cancels an order of which nothing was received or invoiced. `charge`: what the supplier asks for it, net; it
    waits as a draft of its invoice. Work outside that it pays for ends with it. Raises StateRefused, Invalid."""
    outside_work_ends(actor, order, reason)
    order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    if order.status not in (Status.DRAFT, Status.CONFIRMED):
        raise StateRefused(_("Only an order of which nothing was received can be cancelled; close it short instead"))
    lines = list(order.lines.select_for_update().order_by("id"))
    if any(line.received or line.invoiced for line in lines):
        raise StateRefused(_("Something of this order was received or invoiced already"))
    if order.status != Status.DRAFT:
        supplier_charge(actor, order, lines, charge, reason)
    return _end(order, lines, Status.CANCELLED, reason)


@service("shared.purchase_order.close")
def purchase_order_close(
    *, actor: Actor, order: PurchaseOrder, reason: str = "", charge: Decimal | None = None
) -> PurchaseOrder:
    """Ends an order; what has not arrived is no longer expected, work outside neither. `charge` as of cancelling.
    Raises StateRefused, Invalid."""
    outside_work_ends(actor, order, reason)
    order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    if order.status not in (Status.CONFIRMED, Status.PART_RECEIVED, Status.RECEIVED):
        raise StateRefused(_("Only a confirmed or received order can be closed"))
    lines = list(order.lines.select_for_update(of=("self",)).select_related("product", "unit").order_by("id"))
    before = picture(order, lines)
    supplier_charge(actor, order, lines, charge, reason)
    _end(order, lines, Status.CLOSED, reason)
    for line in lines:
        line.cancelled = max(line.base_quantity - line.received, ZERO)
    change_record(actor, order, Kind.CLOSE, reason=reason, found=compared(before, picture(order, lines)))
    return order


def _end(order: PurchaseOrder, lines: list[PurchaseOrderLine], status: str, reason: str) -> PurchaseOrder:
    cancelled = {x.pk: (max(x.base_quantity - x.received, ZERO),) for x in lines}
    lines_patch(PurchaseOrderLine, {"cancelled": "numeric"}, cancelled)
    order.status = status
    if reason:
        order.note = f"{order.note}\n{reason}".strip()
    order.save()
    supply_shrunk(lines)
    return order
