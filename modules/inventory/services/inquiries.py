"""Inquiries as drafts: what is asked, and whom. Sending and opening them is in inquiry_rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import Inquiry, InquiryEvent, InquiryLine, InquirySupplier, Requisition, RequisitionLine
from modules.inventory.selectors.purchase_needs import REQUISITION_LINE, workbench
from modules.inventory.selectors.requisitions import ordered_quantities
from modules.inventory.services.entered import entered_day, entered_key, entered_number
from modules.inventory.services.lines import rows_of
from modules.shared.data.models import Contact, Party
from modules.shared.data.services.line_writing import lines_insert, lines_write, snapshot
from modules.shared.data.services.order_lines import draft_lines, key_of, not_for_purchase
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Status = Inquiry.Status
MOST_FREIGHT, MOST_DUTY = Decimal(10) ** 14, Decimal(1000)  # what their columns hold
HEAD = ("title", "closes_at", "reveals", "terms", "note", "custom")
KEPT = ("product", "unit", "quantity", "description", "needed_on", "warehouse", "requisition_line")
SECOND = ("second_quantity", "priced_by_second")  # stay while the product and its quantity do


@service("inventory.inquiry.create")
def inquiry_create(
    *,
    actor: Actor,
    lines: Sequence[Mapping[str, Any]] = (),
    suppliers: Sequence[Mapping[str, Any]] | None = None,
    **values: Any,
) -> Inquiry:
    """A draft with its lines and the suppliers to ask (`[{"supplier", "email", "freight", "duty_percent"}]`).
    Raises Invalid."""
    row = Inquiry(
        owner_id=key_of(values.pop("owner", None)) or actor.member_id,
        department_id=key_of(values.pop("department", None)) or actor.department_id,
    )
    _set(row, values)
    rows = _lines(row, lines)
    row.number = next_number("RQ")
    row.save()
    lines_insert(rows, parent="inquiry")
    for index, given in enumerate(rows_of(suppliers or (), "suppliers")):
        supplier_ask(row, given, f"suppliers.{index}")
    return row


@service("inventory.inquiry.update")
def inquiry_update(
    *,
    actor: Actor,
    inquiry: Inquiry,
    lines: Sequence[Mapping[str, Any]] | None = None,
    suppliers: Sequence[Mapping[str, Any]] | None = None,
    **values: Any,
) -> Inquiry:
    """Changes a draft; `lines` and `suppliers` are full lists. Of one that was sent, only our own note. Raises
    StateRefused, Invalid."""
    row = inquiry_locked(inquiry)
    if row.status != Status.DRAFT and (lines is not None or suppliers is not None or _changed(row, values)):
        raise StateRefused(_("Suppliers have this inquiry already: give more time or ask in a new round"))
    _set(row, values)
    row.save()
    if lines is not None:
        there = list(row.lines.all())
        lines_write(InquiryLine, snapshot(there), _lines(row, lines, there), parent="inquiry")
    if suppliers is not None:
        for old in row.suppliers.all():
            old.delete()
        for index, given in enumerate(rows_of(suppliers, "suppliers")):
            supplier_ask(row, given, f"suppliers.{index}")
    return row


def _changed(row: Inquiry, values: Mapping[str, Any]) -> bool:
    free = ("note", "owner", "department", "custom")
    return any(
        (key_of(value) if name == "warehouse" else value)
        != getattr(row, "warehouse_id" if name == "warehouse" else name)
        for name, value in values.items()
        if name not in free
    )


@service("inventory.inquiry.delete")
def inquiry_delete(*, actor: Actor, inquiry: Inquiry) -> None:
    """Removes a draft. Raises StateRefused."""
    row = inquiry_locked(inquiry)
    if row.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be deleted; cancel it instead"))
    row.delete()


@service("inventory.inquiry.update")
def inquiry_cancel(*, actor: Actor, inquiry: Inquiry, reason: str = "") -> Inquiry:
    """Nothing is bought by it; answers that were never opened stay sealed. Raises StateRefused."""
    row = inquiry_locked(inquiry)
    if row.status not in (Status.DRAFT, Status.SENT, Status.OPENED):
        raise StateRefused(_("It is awarded or cancelled already"))
    row.status = Status.CANCELLED
    row.save()
    event_record(actor, row, InquiryEvent.Kind.CANCELLED, words=reason)
    return row


@service("inventory.inquiry.create")
def inquiry_of_requisition(*, actor: Actor, requisition: Requisition) -> Requisition:
    """A draft inquiry for what of an approved requisition is not ordered yet. Raises StateRefused."""
    head = Requisition.objects.get(pk=requisition.pk)
    if head.status not in (Requisition.Status.APPROVED, Requisition.Status.ORDERED):
        raise StateRefused(_("Only what was approved is inquired for"))
    rows = list(head.lines.select_related("product"))
    ordered = ordered_quantities([x.pk for x in rows])
    left = [(row, row.base_quantity - ordered.get(row.pk, ZERO)) for row in rows]
    open_ = [(row, quantity) for row, quantity in left if quantity > 0]
    if not open_:
        raise StateRefused(_("All of it is ordered or cancelled already"))
    wished = {row.supplier_id for row, _left in open_ if row.supplier_id}
    inquiry_create(
        actor=actor, title=head.purpose[:160], warehouse=head.warehouse_id, closes_at=None,
        suppliers=[{"supplier": pk} for pk in sorted(wished)], lines=[_asked_for(row, q) for row, q in open_],
    )  # fmt: skip
    return head


def _asked_for(row: RequisitionLine, quantity: Decimal) -> dict[str, Any]:
    whole = quantity == row.base_quantity
    return {
        "product": row.product_id, "quantity": row.quantity if whole else quantity,
        "unit": row.unit_id if whole else row.product.unit_id, "description": row.description,
        "needed_on": row.needed_on or row.requisition.needed_on, "requisition_line": row.pk,
    }  # fmt: skip


@service("inventory.inquiry.create")
def inquiry_of_needs(*, actor: Actor, keys: Sequence[str], horizon: int = 30) -> Inquiry:
    """A draft inquiry for rows of the purchase workbench, asked of everybody who has a price for them. Raises
    StateRefused when a need is not there any more, Invalid."""
    wanted: dict[tuple[int, int], None] = {}
    for index, key in enumerate(keys):
        product, _dash, warehouse = str(key).partition("-")
        of = entered_key(product, f"keys.{index}")
        if of is None or not warehouse:
            raise Invalid.field(f"keys.{index}", _("There is no such need"), "unknown")
        wanted[(of, 0 if warehouse == "0" else entered_key(warehouse, f"keys.{index}") or 0)] = None
    rows = workbench(horizon, wanted)
    if not rows or len(rows) < len(wanted):
        raise StateRefused(_("These needs have changed meanwhile: look at them again"))
    lines, suppliers = [], {}
    for row in rows:
        suppliers.update(dict.fromkeys(offer.supplier_id for offer in row.offers))
        for need in row.needs:
            requisition = need.source is not None and need.source.entity == REQUISITION_LINE
            lines.append(
                {
                    "product": row.product.pk, "quantity": need.quantity, "unit": row.product.unit_id,
                    "needed_on": max(need.needed_on, current().today()), "warehouse": row.warehouse_id or None,
                    "requisition_line": need.source.id if requisition and need.source else None,
                }
            )  # fmt: skip
    return inquiry_create(actor=actor, lines=lines, suppliers=[{"supplier": pk} for pk in suppliers])


def inquiry_locked(inquiry: Inquiry | int) -> Inquiry:
    key = inquiry if isinstance(inquiry, int) else inquiry.pk
    return Inquiry.objects.select_for_update(of=("self",)).get(pk=key)


def event_record(
    actor: Actor, inquiry: Inquiry, kind: str, *, words: str = "", asked: InquirySupplier | None = None, by: str = ""
) -> None:
    """One row of the inquiry's history."""
    InquiryEvent(
        inquiry=inquiry, kind=kind, round=inquiry.round, by=by or actor.label, asked=asked, words=words[:500]
    ).save()


