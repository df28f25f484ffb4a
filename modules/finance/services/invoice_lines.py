"""Lines of invoices: from orders, and as entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Case, F, Sum, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, Invoice, InvoiceLine
from modules.finance.models.account import CONTROLLED
from modules.finance.rules.amounts import round_step, tax_of
from modules.finance.selectors.to_invoice import open_to_invoice, second_to_invoice
from modules.shared.data.models import Product, PurchaseOrderLine, SalesOrder, SalesOrderLine, Tax, Unit
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import FieldError, Invalid
from tenon.records.service import touch_ids

ZERO = Decimal(0)
Charged = dict[int, tuple[Decimal, Decimal]]
# What somebody enters: key → attribute of the line as it stands.
ENTERED = {
    "product": "product_id", "description": "description", "quantity": "quantity", "unit": "unit_id",
    "unit_price": "unit_price", "discount": "discount", "tax": "tax_id", "account": "account_id",
    "cost_order": "cost_order_id", "is_freight": "is_freight",
}  # fmt: skip
WRITTEN = (
    "position", "product", "description", "quantity", "unit", "unit_price", "discount", "tax", "tax_rate",
    "tax_included", "subtotal", "tax_amount", "total", "account", "cost_order", "is_freight", "version",
    "changed_at", "changed_by",
)  # fmt: skip


def charged_so_far(lines: Iterable[SalesOrderLine | PurchaseOrderLine], field: str) -> Charged:
    """(net, tax) invoiced less credited per order line, in the order's currency. One query."""
    sign = Case(
        When(invoice__kind__in=(Invoice.Kind.SALES_CREDIT_NOTE, Invoice.Kind.PURCHASE_CREDIT_NOTE), then=Value(-1)),
        default=Value(1),
    )
    rows = (
        InvoiceLine.objects.filter(**{f"{field}__in": [x.pk for x in lines]})
        .exclude(invoice__status__in=(Invoice.Status.DRAFT, Invoice.Status.REVERSED))
        .values_list(field)
        .annotate(net=Sum(F("subtotal") * sign), tax=Sum(F("tax_amount") * sign))
    )
    return {pk: (net, tax) for pk, net, tax in rows}


def from_order_line(
    line: SalesOrderLine | PurchaseOrderLine,
    quantity: Decimal,
    charged: Charged,
    currency: str,
    second: Decimal | None = None,
) -> InvoiceLine:
    """`quantity` (stock unit) of an order line, at its share of the line's amounts. Amounts are cumulative: however an
    order is split over invoices, they add up to the order line to the cent. `second`: what these pieces weighed, of a
    line that is priced by that; it is known where they are all that was delivered. Raises Invalid."""
    step = currency_step(currency)
    if line.priced_by_second:
        return _by_second(line, quantity, second, step)
    done = line.invoiced + quantity
    net_before, tax_before = charged.get(line.pk, (ZERO, ZERO))
    net = round_step(line.subtotal * done / line.base_quantity, step) - net_before
    tax = round_step(line.tax_amount * done / line.base_quantity, step) - tax_before
    return InvoiceLine(
        product_id=line.product_id, description=line.description or str(line.product), unit_id=line.unit_id,
        quantity=(line.quantity * quantity / line.base_quantity).quantize(Decimal("0.000001")),
        base_quantity=quantity, unit_price=line.unit_price, discount=line.discount, tax_id=line.tax_id,
        tax_rate=line.tax_rate, tax_included=line.tax_included, subtotal=net, tax_amount=tax, total=net + tax,
        **_side(line),
    )  # fmt: skip


def _side(line: SalesOrderLine | PurchaseOrderLine) -> dict[str, Any]:
    return {"sales_order_line": line} if isinstance(line, SalesOrderLine) else {"purchase_order_line": line}


