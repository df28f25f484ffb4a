"""How suppliers perform (供应商评分), computed from real documents: orders and what came of them, receipts with their
days, the days they took to answer, prices against standard cost, invoices against what was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, Count, DurationField, ExpressionWrapper, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from modules.inventory.models import Receipt, ReceiptLine
from modules.inventory.selectors.sourcing import expired_documents
from modules.shared.contracts.valuation import InvoicedDifferences
from modules.shared.data.models import Party, PurchaseOrder, PurchaseOrderChange, PurchaseOrderLine
from tenon.money.rounding import round_money
from tenon.ports import find
from tenon.tenancy.context import current

ZERO = Decimal(0)
MILLION = Decimal(1_000_000)
DEAD = ("draft", "cancelled")


@dataclass(frozen=True)
class Score:
    """`spend`: what was ordered, net, company currency. `on_time`: share of what came (by receipts) that came by the
    day agreed: the supplier's own where it named one, else ours. `price_variance`: how much more than standard cost
    was agreed, as a share of it; `invoice_variance`: how much more than agreed was invoiced, as a share of what was
    agreed for what was invoiced. None where there is nothing to tell it from."""

    supplier_id: int
    name: str
    orders: int
    spend: Decimal
    received: Decimal
    rejected: Decimal
    on_time: Decimal | None
    price_variance: Decimal | None
    invoice_variance: Decimal | None
    response_hours: Decimal | None
    expired: str

    @property
    def rejected_ppm(self) -> Decimal | None:
        if not self.received:
            return None
        return (self.rejected * MILLION / self.received).quantize(Decimal(1), ROUND_HALF_UP)


def supplier_scores(
    *, since: date | None = None, until: date | None = None, supplier_id: int | None = None
) -> list[Score]:
    """Of all suppliers with an order in that time, by spend. A constant number of queries."""
    orders = PurchaseOrder.objects.exclude(status__in=DEAD)
    if since is not None:
        orders = orders.filter(ordered_on__gte=since)
    if until is not None:
        orders = orders.filter(ordered_on__lte=until)
    if supplier_id is not None:
        orders = orders.filter(supplier_id=supplier_id)
    spent = {
        row["supplier_id"]: row
        for row in orders.values("supplier_id").annotate(
            orders=Count("id"), spend=Sum(F("subtotal") * F("exchange_rate"))
        )
    }
    lines = PurchaseOrderLine.objects.filter(order__in=orders.values("pk"))
    quality: dict[int, dict[str, Any]] = {
        row["order__supplier_id"]: dict(row)
        for row in lines.values("order__supplier_id").annotate(received=Sum("received"), rejected=Sum("rejected"))
    }
    timely, prices, answers = _on_time(orders), _price_variance(lines), _response(orders)
    invoices = _invoice_variance(lines)
    names = dict(Party.objects.filter(pk__in=spent).values_list("pk", "name"))
    expired = expired_documents(set(spent), current().today())
    scores = [
        Score(
            pk, names[pk], row["orders"], round_money(row["spend"], current().currency),
            quality.get(pk, {}).get("received") or ZERO, quality.get(pk, {}).get("rejected") or ZERO, timely.get(pk),
            prices.get(pk), invoices.get(pk), answers.get(pk), expired.get(pk, ""),
        )
        for pk, row in spent.items()
    ]  # fmt: skip
    return sorted(scores, key=lambda score: (-score.spend, score.name))


def _on_time(orders: QuerySet[PurchaseOrder]) -> dict[int, Decimal]:
    came = ReceiptLine.objects.filter(
        receipt__status=Receipt.Status.POSTED,
        receipt__kind=Receipt.Kind.RECEIPT,
        order_line__order__in=orders.values("pk"),
    ).annotate(agreed=Coalesce("order_line__confirmed_on", "order_line__due_on", "order_line__order__due_on"))
    rows = (
        came.filter(agreed__isnull=False)
        .values_list("receipt__supplier_id")
        .annotate(
            all=Sum("quantity"),
            good=Sum(Case(When(receipt__received_on__lte=F("agreed"), then=F("quantity")), default=ZERO)),
        )
    )
    return {pk: (good / all_).quantize(Decimal("0.0001")) for pk, all_, good in rows if all_}


def _price_variance(lines: QuerySet[PurchaseOrderLine]) -> dict[int, Decimal]:
    rows = (
        lines.filter(product__standard_cost__gt=0)
        .values_list("order__supplier_id")
        .annotate(
            agreed=Sum(F("subtotal") * F("order__exchange_rate")),
            standard=Sum(F("product__standard_cost") * Coalesce("second_quantity", "base_quantity")),
        )
    )
    return {pk: ((agreed - std) / std).quantize(Decimal("0.0001")) for pk, agreed, std in rows if std}


def _invoice_variance(lines: QuerySet[PurchaseOrderLine]) -> dict[int, Decimal]:
    """By the ledger's own figures of what invoices, less credit notes, ask beyond what was accrued. Two queries."""
    provider = find(InvoicedDifferences)
    if provider is None:
        return {}
    billed = lines.filter(invoiced__gt=0, order__is_migrated=False)
    agreed = billed.values_list("order__supplier_id").annotate(
        agreed=Sum(F("subtotal") * F("order__exchange_rate") * F("invoiced") / F("base_quantity"))
    )
    differences = provider.differences()
    more: dict[int, Decimal] = {}
    for pk, supplier in billed.filter(pk__in=differences).values_list("pk", "order__supplier_id"):
        more[supplier] = more.get(supplier, ZERO) + differences[pk]
    return {pk: (more.get(pk, ZERO) / worth).quantize(Decimal("0.0001")) for pk, worth in agreed if worth}


def _response(orders: QuerySet[PurchaseOrder]) -> dict[int, Decimal]:
    """Hours from our confirmation to the supplier's first word on dates, on average."""
    first = (
        PurchaseOrderChange.objects.filter(order__in=orders.values("pk"), kind=PurchaseOrderChange.Kind.DATES)
        .filter(Q(order__confirmed_at__isnull=False))
        .values("order_id", "order__supplier_id", "order__confirmed_at")
        .annotate(said=Min("happened_at"))
        .annotate(took=ExpressionWrapper(Min("happened_at") - F("order__confirmed_at"), output_field=DurationField()))
    )
    taken: dict[int, list[Any]] = {}
    for row in first:
        taken.setdefault(row["order__supplier_id"], []).append(row["took"].total_seconds())
    return {pk: (Decimal(sum(seconds)) / len(seconds) / 3600).quantize(Decimal("0.1")) for pk, seconds in taken.items()}


def scored(score: Score) -> dict[str, Any]:
    """The score as the page shows it."""
    return {
        "supplier": {"id": score.supplier_id, "label": score.name}, "orders": score.orders, "spend": score.spend,
        "received": score.received, "rejected": score.rejected, "rejected_ppm": score.rejected_ppm,
        "on_time": score.on_time, "price_variance": score.price_variance,
        "invoice_variance": score.invoice_variance, "response_hours": score.response_hours,
        "expired": score.expired or None,
    }  # fmt: skip