def _set(row: Inquiry, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in ("warehouse", "owner", "department"):
            setattr(row, f"{name}_id", key_of(value))
        elif name == "custom":
            row.custom = {**row.custom, **(value or {})}
        elif name in HEAD:
            setattr(row, name, value)


def supplier_ask(row: Inquiry, given: Mapping[str, Any], at: str) -> InquirySupplier:
    """One supplier of a draft; `at`: where it was entered. Raises Invalid."""
    party = Party.objects.filter(pk=entered_key(given.get("supplier"), f"{at}.supplier") or 0).first()
    if party is None or not party.is_supplier:
        raise Invalid.field(f"{at}.supplier", _("This party is not a supplier"), "not_supplier")
    if not party.is_active:
        raise Invalid.field(f"{at}.supplier", _("This supplier is not active"), "inactive")
    contact = Contact.objects.filter(pk=entered_key(given.get("contact"), f"{at}.contact") or 0).first()
    if row.suppliers.filter(supplier=party).exists():
        message = _("%(supplier)s is asked already") % {"supplier": party.name}
        raise Invalid.field(f"{at}.supplier", message, "unique")
    asked = InquirySupplier(
        inquiry=row, supplier=party, contact=contact,
        email=given.get("email") or (contact.email if contact else "") or party.email,
    )  # fmt: skip
    costs_set(asked, given, at)
    asked.save()
    return asked


def costs_set(asked: InquirySupplier, given: Mapping[str, Any], at: str) -> None:
    """What we would pay beside a supplier's price; `at`: where it was entered. Raises Invalid."""
    freight = entered_number(given.get("freight"), f"{at}.freight", default=ZERO, zero=True, most=MOST_FREIGHT)
    duty = entered_number(given.get("duty_percent"), f"{at}.duty_percent", default=ZERO, zero=True, most=MOST_DUTY)
    asked.freight, asked.duty_percent = round_money(freight, current().currency), duty


def _lines(row: Inquiry, given: Sequence[Mapping[str, Any]], there: Sequence[InquiryLine] = ()) -> list[InquiryLine]:
    """The lines as they will stand. Raises Invalid naming every wrong field."""
    old = {x.pk: x for x in there}
    merged: list[dict[str, Any]] = []
    errors = []
    for index, values in enumerate(rows_of(given, "lines")):
        try:
            row_read = _keys(values, f"lines.{index}")
        except Invalid as problem:
            errors += problem.errors
            continue
        key = row_read.get("id")
        was = old.get(key) if key else None
        if key and was is None:
            errors.append(FieldError(f"lines.{index}.id", "unknown", _("This line is not on the inquiry")))
            continue
        kept: dict[str, Any] = {}
        if was is not None:
            same = not any(_differs(was, name, row_read) for name in ("product", "quantity", "unit"))
            kept = {name: getattr(was, name) for name in ((*KEPT, *SECOND) if same else KEPT)}
        merged.append({**kept, **row_read})
    if errors:
        raise Invalid(errors=errors)
    out = []
    drafts = draft_lines(merged, pricing=lambda asked: [ZERO] * len(asked), refuse=not_for_purchase)
    for position, draft in enumerate(drafts, 1):
        was = old.get(draft.line_id) if draft.line_id else None
        line = was or InquiryLine(inquiry=row)
        line.inquiry, line.position = row, position * 10
        line.product, line.unit = draft.product, draft.unit
        line.quantity, line.base_quantity = draft.quantity, draft.base_quantity
        line.second_quantity, line.priced_by_second = draft.second, draft.priced_by_second
        line.description = draft.given.get("description") or ""
        line.needed_on = draft.given.get("needed_on")
        line.warehouse_id = key_of(draft.given.get("warehouse"))
        line.requisition_line_id = key_of(draft.given.get("requisition_line"))
        out.append(line)
    return out


def _differs(was: InquiryLine, name: str, said: Mapping[str, Any]) -> bool:
    if name not in said:
        return False
    if name == "quantity":
        return str(said[name]) != str(was.quantity) and entered_number(said[name], name) != was.quantity
    return key_of(said[name]) != getattr(was, f"{name}_id")


def _keys(values: Mapping[str, Any], at: str) -> dict[str, Any]:
    """The row with what points at something, and its day, read. Raises Invalid."""
    read = dict(values)
    for name in ("id", "product", "unit", "warehouse", "requisition_line"):
        if name in read and not isinstance(read[name], Model):
            read[name] = entered_key(read[name], f"{at}.{name}")
    if "needed_on" in read:
        read["needed_on"] = entered_day(read["needed_on"], f"{at}.needed_on")
    return read