def _by_second(
    line: SalesOrderLine | PurchaseOrderLine, pieces: Decimal, second: Decimal | None, step: Decimal
) -> InvoiceLine:
    """Pieces that were delivered, billed by what they weighed."""
    open_, left = open_to_invoice(line), second_to_invoice(line)
    if pieces == open_:
        second = left if second is None else second
    if second is None or not 0 < second <= left or (second == left) != (pieces == open_):
        words = {"product": line.product, "open": f"{open_.normalize():f}", "left": f"{left.normalize():f}"}
        said = (
            _("%(product)s is billed by weight: of %(open)s pieces that weighed %(left)s, say what these did") % words
        )
        raise Invalid.field("seconds", said, "invalid")
    amount = second * line.unit_price * (100 - line.discount) / 100
    net, tax = tax_of(amount, line.tax_rate, line.tax_included, step)
    return InvoiceLine(
        product_id=line.product_id, description=line.description or str(line.product),
        unit_id=line.product.second_unit_id, quantity=second, second_quantity=second, base_quantity=pieces,
        unit_price=line.unit_price, discount=line.discount, tax_id=line.tax_id, tax_rate=line.tax_rate,
        tax_included=line.tax_included, subtotal=net, tax_amount=tax, total=net + tax, **_side(line),
    )  # fmt: skip


def freight_line(amount: Decimal) -> InvoiceLine:
    return InvoiceLine(
        description=str(_("Freight")), quantity=Decimal(1), unit_price=amount, subtotal=amount, total=amount,
        is_freight=True,
    )  # fmt: skip


def from_input(values: Sequence[Mapping[str, Any]], currency: str) -> list[InvoiceLine]:
    """Lines entered by hand: product or description, quantity, price, tax. Raises Invalid naming every wrong field."""
    step, errors, out = currency_step(currency), [], []
    products = Product.objects.in_bulk({k for v in values if (k := key_of(v.get("product")))})
    taxes = Tax.objects.in_bulk({k for v in values if (k := key_of(v.get("tax")))})
    accounts = Account.objects.in_bulk({k for v in values if (k := key_of(v.get("account")))})
    groups = set(Account.objects.filter(parent__in=accounts).values_list("parent_id", flat=True)) if accounts else set()
    units = _there(Unit, values, "unit")
    orders = _there(SalesOrder, values, "cost_order")
    for index, given in enumerate(values):
        numbers = {}
        for name, default in (("quantity", 1), ("unit_price", 0), ("discount", 0)):
            number = _decimal(given.get(name), default)
            if number is None or number < 0 or (name == "quantity" and number == 0):
                errors.append(FieldError(f"lines.{index}.{name}", "invalid", _("Enter a positive number")))
            elif name == "discount" and number > 100:
                errors.append(FieldError(f"lines.{index}.discount", "range", _("A discount is 100 per cent at most")))
            numbers[name] = number or ZERO
        product = products.get(key_of(given.get("product")) or 0)
        if product is None and not given.get("description"):
            errors.append(FieldError(f"lines.{index}.description", "required", _("Say what is charged")))
        key = key_of(given.get("tax"))
        if key is not None and key not in taxes:
            errors.append(FieldError(f"lines.{index}.tax", "unknown", _("There is no such tax")))
        account = accounts.get(key_of(given.get("account")) or 0)
        errors += _account_errors(given, account, groups, f"lines.{index}.account")
        for name, known in (("unit", units), ("cost_order", orders)):
            if (key := key_of(given.get(name))) is not None and key not in known:
                errors.append(FieldError(f"lines.{index}.{name}", "unknown", _("There is no such record")))
        tax = taxes.get(key_of(given.get("tax")) or 0)
        rate, included = (tax.rate, tax.included) if tax else (ZERO, False)
        amount = numbers["quantity"] * numbers["unit_price"] * (100 - numbers["discount"]) / 100
        net, tax_amount = tax_of(amount, rate, included, step)
        out.append(
            InvoiceLine(
                product=product, description=given.get("description") or str(product or ""),
                unit_id=key_of(given.get("unit")) or (product.unit_id if product else None), tax=tax, tax_rate=rate,
                tax_included=included, subtotal=net, tax_amount=tax_amount, total=net + tax_amount,
                account=account,
                cost_order_id=key_of(given.get("cost_order")), is_freight=bool(given.get("is_freight")), **numbers,
            )
        )  # fmt: skip
    if errors:
        raise Invalid(errors=errors)
    return out


