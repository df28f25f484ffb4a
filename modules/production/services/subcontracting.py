"""Work outside (委外): ordering it from suppliers, and ending what was ordered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.production.models import (
    ProductionOrder,
    ProductionOrderOperation,
    SubcontractMaterial,
    SubcontractOrder,
)
from modules.production.rules.subcontracting import ZERO, of_part
from modules.production.services.operation_flow import Flow
from modules.production.services.orders import locked
from modules.production.services.shop_floor import OPEN
from modules.shared.data.models import Party, Product, PurchaseOrder, Unit
from modules.shared.data.models.purchase_order import OUTSIDE_WORK
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.rates import exchange_rate
from modules.shared.data.services.purchase_orders import purchase_order_draft
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

Status = SubcontractOrder.Status
LIVE = (Status.ORDERED, Status.OUTSIDE)
ENDED_ORDER = gettext_lazy("Only operations of released orders go outside")


@service("production.subcontract.create")
def subcontract_orders_place(
    *,
    actor: Actor,
    operations: Sequence[ProductionOrderOperation],
    supplier: Party | None = None,
    due_on: date | None = None,
) -> list[PurchaseOrder]:
    """Drafts of purchase orders, one for each supplier in its currency, with a line and a subcontract order for what of
    each operation is not outside yet: at the operation's own supplier, else the one given. The price is the
    operation's; the order is confirmed like any other. Raises StateRefused, Invalid, MissingRate."""
    orders = {pk: locked(order, OPEN, ENDED_ORDER) for pk, order in sorted((o.order_id, o.order) for o in operations)}
    flows = {pk: Flow.of(order) for pk, order in orders.items()}
    wanted: dict[int, list[tuple[SubcontractOrder, ProductionOrderOperation]]] = defaultdict(list)
    suppliers: dict[int, Party] = {}
    for operation in sorted(operations, key=lambda o: (o.order_id, o.position, o.pk)):
        flow = flows[operation.order_id]
        of = flow.find(operation.pk)
        party = Party.objects.filter(pk=of.supplier_id or 0).first() or supplier
        if party is None or not party.is_supplier:
            raise Invalid.field("supplier", _("Say which supplier does it"), "required")
        left = to_place(of)
        if of.rework_of_id is not None or left <= 0:
            words = {"operation": of.name, "order": flow.order.number}
            raise StateRefused(_("Nothing of %(operation)s of %(order)s is left to order") % words)
        subcontract = _new(flow, of, party, left, due_on)
        wanted[party.pk].append((subcontract, of))
        suppliers[party.pk] = party
    return [_ordered(actor, suppliers[pk], together) for pk, together in sorted(wanted.items())]


def to_place(operation: ProductionOrderOperation) -> Decimal:
    """Pieces of an operation that are neither done nor ordered outside."""
    live = [s for s in operation.subcontracts.all() if s.status in LIVE]
    return operation.open_quantity - sum((s.open_quantity for s in live), ZERO)


def _new(
    flow: Flow, operation: ProductionOrderOperation, supplier: Party, quantity: Decimal, due_on: date | None
) -> SubcontractOrder:
    """With its material, when the pieces begin there."""
    today = current().today()
    planned = operation.planned_end.astimezone(current().now().tzinfo).date() if operation.planned_end else None
    due = due_on or planned or work_calendar().forward(today, max(operation.outside_days, 1))
    subcontract = SubcontractOrder(
        number=next_number("SC"),
        order_operation=operation,
        supplier=supplier,
        quantity=quantity,
        due_on=max(due, today),
    )
    subcontract.save()
    if flow.is_first(operation):
        for position, component in enumerate(flow.order.components.select_related("product__unit"), 1):
            step = Decimal(1).scaleb(-component.product.unit.decimals)
            required = of_part(component.required, quantity, operation.quantity, step)
            if required:
                SubcontractMaterial(
                    subcontract=subcontract, position=position * 10, product=component.product, required=required
                ).save()
    return subcontract


def _ordered(
    actor: Actor, supplier: Party, together: Sequence[tuple[SubcontractOrder, ProductionOrderOperation]]
) -> PurchaseOrder:
    currency = supplier.currency or current().currency
    rate = exchange_rate(currency, current().today())
    lines = [_line(subcontract, operation, rate) for subcontract, operation in together]
    order = purchase_order_draft(actor=actor, supplier=supplier, lines=lines, currency=currency)
    of = {(line.peg or {}).get("id"): line for line in order.lines.all()}
    for subcontract, _operation in together:
        subcontract.purchase_line = of[subcontract.pk]
        subcontract.save()
    return order


