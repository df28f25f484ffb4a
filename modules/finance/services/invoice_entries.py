"""The journal entry of an invoice or credit note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Account, Event, Invoice, InvoiceLine, JournalEntry, JournalLine
from modules.finance.rules.amounts import round_step, to_base
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.selectors.accrued import Standing, accrued
from modules.finance.selectors.rules import Rules
from modules.finance.selectors.to_invoice import second_to_invoice
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.valuation import LateCosts, PriceDifference
from modules.shared.data.models import PurchaseOrderLine
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.ports import find
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "finance.invoice"
SALES = (Event.SALES_REVENUE, Event.SALES_FREIGHT, Event.SALES_TAX)
PURCHASE = (
    Event.PURCHASE_GOODS, Event.PURCHASE_EXPENSE, Event.PURCHASE_FREIGHT, Event.PURCHASE_TAX, Event.PURCHASE_VARIANCE,
    Event.STOCK_OPENING, Event.ACCRUAL_REVERSAL,
)  # fmt: skip


def invoice_entry(invoice: Invoice, lines: Sequence[InvoiceLine]) -> tuple[DraftEntry, list[PriceDifference]]:
    """Receivable against revenue and output tax; payable against what was accrued, the price difference and input tax.
    A credit note is the same on the other side. With it, the price differences that the entry leaves in variance. Sets
    `base_total` on the invoice. Raises MissingRule."""
    step = currency_step(current().currency)
    taxes: dict[tuple[int | None, Decimal], Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        if line.tax_amount:
            taxes[(line.tax_id, line.tax_rate)] += line.tax_amount
    parts = [*(x.subtotal for x in lines), *taxes.values()]
    base = to_base(parts, invoice.exchange_rate, step)
    invoice.base_total = sum(base, ZERO)
    rules = Rules(SALES if invoice.is_sales else PURCHASE, [x.product_id for x in lines])
    builder = _Builder(invoice, rules)
    if invoice.kind == Invoice.Kind.PURCHASE_INVOICE and rules.find(Event.ACCRUAL_REVERSAL):
        builder.reversed_for_the_month = accrued(
            [x.purchase_order_line_id for x in lines if x.purchase_order_line_id and x.accrued]
        )
    for line, amount in zip(lines, base[: len(lines)], strict=True):
        builder.sales_line(line, amount) if invoice.is_sales else builder.purchase_line(line, amount)
    tax_event = Event.SALES_TAX if invoice.is_sales else Event.PURCHASE_TAX
    for amount_currency, amount in zip(taxes.values(), base[len(lines) :], strict=True):
        accounts = rules.need(tax_event)
        builder.against(accounts.credit_id if invoice.is_sales else accounts.debit_id, amount, amount_currency)
    builder.total(invoice.base_total, invoice.total)
    kind = JournalEntry.Kind.INVOICE
    draft = DraftEntry(
        invoice.issued_on, kind, tuple(builder.lines), event=invoice.kind, source_entity=ENTITY, source_id=invoice.pk,
        source_number=invoice.number or "", narration=f"{invoice.number} {invoice.party.name}",
    )  # fmt: skip
    return draft, builder.differences


class _Builder:
    """Collects signed lines. `sense` is +1 where the party is debited: sales invoice, purchase credit note."""

    def __init__(self, invoice: Invoice, rules: Rules) -> None:
        self.invoice, self.rules = invoice, rules
        self.sense = 1 if invoice.is_sales != invoice.is_credit else -1
        self.lines: list[DraftLine] = []
        self.differences: list[PriceDifference] = []
        self.reversed_for_the_month: Standing = {}

    def add(self, account_id: int, amount: Decimal, amount_currency: Decimal, **dimensions: Any) -> None:
        self.lines.append(
            signed(
                amount * self.sense, amount_currency * self.sense, account_id, self.invoice.currency,
                party_id=self.invoice.party_id, **dimensions,
            )
        )  # fmt: skip

    def against(self, account_id: int, amount: Decimal, amount_currency: Decimal, **dimensions: Any) -> None:
        """The side opposite to the party's account."""
        self.add(account_id, -amount, -amount_currency, **dimensions)

    def total(self, amount: Decimal, amount_currency: Decimal) -> None:
        generic = self.rules.need(Event.SALES_REVENUE if self.invoice.is_sales else Event.PURCHASE_GOODS)
        account_id = generic.debit_id if self.invoice.is_sales else generic.credit_id
        self.lines.insert(
            0,
            signed(
                amount * self.sense, amount_currency * self.sense, account_id, self.invoice.currency,
                party_id=self.invoice.party_id, sales_order_id=self.invoice.sales_order_id,
            ),
        )  # fmt: skip

    def sales_line(self, line: InvoiceLine, amount: Decimal) -> None:
        event = Event.SALES_FREIGHT if line.is_freight else Event.SALES_REVENUE
        account_id = line.account_id or self.rules.need(event, line.product_id).credit_id
        self.against(
            account_id, amount, line.subtotal, product_id=line.product_id,
            sales_order_id=line.cost_order_id or self.invoice.sales_order_id,
            sales_order_line_id=line.sales_order_line_id, narration=line.description,
            department_id=self.invoice.department_id,
        )  # fmt: skip

    def purchase_line(self, line: InvoiceLine, amount: Decimal) -> None:
        """What was accrued at receipt is cleared at that value; the supplier's price differs by the variance. The
        foreign amount stays with the clearing, so that the entry balances in its currency too."""
        order_line = line.purchase_order_line
        if line.account_id or order_line is None or not (line.accrued or _accrues(order_line)):
            event = Event.PURCHASE_FREIGHT if line.is_freight else Event.PURCHASE_EXPENSE
            account_id = line.account_id or self.rules.need(event, line.product_id).debit_id
            self.against(
                account_id, amount, line.subtotal, product_id=line.product_id, sales_order_id=line.cost_order_id,
                purchase_order_line_id=line.purchase_order_line_id, narration=line.description,
                department_id=self.invoice.department_id,
            )  # fmt: skip
            return
        common: dict[str, Any] = {
            "product_id": line.product_id, "purchase_order_line_id": order_line.pk, "narration": line.description,
        }  # fmt: skip
        if line.accrued:
            self.cleared(line, common)
            variance = self.rules.need(Event.PURCHASE_VARIANCE, line.product_id)
            self.against(variance.debit_id, amount - line.accrued, ZERO, **common)
            if amount != line.accrued:
                difference = -self.sense * (amount - line.accrued)
                self.differences.append(PriceDifference(order_line.pk, difference, self.invoice.party_id))
        else:
            # Received before the ledger was kept: the goods came into the books with the opening stock.
            opening = self.rules.need(Event.STOCK_OPENING, line.product_id)
            self.against(opening.credit_id, amount, line.subtotal, **common)

    def cleared(self, line: InvoiceLine, common: dict[str, Any]) -> None:
        """What was accrued, where it stands: first what is reversed for the month, then the accrual itself."""
        goods = self.rules.need(Event.PURCHASE_GOODS, line.product_id)
        aside = self.rules.find(Event.ACCRUAL_REVERSAL, line.product_id)
        key = (line.purchase_order_line_id or 0, aside.credit_id if aside else 0)
        taken = max(min(self.reversed_for_the_month.get(key, ZERO), line.accrued), ZERO)
        foreign = round_step(line.subtotal * taken / line.accrued, currency_step(self.invoice.currency))
        if aside and taken:
            self.against(aside.credit_id, taken, foreign, **common)
        self.against(goods.debit_id, line.accrued - taken, line.subtotal - foreign, **common)


