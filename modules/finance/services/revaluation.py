"""Revaluing what is open in foreign currency (rule 38): a gain is booked once.

On the day each open item gets its worth by the rate of the day; on the next day that is taken back, and settling the
item books the whole difference between what it was invoiced and paid at. Between the two days the difference stands in
the control account and in the open items alike (docs/adr/0032)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from modules.finance.models import Event, JournalEntry, Revaluation, RevaluationLine
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.selectors.revaluation import Revalued, revalued
from modules.finance.selectors.rules import Rules
from modules.finance.services.journal import reversal_draft
from modules.finance.services.ledger import entries_write
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service, touch_ids

ZERO = Decimal(0)
LOCK = 63_038_001  # one revaluation at a time, per company


@service("finance.revaluation.create")
def revaluation_run(*, actor: Actor, day: date) -> Revaluation:
    """Revalues all that is open in foreign currency at the end of `day`. Raises StateRefused when that day is revalued
    already or nothing differs, MissingRate, MissingRule, PeriodClosed."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext(current_schema()), %s)", [LOCK])
    if Revaluation.objects.filter(day=day, status=Revaluation.Status.POSTED).exists():
        raise StateRefused(_("This day is revalued already: take that back first"))
    found = revalued(day)
    if not found:
        raise StateRefused(_("Nothing that is open in foreign currency is worth more or less than it is carried at"))
    items, banks = [x for x in found if x.side], [x for x in found if not x.side]
    entry, reversal = None, None
    if items:
        (entry,) = entries_write(actor, [_draft(day, items, str(_("Unrealised exchange differences")))])
        back = str(_("Unrealised exchange differences taken back"))
        # Not a reversal of the entry as the ledger knows it: undoing the run reverses both, each on its own day.
        opposite = reversal_draft(entry, day + timedelta(days=1), narration=back)
        opposite = replace(opposite, kind=JournalEntry.Kind.EXCHANGE, reversal_of_id=None)
        (reversal,) = entries_write(actor, [opposite])
    bank_entry = None
    if banks:
        (bank_entry,) = entries_write(actor, [_draft(day, banks, str(_("Bank balances at the rate of the day")))])
    run = Revaluation(
        day=day, gain=sum((x.gain for x in found), ZERO), entry=entry, reversal=reversal, bank_entry=bank_entry
    )
    run.save()
    lines = [
        RevaluationLine(
            revaluation=run, invoice_id=x.invoice_id, payment_id=x.payment_id, account_id=x.account_id,
            party_id=x.party_id, currency=x.currency, amount=x.amount, rate=x.rate, carried=x.carried, worth=x.worth,
            difference=x.difference, created_by_id=actor.member_id, changed_by_id=actor.member_id,
        )
        for x in found
    ]  # fmt: skip
    RevaluationLine.objects.bulk_create(lines)
    touch_ids(RevaluationLine, "insert", {x.pk for x in lines})
    return run


@service("finance.revaluation.create")
def revaluation_undo(*, actor: Actor, revaluation: Revaluation) -> Revaluation:
    """Takes a revaluation back on its own days. Raises StateRefused, PeriodClosed."""
    revaluation = Revaluation.objects.select_for_update().get(pk=revaluation.pk)
    if revaluation.status != Revaluation.Status.POSTED:
        raise StateRefused(_("It is taken back already"))
    for entry in (revaluation.entry, revaluation.reversal, revaluation.bank_entry):
        if entry is not None:
            entries_write(actor, [reversal_draft(entry, entry.entry_date)])
    revaluation.status = Revaluation.Status.UNDONE
    revaluation.save()
    return revaluation


def _draft(day: date, found: Sequence[Revalued], narration: str) -> DraftEntry:
    rules = Rules([Event.SALES_REVENUE, Event.PURCHASE_GOODS, Event.EXCHANGE_DIFFERENCE])
    exchange = rules.need(Event.EXCHANGE_DIFFERENCE)
    lines: list[DraftLine] = []
    for x in found:
        if x.side == "receivable":
            account = rules.need(Event.SALES_REVENUE).debit_id
        elif x.side == "payable":
            account = rules.need(Event.PURCHASE_GOODS).credit_id
        else:
            account = x.account_id or 0
        # A gain credits the exchange account, a loss debits it; what is owed grows by a loss.
        other = exchange.credit_id if x.gain > 0 else exchange.debit_id
        lines += [
            signed(x.gain, ZERO, account, x.currency, party_id=x.party_id, narration=f"{x.currency} {x.rate:f}"),
            signed(-x.gain, ZERO, other, x.currency, party_id=x.party_id),
        ]
    return DraftEntry(
        day, JournalEntry.Kind.EXCHANGE, tuple(lines), event=Event.EXCHANGE_DIFFERENCE, narration=narration
    )
