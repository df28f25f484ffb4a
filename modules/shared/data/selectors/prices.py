"""What a product costs a customer, or asks of a supplier, for many lines at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q

from modules.shared.data.errors import MissingRate
from modules.shared.data.models import Price, PriceList, Product, SupplierPrice
from modules.shared.data.rules.pricing import PriceOffer, best_price, holds
from modules.shared.data.selectors.rates import exchange_rate
from modules.shared.data.selectors.units import Conversions
from tenon.tenancy.context import current

EIGHT = Decimal("0.00000001")


@dataclass(frozen=True)
class PriceQuestion:
    product: Product
    base_quantity: Decimal


def sales_prices(
    questions: Sequence[PriceQuestion], *, price_list: PriceList | None, currency: str, on: date
) -> list[Decimal | None]:
    """The price per stock unit (of goods priced by their second unit: per that) in `currency`: of the price list (its
    currency converted when it differs), else the product's list price; None where there is neither. Raises
    MissingRate."""
    offers: dict[int, list[PriceOffer]] = {}
    factor = Decimal(1)
    if price_list is not None and questions:
        rows = Price.objects.filter(price_list=price_list, product_id__in={q.product.pk for q in questions})
        for product_id, least, price, since, until in rows.values_list(
            "product_id", "min_quantity", "price", "valid_from", "valid_until"
        ):
            offers.setdefault(product_id, []).append(PriceOffer(least, price, since, until))
        if price_list.currency != currency:
            factor = exchange_rate(price_list.currency, on) / exchange_rate(currency, on)
    base_rate: Decimal | None = None
    prices: list[Decimal | None] = []
    for question in questions:
        found = best_price(offers.get(question.product.pk, ()), question.base_quantity, on)
        if found is not None:
            prices.append(_eight(found.price * factor))
        elif question.product.list_price is None:
            prices.append(None)
        else:
            if base_rate is None:
                base_rate = exchange_rate(currency, on)
            prices.append(_eight(question.product.list_price / base_rate))
    return prices


def supplier_prices(
    questions: Sequence[PriceQuestion], *, supplier_id: int, currency: str, on: date
) -> list[Decimal | None]:
    """What the supplier asks per stock unit (of goods priced by their second unit: per that), in `currency`; None where
    it has named no price. Raises MissingRate."""
    if not questions:
        return []
    units = {q.product.pk: q.product.unit_id for q in questions}
    weighed = {q.product.pk: q.product for q in questions if q.product.priced_by_second}
    conversions = Conversions(list(units))
    offers: dict[int, list[PriceOffer]] = {}
    rows = SupplierPrice.objects.filter(supplier_id=supplier_id, product_id__in=units)
    for product_id, unit_id, quoted, minimum, price, since, until in rows.values_list(
        "product_id", "unit_id", "currency", "min_quantity", "price", "valid_from", "valid_until"
    ):
        if quoted != currency:
            price = price * exchange_rate(quoted, on) / exchange_rate(currency, on)
        if product_id in weighed:
            of = weighed[product_id]
            if unit_id == of.second_unit_id and of.second_nominal:
                offers.setdefault(product_id, []).append(PriceOffer(minimum / of.second_nominal, price, since, until))
            continue
        ratio = conversions.ratio(product_id, unit_id, units[product_id])
        if ratio is None:
            continue
        pieces = Decimal(ratio.numerator) / Decimal(ratio.denominator)
        offers.setdefault(product_id, []).append(PriceOffer(minimum * pieces, price / pieces, since, until))
    return [_supplier_price(offers.get(q.product.pk, []), q.base_quantity, on) for q in questions]


@dataclass(frozen=True)
class SupplierOffer:
    """Who would be asked for a product, and on what terms. `unit_cost` is per stock unit in the company's currency;
    None where the price cannot be compared (no rate, no conversion, no price)."""

    supplier_id: int
    lead_time_days: int
    unit_cost: Decimal | None


def supplier_offers(product_ids: Collection[int] | None = None) -> dict[int, SupplierOffer]:
    """product → the offer that purchasing goes by: of suppliers in use the preferred one, else the cheapest, whatever
    its currency and unit. All products when none are named. A constant number of queries."""
    today = current().today()
    rows = SupplierPrice.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_until__isnull=True) | Q(valid_until__gte=today),
        supplier__is_active=True,
        supplier__is_supplier=True,
    )
    if product_ids is not None:
        rows = rows.filter(product_id__in=product_ids)
    found = list(
        rows.order_by("id").values_list(
            "product_id", "product__unit_id", "unit_id", "currency", "price", "supplier_id", "lead_time_days",
            "is_preferred", "product__second_unit_id", "product__second_nominal",
        )
    )  # fmt: skip
    conversions = Conversions([row[0] for row in found])
    rates = {currency: _rate_or_none(currency) for currency in {row[3] for row in found}}
    best: dict[int, tuple[tuple[bool, bool, Decimal], SupplierOffer]] = {}
    for product_id, stock_unit, unit, currency, price, supplier_id, lead, preferred, second, nominal in found:
        ratio, rate = conversions.ratio(product_id, unit, stock_unit), rates[currency]
        cost = price * rate * ratio.denominator / ratio.numerator if ratio is not None and rate and price else None
        if nominal is not None and unit == second and rate and price:
            cost = price * rate * nominal  # what a piece that weighs as usual would cost
        rank = (not preferred, cost is None, cost or Decimal(0))
        if product_id not in best or rank < best[product_id][0]:
            best[product_id] = (rank, SupplierOffer(supplier_id, lead, cost))
    return {product_id: offer for product_id, (_rank, offer) in best.items()}


def _rate_or_none(currency: str) -> Decimal | None:
    try:
        return exchange_rate(currency, current().today())
    except MissingRate:
        return None  # a price that cannot be compared is no price


def _supplier_price(offers: list[PriceOffer], quantity: Decimal, on: date) -> Decimal | None:
    # Below a supplier's minimum its smallest offer still is the price known; the minimum itself is planning's business.
    found = best_price(offers, quantity, on) or min(
        (o for o in offers if holds(o, on)), key=lambda o: o.min_quantity, default=None
    )
    return None if found is None else _eight(found.price)


def _eight(price: Decimal) -> Decimal:
    return price.quantize(EIGHT, ROUND_HALF_UP)
