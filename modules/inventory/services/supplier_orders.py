"""Suppliers answer our orders by their link: they confirm our days, or propose others and other quantities; we accept
that as a change of the order, or refuse it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import SupplierLink, SupplierProposal
from modules.inventory.selectors.supplier_portal import SHOWN
from modules.inventory.services.entered import entered_day, entered_key
from modules.shared.data.models import PurchaseOrder
from modules.shared.data.services import purchase_order_change, purchase_order_update
from modules.shared.data.services.purchase_changes import supplier_dates
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, NotFound, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
State = SupplierProposal.State
OPEN = ("confirmed", "part_received")


@service()
def order_confirmed(*, actor: Actor, link: SupplierLink, order_id: int, reference: str = "") -> PurchaseOrder:
    """The supplier delivers as ordered: our days become its days, where it has not promised one already. Raises
    NotFound, StateRefused."""
    order = _open_order(link, order_id)
    if reference and reference != order.supplier_reference:
        purchase_order_update(actor=actor, order=order, supplier_reference=reference[:80])
    lines = [
        {"line": x.pk, "on": x.confirmed_on or x.due_on or current().today()}
        for x in order.lines.order_by("position", "id")
        if x.open_quantity > 0
    ]
    _replace(order)
    return supplier_dates(actor, order, lines=lines, reason=str(_("Confirmed by the supplier")))


@service()
def order_proposed(
    *, actor: Actor, link: SupplierLink, order_id: int, lines: Sequence[Mapping[str, Any]], words: str = ""
) -> SupplierProposal:
    """The supplier proposes other days or quantities: `[{"line", "quantity", "on"}]`, the quantity in the line's unit.
    A later proposal takes the place of one that is still open. Raises NotFound, StateRefused, Invalid."""
    order = _open_order(link, order_id)
    rows = {x.pk: x for x in order.lines.select_related("product", "unit")}
    kept: list[dict[str, Any]] = []
    errors: list[FieldError] = []
    for index, given in enumerate(lines):
        row = rows.pop(entered_key(given.get("line"), f"lines.{index}.line") or 0, None)
        if row is None or row.open_quantity <= 0:
            errors.append(FieldError(f"lines.{index}.line", "unknown", _("Nothing of this line is still expected")))
            continue
        on = entered_day(given.get("on"), f"lines.{index}.on")
        quantity = _quantity(given.get("quantity"), row.quantity)
        if quantity is None or quantity <= 0:
            errors.append(FieldError(f"lines.{index}.quantity", "min_value", _("Enter a positive number")))
        elif on is not None and on < current().today():
            errors.append(FieldError(f"lines.{index}.on", "range", _("This day is over")))
        elif quantity != row.quantity or (on and on != row.due_on):
            kept.append(
                {
                    "line": row.pk, "product": row.product.code, "unit": row.unit.code, "quantity": f"{quantity:f}",
                    "was_quantity": f"{row.quantity:f}", "on": on.isoformat() if on else None,
                    "was_on": row.due_on.isoformat() if row.due_on else None,
                }
            )  # fmt: skip
    if not errors and not kept:
        errors.append(FieldError("lines", "required", _("Nothing differs from the order: confirm it instead")))
    if errors:
        raise Invalid(errors=errors)
    _replace(order)
    proposal = SupplierProposal(order=order, revision=order.revision, lines=kept, words=words[:500])
    proposal.save()
    return proposal


@service("shared.purchase_order.change")
def proposal_accept(*, actor: Actor, proposal: SupplierProposal, reason: str = "") -> SupplierProposal:
    """Makes it a change of the order, with all that a change asks for (a greater amount may wait for approval). Raises
    StateRefused when the order has changed since, Invalid."""
    order, row = _locked(proposal)
    if order.revision != row.revision:
        raise StateRefused(_("The order has changed since: ask the supplier again"))
    wanted = {given["line"]: given for given in row.lines}
    lines = []
    for line in order.lines.order_by("position", "id"):
        given = wanted.get(line.pk)
        values: dict[str, Any] = {"id": line.pk}
        if given is not None:
            values["quantity"] = Decimal(given["quantity"])
            if given["on"]:
                values |= {"due_on": given["on"], "confirmed_on": given["on"]}
        lines.append(values)
    said = str(_("Proposed by the supplier"))
    purchase_order_change(actor=actor, order=order, lines=lines, reason=f"{said}. {row.words} {reason}".strip()[:500])
    return _decide(actor, row, State.ACCEPTED, reason)


@service("shared.purchase_order.change")
def proposal_refuse(*, actor: Actor, proposal: SupplierProposal, reason: str = "") -> SupplierProposal:
    """The order stays as it is; the supplier reads why. Raises StateRefused, Invalid."""
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    _order, row = _locked(proposal)
    return _decide(actor, row, State.REFUSED, reason)


def _open_order(link: SupplierLink, order_id: int) -> PurchaseOrder:
    order = (
        PurchaseOrder.objects.select_for_update(of=("self",))
        .filter(pk=order_id, supplier_id=link.supplier_id, is_migrated=False, status__in=SHOWN)
        .first()
    )
    if order is None:
        raise NotFound
    if order.status not in OPEN:
        raise StateRefused(_("Nothing of this order is still expected"))
    return order


def _replace(order: PurchaseOrder) -> None:
    for row in SupplierProposal.objects.select_for_update().filter(order=order, state=State.OPEN):
        row.state = State.REPLACED
        row.save()


def _locked(proposal: SupplierProposal) -> tuple[PurchaseOrder, SupplierProposal]:
    order = PurchaseOrder.objects.select_for_update(of=("self",)).get(pk=proposal.order_id)
    row = SupplierProposal.objects.select_for_update().get(pk=proposal.pk)
    if row.state != State.OPEN:
        raise StateRefused(_("It was decided already"))
    return order, row


def _decide(actor: Actor, row: SupplierProposal, state: str, reason: str) -> SupplierProposal:
    row.state, row.decided_by, row.decided_at, row.decision = state, actor.label, timezone.now(), reason[:500]
    row.save()
    return row


def _quantity(given: Any, default: Decimal) -> Decimal | None:
    if given in (None, ""):
        return default
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number < Decimal(10) ** 12 else None
