"""Goods received not invoiced: what a receipt or a return leaves standing for an order line must fit what is still to
be invoiced of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from modules.finance.models import Account, Event, JournalEntry, JournalLine
from modules.finance.rules.entry import DraftEntry, signed
from modules.finance.selectors.rules import Rules
from modules.shared.contracts.posting import Posting
from modules.shared.data.models import PurchaseOrderLine
from tenon.tenancy.context import current

ZERO = Decimal(0)
# How an event changes what stands accrued.
SIGN = {"goods_receipt": 1, "goods_receipt_return": -1, "purchase_variance": 1}


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
    before = dict(
        JournalLine.objects.filter(purchase_order_line_id__in=changes, account__control=Account.Control.GRNI)
        .values_list("purchase_order_line_id")
        .annotate(value=Sum(F("credit") - F("debit")))
    )
    rows = PurchaseOrderLine.objects.filter(pk__in=changes).order_by("pk")
    wrong = []
    for pk, product_id, supplier_id, left in rows.annotate(
        left=F("received") - F("rejected") - F("returned") - F("invoiced")
    ).values_list("pk", "product_id", "order__supplier_id", "left"):
        stands = before.get(pk, ZERO) + changes[pk]
        amount = stands if left == 0 else min(stands, ZERO) if left > 0 else max(stands, ZERO)
        if amount:
            wrong.append((pk, product_id, supplier_id, amount))
    return [_entry(postings, wrong, before)] if wrong else []


def _entry(
    postings: Sequence[Posting], wrong: Sequence[tuple[int, int, int, Decimal]], before: dict[int | None, Decimal]
) -> DraftEntry:
    rules = Rules([Event.GOODS_RECEIPT, Event.PURCHASE_VARIANCE, Event.STOCK_OPENING], [row[1] for row in wrong])
    first = next(p for p in postings if p.kind in SIGN)
    received = any(p.kind == "goods_receipt" for p in postings)
    currency, narration, lines = current().currency, str(_("Received not invoiced, settled")), []
    for pk, product_id, supplier_id, amount in wrong:
        accrual = rules.need(Event.GOODS_RECEIPT, product_id).credit_id
        if received or pk in before:
            other = rules.need(Event.PURCHASE_VARIANCE, product_id).debit_id
        else:
            other = rules.need(Event.STOCK_OPENING, product_id).credit_id
        for value, account in ((amount, accrual), (-amount, other)):
            lines.append(
                signed(
                    value, value, account, currency, party_id=supplier_id, product_id=product_id,
                    purchase_order_line_id=pk, narration=narration,
                )
            )  # fmt: skip
    return DraftEntry(
        first.on, JournalEntry.Kind.STOCK, tuple(lines), event=Event.PURCHASE_VARIANCE,
        source_entity=first.source.entity, source_id=first.source.id, source_number=first.source.label,
        narration=f"{first.source.label} {narration}",
    )  # fmt: skip
