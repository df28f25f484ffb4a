"""Needs become purchase orders: one for each supplier, currency and warehouse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import Requisition, RequisitionCover
from modules.inventory.rules.sourcing import Offer
from modules.inventory.selectors.purchase_needs import REQUISITION_LINE, Key, Need, Row, warehouses, workbench
from modules.inventory.services.entered import entered_key, entered_number
from modules.inventory.services.requisitions import requisitions_derive
from modules.shared.contracts.purchasing import PurchaseProposals
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine
from modules.shared.data.selectors.rates import exchange_rate
from modules.shared.data.services import purchase_order_draft
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
EIGHT = Decimal("0.00000001")
LOCK = 0x7E0A0B1  # one buyer at a time turns needs into orders: the second sees what the first has left


class _Wanted:
    """What the buyer wants of one row: its offer, and how much."""

    def __init__(self, row: Row, offer: Offer, quantity: Decimal) -> None:
        self.row, self.offer, self.quantity = row, offer, quantity


@service("inventory.purchase_need.order")
def purchase_needs_order(*, actor: Actor, rows: Sequence[Mapping[str, Any]], horizon: int = 30) -> list[PurchaseOrder]:
    """Draft orders for rows of the workbench: `[{"key", "supplier", "quantity"}]`, supplier (and its currency) and
    quantity left out as proposed. Requisition lines and proposals behind them are marked as ordered. All or nothing.

    Raises StateRefused when a need is not there any more, Invalid."""
    needs_lock()
    keys = {_key(given, index): given for index, given in enumerate(rows)}
    if not keys:
        raise Invalid.field("rows", _("Choose what to order"), "required")
    found = {row.key: row for row in workbench(horizon, keys)}
    if set(keys) - set(found):
        raise StateRefused(_("These needs have changed meanwhile: look at them again"))
    requisitions = _lock_requisitions(found.values())
    orders = _orders(actor, [_wanted(found[key], given, index) for index, (key, given) in enumerate(keys.items())])
    requisitions_derive(requisitions)
    return orders


def needs_lock() -> None:
    """One at a time turns needs into documents, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK, current().id % 2**31])


def rows_order(actor: Actor, rows: Sequence[tuple[Row, Decimal]]) -> list[PurchaseOrder]:
    """Draft orders for rows that follow from stock alone, of the quantities said, for services that have checked the
    permission and hold `needs_lock`. Raises Invalid where nobody offers it."""
    return _orders(actor, [_wanted(row, {"quantity": quantity}, index) for index, (row, quantity) in enumerate(rows)])


def _orders(actor: Actor, every: Sequence[_Wanted]) -> list[PurchaseOrder]:
    groups: dict[tuple[int, str, int], list[_Wanted]] = defaultdict(list)
    for wanted in every:
        groups[(wanted.offer.supplier_id, wanted.offer.currency, wanted.row.warehouse_id)].append(wanted)
    places = warehouses({group[2] for group in groups})
    orders = []
    for (supplier_id, currency, warehouse_id), together in sorted(groups.items()):
        place = places.get(warehouse_id)
        order = purchase_order_draft(
            actor=actor, supplier=supplier_id, currency=currency,
            deliver_to={"entity": "inventory.warehouse", "id": place.pk, "label": place.name} if place else None,
            lines=[line for wanted in together for line in _order_lines(wanted, currency)],
        )  # fmt: skip
        _cover(actor, order, together)
        orders.append(order)
    return orders


@service("inventory.purchase_need.order")
def requisition_order(*, actor: Actor, requisition: Requisition) -> Requisition:
    """What is left of one approved requisition, from the suppliers that the workbench would choose. Other needs for the
    same products and warehouse go along. Raises StateRefused, Invalid."""
    head = Requisition.objects.get(pk=requisition.pk)
    if head.status not in (Requisition.Status.APPROVED, Requisition.Status.ORDERED):
        raise StateRefused(_("Only an approved requisition is ordered"))
    far = 3650
    mine = [
        row.key
        for row in workbench(far)
        if any(
            need.reason is not None and need.reason.id == head.pk for need in row.needs if need.kind == "requisition"
        )
    ]
    if not mine:
        raise StateRefused(_("All of it is ordered or cancelled already"))
    purchase_needs_order(actor=actor, rows=[{"key": f"{p}-{w}"} for p, w in mine], horizon=far)
    head.refresh_from_db()
    return head


