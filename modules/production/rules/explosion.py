"""What one order takes. Pure; quantities in millionths of the stock unit, as in rules/netting.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction

from modules.production.rules.terms import Component


def material_of(
    components: Sequence[Component],
    quantity: int,
    on: date,
    below: Mapping[int, Sequence[Component]],
    phantoms: Collection[int],
    free: Mapping[int, int],
) -> dict[int, int]:
    """{component: quantity} of an order that makes `quantity` from `components` as they are valid on the day. Phantoms
    and what runs out are taken as far as they are `free` in stock; what lacks is blown through into what lies `below` a
    phantom, however deep, or taken of the successor. A product that is met on several ways is added up."""
    total: dict[int, Fraction] = defaultdict(Fraction)
    left: dict[int, Fraction] = {}
    waiting = [(c, Fraction(quantity)) for c in reversed(components)]
    while waiting:
        line, makes = waiting.pop()
        component = line.on(on)
        if component is None:
            continue
        product, needed = component.product, component.per * makes + component.fixed
        if product in phantoms or component.successor is not None:
            there = left.setdefault(product, Fraction(max(free.get(product, 0), 0)))
            taken = min(there, needed)
            left[product] = there - taken
            lacking, needed = needed - taken, taken
            if lacking and component.successor is not None:
                waiting.append((Component(component.successor, component.ratio), lacking))
            elif lacking:
                waiting.extend((c, lacking) for c in reversed(below.get(product, ())))
        if needed:
            total[product] += needed
    return {product: -(-q.numerator // q.denominator) for product, q in total.items()}
