"""Goods received not invoiced: what a receipt or a return leaves standing for an order line must fit what is still to
be invoiced of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from modules.finance.models import Event, JournalEntry
from modules.finance.rules.entry import DraftEntry, signed
from modules.finance.selectors.accrued import accrued
from modules.finance.selectors.rules import Rules
from modules.shared.contracts.posting import Posting
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import PurchaseOrderLine
from tenon.tenancy.context import current

ZERO = Decimal(0)
# How an event changes what stands accrued.
SIGN = {"goods_receipt": 1, "production_outside": 1, "goods_receipt_return": -1, "purchase_variance": 1}


def settlements(postings: Sequence[Posting]) -> list[DraftEntry]:
    """Entries that take away what would stand for nothing once `postings` are written: the cent by which parts of a
    receipt differ when some were invoiced and some went back; goods that went back and were received before the ledger
    was kept (against opening balances); goods that were invoiced before they came, while nobody kept stock. Two
    queries, none without receipts."""
    changes: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for posting in postings:
        for line in posting.lines:
            if line.purchase_order_line_id and posting.kind in SIGN:
                changes[line.purchase_order_line_id] += SIGN[posting.kind] * line.amount
    if not changes:
        return []
    before = _standing(set(changes))
    # Never accrued: what goes back of it has nothing to take away, whatever is still to be invoiced or credited.
    strange = {pk for pk, change in changes.items() if change < 0 and pk not in before}
    wrong = _for_nothing({pk: before.get(pk, ZERO) + change for pk, change in changes.items()}, strange)
    if not wrong:
        return []
    first = next(p for p in postings if p.kind in SIGN)
    received = any(p.kind in ("goods_receipt", "production_outside") for p in postings)
    priced = {row.line_id for row in wrong if received or row.line_id in before}
    return [_entry(wrong, priced, first.on, first.source)]


def leftovers(on: date) -> list[DraftEntry]:
    """The same for all that stands now, against opening balances: what went back or was invoiced while the ledger was
    off."""
    wrong = _for_nothing(_standing(None))
    return [_entry(wrong, set(), on, RecordRef("", 0, ""))] if wrong else []


@dataclass(frozen=True)
class _Row:
    line_id: int
    product_id: int
    supplier_id: int
    amount: Decimal  # what stands for nothing; positive: accrued


def _standing(line_ids: set[int] | None) -> dict[int, Decimal]:
    """Order line → what is accrued for it, on whichever account."""
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for (line_id, _account), value in accrued(line_ids).items():
        found[line_id] += value
    return found


def _for_nothing(standing: dict[int, Decimal], strange: Collection[int] = ()) -> list[_Row]:
    rows = (
        PurchaseOrderLine.objects.filter(pk__in=[pk for pk, value in standing.items() if value])
        .order_by("pk")
        .annotate(left=F("received") - F("rejected") - F("returned") - F("invoiced"))
        .values_list("pk", "product_id", "order__supplier_id", "left")
    )
    wrong = []
    for pk, product_id, supplier_id, left in rows:
        stands = standing[pk]
        amount = stands
        if left and pk not in strange:
            amount = min(stands, ZERO) if left > 0 else max(stands, ZERO)
        if amount:
            wrong.append(_Row(pk, product_id, supplier_id, amount))
    return wrong


def _entry(wrong: Sequence[_Row], priced: set[int], on: date, source: RecordRef) -> DraftEntry:
    """`priced`: lines whose difference is one of price; the others' belongs to opening balances."""
    rules = Rules([Event.GOODS_RECEIPT, Event.PURCHASE_VARIANCE, Event.STOCK_OPENING], [r.product_id for r in wrong])
    currency, narration, lines = current().currency, str(_("Received not invoiced, settled")), []
    for row in wrong:
        accrual = rules.need(Event.GOODS_RECEIPT, row.product_id).credit_id
        if row.line_id in priced:
            other = rules.need(Event.PURCHASE_VARIANCE, row.product_id).debit_id
        else:
            other = rules.need(Event.STOCK_OPENING, row.product_id).credit_id
        for value, account in ((row.amount, accrual), (-row.amount, other)):
            lines.append(
                signed(
                    value, value, account, currency, party_id=row.supplier_id, product_id=row.product_id,
                    purchase_order_line_id=row.line_id, narration=narration,
                )
            )  # fmt: skip
    return DraftEntry(
        on, JournalEntry.Kind.STOCK, tuple(lines), event=Event.PURCHASE_VARIANCE, source_entity=source.entity,
        source_id=source.id or None, source_number=source.label, narration=f"{source.label} {narration}".strip(),
    )  # fmt: skip