def _there(model: Any, values: Sequence[Mapping[str, Any]], name: str) -> set[int]:
    wanted = {k for v in values if (k := key_of(v.get(name)))}
    return set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()


def _account_errors(given: Mapping[str, Any], account: Account | None, groups: set[int], path: str) -> list[FieldError]:
    """An account named on a line: it exists, can be posted to, and no sub-ledger is kept on it."""
    if key_of(given.get("account")) is None:
        return []
    if account is None or not account.is_active:
        return [FieldError(path, "unknown", _("There is no such account in use"))]
    words = {"account": str(account)}
    if account.pk in groups:
        return [FieldError(path, "group", _("%(account)s has accounts below it: post to one of those") % words)]
    if account.control in CONTROLLED:
        message = _("%(account)s is kept by its documents: entries by hand would part it from them")
        return [FieldError(path, "control", message % words)]
    return []


def _decimal(value: Any, default: int) -> Decimal | None:
    if value in (None, ""):
        return Decimal(default)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def write_lines(invoice: Invoice, lines: Sequence[InvoiceLine], *, actor: Actor) -> None:
    """New lines of a saved invoice, numbered 10, 20 …"""
    for index, line in enumerate(lines, 1):
        line.invoice = invoice
        line.position = index * 10
        line.created_by_id = line.changed_by_id = actor.member_id
    InvoiceLine.objects.bulk_create(lines)
    touch_ids(InvoiceLine, "insert", {x.pk for x in lines})


def set_lines(invoice: Invoice, given: Sequence[Mapping[str, Any]], *, actor: Actor) -> list[InvoiceLine]:
    """The full list of a draft's lines: with an id changed in what is named, without one added, left out deleted.
    Raises Invalid."""
    there = {x.pk: x for x in invoice.lines.all()}
    keys = [key_of(v.get("id")) for v in given]
    unknown = [i for i, key in enumerate(keys) if key is not None and key not in there]
    if unknown:
        raise Invalid.field(f"lines.{unknown[0]}.id", _("A line does not belong to the invoice"), "unknown")
    merged = [
        {**{name: getattr(there[key], attribute) for name, attribute in ENTERED.items()}, **v} if key else v
        for key, v in zip(keys, given, strict=True)
    ]
    rows = from_input(merged, invoice.currency)
    gone = set(there) - {k for k in keys if k}
    InvoiceLine.objects.filter(pk__in=gone).delete()
    touch_ids(InvoiceLine, "delete", gone)
    now, changed, fresh = timezone.now(), [], []
    for index, (key, row) in enumerate(zip(keys, rows, strict=True), 1):
        row.invoice, row.position, row.changed_by_id = invoice, index * 10, actor.member_id
        if key is None:
            row.created_by_id = actor.member_id
            fresh.append(row)
            continue
        row.pk, row.version, row.changed_at = key, there[key].version + 1, now
        changed.append(row)
    if changed:
        InvoiceLine.objects.bulk_update(changed, WRITTEN)
        touch_ids(InvoiceLine, "update", {x.pk for x in changed})
    if fresh:
        InvoiceLine.objects.bulk_create(fresh)
        touch_ids(InvoiceLine, "insert", {x.pk for x in fresh})
    return rows


def add_up(invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
    invoice.subtotal = sum((x.subtotal for x in lines), ZERO)
    invoice.tax_amount = sum((x.tax_amount for x in lines), ZERO)
    invoice.total = invoice.subtotal + invoice.tax_amount
