"""The entries of settlements, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Event, Invoice, JournalEntry, PaymentAllocation, Settlement
from modules.finance.rules.amounts import relief, round_step
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.rules.settling import taken_in_order, tax_share
from modules.finance.selectors.rules import Rules
from modules.finance.services.allocation import not_before, settle
from modules.finance.services.journal import reversal_draft
from modules.finance.services.ledger import entries_write
from modules.finance.services.periods import periods_lock
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "finance.settlement"
Kind, Status = Settlement.Kind, Settlement.Status
# Kind → event, on the side of customers and of suppliers.
EVENTS = {
    (Kind.DISCOUNT, True): Event.SALES_DISCOUNT, (Kind.DISCOUNT, False): Event.PURCHASE_DISCOUNT,
    (Kind.SMALL, True): Event.SALES_SMALL_DIFFERENCE, (Kind.SMALL, False): Event.PURCHASE_SMALL_DIFFERENCE,
    (Kind.BAD_DEBT, True): Event.SALES_BAD_DEBT,
}  # fmt: skip


def settlement_post(actor: Actor, settlement: Settlement, invoice: Invoice) -> None:
    """proposed → posted, with the invoice locked: the party's account is relieved of what it carried; of a discount
    the share of tax goes to the tax account where the company has a rule for it. Raises PeriodClosed, MissingRule."""
    sales = invoice.is_sales
    event = EVENTS[Kind(settlement.kind), sales]
    tax_event = Event.SALES_DISCOUNT_TAX if sales else Event.PURCHASE_DISCOUNT_TAX
    control_event = Event.SALES_REVENUE if sales else Event.PURCHASE_GOODS
    rules = Rules([event, tax_event, control_event])
    accounts, control = rules.need(event), rules.need(control_event)
    taxed = rules.find(tax_event) if settlement.kind == Kind.DISCOUNT else None
    if taxed is not None:
        step = currency_step(settlement.currency)
        settlement.tax_amount = tax_share(settlement.amount, invoice.tax_amount, invoice.total, step)
    on = _day(settlement.settled_on, [invoice])
    periods_lock(actor, [on])
    row = _allocate(actor, settlement, invoice, settlement.amount, on)
    base = row.base_invoice
    base_tax = round_step(base * settlement.tax_amount / settlement.amount, currency_step(current().currency))
    sense = 1 if sales else -1  # customers: cost and tax are debited, the receivable is credited
    lines = [
        _line(settlement, invoice, accounts.debit_id if sales else accounts.credit_id, sense * (base - base_tax),
              sense * (settlement.amount - settlement.tax_amount)),
    ]  # fmt: skip
    if taxed is not None:
        account = taxed.debit_id if sales else taxed.credit_id
        lines.append(_line(settlement, invoice, account, sense * base_tax, sense * settlement.tax_amount))
    party_account = control.debit_id if sales else control.credit_id
    lines.append(_line(settlement, invoice, party_account, -sense * base, -sense * settlement.amount))
    _finish(actor, settlement, lines, event, base, on)
    invoice.save()


def netting_post(
    actor: Actor, settlement: Settlement, receivable: Sequence[Invoice], payable: Sequence[Invoice]
) -> None:
    """Payable debited, receivable credited, each by what it carried; they differ by the exchange difference."""
    rules = Rules([Event.SALES_REVENUE, Event.PURCHASE_GOODS, Event.EXCHANGE_DIFFERENCE])
    customer, supplier = rules.need(Event.SALES_REVENUE).debit_id, rules.need(Event.PURCHASE_GOODS).credit_id
    chosen: list[tuple[Invoice, Decimal]] = []
    for side in (receivable, payable):
        used = taken_in_order([i.open_amount for i in side], settlement.amount)
        chosen += [(invoice, amount) for invoice, amount in zip(side, used, strict=True) if amount]
    on = _day(settlement.settled_on, [invoice for invoice, _amount in chosen])
    periods_lock(actor, [on])
    relieved = {True: ZERO, False: ZERO}
    for invoice, amount in chosen:
        relieved[invoice.is_sales] += _allocate(actor, settlement, invoice, amount, on).base_invoice
        invoice.save()
    first = chosen[0][0]
    lines = [
        _line(settlement, first, supplier, relieved[False], settlement.amount, order=False),
        _line(settlement, first, customer, -relieved[True], -settlement.amount, order=False),
    ]
    difference = relieved[True] - relieved[False]
    if difference:
        exchange = rules.need(Event.EXCHANGE_DIFFERENCE)
        account = exchange.debit_id if difference > 0 else exchange.credit_id
        lines.append(_line(settlement, first, account, difference, ZERO, order=False))
    _finish(actor, settlement, lines, "netting", relieved[True], on)


@service("finance.settlement.reverse")
def settlement_reverse(*, actor: Actor, settlement: Settlement, on: date | None = None) -> Settlement:
    """posted → taken back: the entry on the other side, and what it settled is open again, from `on` (today). Raises
    StateRefused, Invalid, PeriodClosed."""
    settlement, rows, invoices = _standing(settlement)
    if settlement.recovered:
        raise StateRefused(_("Part of this bad debt is recovered: write that off again instead"))
    if settlement.entry is None:
        raise StateRefused(_("Only a posted settlement can be taken back"))
    day = _back(on, settlement)
    periods_lock(actor, [day])
    _undo(rows, invoices, day)
    entries_write(actor, [reversal_draft(settlement.entry, day, source_number=settlement.number)])
    settlement.status, settlement.reversed_on = Status.REVERSED, day
    settlement.save()
    return settlement


@service("finance.settlement.create")
def settlement_recover(
    *, actor: Actor, settlement: Settlement, amount: Decimal | str | None = None, on: date | None = None
) -> Settlement:
    """A bad debt is paid after all (坏账收回): so much of it, or all, is owed again against the account of recovered
    debts; the payment settles it as any other. Raises Invalid, StateRefused, PeriodClosed, MissingRule."""
    settlement, rows, invoices = _standing(settlement)
    if settlement.kind != Kind.BAD_DEBT:
        raise StateRefused(_("Only a bad debt is recovered"))
    left = settlement.amount - settlement.recovered
    value = left if amount in (None, "") else _value(amount)
    if value > left or value % currency_step(settlement.currency):
        raise Invalid.field("amount", _("At most what was written off and not recovered"), "range")
    rules = Rules([Event.SALES_RECOVERY, Event.SALES_REVENUE])
    recovery, control = rules.need(Event.SALES_RECOVERY), rules.need(Event.SALES_REVENUE)
    (row,), invoice = rows, invoices[settlement.invoice_id or 0]
    day = _back(on, settlement)
    periods_lock(actor, [day])
    base = relief(value, row.amount, row.base_invoice, currency_step(current().currency))
    _undo(rows, invoices, day)
    if value < row.amount:
        # What stays written off goes on from that day.
        rest, rest_base = row.amount - value, row.base_invoice - base
        settle(invoice, rest, rest_base)
        _record(actor, settlement, invoice, rest, rest_base, day)
        invoice.save()
    lines = [
        _line(settlement, invoice, control.debit_id, base, value),
        _line(settlement, invoice, recovery.credit_id, -base, -value),
    ]
    entries_write(actor, [_entry(settlement, lines, Event.SALES_RECOVERY, day)])
    settlement.recovered += value
    settlement.save()
    return settlement


def _standing(settlement: Settlement) -> tuple[Settlement, list[PaymentAllocation], dict[int, Invoice]]:
    """The settlement, what it settles now, and the invoices, locked in this order."""
    settlement = Settlement.objects.select_for_update(of=("self",)).select_related("entry").get(pk=settlement.pk)
    if settlement.status != Status.POSTED:
        raise StateRefused(_("Only a posted settlement can be taken back"))
    rows = list(settlement.allocations.filter(undone_on__isnull=True).order_by("invoice_id"))
    if not rows:
        raise StateRefused(_("All of it is recovered already"))
    keys = [r.invoice_id for r in rows]
    invoices = {i.pk: i for i in Invoice.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    return settlement, rows, invoices


def _undo(rows: Sequence[PaymentAllocation], invoices: dict[int, Invoice], day: date) -> None:
    for row in rows:
        row.undone_on = day
        row.save(update_fields={"undone_on"})
        settle(invoices[row.invoice_id], -row.amount, -row.base_invoice)
        invoices[row.invoice_id].save()


def _back(on: date | None, settlement: Settlement) -> date:
    """The day on which it is open again: not before it was settled, nor before what came back of it last."""
    last = settlement.allocations.aggregate(day=Max("allocated_on"))["day"] or settlement.settled_on
    if on is not None and on < last:
        raise Invalid.field("on", _("This cannot be taken back before %(day)s") % {"day": last.isoformat()}, "range")
    return on or max(current().today(), last)


def _day(asked: date, invoices: Sequence[Invoice]) -> date:
    """As asked, unless open items of days before would then not be what the ledger says."""
    if asked >= current().today():
        return asked
    return max([asked, *(not_before(i) for i in invoices)])


def _value(amount: Any) -> Decimal:
    try:
        number = Decimal(str(amount))
    except ArithmeticError:
        number = ZERO
    if not number.is_finite() or number <= 0:
        raise Invalid.field("amount", _("Enter a positive amount"), "min_value")
    return number


def _allocate(actor: Actor, settlement: Settlement, invoice: Invoice, amount: Decimal, on: date) -> PaymentAllocation:
    base = relief(amount, invoice.open_amount, invoice.open_base, currency_step(current().currency))
    settle(invoice, amount, base)
    return _record(actor, settlement, invoice, amount, base, on)


def _record(
    actor: Actor, settlement: Settlement, invoice: Invoice, amount: Decimal, base: Decimal, on: date
) -> PaymentAllocation:
    row = PaymentAllocation(
        settlement=settlement, invoice=invoice, amount=amount, base_payment=base, base_invoice=base, allocated_on=on,
        created_by_id=actor.member_id, changed_by_id=actor.member_id,
    )  # fmt: skip
    PaymentAllocation.objects.bulk_create([row])
    touch_ids(PaymentAllocation, "insert", {row.pk})
    return row


def _line(
    settlement: Settlement, invoice: Invoice, account_id: int, base: Decimal, amount: Decimal, *, order: bool = True
) -> DraftLine:
    return signed(
        base, amount, account_id, settlement.currency, party_id=settlement.party_id,
        sales_order_id=invoice.sales_order_id if order else None, department_id=settlement.department_id,
        narration=settlement.reason[:200],
    )  # fmt: skip


def _entry(settlement: Settlement, lines: Sequence[DraftLine], event: str, on: date) -> DraftEntry:
    return DraftEntry(
        on, JournalEntry.Kind.INVOICE, tuple(lines), event=event, source_entity=ENTITY, source_id=settlement.pk,
        source_number=settlement.number,
        narration=f"{settlement.number} {settlement.get_kind_display()} {settlement.party.name}",
    )  # fmt: skip


def _finish(
    actor: Actor, settlement: Settlement, lines: Sequence[DraftLine], event: str, base: Decimal, on: date
) -> None:
    entries = entries_write(actor, [_entry(settlement, lines, event, on)])
    settlement.entry = entries[0] if entries else None
    settlement.status, settlement.base_amount, settlement.settled_on = Status.POSTED, base, on
    settlement.save()
