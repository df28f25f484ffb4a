"""What one order takes. Pure; quantities in millionths of the stock unit, as in rules/netting.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction

from modules.production.rules.netting import Component


def material_of(
    components: Sequence[Component],
    quantity: int,
    on: date,
    below: Mapping[int, Sequence[Component]],
    phantoms: Collection[int],
    free: Mapping[int, int],
) -> dict[int, int]:
    """{component: quantity} of an order that makes `quantity` from `components` as they are valid on the day. Phantoms
    are taken as far as they are `free` in stock; what lacks is blown through into what lies `below` them, however deep.
    A product that is met on several ways is added up."""
    total: dict[int, Fraction] = defaultdict(Fraction)
    left = {p: Fraction(max(free.get(p, 0), 0)) for p in phantoms}
    waiting = [(c, Fraction(quantity)) for c in reversed(components)]
    while waiting:
        component, makes = waiting.pop()
        if not component.valid_on(on):
            continue
        product, needed = component.product, component.per * makes + component.fixed
        if product in left:
            taken = min(left[product], needed)
            left[product] -= taken
            waiting.extend((c, needed - taken) for c in reversed(below.get(product, ())) if needed > taken)
            needed = taken
        if needed:
            total[product] += needed
    return {product: -(-q.numerator // q.denominator) for product, q in total.items()}
