"""Catching up with what moved while the ledger was off, or before it was first switched on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from modules.finance.models import Account, Event, JournalEntry, JournalLine
from modules.finance.rules.entry import DraftEntry, signed
from modules.finance.selectors.rules import Rules
from modules.finance.services.ledger import entries_write
from modules.finance.services.posting import posting_post
from modules.finance.services.received import leftovers
from modules.shared.contracts.posting import Posting, PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.valuation import StockValuation, WorkInProgress
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service("finance.journal_entry.create")
def ledger_catch_up(*, actor: Actor) -> None:
    """Brings stock, work in progress and what is accrued for goods received in the ledger to what inventory, production
    and the purchase orders say, against the account of opening balances: what moved without the ledger has no other
    entry. Changes nothing when they agree. Raises PeriodClosed, MissingRule."""
    label, today = str(_("Moved before the ledger was kept")), current().today()
    stock = find(StockValuation)
    if stock is not None:
        lines = tuple(
            PostingLine(amount, product_id=product_id, note=label)
            for product_id, amount in _differing(stock.values(), Account.Control.STOCK, "product_id")
        )
        if lines:
            posting_post(actor=actor, postings=[Posting("stock_opening", today, RecordRef("", 0, label), lines)])
    entries_write(actor, leftovers(today))
    work = find(WorkInProgress)
    if work is None:
        return
    orders = _differing(work.values(), Account.Control.WIP, "production_order_id")
    if orders:
        rules = Rules([Event.PRODUCTION_ISSUE, Event.STOCK_OPENING])
        wip = rules.need(Event.PRODUCTION_ISSUE).debit_id
        opening = rules.need(Event.STOCK_OPENING).credit_id
        currency = current().currency
        both = [
            signed(sign * amount, sign * amount, account, currency, production_order_id=order_id, narration=label)
            for order_id, amount in orders
            for sign, account in ((1, wip), (-1, opening))
        ]
        entries_write(
            actor, [DraftEntry(today, JournalEntry.Kind.STOCK, tuple(both), event="stock_opening", narration=label)]
        )


def _differing(kept: Mapping[int, Decimal], control: str, dimension: str) -> list[tuple[int, Decimal]]:
    """(key, what is missing in the ledger), by key."""
    posted = dict(
        JournalLine.objects.filter(account__control=control, **{f"{dimension}__isnull": False})
        .values_list(dimension)
        .annotate(value=Sum(F("debit") - F("credit")))
    )
    missing = {key: kept.get(key, ZERO) - posted.get(key, ZERO) for key in {*kept, *posted}}
    return [(key, amount) for key, amount in sorted(missing.items()) if amount]
