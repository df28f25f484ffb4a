"""What a product would cost to make or buy now, rolled up through bills and routings."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from modules.production.models import Operation
from modules.production.rules.structure import low_level_codes
from modules.production.rules.terms import Component
from modules.production.selectors.structure import components_to_plan
from modules.shared.contracts.stock import StockAvailability
from modules.shared.data.models import Product
from modules.shared.data.selectors.prices import supplier_offers
from tenon import ports
from tenon.tenancy.context import current

EIGHT = Decimal("0.00000001")
Costs = dict[str, Fraction]


def unit_costs(product_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    """product_id → {material, labour, overhead} per stock unit in base currency; a constant number of queries.

    A made product costs what the company has set as its standard cost, else its components' (at their own roll-up) plus
    the run time of its operations at their rates; a bought one its average cost in stock, else its standard cost, else
    the preferred supplier's price."""
    components = components_to_plan()
    needed = _below(product_ids, components)
    bought = _bought(needed)
    standard = _standard(needed)
    work = _work(needed)
    today = current().today()
    levels = low_level_codes({p: [x for c in components.get(p, ()) for x in c.products] for p in needed})
    done: dict[int, Costs] = {}
    for product in sorted(needed, key=lambda p: -levels.get(p, 0)):
        parts = [taken for c in components.get(product, ()) if (taken := c.on(today)) is not None]
        if not parts or product in standard:
            material = standard[product] if parts else bought.get(product, Fraction(0))
            done[product] = {"material": material, "labour": Fraction(0), "overhead": Fraction(0)}
            continue
        labour, overhead = work.get(product, (Fraction(0), Fraction(0)))
        costs = {"material": Fraction(0), "labour": labour, "overhead": overhead}
        for part in parts:
            # What each order takes besides is spread over the batch that the bill is written for.
            quantity = part.per + Fraction(part.fixed, part.batch)
            for key, value in done[part.product].items():
                costs[key] += quantity * value
        done[product] = costs
    return {p: {k: _decimal(v) for k, v in done[p].items()} for p in product_ids if p in done}


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(EIGHT)


def _below(tops: Sequence[int], components: dict[int, tuple[Component, ...]]) -> set[int]:
    found, stack = set(tops), list(tops)
    while stack:
        for component in components.get(stack.pop(), ()):
            new = set(component.products) - found
            found |= new
            stack += new
    return found


def _bought(products: set[int]) -> dict[int, Fraction]:
    offers = supplier_offers(products)
    costs = {product: Fraction(offer.unit_cost) for product, offer in offers.items() if offer.unit_cost is not None}
    costs |= _standard(products)
    stock = ports.find(StockAvailability)
    if stock is not None:
        for product, cost in stock.unit_costs(list(products)).items():
            if cost:
                costs[product] = Fraction(cost)
    return costs


def _standard(products: set[int]) -> dict[int, Fraction]:
    rows = Product.objects.filter(pk__in=products, standard_cost__gt=0).values_list("id", "standard_cost")
    return {product: Fraction(cost) for product, cost in rows if cost}


def _work(products: set[int]) -> dict[int, tuple[Fraction, Fraction]]:
    """product → (labour, overhead) per good piece: each operation works on what the ones after it lose, too. What is
    done outside counts with labour."""
    steps: dict[int, list[Operation]] = {}
    rows = Operation.objects.filter(product__in=products).select_related("work_centre").order_by("product", "-position")
    for operation in rows:
        steps.setdefault(operation.product_id, []).append(operation)
    work: dict[int, tuple[Fraction, Fraction]] = {}
    for product, backwards in steps.items():
        begun, labour, overhead = Fraction(1), Fraction(0), Fraction(0)
        for operation in backwards:
            begun *= 100 / Fraction(operation.yield_percent)
            if operation.work_centre is None:
                labour += begun * Fraction(operation.outside_price)
                continue
            hours = begun * Fraction(operation.run_minutes) / 60 * 100 / Fraction(operation.work_centre.efficiency)
            labour += hours * Fraction(operation.work_centre.cost_rate)
            overhead += hours * Fraction(operation.work_centre.overhead_rate)
        work[product] = (labour, overhead)
    return work
