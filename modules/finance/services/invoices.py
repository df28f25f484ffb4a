"""Invoices as drafts: from orders, deliveries and receipts, or entered by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.finance.errors import OverInvoiced
from modules.finance.models import Invoice, InvoiceLine
from modules.finance.selectors.to_invoice import open_to_invoice
from modules.finance.services.invoice_lines import (
    add_up,
    charged_so_far,
    freight_line,
    from_input,
    from_order_line,
    set_lines,
    write_lines,
)
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Party, PaymentTerm, PurchaseOrder, SalesOrder
from modules.shared.data.selectors.rates import exchange_rate as rate_of
from modules.shared.data.selectors.rates import known_currency
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import Conflict, Invalid, StateRefused
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
Kind, Status = Invoice.Kind, Invoice.Status
OPEN_SALES = ("confirmed", "part_delivered", "delivered", "closed")
OPEN_PURCHASE = ("confirmed", "part_received", "received", "closed")
HEAD = frozenset({"reference", "note", "owner", "department", "payment_term", "custom", "due_on"})
# What an invoice takes over from an order's line and its product.
_OF_SALES_LINE = (
    "order", "position", "product", "description", "unit", "quantity", "base_quantity", "unit_price", "discount",
    "tax", "tax_rate", "tax_included", "subtotal", "tax_amount", "cancelled", "delivered", "invoiced", "returned",
    "product__code", "product__name", "product__kind", "priced_by_second", "second_delivered", "second_invoiced",
    "second_returned", "product__second_unit",
)  # fmt: skip


@service("finance.invoice.create")
def invoice_create_from_order(
    *,
    actor: Actor,
    order: SalesOrder,
    basis: str = "delivered",
    quantities: Mapping[int, Decimal] | None = None,
    seconds: Mapping[int, Decimal] | None = None,
    issued_on: date | None = None,
    source: RecordRef | None = None,
) -> Invoice:
    """A draft for what was delivered and not invoiced (`basis` "ordered": for what was ordered), or for the given
    quantities by order line, stock unit; `seconds` says what these weighed, where that is what is billed. Raises
    StateRefused when there is nothing, OverInvoiced, Invalid, Conflict."""
    order = SalesOrder.objects.select_for_update(of=("self",)).select_related("customer").get(pk=order.pk)
    if order.status not in OPEN_SALES or order.is_migrated:
        raise StateRefused(_("Only a confirmed order can be invoiced"))
    _no_other_draft(sales_order=order)
    rows = list(order.lines.select_related("product").order_by("position", "id").only(*_OF_SALES_LINE))
    lines = _lines(rows, "sales_order_line", order.currency, quantities, seconds, ordered=basis == "ordered")
    if (
        order.freight
        and not InvoiceLine.objects.filter(
            invoice__sales_order=order, invoice__kind=Kind.SALES_INVOICE, is_freight=True
        )
        .exclude(invoice__status=Status.REVERSED)
        .exists()
    ):
        lines.append(freight_line(order.freight))
    invoice = Invoice(
        kind=Kind.SALES_INVOICE, party=order.customer, sales_order=order, reference=order.customer_reference
    )
    return _save_from_order(invoice, order, lines, actor, issued_on, source)


@service("finance.invoice.create")
def invoice_create_from_delivery(
    *,
    actor: Actor,
    order: SalesOrder,
    delivery: RecordRef,
    quantities: Mapping[int, Decimal],
    seconds: Mapping[int, Decimal] | None = None,
) -> Invoice:
    """A draft for one delivery: its quantities by order line, as far as they are not invoiced. Raises as
    invoice_create_from_order."""
    return invoice_create_from_order(actor=actor, order=order, quantities=quantities, seconds=seconds, source=delivery)


@service("finance.invoice.create")
def purchase_invoice_from_receipts(
    *,
    actor: Actor,
    order: PurchaseOrder,
    quantities: Mapping[int, Decimal] | None = None,
    seconds: Mapping[int, Decimal] | None = None,
    reference: str = "",
    issued_on: date | None = None,
    source: RecordRef | None = None,
) -> Invoice:
    """A draft of the supplier's invoice for what was accepted and not invoiced yet. Raises as
    invoice_create_from_order."""
    order = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("supplier").get(pk=order.pk)
    if order.status not in OPEN_PURCHASE or order.is_migrated:
        raise StateRefused(_("Only a confirmed order can be invoiced"))
    _no_other_draft(purchase_order=order)
    rows = list(order.lines.select_related("product").order_by("position", "id"))
    lines = _lines(rows, "purchase_order_line", order.currency, quantities, seconds, ordered=False)
    if (
        order.freight
        and not InvoiceLine.objects.filter(
            invoice__purchase_order=order, invoice__kind=Kind.PURCHASE_INVOICE, is_freight=True
        )
        .exclude(invoice__status=Status.REVERSED)
        .exists()
    ):
        lines.append(freight_line(order.freight))
    invoice = Invoice(kind=Kind.PURCHASE_INVOICE, party=order.supplier, purchase_order=order, reference=reference)
    return _save_from_order(invoice, order, lines, actor, issued_on, source)


@service("finance.invoice.create")
def invoice_create(
    *,
    actor: Actor,
    kind: str,
    party: Any,
    lines: Sequence[Mapping[str, Any]] = (),
    issued_on: date | None = None,
    due_on: date | None = None,
    currency: str = "",
    exchange_rate: Decimal | None = None,
    payment_term: Any = None,
    reference: str = "",
    note: str = "",
    owner: Any = None,
    department: Any = None,
    custom: Mapping[str, Any] | None = None,
) -> Invoice:
    """A draft entered by hand: services, expenses, opening items. Raises Invalid, MissingRate."""
    if kind not in (Kind.SALES_INVOICE, Kind.PURCHASE_INVOICE):
        raise Invalid.field("kind", _("A credit note is made from its invoice"))
    found = party if isinstance(party, Party) else Party.objects.filter(pk=key_of(party) or 0).first()
    if found is None:
        raise Invalid.field("party", _("There is no such customer or supplier"), "unknown")
    if kind == Kind.SALES_INVOICE and not found.is_customer:
        raise Invalid.field("party", _("This party is not a customer"), "not_customer")
    if kind == Kind.PURCHASE_INVOICE and not found.is_supplier:
        raise Invalid.field("party", _("This party is not a supplier"), "not_supplier")
    currency = known_currency(currency or found.currency or current().currency)
    issued_on = issued_on or current().today()
    rows = from_input(lines, currency)
    invoice = Invoice(
        kind=kind, party=found, currency=currency, issued_on=issued_on, reference=reference, note=note,
        exchange_rate=exchange_rate or rate_of(currency, issued_on), custom=dict(custom or {}),
        payment_term_id=key_of(payment_term) or found.payment_term_id, owner_id=key_of(owner) or actor.member_id,
        department_id=key_of(department) or actor.department_id,
    )  # fmt: skip
    set_due(invoice, due_on)
    add_up(invoice, rows)
    invoice.save()
    write_lines(invoice, rows, actor=actor)
    return invoice


@service("finance.invoice.update")
def invoice_update(*, actor: Actor, invoice: Invoice, data: Mapping[str, Any]) -> Invoice:
    """Changes a draft (`lines`: the full list); of a posted one what nothing hangs on. Lines that come from an order
    stay as the order has them. Raises StateRefused, Invalid, MissingRate."""
    invoice = Invoice.objects.select_for_update(of=("self",)).select_related("party").get(pk=invoice.pk)
    lines = data.get("lines")
    if invoice.status != Status.DRAFT:
        if not set(data) <= {"note", "custom", "owner", "department"}:
            raise StateRefused(_("A posted invoice cannot be changed: credit or reverse it"))
        _set_head(invoice, data)
        invoice.save()
        return invoice
    if data.get("issued_on") and data["issued_on"] != invoice.issued_on:
        invoice.issued_on = data["issued_on"]
        invoice.exchange_rate = rate_of(invoice.currency, invoice.issued_on)
    if data.get("exchange_rate"):
        invoice.exchange_rate = data["exchange_rate"]
    _set_head(invoice, data)
    if {"issued_on", "due_on", "payment_term"} & set(data):
        set_due(invoice, data.get("due_on"))
    if lines is not None:
        if invoice.sales_order_id or invoice.purchase_order_id or invoice.match:
            raise StateRefused(
                _("The lines of this invoice come from its order: make another one for other quantities")
            )
        add_up(invoice, set_lines(invoice, lines, actor=actor))
    invoice.save()
    return invoice


@service("finance.invoice.delete")
def invoice_delete(*, actor: Actor, invoice: Invoice) -> None:
    """Removes a draft. Raises StateRefused: a posted invoice is reversed and stays to be seen."""
    invoice = Invoice.objects.select_for_update().get(pk=invoice.pk)
    if invoice.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be deleted; reverse the invoice instead"))
    draft_drop(invoice)


def draft_drop(invoice: Invoice) -> None:
    gone = set(invoice.lines.values_list("pk", flat=True))
    invoice.lines.all().delete()
    touch_ids(InvoiceLine, "delete", gone)
    invoice.delete()


def draft_save(
    invoice: Invoice, order: SalesOrder | PurchaseOrder, lines: Sequence[Mapping[str, Any]], actor: Actor
) -> Invoice:
    """A draft of entered lines with an order's terms, which does not come from the order's own lines. Raises Invalid,
    MissingRate."""
    return _save_from_order(invoice, order, from_input(lines, order.currency), actor, None, None)


def _no_other_draft(**order: Any) -> None:
    draft = Invoice.objects.filter(status=Status.DRAFT, **order).first()
    if draft is not None:
        raise Conflict(_("There is a draft invoice for this order already: post or delete it first"), draft=draft.pk)


def _lines(
    rows: Sequence[Any],
    field: str,
    currency: str,
    quantities: Mapping[int, Decimal] | None,
    seconds: Mapping[int, Decimal] | None,
    *,
    ordered: bool,
) -> list[InvoiceLine]:
    known = {r.pk for r in rows}
    for name, given in (("quantities", quantities), ("seconds", seconds)):
        if given is not None and set(given) - known:
            raise Invalid.field(name, _("A line does not belong to the order"), "unknown")
    charged = charged_so_far(rows, field)
    out = []
    for row in rows:
        room = open_to_invoice(row, ordered=ordered)
        wanted = room if quantities is None else quantities.get(row.pk, ZERO)
        if wanted > room:
            raise over_invoiced(row, room, wanted)
        if wanted > 0:
            out.append(from_order_line(row, wanted, charged, currency, (seconds or {}).get(row.pk)))
    if not out:
        raise StateRefused(_("There is nothing to invoice"))
    return out


def over_invoiced(line: Any, room: Decimal, wanted: Decimal) -> OverInvoiced:
    return OverInvoiced(
        _("%(line)s: %(open)s to invoice, %(wanted)s wanted")
        % {"line": str(line), "open": f"{room.normalize():f}", "wanted": f"{wanted.normalize():f}"},
        line=line.pk, open=f"{room:f}", attempted=f"{wanted:f}",
    )  # fmt: skip


def _save_from_order(
    invoice: Invoice,
    order: Any,
    lines: list[InvoiceLine],
    actor: Actor,
    issued_on: date | None,
    source: RecordRef | None,
) -> Invoice:
    invoice.issued_on = issued_on or current().today()
    invoice.currency = order.currency
    invoice.exchange_rate = rate_of(order.currency, invoice.issued_on)
    invoice.payment_term_id = order.payment_term_id or invoice.party.payment_term_id
    invoice.owner_id, invoice.department_id = order.owner_id, order.department_id
    if source is not None:
        invoice.source_entity, invoice.source_id, invoice.source_number = source.entity, source.id, source.label
    set_due(invoice, None)
    add_up(invoice, lines)
    invoice.save()
    write_lines(invoice, lines, actor=actor)
    return invoice


def _set_head(invoice: Invoice, values: Mapping[str, Any]) -> None:
    for name in HEAD & set(values) - {"due_on"}:
        value = values[name]
        if name in ("owner", "department", "payment_term"):
            setattr(invoice, f"{name}_id", key_of(value))
        elif name == "custom":
            invoice.custom = {**invoice.custom, **(value or {})}
        else:
            setattr(invoice, name, value or "")


def set_due(invoice: Invoice, due_on: date | None) -> None:
    """The day as given, else by the payment term (a draft keeps the day of its last instalment)."""
    term = PaymentTerm.objects.filter(pk=invoice.payment_term_id).first() if invoice.payment_term_id else None
    if due_on is not None:
        if due_on < invoice.issued_on:
            raise Invalid.field("due_on", _("An invoice is not due before its date"), "range")
        invoice.due_on = due_on
    else:
        days = _days(term.lines) if term and term.lines else [term.days if term else 0]
        invoice.due_on = invoice.issued_on + timedelta(days=max(days))


def _days(lines: Iterable[Mapping[str, Any]]) -> list[int]:
    return [int(line.get("days", 0)) for line in lines]
