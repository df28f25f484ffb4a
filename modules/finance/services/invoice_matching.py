"""Three-way match: entering a supplier's invoice as it was received, comparing it with orders and receipts, and
releasing what does not match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Invoice, InvoiceLine
from modules.finance.rules.amounts import tax_of
from modules.finance.rules.matching import Finding, MatchLine, match_freight, match_lines
from modules.finance.selectors.to_invoice import open_to_invoice
from modules.finance.services.invoice_lines import add_up, freight_line, from_input, write_lines
from modules.finance.services.invoices import set_due
from modules.shared.data.models import Party, PurchaseOrder, PurchaseOrderLine, Tax
from modules.shared.data.rules.tolerance import Tolerance, quantity_allowed
from modules.shared.data.selectors.purchase_control import Tolerances
from modules.shared.data.selectors.rates import exchange_rate
from modules.shared.data.services.order_lines import key_of, net_price
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Kind, Status, Match = Invoice.Kind, Invoice.Status, Invoice.Match
ENTERED = "supplier"  # source of invoices that were entered as the supplier wrote them
OPEN = ("confirmed", "part_received", "received", "closed")


def is_entered(invoice: Invoice) -> bool:
    return invoice.source_entity == ENTERED


@service("finance.invoice.create")
def purchase_invoice_enter(
    *,
    actor: Actor,
    party: Any,
    lines: Sequence[Mapping[str, Any]],
    reference: str,
    issued_on: date | None = None,
    freight: Decimal | str | None = None,
    note: str = "",
) -> Invoice:
    """A draft of a supplier's invoice as it came: `lines` are `[{"purchase_order_line", "quantity", "unit_price",
    "tax"}]` (quantity and price in the order line's unit; price and tax left out are the order's; of goods priced by
    weight the quantity is that, and `pieces`, left out all that came) of any of its orders in one currency, beside
    lines without an order as `invoice_create` takes them; `freight` is charged apart. It is compared with orders and
    receipts at once. Raises Invalid, MissingRate."""
    found = party if isinstance(party, Party) else Party.objects.filter(pk=key_of(party) or 0).first()
    if found is None or not found.is_supplier:
        raise Invalid.field("party", _("This party is not a supplier"), "not_supplier")
    known = PurchaseOrderLine.objects.select_related("order", "product__unit", "product__second_unit", "unit").in_bulk(
        [k for row in lines if (k := key_of(row.get("purchase_order_line")))]
    )
    _check_lines(lines, known, found)
    currencies = {row.order.currency for row in known.values()}
    if len(currencies) != 1:
        raise Invalid.field("lines", _("All orders of an invoice are in one currency"), "currency")
    currency, issued_on = currencies.pop(), issued_on or current().today()
    orders = {row.order_id: row.order for row in known.values()}
    only = next(iter(orders.values()))
    invoice = Invoice(
        kind=Kind.PURCHASE_INVOICE, party=found, purchase_order=only if len(orders) == 1 else None,
        reference=reference, issued_on=issued_on, currency=currency, exchange_rate=exchange_rate(currency, issued_on),
        payment_term_id=only.payment_term_id or found.payment_term_id, source_entity=ENTERED, note=note,
        owner_id=only.owner_id or actor.member_id, department_id=only.department_id or actor.department_id,
    )  # fmt: skip
    rows = _lines(lines, known, currency)
    amount = _number(freight, "freight") if freight not in (None, "") else ZERO
    if amount:
        rows.append(freight_line(amount))
    set_due(invoice, None)
    add_up(invoice, rows)
    match_set(invoice, rows)
    invoice.save()
    write_lines(invoice, rows, actor=actor)
    return invoice


def _check_lines(lines: Sequence[Mapping[str, Any]], known: Mapping[int, PurchaseOrderLine], party: Party) -> None:
    errors, seen = [], set()
    for index, given in enumerate(lines):
        key = key_of(given.get("purchase_order_line"))
        if key is None:
            continue
        row, at = known.get(key), f"lines.{index}.purchase_order_line"
        if row is None or row.order.supplier_id != party.pk:
            errors.append(FieldError(at, "unknown", _("This is no order line of the supplier")))
        elif row.order.status not in OPEN or row.order.is_migrated:
            errors.append(FieldError(at, "state", _("Only a confirmed order can be invoiced")))
        elif key in seen:
            errors.append(FieldError(at, "unique", _("An order line stands on an invoice once")))
        seen.add(key)
    if not any(key_of(given.get("purchase_order_line")) for given in lines):
        errors.append(FieldError("lines", "required", _("Name at least one order line")))
    if errors:
        raise Invalid(errors=errors)


def _lines(
    lines: Sequence[Mapping[str, Any]], known: Mapping[int, PurchaseOrderLine], currency: str
) -> list[InvoiceLine]:
    step, out = currency_step(currency), []
    taxes = Tax.objects.in_bulk([k for row in lines if (k := key_of(row.get("tax")))])
    for index, given in enumerate(lines):
        row = known.get(key_of(given.get("purchase_order_line")) or 0)
        if row is None:
            out += from_input([given], currency)
            continue
        quantity = _number(given.get("quantity"), f"lines.{index}.quantity")
        if not quantity:
            raise Invalid.field(f"lines.{index}.quantity", _("Enter a positive number"), "invalid")
        price = given.get("unit_price")
        agreed = row.unit_price * (100 - row.discount) / 100
        unit_price = agreed if price in (None, "") else _number(price, f"lines.{index}.unit_price")
        tax = taxes.get(key_of(given.get("tax")) or 0)
        rate, included = (tax.rate, tax.included) if tax else (row.tax_rate, row.tax_included)
        net, tax_amount = tax_of(quantity * unit_price, rate, included, step)
        if row.priced_by_second:
            unit_id, second = row.product.second_unit_id, quantity
            base_quantity = _pieces(row, given.get("pieces"), f"lines.{index}.pieces")
        else:
            unit_id, second = row.unit_id, None
            base_quantity = (row.base_quantity * quantity / row.quantity).quantize(Decimal("0.000001"))
        out.append(
            InvoiceLine(
                product_id=row.product_id, description=row.description or str(row.product), quantity=quantity,
                unit_id=unit_id, unit_price=unit_price, tax_id=tax.pk if tax else row.tax_id, tax_rate=rate,
                base_quantity=base_quantity, second_quantity=second,
                tax_included=included, subtotal=net, tax_amount=tax_amount, total=net + tax_amount,
                purchase_order_line=row,
            )
        )  # fmt: skip
    return out


def _pieces(line: PurchaseOrderLine, said: Any, at: str) -> Decimal:
    """How many pieces an invoice by weight is for: as many as came, or fewer. Raises Invalid."""
    most = open_to_invoice(line)
    pieces = most if said in (None, "") else _number(said, at)
    if not 0 < pieces <= most:
        words = {"product": line.product, "open": f"{most.normalize():f}"}
        raise Invalid.field(at, _("%(product)s is billed by weight: %(open)s have come and are not invoiced") % words)
    return pieces


def _number(value: Any, path: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or number < 0:
        raise Invalid.field(path, _("Enter a positive number"), "invalid")
    return number


def orders_lock(lines: Sequence[InvoiceLine]) -> None:
    """The orders behind the lines, in key order."""
    keys = [x.purchase_order_line_id for x in lines if x.purchase_order_line_id]
    if keys:
        found = PurchaseOrderLine.objects.filter(pk__in=keys).values_list("order_id", flat=True)
        list(PurchaseOrder.objects.select_for_update().filter(pk__in=list(found)).order_by("pk"))


def match_set(invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
    """Compares and says so on the invoice (not saved here). What was released stays released while it differs by
    nothing new. `lines` have their order lines."""
    linked = [x for x in lines if x.purchase_order_line is not None]
    if not linked:
        return
    findings = [_as_json(f) for f in _findings(invoice, lines, linked)]
    if invoice.match == Match.RELEASED and findings == invoice.findings:
        return
    invoice.findings = findings
    invoice.match = Match.BLOCKED if findings else Match.MATCHED


def _findings(invoice: Invoice, lines: Sequence[InvoiceLine], linked: Sequence[InvoiceLine]) -> list[Finding]:
    tolerances, step = Tolerances(), currency_step(invoice.currency)
    posted = invoice.status not in (Status.DRAFT, Status.REVERSED)
    rows = []
    for line in linked:
        order_line = line.purchase_order_line
        assert order_line is not None
        row = tolerances.of_line(order_line, invoice.party_id)
        unit = order_line.product.unit
        agreed, quantity = order_line.subtotal / order_line.base_quantity, line.base_quantity
        due, invoiced = _due(order_line), order_line.invoiced
        if line.second_quantity is not None and order_line.product.second_unit is not None:  # line by weight
            unit, agreed, quantity = order_line.product.second_unit, net_price(order_line), line.second_quantity
            due, invoiced = order_line.second_received - order_line.second_returned, order_line.second_invoiced
        rows.append(
            MatchLine(
                order_line.pk, order_line.product.code, quantity, invoiced - (quantity if posted else ZERO), due,
                quantity_allowed(Tolerance(row.invoice_percent), due, unit.decimals), line.subtotal, agreed,
                Tolerance(row.price_percent, row.price_amount).of(agreed), unit.decimals, step,
            )
        )  # fmt: skip
    return match_lines(rows) + _freight(invoice, lines, linked, tolerances)


def _due(line: PurchaseOrderLine) -> Decimal:
    """What may be invoiced of an order line in all."""
    goods = line.product.kind == "goods"
    if not line.by_receipt or (goods and not current().has_module("inventory")):
        return line.base_quantity - line.cancelled
    return line.received - line.rejected - line.returned


def _freight(
    invoice: Invoice, lines: Sequence[InvoiceLine], linked: Sequence[InvoiceLine], tolerances: Tolerances
) -> list[Finding]:
    """Freight of this invoice and of those before it that share an order, against the freight of all their orders."""
    charged = sum((x.subtotal for x in lines if x.is_freight), ZERO)
    if not charged:
        return []
    orders = {x.purchase_order_line.order_id for x in linked if x.purchase_order_line is not None}
    others = list(
        Invoice.objects.filter(kind=Kind.PURCHASE_INVOICE, lines__purchase_order_line__order__in=orders)
        .exclude(status__in=(Status.DRAFT, Status.REVERSED))
        .exclude(pk=invoice.pk)
        .values_list("pk", flat=True)
        .distinct()
    )
    earlier = InvoiceLine.objects.filter(invoice__in=others)
    orders |= set(
        earlier.filter(purchase_order_line__isnull=False).values_list("purchase_order_line__order_id", flat=True)
    )
    before = earlier.filter(is_freight=True).aggregate(sum=Sum("subtotal"))["sum"]
    agreed = PurchaseOrder.objects.filter(pk__in=orders).aggregate(sum=Sum("freight"))["sum"] or ZERO
    general = tolerances.of(invoice.party_id, None, None).freight_amount or ZERO
    return match_freight(agreed, charged + (before or ZERO), general / invoice.exchange_rate)


def _as_json(finding: Finding) -> dict[str, Any]:
    plain = {name: f"{getattr(finding, name).normalize():f}" for name in ("expected", "found", "allowed")}
    return {"line": finding.key, "label": finding.label, "code": finding.code, **plain}


def _again(invoice: Invoice) -> None:
    lines = list(
        invoice.lines.select_related(
            "purchase_order_line__order",
            "purchase_order_line__product__unit",
            "purchase_order_line__product__second_unit",
        ).order_by("id")
    )
    before = (invoice.match, invoice.findings)
    match_set(invoice, lines)
    if (invoice.match, invoice.findings) != before:
        invoice.save()


@service("finance.invoice.update")
def invoice_match(*, actor: Actor, invoice: Invoice) -> Invoice:
    """Compares a blocked invoice again: goods may have come since, the order may have been changed."""
    invoice = Invoice.objects.select_for_update().get(pk=invoice.pk)
    if invoice.match != Match.BLOCKED or invoice.status == Status.REVERSED:
        raise StateRefused(_("Only a blocked invoice is compared again"))
    _again(invoice)
    return invoice


@service("finance.invoice.release")
def invoice_release(*, actor: Actor, invoice: Invoice, reason: str = "") -> Invoice:
    """Lets a blocked invoice be paid as it is, and says why. Raises StateRefused, Invalid without a reason."""
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    invoice = Invoice.objects.select_for_update().get(pk=invoice.pk)
    if invoice.match != Match.BLOCKED or invoice.status == Status.REVERSED:
        raise StateRefused(_("Only a blocked invoice is released"))
    invoice.match, invoice.released_by, invoice.release_reason = Match.RELEASED, actor.label, reason[:500]
    invoice.save()
    return invoice


@service()
def invoices_match_again(*, actor: Actor, order_line_ids: Sequence[int]) -> None:
    """After goods came: the blocked invoices of these order lines."""
    keys = InvoiceLine.objects.filter(
        purchase_order_line_id__in=order_line_ids, invoice__match=Match.BLOCKED
    ).values_list("invoice_id", flat=True)
    for invoice in Invoice.objects.select_for_update().filter(pk__in=list(keys), match=Match.BLOCKED).order_by("pk"):
        _again(invoice)
