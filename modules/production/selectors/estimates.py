"""What a product would cost to make or buy now, rolled up through bills and routings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from modules.production.models import Operation
from modules.production.rules.structure import beside, low_level_codes
from modules.production.rules.terms import Component, Output
from modules.production.selectors.outputs import outputs_of_all
from modules.production.selectors.structure import components_to_plan
from modules.shared.contracts.stock import StockAvailability
from modules.shared.data.models import Product
from modules.shared.data.selectors.prices import supplier_offers
from tenon import ports
from tenon.tenancy.context import current

EIGHT = Decimal("0.00000001")
Costs = dict[str, Fraction]
WORK = ("labour", "machine", "overhead", "outside")
NO_WORK: Costs = dict.fromkeys(WORK, Fraction(0))


def unit_costs(
    product_ids: Sequence[int], *, standing: bool = True, own_work: bool = False
) -> dict[int, dict[str, Decimal]]:
    """product_id → {material, labour, machine, overhead, outside} per stock unit in base currency; a constant number of
    queries.

    A made product costs what the company has set as its standard cost, in the proportions of its roll-up, else its
    components' (at their own roll-up) plus the run time of its operations at their rates; a bought one its average cost
    in stock, else its standard cost, else the preferred supplier's price. By-products take their shares off; one with
    no cost of its own costs its share. Without `standing` what the company has set for made products is left aside.
    `own_work`: what goes in ready-made is material, with the work that is in it, as in an order's actual cost."""
    components, outputs = components_to_plan(), outputs_of_all()
    brought = _brought(outputs, components)
    needed = _below(product_ids, components, brought)
    bought = _bought(needed)
    standard = _standard(needed) if standing else {}
    work = _work(needed)
    today = current().today()
    children = {p: [x for c in components.get(p, ()) for x in c.products] for p in needed}
    beside(children, [(p, makes) for p in needed for makes, _output in brought.get(p, ())])
    levels = low_level_codes(children)
    done: dict[int, Costs] = {}
    own: dict[int, Costs] = {}
    for product in sorted(needed, key=lambda p: -levels.get(p, 0)):
        parts = [taken for c in components.get(product, ()) if (taken := c.on(today)) is not None]
        if not parts:
            material = bought.get(product, Fraction(0))
            done[product] = {"material": material, **NO_WORK}
            if not material:
                done[product] = _share_of(product, brought, outputs, done) or done[product]
            continue
        costs = {"material": Fraction(0), **work.get(product, NO_WORK)}
        for part in parts:
            # What each order takes besides is spread over the batch that the bill is written for.
            quantity = part.per + Fraction(part.fixed, part.batch)
            for key, value in done[part.product].items():
                costs[key] += quantity * value
        scale = _kept(outputs.get(product, ()))
        if product in standard:
            total = sum(costs.values(), Fraction(0))
            if not total:
                costs["material"] = total = Fraction(1)
            scale = standard[product] / total
        done[product] = {key: value * scale for key, value in costs.items()}
        work_here = work.get(product, NO_WORK)
        own[product] = {key: work_here[key] * scale for key in WORK}
        own[product]["material"] = sum(done[product].values(), Fraction(0)) - sum(own[product].values(), Fraction(0))
    found = {**done, **own} if own_work else done
    return {p: {k: _decimal(v) for k, v in found[p].items()} for p in product_ids if p in found}


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(EIGHT)


def _brought(
    outputs: Mapping[int, tuple[Output, ...]], components: Mapping[int, tuple[Component, ...]]
) -> dict[int, list[tuple[int, Output]]]:
    """By-product that nothing is made of by itself → what brings it."""
    found: dict[int, list[tuple[int, Output]]] = {}
    for product, besides in sorted(outputs.items()):
        for output in besides:
            if output.product not in components:
                found.setdefault(output.product, []).append((product, output))
    return found


def _kept(outputs: Sequence[Output]) -> Fraction:
    """The share of its cost that a product bears itself."""
    return 1 - Fraction(sum((o.share for o in outputs), Decimal(0))) / 100


def _share_of(
    product: int,
    brought: Mapping[int, list[tuple[int, Output]]],
    outputs: Mapping[int, tuple[Output, ...]],
    done: Mapping[int, Costs],
) -> Costs | None:
    """What the first that brings it lets it cost; None when nothing that was rolled up before does."""
    for makes, output in brought.get(product, ()):
        kept = _kept(outputs[makes])
        if makes in done and kept:
            part = Fraction(output.share) / 100 / kept / output.per
            return {key: value * part for key, value in done[makes].items()}
    return None


def _below(
    tops: Sequence[int],
    components: Mapping[int, tuple[Component, ...]],
    brought: Mapping[int, list[tuple[int, Output]]],
) -> set[int]:
    found, stack = set(tops), list(tops)
    while stack:
        product = stack.pop()
        below = {p for component in components.get(product, ()) for p in component.products}
        new = (below | {makes for makes, _output in brought.get(product, ())}) - found
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


def _work(products: set[int]) -> dict[int, Costs]:
    """product → {labour, machine, overhead, outside} per good piece: each operation works on what those after it
    lose."""
    steps: dict[int, list[Operation]] = {}
    rows = Operation.objects.filter(product__in=products).select_related("work_centre").order_by("product", "-position")
    for operation in rows:
        steps.setdefault(operation.product_id, []).append(operation)
    work: dict[int, Costs] = {}
    for product, backwards in steps.items():
        begun, cost = Fraction(1), dict(NO_WORK)
        for operation in backwards:
            begun *= 100 / Fraction(operation.yield_percent)
            if operation.work_centre is None:
                cost["outside"] += begun * Fraction(operation.outside_price)
                continue
            hours = begun * Fraction(operation.run_minutes) / 60 * 100 / Fraction(operation.work_centre.efficiency)
            cost["labour"] += hours * Fraction(operation.work_centre.cost_rate)
            cost["machine"] += hours * Fraction(operation.work_centre.machine_rate)
            cost["overhead"] += hours * Fraction(operation.work_centre.overhead_rate)
        work[product] = cost
    return work
