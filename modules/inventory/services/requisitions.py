"""Requisitions: asking for goods, deciding about it. Ordering them is in purchase_needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.inventory.models import Requisition, RequisitionLine
from modules.inventory.selectors.requisitions import ordered_quantities, request_items
from modules.shared.contracts.budget import BudgetControl
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Party
from modules.shared.data.selectors.prices import PriceQuestion, supplier_offers
from modules.shared.data.services.line_writing import lines_insert, lines_write, snapshot
from modules.shared.data.services.order_lines import as_day, draft_lines, key_of, not_for_purchase
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Status = Requisition.Status
HEAD = ("requested_on", "needed_on", "purpose", "note", "custom")
KEPT = ("product", "unit", "quantity", "description", "needed_on", "supplier", "unit_price")


@service("inventory.requisition.create")
def requisition_create(
    *, actor: Actor, needed_on: date | None = None, lines: Sequence[Mapping[str, Any]] = (), **values: Any
) -> Requisition:
    """A draft with its lines; prices that are left out are estimates from what suppliers ask. Raises Invalid."""
    today = current().today()
    row = Requisition(
        requested_on=values.pop("requested_on", None) or today, needed_on=needed_on or today,
        owner_id=key_of(values.pop("owner", None)) or actor.member_id,
        department_id=key_of(values.pop("department", None)) or actor.department_id,
    )  # fmt: skip
    _set(row, values)
    rows = _lines(row, lines)
    row.number = next_number("PR")
    row.save()
    lines_insert(rows, parent="requisition")
    return row


@service("inventory.requisition.update")
def requisition_update(
    *, actor: Actor, requisition: Requisition, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> Requisition:
    """Changes a draft or one that was rejected; `lines` is the full list. Raises StateRefused, Invalid."""
    row = _locked(requisition)
    if row.status not in (Status.DRAFT, Status.REJECTED):
        raise StateRefused(_("Only a draft can be changed"))
    _set(row, values)
    row.status = Status.DRAFT
    row.save()
    if lines is not None:
        there = list(row.lines.all())
        lines_write(RequisitionLine, snapshot(there), _lines(row, lines, there), parent="requisition")
    return row


@service("inventory.requisition.delete")
def requisition_delete(*, actor: Actor, requisition: Requisition) -> None:
    """Removes a draft. Raises StateRefused."""
    row = _locked(requisition)
    if row.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be deleted; cancel it instead"))
    row.delete()


@service("inventory.requisition.create")
def requisition_submit(*, actor: Actor, requisition: Requisition) -> Requisition:
    """Asks for approval. Raises StateRefused, Invalid without lines."""
    row = _locked(requisition)
    if row.status not in (Status.DRAFT, Status.REJECTED):
        raise StateRefused(_("It was asked for already"))
    if not row.lines.exists():
        raise Invalid.field("lines", _("A requisition needs at least one line"), "required")
    row.status, row.asked_by_id = Status.REQUESTED, actor.member_id
    row.save()
    return row


@service("inventory.requisition.approve")
def requisition_approve(*, actor: Actor, requisition: Requisition, reason: str = "") -> Requisition:
    """Purchasing may buy it. Nobody approves what they asked for. Raises StateRefused, BudgetExceeded."""
    return _decide(actor, requisition, Status.APPROVED, reason)


@service("inventory.requisition.approve")
def requisition_reject(*, actor: Actor, requisition: Requisition, reason: str = "") -> Requisition:
    """It is not bought, and why. Raises StateRefused, Invalid."""
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    return _decide(actor, requisition, Status.REJECTED, reason)


def _decide(actor: Actor, requisition: Requisition, status: str, reason: str) -> Requisition:
    row = _locked(requisition)
    if row.status != Status.REQUESTED:
        raise StateRefused(_("Nobody asks for approval of it, or it was decided already"))
    # The owner of the company has nobody above who could.
    if actor.member_id is not None and actor.member_id == row.asked_by_id and "owner" not in actor.roles:
        raise StateRefused(_("Nobody approves what they asked for themselves"))
    if status == Status.APPROVED:
        control = find(BudgetControl)
        if control is not None:
            document = RecordRef("inventory.requisition", row.pk, row.number)
            control.check(actor=actor, document=document, items=request_items(row), reason=reason)
    row.status, row.decided_by, row.decision = status, actor.label, reason[:500]
    row.save()
    return row


@service("inventory.requisition.update")
def requisition_cancel(*, actor: Actor, requisition: Requisition, reason: str = "") -> Requisition:
    """It is not needed any more; what was ordered stays ordered. Raises StateRefused."""
    row = _locked(requisition)
    if row.status in (Status.CANCELLED, Status.ORDERED):
        raise StateRefused(_("All of it is ordered or cancelled already"))
    row.status = Status.CANCELLED
    if reason:
        row.decision = reason[:500]
    row.save()
    return row


def requisitions_derive(rows: Sequence[Requisition]) -> None:
    """Locked requisitions whose lines were ordered: done when nothing is left."""
    lines = list(RequisitionLine.objects.filter(requisition__in=rows))
    ordered = ordered_quantities([x.pk for x in lines])
    for row in rows:
        mine = [x for x in lines if x.requisition_id == row.pk]
        done = all(ordered.get(x.pk, ZERO) >= x.base_quantity for x in mine)
        status = Status.ORDERED if done else Status.APPROVED
        if row.status != status:
            row.status = status
            row.save()


def _locked(requisition: Requisition) -> Requisition:
    return Requisition.objects.select_for_update().get(pk=requisition.pk)


def _set(row: Requisition, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in ("warehouse", "owner", "department"):
            setattr(row, f"{name}_id", key_of(value))
        elif name == "custom":
            row.custom = {**row.custom, **(value or {})}
        elif name in HEAD:
            setattr(row, name, value)
    if row.needed_on < row.requested_on:
        raise Invalid.field("needed_on", _("It cannot be needed before it is asked for"), "range")


def _lines(
    row: Requisition, given: Sequence[Mapping[str, Any]], there: Sequence[RequisitionLine] = ()
) -> list[RequisitionLine]:
    """The lines as they will stand. Raises Invalid naming every wrong field."""
    old = {x.pk: x for x in there}
    merged: list[dict[str, Any]] = []
    errors = []
    for index, values in enumerate(given):
        key = key_of(values.get("id"))
        was = old.get(key) if key else None
        if key and was is None:
            errors.append(FieldError(f"lines.{index}.id", "unknown", _("This line is not on the requisition")))
            continue
        kept = {name: getattr(was, name) for name in KEPT} if was is not None else {}
        merged.append({**kept, **values})
    suppliers = Party.objects.in_bulk([k for v in merged if (k := key_of(v.get("supplier")))])
    for index, values in enumerate(merged):
        supplier = suppliers.get(key_of(values.get("supplier")) or 0)
        if key_of(values.get("supplier")) and (supplier is None or not supplier.is_supplier):
            errors.append(FieldError(f"lines.{index}.supplier", "not_supplier", _("This party is not a supplier")))
    if errors:
        raise Invalid(errors=errors)
    out = []
    for position, draft in enumerate(draft_lines(merged, pricing=_estimates, refuse=not_for_purchase), 1):
        was = old.get(draft.line_id) if draft.line_id else None
        line = was or RequisitionLine(requisition=row)
        line.requisition, line.position = row, position * 10
        line.product, line.unit = draft.product, draft.unit
        line.quantity, line.base_quantity = draft.quantity, draft.base_quantity
        line.unit_price = draft.unit_price or ZERO
        line.description = draft.given.get("description") or ""
        line.needed_on = as_day(draft.given.get("needed_on"))
        line.supplier_id = key_of(draft.given.get("supplier"))
        out.append(line)
    return out


def _estimates(questions: Sequence[PriceQuestion]) -> list[Decimal | None]:
    offers = supplier_offers([q.product.pk for q in questions])
    out: list[Decimal | None] = []
    for question in questions:
        offer = offers.get(question.product.pk)
        cost = offer.unit_cost if offer is not None else question.product.standard_cost
        out.append((cost or ZERO).quantize(Decimal("0.00000001")))
    return out
