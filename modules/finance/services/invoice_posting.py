"""Posting invoices: number, due dates, journal entry, invoiced quantities; credit notes and reversal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from modules.finance.errors import OverInvoiced
from modules.finance.models import Invoice, InvoiceLine, PaymentAllocation
from modules.finance.rules.amounts import portion, round_step
from modules.finance.rules.due import Instalment, plan, store_plan
from modules.finance.selectors.to_invoice import open_to_invoice, second_to_invoice
from modules.finance.services.allocation import allocate_credit, reversal_day
from modules.finance.services.invoice_entries import (
    NOTHING,
    accrued_values,
    differences_to_goods,
    entered_differences,
    invoice_entry,
)
from modules.finance.services.invoice_lines import add_up, write_lines
from modules.finance.services.invoice_matching import is_entered, match_set, orders_lock
from modules.finance.services.invoices import over_invoiced
from modules.finance.services.journal import reversal_draft
from modules.finance.services.ledger import entries_write
from modules.shared.contracts.events import InvoicePosted
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine, SalesOrder
from modules.shared.data.rules.terms import instalments
from modules.shared.data.services.line_progress import purchase_order_lines_record, sales_order_lines_record
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Kind, Status = Invoice.Kind, Invoice.Status
# What posting reads of a line: a hundred, each with its order line and product, are built faster without the rest.
_PROGRESS = (
    "order", "position", "base_quantity", "cancelled", "invoiced", "returned", "priced_by_second", "second_invoiced",
    "second_returned",
)  # fmt: skip
POSTED_COLUMNS = (
    "invoice", "position", "product", "description", "quantity", "base_quantity", "tax", "tax_rate", "subtotal",
    "tax_amount", "total", "is_freight", "account", "cost_order", "sales_order_line", "purchase_order_line", "accrued",
    "second_quantity",
    *(f"sales_order_line__{x}" for x in (*_PROGRESS, "delivered", "second_delivered", "product__kind")),
    *(f"purchase_order_line__{x}" for x in (*_PROGRESS, "received", "rejected", "second_received", "product__kind")),
    "purchase_order_line__peg",
)  # fmt: skip
SERIES = {
    Kind.SALES_INVOICE: "INV", Kind.SALES_CREDIT_NOTE: "CN", Kind.PURCHASE_INVOICE: "PI",
    Kind.PURCHASE_CREDIT_NOTE: "PCN",
}  # fmt: skip


@service("finance.invoice.post")
def invoice_post(*, actor: Actor, invoice: Invoice, on: date | None = None) -> Invoice:
    """draft → posted: numbered, due, in the ledger, counted on its order's lines. Raises StateRefused, OverInvoiced,
    PeriodClosed, MissingRule. Emits InvoicePosted."""
    invoice = _locked(invoice)
    if invoice.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be posted"))
    if on is not None and on != invoice.issued_on:
        invoice.due_on += on - invoice.issued_on
        invoice.issued_on = on
    lines = list(
        invoice.lines.select_related("sales_order_line__product", "purchase_order_line__product")
        .only(*POSTED_COLUMNS)
        .order_by("position")
    )
    if not lines:
        raise Invalid.field("lines", NOTHING, "required")
    _lock_order(invoice)
    if invoice.kind == Kind.PURCHASE_INVOICE:
        orders_lock(lines)
        lines = list(_fresh(lines))
        match_set(invoice, lines)
    _check_quantities(invoice, lines)
    _post(actor, invoice, lines, sign=1)
    return invoice


@service("finance.invoice.credit")
def invoice_credit(
    *,
    actor: Actor,
    invoice: Invoice,
    lines: Sequence[Mapping[str, Any]] | None = None,
    on: date | None = None,
    reason: str = "",
) -> Invoice:
    """A posted credit note for the invoice, all of it or the given `[{"line", "quantity"}]`. It settles what is still
    open of the invoice; the rest stands to the party's credit. Raises StateRefused, OverInvoiced, PeriodClosed."""
    invoice = _locked(invoice)
    if invoice.is_credit or invoice.status in (Status.DRAFT, Status.REVERSED):
        raise StateRefused(_("Only a posted invoice can be credited"))
    _lock_order(invoice)
    note = Invoice(
        kind=Kind.SALES_CREDIT_NOTE if invoice.is_sales else Kind.PURCHASE_CREDIT_NOTE,
        party=invoice.party, credit_of=invoice, issued_on=on or current().today(), currency=invoice.currency,
        exchange_rate=invoice.exchange_rate, sales_order_id=invoice.sales_order_id,
        purchase_order_id=invoice.purchase_order_id, note=reason, reference=invoice.number or "",
        owner_id=invoice.owner_id, department_id=invoice.department_id,
    )  # fmt: skip
    note.due_on = note.issued_on
    rows = _credit_lines(invoice, lines)
    add_up(note, rows)
    note.save()
    write_lines(note, rows, actor=actor)
    _post(actor, note, rows, sign=-1)
    invoice.refresh_from_db()
    if invoice.is_open:
        allocate_credit(actor=actor, credit_note=note, invoice=invoice, on=note.issued_on)
        note.refresh_from_db()
    return note


