"""Stock as it is: free quantities, by place with drill-down, unit costs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import CharField, Count, DecimalField, F, Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from modules.inventory.models import Location, ProductCost, StockAdjustment, StockAdjustmentLine, StockBalance
from modules.inventory.selectors.lots import usable
from modules.shared.data.models import Product
from modules.shared.data.selectors.prices import supplier_offers
from tenon.access.actor import Actor
from tenon.tenancy.context import current

ZERO = Decimal(0)


def goods_of(product_ids: Collection[int]) -> list[int]:
    """Those that are kept in stock."""
    rows = Product.objects.filter(pk__in=product_ids, kind=Product.Kind.GOODS)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def free_quantities(product_ids: Collection[int], *, warehouse_id: int | None = None) -> dict[int, Decimal]:
    """On hand, not locked, and neither held nor expired, in stock places, by product."""
    rows = StockBalance.objects.filter(usable(current().today()), product_id__in=product_ids)
    if warehouse_id is not None:
        rows = rows.filter(location__warehouse_id=warehouse_id)
    return dict(rows.values_list("product_id").annotate(free=Sum(F("on_hand") - F("reserved"))))


def free_by_warehouse(product_ids: Collection[int]) -> dict[int, dict[int, Decimal]]:
    """The same, of each warehouse apart: product → warehouse → free."""
    rows = StockBalance.objects.filter(usable(current().today()), product_id__in=product_ids)
    found: dict[int, dict[int, Decimal]] = {}
    free = Sum(F("on_hand") - F("reserved"))
    for product, warehouse, quantity in rows.values_list("product_id", "location__warehouse_id").annotate(free=free):
        found.setdefault(product, {})[warehouse or 0] = quantity
    return found


def consigned_quantities(product_ids: Collection[int], place_id: int) -> dict[int, Decimal]:
    """What lies at a customer's place, by product."""
    rows = StockBalance.objects.filter(product_id__in=product_ids, location_id=place_id)
    return dict(rows.values_list("product_id").annotate(there=Sum("on_hand")))


def at_subcontractors() -> dict[tuple[int, int], Decimal]:
    """(supplier, product) → quantity of ours that lies with subcontractors. One query."""
    rows = StockBalance.objects.filter(location__kind=Location.Kind.SUBCONTRACTOR, location__party__isnull=False)
    there = rows.values_list("location__party_id", "product_id").annotate(there=Sum("on_hand")).order_by()
    return {(supplier or 0, product): quantity for supplier, product, quantity in there if quantity}


def stock_list(*, actor: Actor) -> QuerySet[StockBalance]:
    """Balances with what is available."""
    return StockBalance.objects.annotate(available=F("on_hand") - F("reserved"))


@dataclass(frozen=True)
class PlaceStock:
    """What lies in a place and all below it. `has_children`: it can be opened further."""

    location: Location
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    products: int
    has_children: bool


def stock_by_place(*, parent: Location | None = None, product_id: int | None = None) -> list[PlaceStock]:
    """The places right below `parent` (None: the top ones), each with all that lies in it and below. Four queries at
    most, however deep the tree is and however much lies there: the database sums up place by place."""
    places = list(Location.objects.filter(parent=parent, kind=Location.Kind.STOCK).order_by("pick_order", "code"))
    within = Location.objects.filter(kind=Location.Kind.STOCK)
    rows = StockBalance.objects.filter(on_hand__gt=0)
    if parent is not None:
        within = within.filter(path__startswith=parent.path)
        rows = rows.filter(location__path__startswith=parent.path)
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    # Summed up by the place's number alone: a join, or its path to tell by, would cost more than the sums.
    paths = {pk: (path, above) for pk, path, above in within.values_list("pk", "path", "parent_id")}
    depth = parent.path.count("/") if parent is not None else 1
    sums: dict[str, list[Decimal]] = {}
    products: dict[str, int] = {}
    several: set[str] = set()  # of which a product may lie there twice: in two places, in two lots
    for at, on_hand, reserved, lines, lots in rows.values_list("location_id").annotate(
        Sum("on_hand"), Sum("reserved"), lines=Count("pk"), lots=Count("pk", filter=~Q(lot=""))
    ):
        if at not in paths:
            continue
        top = paths[at][0].split("/")[depth]  # empty: it lies in the parent itself
        if top in sums or lots:
            several.add(top)
        there = sums.setdefault(top, [ZERO, ZERO])
        there[0] += on_hand
        there[1] += reserved
        products[top] = lines
    if several:
        # Of the path /1/4/9/ the id below the parent.
        below = Func(F("location__path"), Value("/"), depth + 1, function="split_part", output_field=CharField())
        counted = (
            rows.filter(location__kind=Location.Kind.STOCK)
            .annotate(top=below)
            .filter(top__in=several)
            .values_list("top")
        )
        products.update(counted.annotate(Count("product", distinct=True)))
    opened = {above for _path, above in paths.values()}
    answers = []
    for place in places:
        key = str(place.pk)
        on_hand, reserved = sums.get(key, (ZERO, ZERO))
        there_too = place.pk in opened
        answers.append(PlaceStock(place, on_hand, reserved, on_hand - reserved, products.get(key, 0), there_too))
    return answers


def unit_costs(product_ids: Iterable[int], *, valued: bool = False) -> dict[int, Decimal]:
    """What a stock unit costs us, in base currency: the moving average; nothing left, the last one; never had any, the
    standard cost; else what the supplier asks that would be taken. Products of which nothing is known are left out.

    Goods in two quantities are valued by the second: `valued` asks for that; else it is a piece of usual weight."""
    wanted = set(product_ids)
    found: dict[int, Decimal] = {}
    nominal: dict[int, Decimal | None] = {}  # of what was found per second unit
    for row in ProductCost.objects.filter(product_id__in=wanted):
        unit = row.value / row.quantity if row.quantity else row.last_unit_cost
        if unit:
            found[row.product_id] = unit
            if row.has_second:
                nominal[row.product_id] = None
    if nominal and not valued:
        nominal.update(Product.objects.filter(pk__in=nominal).values_list("pk", "second_nominal"))
    missing = wanted - set(found)
    products = {p.pk: p for p in Product.objects.filter(pk__in=missing)} if missing else {}
    for pk, product in products.items():
        if product.standard_cost:
            found[pk] = product.standard_cost
            nominal[pk] = product.second_nominal
    missing -= set(found)
    if missing:
        for pk, offer in supplier_offers(missing).items():
            if offer.unit_cost is not None:
                found[pk] = offer.unit_cost / ((products[pk].second_nominal if valued else None) or 1)
    return {pk: cost * ((None if valued else nominal.get(pk)) or 1) for pk, cost in found.items()}


def stock_values(*, actor: Actor) -> QuerySet[ProductCost]:
    """What stock is worth, with its average."""
    unit = Coalesce(F("value") / NullIf(F("quantity"), Value(ZERO)), F("last_unit_cost"))
    return ProductCost.objects.annotate(
        unit_cost=Cast(unit, DecimalField(max_digits=20, decimal_places=8)), unit=valued_unit()
    )


def valued_unit() -> Coalesce:
    """The code of the unit that a row's product is valued in."""
    return Coalesce(F("product__second_unit__code"), F("product__unit__code"))


def opening_stock_list(*, actor: Actor) -> QuerySet[StockAdjustmentLine]:
    """Lines of opening stock."""
    return StockAdjustmentLine.objects.filter(adjustment__kind=StockAdjustment.Kind.OPENING)
