"""What each component of a bill's tree adds to the cost of the top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from modules.production.selectors.estimates import EIGHT, unit_costs
from modules.production.selectors.structure import TreeLine, begun_for_one


@dataclass(frozen=True)
class CostBuildUp:
    """In base currency. `top`: {material, labour, machine, overhead, outside, total} of one top. `lines`: beside each
    line of the tree its component's cost per stock unit and what it adds to one top, with all below it."""

    top: Mapping[str, Decimal]
    lines: Sequence[tuple[Decimal, Decimal]]


def cost_build_up(product_id: int, tree: Sequence[TreeLine]) -> CostBuildUp:
    """The costs of a tree that is depth first, in a constant number of queries.

    A component adds its quantity × its rolled-up cost: with scrap, with what the parent's operations lose, with the
    fixed quantity spread over the bill's batch. So the first level and the top's own work together are the top's
    cost, before what its by-products take off. What the company has set as standard is left aside for made products:
    a node is the sum of what stands below it."""
    products = {product_id, *(line.product_id for line in tree)}
    costs = unit_costs(sorted(products), standing=False)
    begun = begun_for_one(products)
    totals = {product: sum(parts.values(), Decimal(0)) for product, parts in costs.items()}
    taken: dict[tuple[int, ...], Fraction] = {(): Fraction(1)}
    lines = []
    for line in tree:
        each = Fraction(line.each) * begun.get(line.parent_id, 1) + Fraction(line.spread)
        taken[line.path] = quantity = taken[line.path[:-2]] * each
        added = quantity * Fraction(totals[line.product_id])
        lines.append((totals[line.product_id], (Decimal(added.numerator) / Decimal(added.denominator)).quantize(EIGHT)))
    return CostBuildUp({**costs[product_id], "total": totals[product_id]}, lines)