@service("finance.invoice.reverse")
def invoice_reverse(*, actor: Actor, invoice: Invoice, on: date | None = None) -> Invoice:
    """posted → reversed (红冲): the entry is written again on the other side, the quantities are to be invoiced again.
    Without `on` it is reversed on its own date. Raises StateRefused while something is allocated or credited,
    PeriodClosed."""
    invoice = _locked(invoice)
    _lock_order(invoice)
    if invoice.status != Status.POSTED or invoice.entry is None:
        raise StateRefused(_("Only a posted invoice of which nothing is settled can be reversed"))
    allocations = PaymentAllocation.objects.filter(Q(invoice=invoice) | Q(credit_note=invoice))
    credited = invoice.credit_notes.exclude(status=Status.REVERSED).exists()
    if credited or allocations.filter(undone_on__isnull=True).exists():
        raise StateRefused(_("Undo its allocations and credit notes first"))
    lines = list(invoice.lines.all())
    on = reversal_day(on, invoice.issued_on, allocations)
    back = [replace(x, amount=-x.amount) for x in entered_differences(invoice.entry, lines, invoice.party_id)]
    differences_to_goods(actor, invoice, back, on)
    entries_write(actor, [reversal_draft(invoice.entry, on, source_number=invoice.number or "")])
    _record(actor, invoice, lines, sign=1 if invoice.is_credit else -1)
    invoice.status, invoice.reversed_on = Status.REVERSED, on
    invoice.open_amount = invoice.open_base = ZERO
    invoice.next_due_on = None
    invoice.save()
    return invoice


def _locked(invoice: Invoice) -> Invoice:
    return (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("party", "payment_term", "entry")
        .get(pk=invoice.pk)
    )


def _fresh(lines: Sequence[InvoiceLine]) -> Sequence[InvoiceLine]:
    """The lines with their order lines as they stand under the lock."""
    known = PurchaseOrderLine.objects.select_related("product__unit", "product__second_unit", "order").in_bulk(
        [x.purchase_order_line_id for x in lines if x.purchase_order_line_id]
    )
    for line in lines:
        if line.purchase_order_line_id:
            line.purchase_order_line = known[line.purchase_order_line_id]
    return lines


def _lock_order(invoice: Invoice) -> None:
    """Two invoices of one order are posted one after the other."""
    if invoice.sales_order_id:
        SalesOrder.objects.select_for_update().get(pk=invoice.sales_order_id)
    if invoice.purchase_order_id:
        PurchaseOrder.objects.select_for_update().get(pk=invoice.purchase_order_id)


