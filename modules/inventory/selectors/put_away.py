"""Where what has come in belongs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from modules.inventory.models import Location, PutAwayRule, StockBalance
from modules.shared.data.models import ProductCategory

ZERO = Decimal(0)


@dataclass(frozen=True)
class Proposal:
    """A balance that waits to be put away: where to, and why there. No place: nothing says where it belongs."""

    stock: StockBalance
    place: Location | None
    why: str


def waiting(warehouse_id: int | None = None) -> list[StockBalance]:
    """Goods at receiving docks, and in a warehouse's place for receipts while it has places below it."""
    docks = Q(location__purpose=Location.Purpose.RECEIVING)
    top = Q(location__purpose="", location__children__isnull=False, location__parent__isnull=True)
    rows = StockBalance.objects.filter(docks | top, location__kind=Location.Kind.STOCK, on_hand__gt=0)
    if warehouse_id is not None:
        rows = rows.filter(location__warehouse=warehouse_id)
    return list(rows.select_related("product__unit", "product__category", "location").order_by("pk").distinct()[:500])


def proposals(warehouse_id: int | None = None) -> list[Proposal]:
    """Each by the rules: the product's, its category's or one above it, anything's; a full place passes on to the next
    rule. Without a rule it goes where the product lies already. A constant number of queries."""
    found = waiting(warehouse_id)
    if not found:
        return []
    rules = list(
        PutAwayRule.objects.filter(is_active=True, place__is_active=True)
        .select_related("place")
        .order_by("priority", "pk")
    )
    above: dict[int, int | None] = {}
    if rules:
        above.update(ProductCategory.objects.values_list("pk", "parent_id"))
    products = {b.product_id for b in found}
    filled = _filled({r.place_id for r in rules if r.place.capacity is not None})
    homes = _homes(products)
    answers = []
    for balance in found:
        place, why = _by_rule(balance, rules, above, filled)
        if place is None:
            home = next((h for h in homes[balance.product_id] if h.warehouse_id == balance.location.warehouse_id), None)
            place, why = home, str(_("Lies there already")) if home else ""
        elif place.capacity is not None:
            filled[place.pk] += balance.on_hand
        answers.append(Proposal(balance, place, why))
    return answers


def _by_rule(
    balance: StockBalance, rules: list[PutAwayRule], above: dict[int, int | None], filled: dict[int, Decimal]
) -> tuple[Location | None, str]:
    product = balance.product
    line: list[int] = []
    category = product.category_id
    while category is not None and category not in line:
        line.append(category)
        category = above.get(category)

    def rank(rule: PutAwayRule) -> int | None:
        if rule.product_id is not None:
            return 0 if rule.product_id == product.pk else None
        if rule.category_id is not None:
            return 1 + line.index(rule.category_id) if rule.category_id in line else None
        return 1 + len(line)

    fitting = [(rank(r), r) for r in rules if r.place.warehouse_id == balance.location.warehouse_id]
    ranked = sorted((at, r.priority, r.pk, r) for at, r in fitting if at is not None)
    for at, _priority, _pk, rule in ranked:
        if rule.place.capacity is not None and filled[rule.place_id] + balance.on_hand > rule.place.capacity:
            continue
        if at == 0:
            return rule.place, str(_("Rule for the product"))
        return rule.place, str(_("Rule for the category") if rule.category_id else _("Rule for anything"))
    return None, ""


def _filled(places: set[int]) -> dict[int, Decimal]:
    rows = StockBalance.objects.filter(location__in=places, on_hand__gt=0)
    return defaultdict(lambda: ZERO, rows.values_list("location").annotate(sum=Sum("on_hand")).order_by())


def _homes(products: set[int]) -> dict[int, list[Location]]:
    work = (Location.Purpose.RECEIVING, Location.Purpose.PACKING, Location.Purpose.SHIPPING)
    rows = (
        StockBalance.objects.filter(product__in=products, on_hand__gt=0, location__kind=Location.Kind.STOCK)
        .exclude(location__purpose__in=work)
        .exclude(location__parent=None)
        .select_related("location")
        .order_by("-on_hand", "pk")
    )
    homes: dict[int, list[Location]] = defaultdict(list)
    for row in rows:
        homes[row.product_id].append(row.location)
    return homes


def described(rows: list[Proposal]) -> list[dict[str, Any]]:
    return [
        {
            "stock": row.stock.pk,
            "product": {"id": row.stock.product_id, "label": row.stock.product.code, "name": row.stock.product.name},
            "barcode": row.stock.product.barcode,
            "unit": row.stock.product.unit.code,
            "lot": row.stock.lot,
            "quantity": row.stock.on_hand,
            "from": {"id": row.stock.location_id, "label": row.stock.location.code},
            "to": {"id": row.place.pk, "label": row.place.code} if row.place is not None else None,
            "why": row.why,
        }
        for row in rows
    ]
