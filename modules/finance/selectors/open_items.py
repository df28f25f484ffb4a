"""Open items and ageing, today and as of any past day: documents of that day less what was allocated by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from modules.finance.models import Invoice, Payment, Revaluation, RevaluationLine
from modules.finance.rules.ageing import BUCKETS, bucket
from modules.finance.rules.amounts import to_base
from modules.finance.rules.due import Instalment, open_instalments, read_plan
from modules.finance.selectors.documents import visible_invoices, visible_payments
from tenon.access.actor import Actor
from tenon.money.fields import MoneyField
from tenon.money.rounding import currency_step
from tenon.tenancy.context import current

ZERO = Decimal(0)
Side = Literal["receivable", "payable"]
KINDS = {
    "receivable": (Invoice.Kind.SALES_INVOICE, Invoice.Kind.SALES_CREDIT_NOTE, Payment.Direction.IN),
    "payable": (Invoice.Kind.PURCHASE_INVOICE, Invoice.Kind.PURCHASE_CREDIT_NOTE, Payment.Direction.OUT),
}  # fmt: skip


@dataclass(frozen=True)
class OpenItem:
    """`open_amount` in its currency and `open_base` as carried in the ledger; invoices are positive, payments and
    credit notes negative: they reduce what is owed."""

    kind: str  # invoice | credit_note | payment
    id: int
    number: str
    party_id: int
    party: str
    dated: date
    due_on: date
    reference: str
    currency: str
    total: Decimal
    open_amount: Decimal
    open_base: Decimal
    parts: tuple[tuple[date, Decimal], ...] = ()  # (due, open in base), invoices only


@dataclass
class AgeingRow:
    party_id: int
    party: str
    buckets: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(BUCKETS, ZERO))
    unapplied: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return sum(self.buckets.values(), ZERO) + self.unapplied


def _live(as_of: date, prefix: str) -> Q:
    """Allocations that stood at the end of that day."""
    undone = Q(**{f"{prefix}__undone_on__isnull": True}) | Q(**{f"{prefix}__undone_on__gt": as_of})
    return Q(**{f"{prefix}__allocated_on__lte": as_of}) & undone


def _used(prefix: str, column: str, as_of: date) -> Coalesce:
    total = Sum(f"{prefix}__{column}", filter=_live(as_of, prefix))
    return Coalesce(total, Value(ZERO), output_field=MoneyField())


def _stood(rows: QuerySet[Any], dated: str, as_of: date) -> QuerySet[Any]:
    return rows.filter(**{f"{dated}__lte": as_of}).filter(Q(reversed_on__isnull=True) | Q(reversed_on__gt=as_of))


def open_items(*, actor: Actor, side: Side, as_of: date | None = None, party_id: int | None = None) -> list[OpenItem]:
    """What the actor may see of it; three queries. Raises Forbidden, FeatureOff."""
    day = as_of or current().today()
    return list(_items(visible_invoices(actor), visible_payments(actor), side, day, party_id))


def open_items_of(
    invoices: QuerySet[Invoice], payments: QuerySet[Payment], side: Side, day: date, party_id: int | None = None
) -> Iterator[OpenItem]:
    """The same of these documents, at what they were invoiced and paid at, whoever asks."""
    return _items(invoices, payments, side, day, party_id, {})


def _revalued(day: date) -> dict[tuple[str, int], Decimal]:
    """What the worth of open items differed by at the end of a day on which they were revalued: taken back on the next,
    so that it counts on that day alone."""
    rows = RevaluationLine.objects.filter(revaluation__day=day, revaluation__status=Revaluation.Status.POSTED)
    found = rows.filter(account__isnull=True).values_list("invoice_id", "payment_id", "difference")
    return {("payment", p) if p else ("invoice", i or 0): difference for i, p, difference in found}


def _items(
    invoices: QuerySet[Invoice],
    payments: QuerySet[Payment],
    side: Side,
    day: date,
    party_id: int | None,
    worth: Mapping[tuple[str, int], Decimal] | None = None,
) -> Iterator[OpenItem]:
    worth = _revalued(day) if worth is None else worth
    kind, credit_kind, direction = KINDS[side]
    if party_id is not None:
        invoices, payments = invoices.filter(party_id=party_id), payments.filter(party_id=party_id)
    posted = _stood(invoices.exclude(status=Invoice.Status.DRAFT), "issued_on", day)
    step = currency_step(current().currency)
    rows = posted.filter(kind=kind).annotate(
        gone=_used("allocations", "amount", day), gone_base=_used("allocations", "base_invoice", day)
    )
    columns = ("id", "number", "party_id", "party__name", "issued_on", "due_on", "reference", "currency")
    for r in (
        rows.filter(total__gt=F("gone"))
        .order_by("due_on", "id")
        .values(*columns, "total", "base_total", "instalments", "gone", "gone_base")
    ):
        left = open_instalments(read_plan(r["instalments"]), r["gone"])
        base = r["base_total"] - r["gone_base"] + worth.get(("invoice", r["id"]), ZERO)
        yield _item("invoice", r, r["total"] - r["gone"], base, _parts(left, base, step), r["issued_on"], r["due_on"])
    credits_ = posted.filter(kind=credit_kind).annotate(
        gone=_used("used", "amount", day), gone_base=_used("used", "base_payment", day)
    )
    for r in (
        credits_.filter(total__gt=F("gone"))
        .order_by("issued_on", "id")
        .values(*columns, "total", "base_total", "gone", "gone_base")
    ):
        yield _item(
            "credit_note", r, -(r["total"] - r["gone"]),
            -(r["base_total"] - r["gone_base"]) + worth.get(("invoice", r["id"]), ZERO), (), r["issued_on"],
            r["issued_on"],
        )  # fmt: skip
    paid = _stood(payments.filter(direction=direction), "paid_on", day).annotate(
        gone=_used("allocations", "amount", day), gone_base=_used("allocations", "base_payment", day)
    )
    for r in paid.filter(amount__gt=F("gone")).order_by("paid_on", "id").values(
        "id", "number", "party_id", "party__name", "paid_on", "reference", "currency", "amount", "base_amount", "gone",
        "gone_base",
    ):  # fmt: skip
        r["total"] = r["amount"]
        yield _item(
            "payment",
            r,
            -(r["amount"] - r["gone"]),
            -(r["base_amount"] - r["gone_base"]) + worth.get(("payment", r["id"]), ZERO),
            (),
            r["paid_on"],
            r["paid_on"],
        )


def _parts(left: list[Instalment], base: Decimal, step: Decimal) -> tuple[tuple[date, Decimal], ...]:
    """The open instalments in base currency, such that they add up to the carrying amount."""
    amounts = [i.amount for i in left]
    whole = sum(amounts, ZERO)
    if not whole:
        return ()
    parts = to_base(amounts, base / whole, step)
    parts[-1] += base - sum(parts, ZERO)
    return tuple((i.due_on, p) for i, p in zip(left, parts, strict=True))


def _item(
    kind: str, r: dict[str, Any], open_amount: Decimal, base: Decimal, parts: tuple[tuple[date, Decimal], ...],
    dated: date, due_on: date,
) -> OpenItem:  # fmt: skip
    return OpenItem(
        kind, r["id"], r["number"] or "", r["party_id"], r["party__name"], dated, parts[0][0] if parts else due_on,
        r["reference"], r["currency"], r["total"], open_amount, base, parts,
    )  # fmt: skip


def ageing(*, actor: Actor, side: Side, as_of: date | None = None, party_id: int | None = None) -> list[AgeingRow]:
    """Per party, in base currency, by due date of each instalment; payments and credit notes not yet used stand in a
    column of their own. For who sees all rows the total is the control account's balance. Raises Forbidden."""
    day = as_of or current().today()
    rows: dict[int, AgeingRow] = {}
    for item in open_items(actor=actor, side=side, as_of=day, party_id=party_id):
        row = rows.setdefault(item.party_id, AgeingRow(item.party_id, item.party))
        if item.kind != "invoice":
            row.unapplied += item.open_base
        for due_on, amount in item.parts:
            row.buckets[bucket(due_on, day)] += amount
    return sorted(rows.values(), key=lambda r: (-r.total, r.party))


def open_total(side: Side, as_of: date) -> Decimal:
    """Sum of all open items in base currency, whoever asks: for the check of the books."""
    return sum((i.open_base for i in _items(Invoice.objects.all(), Payment.objects.all(), side, as_of, None)), ZERO)