def _check_quantities(invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
    """Under the order's lock: no more than is there to invoice (three-way match on quantities)."""
    room: dict[int, Decimal] = {}
    for line in lines:
        order_line = line.sales_order_line or line.purchase_order_line
        if order_line is None:
            continue
        most = open_to_invoice(order_line)
        if line.sales_order_line is not None:
            # A sale may be invoiced as ordered, ahead of its delivery.
            most = max(most, open_to_invoice(order_line, ordered=True))
        # A supplier's own invoice may say more than has come: it is blocked until somebody decides.
        ahead = line.purchase_order_line is not None and is_entered(invoice) and line.second_quantity is None
        if line.base_quantity > most and not ahead:
            raise over_invoiced(order_line, most, line.base_quantity)
        if line.sales_order_line is not None and line.second_quantity is not None:
            weight = second_to_invoice(line.sales_order_line)
            if line.second_quantity > weight:  # other pieces came and went since the draft was made
                raise over_invoiced(order_line, weight, line.second_quantity)
        if line.purchase_order_line is not None:
            room[order_line.pk] = most
    accrued = accrued_values(lines, room, invoice.exchange_rate)
    changed = [x for x in lines if x.purchase_order_line_id and accrued.get(x.purchase_order_line_id)]
    for line in changed:
        line.accrued = accrued[line.purchase_order_line_id or 0]
    if changed:
        InvoiceLine.objects.bulk_update(changed, ["accrued"])


def _post(actor: Actor, invoice: Invoice, lines: Sequence[InvoiceLine], *, sign: int) -> None:
    invoice.number = next_number(SERIES[Kind(invoice.kind)])
    parts = _instalments(invoice)
    invoice.instalments = store_plan(parts)
    invoice.due_on = parts[-1].due_on
    draft, differences = invoice_entry(invoice, lines)
    differences_to_goods(actor, invoice, differences, invoice.issued_on)
    entries = entries_write(actor, [draft])
    invoice.entry = entries[0] if entries else None
    invoice.status = Status.POSTED if invoice.total else Status.PAID
    invoice.open_amount, invoice.open_base = invoice.total, invoice.base_total
    _agree_discount(invoice)
    invoice.next_due_on = parts[0].due_on if invoice.total else None
    invoice.save()
    _record(actor, invoice, lines, sign=sign)
    publish(InvoicePosted(invoice.pk, invoice.number, invoice.kind, invoice.party_id, invoice.total, invoice.due_on))


def _agree_discount(invoice: Invoice) -> None:
    """What the term says of a cash discount on this day."""
    term = invoice.payment_term
    if term is not None and term.discount_percent and not invoice.is_credit:
        invoice.discount_percent = term.discount_percent
        invoice.discount_until = invoice.issued_on + timedelta(days=term.discount_days)


def _instalments(invoice: Invoice) -> list[Instalment]:
    """By the payment term, unless somebody gave the draft another due date."""
    term, step = invoice.payment_term, currency_step(invoice.currency)
    total = round_step(invoice.total, step)
    if invoice.is_credit or term is None:
        return [Instalment(invoice.due_on, total)]
    shares = [(Decimal(str(x["percent"])), int(x.get("days", 0))) for x in term.lines]
    parts = plan(instalments(total, invoice.issued_on, days=term.days, lines=shares, step=step))
    return parts if parts[-1].due_on == invoice.due_on else [Instalment(invoice.due_on, total)]


def _record(actor: Actor, invoice: Invoice, lines: Sequence[InvoiceLine], *, sign: int) -> None:
    for field, record in (
        ("sales_order_line_id", sales_order_lines_record),
        ("purchase_order_line_id", purchase_order_lines_record),
    ):
        deltas: dict[int, dict[str, Decimal]] = {}
        for line in lines:
            key = getattr(line, field)
            if key and line.base_quantity:
                row = deltas.setdefault(key, {"invoiced": ZERO})
                row["invoiced"] += sign * line.base_quantity
                if line.second_quantity is not None:
                    row["second_invoiced"] = row.get("second_invoiced", ZERO) + sign * line.second_quantity
        if deltas:
            record(actor=actor, deltas=deltas)


def _credit_lines(invoice: Invoice, wanted: Sequence[Mapping[str, Any]] | None) -> list[InvoiceLine]:
    """Lines of the credit note, at their share of what the invoice charged; several credits add up to it exactly."""
    rows = {x.pk: x for x in invoice.lines.select_related("purchase_order_line__product").order_by("position")}
    before = {
        r["credited_line"]: r
        for r in InvoiceLine.objects.filter(credited_line__in=rows)
        .exclude(invoice__status=Status.REVERSED)
        .values("credited_line")
        .annotate(quantity=Sum("quantity"), pieces=Sum("base_quantity"))
    }
    pieces: dict[int, Decimal] = {}
    if wanted is None:
        asked = {pk: r.quantity - before.get(pk, {"quantity": ZERO})["quantity"] for pk, r in rows.items()}
    else:
        asked, pieces = _asked(wanted), _asked(wanted, "pieces")
    step, base_step = currency_step(invoice.currency), currency_step(current().currency)
    out = []
    for pk, quantity in asked.items():
        row = rows.get(pk)
        if row is None:
            raise Invalid.field("lines", _("A line does not belong to the invoice"), "unknown")
        done = before.get(pk, {"quantity": ZERO})["quantity"]
        if quantity < 0 or done + quantity > row.quantity:
            raise OverInvoiced(
                _("%(line)s: %(open)s to credit, %(wanted)s wanted")
                % {"line": row.description, "open": f"{row.quantity - done:f}", "wanted": f"{quantity:f}"},
                line=pk, open=f"{row.quantity - done:f}", attempted=f"{quantity:f}",
            )  # fmt: skip
        if quantity:
            credit = _credit_line(row, done, quantity, step, base_step)
            if row.second_quantity is not None:
                credit.second_quantity = quantity
                left = row.base_quantity - before.get(pk, {"pieces": ZERO})["pieces"]
                credit.base_quantity = _credited_pieces(
                    row, pieces.get(pk), left, all_of_it=done + quantity == row.quantity
                )
            out.append(credit)
    if not out:
        raise StateRefused(_("There is nothing left to credit"))
    return out


def _credited_pieces(line: InvoiceLine, said: Decimal | None, left: Decimal, *, all_of_it: bool) -> Decimal:
    """How many pieces a credit by weight is for: they do not follow from it. Raises Invalid."""
    if said is None and all_of_it:
        return left
    if said is None or said > left:
        words = {"line": line.description, "left": f"{left.normalize():f}"}
        raise Invalid.field("lines", _("%(line)s is billed by weight: say how many of %(left)s pieces too") % words)
    return said


def _asked(wanted: Any, what: str = "quantity") -> dict[int, Decimal]:
    """Line → quantity (or pieces, where they are said) of `[{"line", "quantity", "pieces"}]`, as it came from outside.
    Raises Invalid."""
    asked: dict[int, Decimal] = {}
    for index, row in enumerate(wanted if isinstance(wanted, (list, tuple)) else [wanted]):
        given = row if isinstance(row, Mapping) else {}
        if what != "quantity" and given.get(what) in (None, ""):
            continue
        try:
            key, quantity = key_of(given.get("line")), Decimal(str(given.get(what)))
        except (ArithmeticError, TypeError, ValueError):
            key, quantity = None, ZERO
        if key is None or not quantity.is_finite() or quantity < 0:
            raise Invalid.field(f"lines.{index}", _("Say which line and how much."), "invalid")
        asked[key] = asked.get(key, ZERO) + quantity
    return asked


def _credit_line(row: InvoiceLine, done: Decimal, quantity: Decimal, step: Decimal, base_step: Decimal) -> InvoiceLine:
    net = portion(row.subtotal, done, quantity, row.quantity, step)
    tax = portion(row.tax_amount, done, quantity, row.quantity, step)
    whole = row.base_quantity
    return InvoiceLine(
        product_id=row.product_id, description=row.description, quantity=quantity, unit_id=row.unit_id,
        base_quantity=(whole * (done + quantity) / row.quantity).quantize(Decimal("0.000001"))
        - (whole * done / row.quantity).quantize(Decimal("0.000001")),
        unit_price=row.unit_price, discount=row.discount, tax_id=row.tax_id, tax_rate=row.tax_rate,
        tax_included=row.tax_included, subtotal=net, tax_amount=tax, total=net + tax, is_freight=row.is_freight,
        account_id=row.account_id, sales_order_line_id=row.sales_order_line_id,
        purchase_order_line=row.purchase_order_line, cost_order_id=row.cost_order_id, credited_line=row,
        accrued=portion(row.accrued, done, quantity, row.quantity, base_step),
    )  # fmt: skip
