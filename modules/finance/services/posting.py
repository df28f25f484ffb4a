"""Postings of other modules: what happened, in amounts, becomes journal entries in the same transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from modules.finance.models import JournalEntry, SuspenseItem
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.rules.profit import split_cost
from modules.finance.selectors.costs import Shares, estimated_shares, produced_shares, sold_shares
from modules.finance.selectors.rules import Rules, suspense_account
from modules.finance.services.ledger import entries_write
from modules.finance.services.received import settlements
from modules.shared.contracts.posting import Posting, PostingLine
from modules.shared.contracts.refs import RecordRef
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
SOLD = ("delivery", "delivery_return")
ENTITY = "finance.journal_entry"


@service(None)
def posting_post(*, actor: Actor, postings: Sequence[Posting]) -> list[RecordRef]:
    """One entry per posting, with a constant number of statements. No permission of its own: who may move goods posts
    what they are worth. Without a rule the amount goes to suspense and onto the accountant's desk. Raises
    PeriodClosed."""
    wanted = [p for p in postings if any(line.amount for line in p.lines)]
    if not wanted:
        return []
    rules = Rules({p.kind for p in wanted}, {line.product_id for p in wanted for line in p.lines})
    splitter = _Splitter(wanted, rules)
    drafts, missing = [], []
    for posting in wanted:
        lines: list[DraftLine] = []
        unruled: dict[tuple[int | None, int | None], Decimal] = defaultdict(lambda: ZERO)
        for line in posting.lines:
            accounts = rules.find(posting.kind, line.product_id)
            if accounts is None:
                suspense = suspense_account().pk
                unruled[(line.product_id, line.party_id)] += line.amount
                lines += _pair(line, suspense, suspense)
            else:
                parts = splitter.split(posting, line)
                lines += _pair(line, accounts.debit_id, accounts.credit_id, parts, returned=posting.kind == SOLD[1])
        source = posting.source
        drafts.append(
            DraftEntry(
                posting.on, JournalEntry.Kind.STOCK, tuple(lines), event=posting.kind, source_entity=source.entity,
                source_id=source.id, source_number=source.label, narration=source.label,
            )
        )  # fmt: skip
        missing.append(unruled)
    # What waits on the desk stands in suspense, not among what was received: there is nothing to settle yet.
    settled = settlements(wanted) if not any(missing) else []
    entries = entries_write(actor, drafts)
    _onto_the_desk(actor, entries, missing)
    entries += entries_write(actor, settled)
    return [RecordRef(ENTITY, e.pk, e.number) for e in entries]


def _pair(
    line: PostingLine, debit_id: int, credit_id: int, split: dict[str, Decimal] | None = None, *, returned: bool = False
) -> list[DraftLine]:
    """Debit and credit of one amount. `split` divides the cost side by component: the debit of a sale, the credit of a
    return."""
    currency = current().currency

    def side(account_id: int, amount: Decimal, component: str) -> DraftLine:
        return signed(
            amount, amount, account_id, currency, party_id=line.party_id, product_id=line.product_id,
            sales_order_id=line.sales_order_id, sales_order_line_id=line.sales_order_line_id,
            production_order_id=line.production_order_id, purchase_order_line_id=line.purchase_order_line_id,
            component=component, narration=line.note,
        )  # fmt: skip

    whole = {line.component: line.amount}
    debits, credits = (whole, split or whole) if returned else (split or whole, whole)
    return [
        *(side(debit_id, amount, component) for component, amount in debits.items()),
        *(side(credit_id, -amount, component) for component, amount in credits.items()),
    ]


class _Splitter:
    """Divides the cost of what is sold into material, labour and overhead: as the production orders for that order have
    cost, else as production or inventory estimate, else all of it is material. What comes back goes as it came."""

    def __init__(self, postings: Sequence[Posting], rules: Rules) -> None:
        self.step = currency_step(current().currency)
        lines = {
            kind: [x for p in postings if p.kind == kind for x in p.lines if self._made(x, rules)] for kind in SOLD
        }
        sold, returned = lines[SOLD[0]], lines[SOLD[1]]
        self.sold = sold_shares(x.sales_order_line_id for x in returned if x.sales_order_line_id)
        self.made = produced_shares((x.sales_order_id, x.product_id) for x in sold if x.sales_order_id and x.product_id)
        unknown = {
            x.product_id for x in sold if x.product_id and (x.sales_order_id or 0, x.product_id) not in self.made
        }
        self.estimates: dict[int, Shares] = estimated_shares(unknown)

    @staticmethod
    def _made(line: PostingLine, rules: Rules) -> bool:
        # "material" is what inventory says of everything it ships; of made products the ledger knows better.
        return line.component in ("", "material") and rules.source(line.product_id) == "make"

    def split(self, posting: Posting, line: PostingLine) -> dict[str, Decimal]:
        if posting.kind not in SOLD or line.component not in ("", "material") or line.product_id is None:
            return {}
        if posting.kind == SOLD[1]:
            shares = self.sold.get(line.sales_order_line_id or 0)
        else:
            key = (line.sales_order_id or 0, line.product_id)
            shares = self.made.get(key) or self.estimates.get(line.product_id)
        return split_cost(line.amount, shares, self.step) if shares else {}


def _onto_the_desk(
    actor: Actor, entries: Sequence[JournalEntry], missing: Sequence[dict[tuple[int | None, int | None], Decimal]]
) -> None:
    items = [
        SuspenseItem(
            entry=entry, event=entry.event, product_id=product_id, party_id=party_id, amount=amount,
            created_by_id=actor.member_id, changed_by_id=actor.member_id,
        )
        for entry, unruled in zip(entries, missing, strict=True)
        for (product_id, party_id), amount in unruled.items()
        if amount
    ]  # fmt: skip
    if items:
        SuspenseItem.objects.bulk_create(items)
        touch_ids(SuspenseItem, "insert", {i.pk for i in items})
