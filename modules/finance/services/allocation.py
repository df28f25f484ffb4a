"""Allocation: which payment or credit note settles which invoice.

Locks: the payment or credit note and the invoices, payments first, each kind in key order, before anything is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from modules.finance.errors import OverAllocated
from modules.finance.models import (
    Event,
    Invoice,
    JournalEntry,
    Payment,
    PaymentAllocation,
    Revaluation,
    RevaluationLine,
)
from modules.finance.rules.amounts import relief
from modules.finance.rules.due import open_instalments, read_plan
from modules.finance.rules.entry import DraftEntry, signed
from modules.finance.selectors.rules import Rules
from modules.finance.services.journal import reversal_draft
from modules.finance.services.ledger import entries_write
from modules.finance.services.periods import periods_lock
from modules.shared.contracts.events import PaymentAllocated
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Invalid, StateRefused
from tenon.records.service import publish, service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
Source = Payment | Invoice
Wanted = Sequence[tuple[Invoice, Decimal | None]]


@service("finance.payment.allocate")
def payment_allocate(
    *,
    actor: Actor,
    payment: Payment,
    invoice: Any = None,
    amount: Decimal | str | None = None,
    items: Sequence[Mapping[str, Any]] | None = None,
    on: date | None = None,
) -> Payment:
    """Settles one invoice (`invoice`, `amount`; without an amount as much as fits), several (`items`: `[{"invoice",
    "amount"}]`), or, with neither, the party's open invoices from the oldest due on. Raises OverAllocated, Invalid,
    StateRefused, PeriodClosed. Emits PaymentAllocated."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if payment.status == Payment.Status.REVERSED:
        raise StateRefused(_("The payment is reversed"))
    asked = _asked(invoice, amount, items)
    kind = Invoice.Kind.SALES_INVOICE if payment.direction == Payment.Direction.IN else Invoice.Kind.PURCHASE_INVOICE
    if asked is None:
        rows = (
            Invoice.objects.select_for_update()
            .filter(party_id=payment.party_id, kind=kind, currency=payment.currency, open_amount__gt=0)
            .exclude(match=Invoice.Match.BLOCKED)
        )
        locked = sorted(rows.order_by("pk"), key=lambda i: (i.next_due_on or i.due_on, i.pk))
        wanted: list[tuple[Invoice, Decimal | None]] = [(i, None) for i in locked]
        if not wanted:
            raise StateRefused(_("The party has no open invoice in this currency"))
    else:
        wanted = _lock_invoices(asked)
    _allocate(actor, payment, wanted, kind, on)
    return payment