def _key(given: Mapping[str, Any], index: int) -> Key:
    product, _dash, warehouse = str(given.get("key", "")).partition("-")
    at = f"rows.{index}.key"
    of = entered_key(product, at)
    if of is None:
        raise Invalid.field(at, _("There is no such need"), "unknown")
    return of, 0 if warehouse == "0" else entered_key(warehouse, at) or 0


def _lock_requisitions(rows: Any) -> list[Requisition]:
    keys = {n.reason.id for row in rows for n in row.needs if n.kind == "requisition" and n.reason is not None}
    return list(Requisition.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _wanted(row: Row, given: Mapping[str, Any], index: int) -> _Wanted:
    offer: Offer | None = row.choice.offer
    supplier_id = entered_key(given.get("supplier"), f"rows.{index}.supplier")
    if supplier_id:
        currency = given.get("currency")
        fitting = [o for o in row.offers if o.supplier_id == supplier_id and currency in (None, "", o.currency)]
        offer = fitting[0] if fitting else None
    if offer is None:
        message = _("No supplier is known for %(product)s") % {"product": row.product.code}
        raise Invalid(errors=[FieldError(f"rows.{index}.supplier", "required", message)])
    quantity = entered_number(
        given.get("quantity"), f"rows.{index}.quantity", default=Decimal(offer.fitted(row.quantity))
    )
    return _Wanted(row, offer, quantity)


def _order_lines(wanted: _Wanted, currency: str) -> list[dict[str, Any]]:
    """One line for each day something is needed on, the price that of all together. What is ordered beyond the needs
    comes with the last."""
    row = wanted.row
    price = wanted.offer.price(max(wanted.quantity, wanted.offer.least)) / exchange_rate(currency, current().today())
    days: dict[Any, list[Need]] = defaultdict(list)
    for need in row.needs:
        days[max(need.needed_on, current().today())].append(need)
    lines, left = [], wanted.quantity
    for number, (day, needs) in enumerate(sorted(days.items()), 1):
        quantity = left if number == len(days) else min(left, sum((n.quantity for n in needs), ZERO))
        if quantity <= 0:
            break
        left -= quantity
        line = {"product": row.product.pk, "quantity": quantity, "unit": row.product.unit_id, "due_on": day}
        if not row.product.priced_by_second:  # else the supplier's price per second unit is asked
            line["unit_price"] = price.quantize(EIGHT)
        lines.append(line)
    return lines


def _cover(actor: Actor, order: PurchaseOrder, together: Sequence[_Wanted]) -> None:
    """Requisition lines and proposals are marked as ordered, the earliest first, as far as the order reaches."""
    taken: dict[int, RecordRef] = {}
    lines: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    for line in order.lines.order_by("due_on", "id"):
        lines[line.product_id].append(line)
    for wanted in together:
        rows = lines[wanted.row.product.pk]
        room = [line.base_quantity for line in rows]
        for need in wanted.row.needs:
            if need.source is not None and need.kind == "planning":
                taken[need.source.id] = RecordRef("shared.purchase_order", order.pk, order.number)
            left = need.quantity
            for index, row in enumerate(rows):
                part = min(left, room[index])
                if part <= 0:
                    continue
                room[index] -= part
                left -= part
                if need.source is not None and need.source.entity == REQUISITION_LINE:
                    RequisitionCover(line_id=need.source.id, order_line=row, quantity=part).save()
    if taken:
        provider = ports.find(PurchaseProposals)
        if provider is not None:
            provider.take(actor=actor, taken=taken)