def _line(subcontract: SubcontractOrder, operation: ProductionOrderOperation, rate: Decimal) -> dict[str, Any]:
    product = operation.order.product
    service_ = _service_for(product.unit)
    return {
        "product": service_, "quantity": subcontract.quantity, "unit": service_.unit,
        "unit_price": (operation.outside_price / rate).quantize(Decimal("1e-8")), "due_on": subcontract.due_on,
        "description": f"{operation.name} · {product.code} · {operation.order.number}"[:500],
        "peg": {"entity": OUTSIDE_WORK, "id": subcontract.pk, "label": subcontract.number},
    }  # fmt: skip


def _service_for(unit: Unit) -> Product:
    """What purchase orders of outside work buy, counted as the pieces are."""
    code = f"OUTSIDE-{unit.code}"[:60]
    found = Product.objects.filter(code=code).first()
    if found is None:
        found = Product(
            code=code, name="Outside processing", name_zh="委外加工费", unit=unit, kind=Product.Kind.SERVICE,
            is_saleable=False,
        )  # fmt: skip
        found.save()
    return found


def lock_live(subcontract: SubcontractOrder, *, ended: bool = False) -> tuple[ProductionOrder, SubcontractOrder]:
    """The production order and the subcontract order, locked in this order, as reports lock. With `ended` also one that
    is over. Raises StateRefused."""
    order = ProductionOrder.objects.select_for_update().get(operations=subcontract.order_operation_id)
    subcontract = (
        SubcontractOrder.objects.select_for_update(of=("self",))
        .select_related("order_operation__order__product__unit", "supplier")
        .get(pk=subcontract.pk)
    )
    if not ended:
        if subcontract.status not in LIVE:
            raise StateRefused(_("This subcontract order has ended"), state=subcontract.status)
        if order.status not in OPEN:
            raise StateRefused(_("The production order has ended"), state=order.status)
    return order, subcontract


@service("production.subcontract.update")
def subcontract_order_update(*, actor: Actor, subcontract: SubcontractOrder, **values: Any) -> SubcontractOrder:
    """When it is due, and its note. Raises StateRefused."""
    _order, subcontract = lock_live(subcontract)
    before = subcontract.due_on
    for name, value in values.items():
        setattr(subcontract, name, value)
    subcontract.save()
    if subcontract.due_on != before:
        subcontract.order_operation.save()  # whoever looks at the schedule sees that it has changed
    return subcontract


@service("production.subcontract.update")
def subcontract_order_end(*, actor: Actor, subcontract: SubcontractOrder, reason: str = "") -> SubcontractOrder:
    """Nothing more comes back: cancelled when nothing came. What lies there is taken back first; its purchase order is
    cancelled or closed by whoever buys. Raises StateRefused."""
    return _end(subcontract, reason)


@service()
def subcontract_orders_end(*, actor: Actor, keys: Sequence[int], reason: str = "") -> None:
    """Their purchase order ends. Asked through the port: who ends it has the permission. What has ended already stays
    as it is. Raises StateRefused while something of ours lies there."""
    rows = SubcontractOrder.objects.filter(pk__in=keys, status__in=LIVE)
    for subcontract in rows.order_by("order_operation__order", "pk"):
        _end(subcontract, reason)


def _end(subcontract: SubcontractOrder, reason: str) -> SubcontractOrder:
    _order, subcontract = lock_live(subcontract, ended=True)
    if subcontract.status not in LIVE:
        raise StateRefused(_("This subcontract order has ended"), state=subcontract.status)
    first = subcontract.materials.exists()
    pieces = ZERO if first else subcontract.sent - subcontract.came
    if pieces > 0 or any(m.there for m in subcontract.materials.all()):
        words = {"number": subcontract.number, "supplier": str(subcontract.supplier)}
        raise StateRefused(_("%(number)s: something of ours lies at %(supplier)s: take it back first") % words)
    subcontract.status = Status.DONE if subcontract.came else Status.CANCELLED
    subcontract.note = f"{subcontract.note}\n{reason}".strip()
    subcontract.save()
    return subcontract