def allocate_credit(
    *, actor: Actor, credit_note: Invoice, invoice: Invoice | None = None, amount: Decimal | None = None,
    on: date | None = None,
) -> Invoice:  # fmt: skip
    """The same from a credit note, inside a service that has checked its permission."""
    keys = {credit_note.pk, *([invoice.pk] if invoice else [])}
    locked = {i.pk: i for i in Invoice.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    note = locked.pop(credit_note.pk)
    kind = Invoice.Kind.SALES_INVOICE if note.is_sales else Invoice.Kind.PURCHASE_INVOICE
    _allocate(actor, note, [(i, amount) for i in locked.values()], kind, on)
    return note


@service("finance.payment.allocate")
def credit_allocate(
    *, actor: Actor, credit_note: Invoice, invoice: Any, amount: Decimal | str | None = None, on: date | None = None
) -> Invoice:
    """Settles an invoice of the same party with a credit note. Raises OverAllocated, Invalid, StateRefused."""
    if not credit_note.is_credit:
        raise StateRefused(_("Only a credit note can be used so"))
    target = Invoice.objects.filter(pk=key_of(invoice) or 0).first()
    if target is None:
        raise Invalid.field("invoice", _("There is no such invoice"), "unknown")
    return allocate_credit(
        actor=actor, credit_note=credit_note, invoice=target, amount=_number(amount, "amount"), on=on
    )


@service("finance.payment.allocate")
def allocation_undo(*, actor: Actor, allocation: PaymentAllocation, on: date | None = None) -> PaymentAllocation:
    """Takes an allocation back: everything is open again as it was, exchange difference included; the row stays with
    its days. Raises StateRefused, PeriodClosed."""
    found = PaymentAllocation.objects.get(pk=allocation.pk)
    if found.settlement_id:
        raise StateRefused(_("Take back the settlement itself"))
    source = _lock_source(found)
    invoice = Invoice.objects.select_for_update().get(pk=found.invoice_id)
    allocation = PaymentAllocation.objects.select_for_update(of=("self",)).select_related("entry").get(pk=found.pk)
    if allocation.undone_on is not None:
        raise StateRefused(_("The allocation is undone already"))
    on = max(on or current().today(), allocation.allocated_on)
    periods_lock(actor, [on])
    if allocation.entry is not None:
        entries_write(actor, [reversal_draft(allocation.entry, on)])
    allocation.undone_on = on
    allocation.save(update_fields={"undone_on"})
    _settle(source, -allocation.amount, -allocation.base_payment)
    _settle(invoice, -allocation.amount, -allocation.base_invoice)
    return allocation


def invoices_lock(items: Sequence[Mapping[str, Any]]) -> None:
    """Locks the invoices that will be allocated. Raises Invalid."""
    _lock_invoices(_asked(None, None, items) or [])


def reversal_day(on: date | None, dated: date, allocations: QuerySet[PaymentAllocation]) -> date:
    """The day on which a payment or invoice is reversed: its own unless `on` says another, and never before the last
    allocation was undone, or open items of the days between would not be what the ledger says. Raises Invalid."""
    undone = allocations.aggregate(last=Max("undone_on"))["last"]
    first = max(dated, undone) if undone else dated
    if on is not None and on < first:
        raise Invalid.field("on", _("This cannot be reversed before %(day)s") % {"day": first.isoformat()}, "range")
    return on or first


def _lock_source(allocation: PaymentAllocation) -> Source:
    if allocation.payment_id:
        return Payment.objects.select_for_update().get(pk=allocation.payment_id)
    return Invoice.objects.select_for_update().get(pk=allocation.credit_note_id or 0)


def _asked(
    invoice: Any, amount: Any, items: Sequence[Mapping[str, Any]] | None
) -> list[tuple[int, Decimal | None]] | None:
    if items:
        if not isinstance(items, (list, tuple)) or not all(isinstance(item, Mapping) for item in items):
            raise Invalid.field("items", _("This must be a list."), "invalid")
        return [
            (_key(i.get("invoice"), f"items.{n}.invoice"), _number(i.get("amount"), f"items.{n}.amount"))
            for n, i in enumerate(items)
        ]
    if invoice is not None:
        return [(_key(invoice, "invoice"), _number(amount, "amount"))]
    return None


def _key(value: Any, field: str) -> int:
    try:
        return key_of(value) or 0
    except (TypeError, ValueError):
        raise Invalid.field(field, _("There is no such invoice"), "unknown") from None


def _number(value: Any, field: str) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = ZERO
    if not number.is_finite() or number <= 0:
        raise Invalid.field(field, _("Enter a positive amount"))
    return number


def _lock_invoices(asked: Sequence[tuple[int, Decimal | None]]) -> list[tuple[Invoice, Decimal | None]]:
    keys = [pk for pk, _amount in asked]
    if len(set(keys)) < len(keys):
        raise Invalid.field("items", _("An invoice is named twice"), "unique")
    locked = {i.pk: i for i in Invoice.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if len(locked) < len(keys):
        raise Invalid.field("invoice", _("There is no such invoice"), "unknown")
    return [(locked[pk], amount) for pk, amount in asked]


def _allocate(actor: Actor, source: Source, wanted: Wanted, kind: str, on: date | None) -> None:
    step, rows = currency_step(source.currency), []
    for invoice, asked in wanted:
        if asked is None and source.open_amount == 0:
            break
        _check(source, invoice, kind)
        amount = min(source.open_amount, invoice.open_amount) if asked is None else asked
        if amount % step:
            raise Invalid.field("amount", _("An amount has more decimals than the currency"), "decimals")
        room = min(source.open_amount, invoice.open_amount)
        if amount > room or amount == 0:
            raise OverAllocated(
                _("%(open)s is open, %(amount)s wanted") % {"open": f"{room:f}", "amount": f"{amount:f}"},
                open=f"{room:f}", attempted=f"{amount:f}", invoice=invoice.pk,
            )  # fmt: skip
        rows.append(_row(source, invoice, amount, on, actor))
    periods_lock(actor, {r.allocated_on for r in rows})
    _post_differences(actor, source, rows)
    PaymentAllocation.objects.bulk_create(rows)
    touch_ids(PaymentAllocation, "insert", {r.pk for r in rows})
    for row in rows:
        row.invoice.save()
        if row.payment_id:
            publish(PaymentAllocated(row.payment_id, row.invoice_id, row.amount))
    source.save()


def _check(source: Source, invoice: Invoice, kind: str) -> None:
    if invoice.kind != kind or invoice.party_id != source.party_id:
        raise Invalid.field("invoice", _("The invoice belongs to another party or another side"), "party")
    if invoice.currency != source.currency:
        raise Invalid.field("invoice", _("The invoice is in another currency"), "currency")
    if invoice.match == Invoice.Match.BLOCKED and isinstance(source, Payment):
        raise StateRefused(
            _("%(number)s is blocked: it does not match its order and what was received; release it first")
            % {"number": str(invoice)}
        )
    if not invoice.is_open:
        raise StateRefused(
            _("%(number)s is %(status)s") % {"number": str(invoice), "status": invoice.get_status_display()}
        )


def _row(source: Source, invoice: Invoice, amount: Decimal, on: date | None, actor: Actor) -> PaymentAllocation:
    """Relieves both sides and remembers by how much."""
    base_step = currency_step(current().currency)
    base_source = relief(amount, source.open_amount, source.open_base, base_step)
    base_invoice = relief(amount, invoice.open_amount, invoice.open_base, base_step)
    day = source.paid_on if isinstance(source, Payment) else source.issued_on
    allocated_on = max(on or current().today(), day, invoice.issued_on)
    if allocated_on < current().today():
        allocated_on = max(allocated_on, not_before(invoice, source))
    settle(source, amount, base_source)
    settle(invoice, amount, base_invoice)
    return PaymentAllocation(
        payment=source if isinstance(source, Payment) else None,
        credit_note=source if isinstance(source, Invoice) else None, invoice=invoice, amount=amount,
        base_payment=base_source, base_invoice=base_invoice, allocated_on=allocated_on,
        created_by_id=actor.member_id, changed_by_id=actor.member_id,
    )  # fmt: skip


def not_before(invoice: Invoice, source: Source | None = None) -> date:
    """The first day on which a past allocation leaves open items what the ledger says on every day: none of the two is
    relieved twice on days before an earlier allocation was undone, nor is what was revalued gone on that day."""
    own, both = Q(invoice=invoice), Q(invoice=invoice)
    if isinstance(source, Payment):
        own, both = own | Q(payment=source), both | Q(payment=source)
    elif source is not None:
        own, both = own | Q(credit_note=source), both | Q(invoice=source)
    rows = PaymentAllocation.objects.filter(own, undone_on__isnull=False)
    undone = rows.aggregate(last=Max("undone_on"))["last"]
    lines = RevaluationLine.objects.filter(both, revaluation__status=Revaluation.Status.POSTED)
    revalued = lines.aggregate(last=Max("revaluation__day"))["last"]
    return max(undone or date.min, revalued + timedelta(days=1) if revalued else date.min)


def _settle(record: Source, amount: Decimal, base: Decimal) -> None:
    settle(record, amount, base)
    record.save()


def settle(record: Source, amount: Decimal, base: Decimal) -> None:
    """`amount` less (negative: more) is open, and the state that follows from it."""
    record.open_amount -= amount
    record.open_base -= base
    if isinstance(record, Payment):
        S = Payment.Status
        whole = record.open_amount == record.amount
        record.status = S.POSTED if whole else S.ALLOCATED if record.open_amount == 0 else S.PART
        return
    T = Invoice.Status
    record.status = (
        T.PAID if record.open_amount == 0 else T.POSTED if record.open_amount == record.total else T.PART_PAID
    )
    left = open_instalments(read_plan(record.instalments), record.total - record.open_amount)
    record.next_due_on = left[0].due_on if left else None


def _post_differences(actor: Actor, source: Source, rows: Sequence[PaymentAllocation]) -> None:
    """What the payment was worth and what the invoice was carried at differ by the exchange difference: posted once,
    against the party's account, so that nothing is left on it (domain rule 38)."""
    differing = [r for r in rows if r.base_payment != r.base_invoice]
    if not differing:
        return
    sales = differing[0].invoice.is_sales
    party_event = Event.SALES_REVENUE if sales else Event.PURCHASE_GOODS
    rules = Rules([party_event, Event.EXCHANGE_DIFFERENCE])
    party, exchange = rules.need(party_event), rules.need(Event.EXCHANGE_DIFFERENCE)
    drafts = []
    for row in differing:
        difference = row.base_payment - row.base_invoice if sales else row.base_invoice - row.base_payment
        account_id = party.debit_id if sales else party.credit_id
        # A gain credits the exchange account, a loss debits it.
        other = exchange.credit_id if difference > 0 else exchange.debit_id
        drafts.append(
            DraftEntry(
                row.allocated_on, JournalEntry.Kind.EXCHANGE,
                (
                    signed(difference, ZERO, account_id, source.currency, party_id=source.party_id),
                    signed(-difference, ZERO, other, source.currency, party_id=source.party_id),
                ),
                event=Event.EXCHANGE_DIFFERENCE, source_entity="finance.invoice", source_id=row.invoice_id,
                source_number=row.invoice.number or "", narration=f"{source.number} → {row.invoice.number}",
            )
        )  # fmt: skip
    for row, entry in zip(differing, entries_write(actor, drafts), strict=True):
        row.entry = entry
