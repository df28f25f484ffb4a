"""What suppliers offer for products, in comparable terms: the input of `rules.sourcing`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q, Sum

from modules.inventory.models import SupplierDocument
from modules.inventory.rules.sourcing import Offer
from modules.shared.data.errors import MissingRate
from modules.shared.data.models import PurchaseOrderLine, SupplierPrice
from modules.shared.data.selectors.rates import exchange_rate
from modules.shared.data.selectors.units import Conversions

ZERO = Decimal(0)
YEAR = timedelta(days=365)
Key = tuple[int, int, str]  # product, supplier, currency


@dataclass
class _Terms:
    name: str
    lead: int = 0
    breaks: dict[Decimal, Decimal] = field(default_factory=dict)
    most: Decimal | None = None
    multiple: Decimal | None = None
    preferred: bool = False
    quota: Decimal | None = None


def offers_for(product_ids: Collection[int], on: date) -> dict[int, list[Offer]]:
    """Product → the offers that hold on that day, of suppliers in use whose prices can be compared (a unit conversion
    and an exchange rate exist). Quality is the share rejected of all that a supplier ever delivered; what it got of a
    product is counted over the last year. A constant number of queries, but for one rate per currency."""
    rows = list(
        SupplierPrice.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_until__isnull=True) | Q(valid_until__gte=on),
            product_id__in=product_ids, supplier__is_active=True, supplier__is_supplier=True,
        ).select_related("supplier", "product").order_by("id")
    )  # fmt: skip
    conversions = Conversions([row.product_id for row in rows])
    rates = {currency: _rate(currency, on) for currency in {row.currency for row in rows}}
    terms: dict[Key, _Terms] = {}
    for row in rows:
        ratio, rate = conversions.ratio(row.product_id, row.unit_id, row.product.unit_id), rates[row.currency]
        if ratio is None or not rate:
            continue
        pieces = Decimal(ratio.numerator) / Decimal(ratio.denominator)
        known = terms.setdefault((row.product_id, row.supplier_id, row.currency), _Terms(row.supplier.name))
        known.breaks[row.min_quantity * pieces] = row.price * rate / pieces
        known.lead = max(known.lead, row.lead_time_days)
        if row.max_quantity is not None:
            known.most = max(known.most or ZERO, row.max_quantity * pieces)
        known.multiple = row.order_multiple * pieces if row.order_multiple else known.multiple
        known.preferred = known.preferred or row.is_preferred
        known.quota = row.quota if row.quota is not None else known.quota
    suppliers = {key[1] for key in terms}
    rejected, bought, expired = _rejected(suppliers), _bought(product_ids, on), expired_documents(suppliers, on)
    found: dict[int, list[Offer]] = defaultdict(list)
    for (product_id, supplier_id, currency), known in terms.items():
        found[product_id].append(
            Offer(
                supplier_id, known.name, currency, tuple(sorted(known.breaks.items())), known.lead, known.most,
                known.multiple, known.preferred, known.quota, rejected.get(supplier_id, ZERO),
                bought.get((product_id, supplier_id), ZERO), expired.get(supplier_id, ""),
            )
        )  # fmt: skip
    return found


def _rate(currency: str, on: date) -> Decimal | None:
    try:
        return exchange_rate(currency, on)
    except MissingRate:
        return None  # a price that cannot be compared is no offer


def _rejected(supplier_ids: Collection[int]) -> dict[int, Decimal]:
    rows = (
        PurchaseOrderLine.objects.filter(order__supplier_id__in=supplier_ids, received__gt=0)
        .values_list("order__supplier_id")
        .annotate(received=Sum("received"), rejected=Sum("rejected"))
    )
    return {supplier_id: rejected / received for supplier_id, received, rejected in rows}


def _bought(product_ids: Collection[int], on: date) -> dict[tuple[int, int], Decimal]:
    rows = (
        PurchaseOrderLine.objects.filter(product_id__in=product_ids, order__ordered_on__gte=on - YEAR)
        .exclude(order__status="cancelled")
        .values_list("product_id", "order__supplier_id")
        .annotate(bought=Sum(F("base_quantity") - F("cancelled")))
    )
    return {(product_id, supplier_id): quantity for product_id, supplier_id, quantity in rows}


def expired_documents(supplier_ids: Collection[int], on: date) -> dict[int, str]:
    """Supplier → a document that it must have and that is out of date on that day."""
    rows = SupplierDocument.objects.filter(supplier_id__in=supplier_ids, is_required=True, expires_on__lt=on)
    return dict(rows.order_by("-expires_on", "-id").values_list("supplier_id", "title"))