def _accrues(line: PurchaseOrderLine) -> bool:
    return line.product.kind == "goods" and current().has_module("inventory")


def entered_differences(entry: JournalEntry, lines: Sequence[InvoiceLine], party_id: int) -> list[PriceDifference]:
    """The price differences that the entry of an invoice has left in variance."""
    wanted = {x.purchase_order_line_id for x in lines if x.purchase_order_line_id and x.accrued}
    if not wanted:
        return []
    rows = (
        JournalLine.objects.filter(
            entry=entry, purchase_order_line_id__in=wanted, account__control=Account.Control.NONE
        )
        .values_list("purchase_order_line_id")
        .annotate(amount=Sum(F("debit") - F("credit")))
    )
    return [PriceDifference(pk, amount, party_id) for pk, amount in rows if pk and amount]


def differences_to_goods(actor: Actor, invoice: Invoice, differences: Sequence[PriceDifference], on: date) -> None:
    """Whoever keeps the goods takes the differences over from variance, before the invoice's own entry is written:
    stock is locked before the ledger."""
    provider = find(LateCosts) if differences else None
    if provider is not None:
        provider.price_differences(
            actor=actor, differences=differences, on=on, source=RecordRef(ENTITY, invoice.pk, invoice.number or "")
        )


def accrued_values(
    lines: Sequence[InvoiceLine], room: dict[int, Decimal], rate: Decimal = Decimal(1)
) -> dict[int, Decimal]:
    """Purchase order line → the value to clear: what stands accrued for it, in proportion to the quantity invoiced of
    what is open (`room`), all of it with the last piece. `rate`: of the invoice's currency. One query."""
    wanted = {x.purchase_order_line_id: x for x in lines if x.purchase_order_line_id}
    if not wanted:
        return {}
    standing = dict(
        JournalLine.objects.filter(purchase_order_line_id__in=list(wanted), account__control=Account.Control.GRNI)
        .values_list("purchase_order_line_id")
        .annotate(value=Sum(F("credit") - F("debit")))
    )
    step = currency_step(current().currency)
    out = {}
    for pk, line in wanted.items():
        value, open_quantity = standing.get(pk, ZERO), room.get(pk, ZERO)
        if line.base_quantity > open_quantity:
            # What is invoiced ahead of its goods waits for them at the invoice's price.
            ahead = line.subtotal * rate * (line.base_quantity - open_quantity) / line.base_quantity
            out[pk] = value + round_step(ahead, step)
        elif line.base_quantity == open_quantity:
            out[pk] = value
        elif line.second_quantity is not None and line.purchase_order_line is not None:
            most = second_to_invoice(line.purchase_order_line)
            out[pk] = round_step(value * min(line.second_quantity, most) / most, step)
        else:
            out[pk] = round_step(value * line.base_quantity / open_quantity, step)
    return out


NOTHING = _("An invoice needs at least one line")
