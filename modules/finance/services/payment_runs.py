"""Payment runs: proposed, approved, recorded; a run is cancelled whole. An invoice is in one run at a time, which the
database holds; a run goes on only from the state it is in, under its lock, so that nothing is paid twice."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from modules.finance.models import CashAccount, Invoice, Payment, PaymentRun, PaymentRunLine
from modules.finance.selectors.bank import matched_entry
from modules.finance.services.allocation import allocation_undo, invoices_lock, payment_allocate
from modules.finance.services.payments import payment_record, payment_reverse
from modules.shared.data.models import BankAccount, Party
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current

SERIES = "RUN"
MOST = 1000


@service("finance.payment_run.create")
def payment_run_create(
    *, actor: Actor, cash_account: Any, due_until: date, pay_on: date | None = None, supplier: Any = None
) -> PaymentRun:
    """Proposes what is due by a day, in the account's currency, and neither blocked nor in another run. Raises Invalid
    where nothing is."""
    account = CashAccount.objects.select_for_update().filter(pk=key_of(cash_account) or 0).first()
    if account is None or not account.is_active or account.kind != CashAccount.Kind.BANK:
        raise Invalid.field("cash_account", _("Choose a bank account in use"), "unknown")
    party = key_of(supplier)
    due = (
        Invoice.objects.select_for_update(of=("self",))
        .filter(kind=Invoice.Kind.PURCHASE_INVOICE, open_amount__gt=0, currency=account.currency)
        .filter(Q(next_due_on__lte=due_until) | Q(next_due_on=None, due_on__lte=due_until))
        .exclude(match=Invoice.Match.BLOCKED)
    )
    if party:
        due = due.filter(party_id=party)
    locked = list(due.order_by("pk")[: MOST + 1])
    # After the lock: who waited for it sees what the other took.
    taken = set(PaymentRunLine.objects.filter(live=True, invoice__in=locked).values_list("invoice_id", flat=True))
    rows = [x for x in locked if x.pk not in taken][:MOST]
    if not rows:
        raise Invalid.field("due_until", _("No supplier invoice is due by then that could be paid"), "nothing")
    run = PaymentRun(
        number=next_number(SERIES), cash_account=account, due_until=due_until, currency=account.currency,
        pay_on=pay_on or current().today(), supplier=Party.objects.filter(pk=party).first() if party else None,
    )  # fmt: skip
    run.save()
    banks: dict[int, BankAccount] = {}
    for bank in BankAccount.objects.filter(party_id__in={x.party_id for x in rows}).order_by("-pk"):
        banks[bank.party_id] = bank
    names = dict(Party.objects.filter(pk__in={x.party_id for x in rows}).values_list("pk", "name"))
    lines = []
    for x in rows:
        theirs = banks.get(x.party_id)
        lines.append(
            PaymentRunLine(
                run=run, invoice=x, party_id=x.party_id, due_on=x.next_due_on or x.due_on, amount=x.open_amount,
                account_number=theirs.number if theirs else "", bank=theirs.bank if theirs else "",
                holder=(theirs.holder if theirs else "") or names[x.party_id][:120],
                created_by_id=actor.member_id, changed_by_id=actor.member_id,
            )
        )  # fmt: skip
    PaymentRunLine.objects.bulk_create(lines)
    touch_ids(PaymentRunLine, "insert", {x.pk for x in lines})
    return _summed(run)


@service("finance.payment_run.create")
def payment_run_line_remove(*, actor: Actor, line: PaymentRunLine) -> PaymentRunLine:
    """Takes an invoice out of a run that is proposed. Raises StateRefused."""
    run = PaymentRun.objects.select_for_update().get(pk=line.run_id)
    if run.status != PaymentRun.Status.PROPOSED:
        raise StateRefused(_("Only a run that is proposed is changed"))
    line = PaymentRunLine.objects.select_for_update().get(pk=line.pk)
    line.live = False
    line.save()
    _summed(run)
    return line


@service("finance.payment_run.approve")
def payment_run_approve(*, actor: Actor, run: PaymentRun) -> PaymentRun:
    """Says that it is to be paid, with a right of its own. Raises StateRefused where an invoice was paid or blocked
    meanwhile, or a supplier has no account."""
    run = PaymentRun.objects.select_for_update().get(pk=run.pk)
    if run.status != PaymentRun.Status.PROPOSED:
        raise StateRefused(_("This run is not proposed any more"))
    _check(run)
    run.status, run.approved_by_id = PaymentRun.Status.APPROVED, actor.member_id
    run.save()
    return run


@service("finance.payment_run.create")
def payment_run_record(*, actor: Actor, run: PaymentRun) -> PaymentRun:
    """Records what the bank was told to pay: one payment per supplier, allocated to its invoices, on the run's day.
    Once: a second call is refused. Raises StateRefused, Invalid, PeriodClosed."""
    run = PaymentRun.objects.select_for_update().get(pk=run.pk)
    if run.status != PaymentRun.Status.APPROVED:
        raise StateRefused(_("Only a run that is approved is recorded, and once"))
    account = CashAccount.objects.get(pk=run.cash_account_id)
    lines = list(run.lines.select_for_update().filter(live=True).order_by("pk"))
    invoices_lock([{"invoice": x.invoice_id, "amount": x.amount} for x in lines])
    _check(run)
    suppliers: dict[int, list[PaymentRunLine]] = defaultdict(list)
    for line in lines:
        suppliers[line.party_id].append(line)
    for party_id, own in sorted(suppliers.items()):
        payment = payment_record(
            actor=actor, direction="out", party=party_id, amount=sum((x.amount for x in own), start=0 * own[0].amount),
            account=account.account_id, paid_on=run.pay_on, currency=run.currency, reference=transfer_id(run, party_id),
        )  # fmt: skip
        payment_allocate(
            actor=actor, payment=payment, on=run.pay_on,
            items=[{"invoice": x.invoice_id, "amount": x.amount} for x in own],
        )  # fmt: skip
        for line in own:
            line.payment = payment
            line.live = False  # paid: what is left of the invoice, if anything, may be in another run
            line.save()
    run.status = PaymentRun.Status.PAID
    run.save()
    return run


@service("finance.payment_run.create")
def payment_run_cancel(*, actor: Actor, run: PaymentRun) -> PaymentRun:
    """Nothing of it is paid: its invoices may be in another run; payments that were recorded are unallocated and
    reversed. Raises StateRefused where one is matched with the bank already, PeriodClosed."""
    run = PaymentRun.objects.select_for_update().get(pk=run.pk)
    if run.status == PaymentRun.Status.CANCELLED:
        raise StateRefused(_("This run is cancelled already"))
    lines = list(run.lines.select_for_update().order_by("pk"))
    for payment in Payment.objects.filter(pk__in={x.payment_id for x in lines if x.payment_id}).order_by("pk"):
        if matched_entry(payment.entry_id):
            raise StateRefused(_("The payment is matched with the bank: undo that first"))
        for allocation in payment.allocations.filter(undone_on__isnull=True).order_by("pk"):
            allocation_undo(actor=actor, allocation=allocation, on=allocation.allocated_on)
        payment_reverse(actor=actor, payment=payment)
    for line in lines:
        line.live = False
        line.save()
    run.status = PaymentRun.Status.CANCELLED
    run.save()
    return run


def transfer_id(run: PaymentRun, party_id: int) -> str:
    """What the bank tells back: by it the line of the statement finds its payment."""
    return f"{run.number}-{party_id}"


def _check(run: PaymentRun) -> None:
    rows = PaymentRunLine.objects.filter(run=run, live=True)
    if not rows.exists():
        raise StateRefused(_("The run has no invoices"))
    gone = rows.filter(
        Q(invoice__open_amount__lt=F("amount")) | Q(invoice__match=Invoice.Match.BLOCKED)
    ).select_related("invoice").first()  # fmt: skip
    if gone is not None:
        raise StateRefused(
            _("%(number)s was paid or blocked meanwhile: take it out of the run") % {"number": str(gone.invoice)}
        )
    bare = rows.filter(account_number="").select_related("party").first()
    if bare is not None:
        raise StateRefused(
            _("%(party)s has no bank account: enter one, or take its invoices out of the run")
            % {"party": str(bare.party)}
        )


def _summed(run: PaymentRun) -> PaymentRun:
    rows = run.lines.filter(live=True)
    run.total = rows.aggregate(value=Sum("amount"))["value"] or 0
    run.line_count = rows.count()
    run.save()
    return run
