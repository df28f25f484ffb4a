"""What lies below what, of everything: enough to know whom a change reaches. Four queries without a quantity."""

from __future__ import annotations

from collections import defaultdict

from modules.production.models import BomLine, BomOutput
from modules.production.rules.replanning import Graph
from modules.production.rules.structure import beside, low_level_codes
from modules.production.selectors.structure import phantoms
from modules.shared.data.models import Product


def planning_graph() -> Graph:
    """Of products in use; the bills of what is bought count for nothing. Raises CycleError."""
    goods = dict(Product.objects.filter(is_active=True, kind=Product.Kind.GOODS).values_list("id", "source"))
    made = {product for product, source in goods.items() if source == Product.Source.MAKE}
    children: dict[int, list[int]] = defaultdict(list)
    followed: set[int] = set()
    lines = BomLine.objects.filter(bom__is_active=True).order_by()
    for parent, component, successor in lines.values_list("bom__product_id", "component_id", "successor_id"):
        if parent not in made:
            continue
        children[parent].append(component)
        if successor is not None:
            followed.add(component)
            children[parent].append(successor)
            children[component].append(successor)
    outputs = BomOutput.objects.filter(bom__is_active=True).values_list("bom__product_id", "product_id")
    brings = beside(children, ((p, output) for p, output in outputs if p in made))
    return Graph(children, low_level_codes(children), brings, (phantoms() & made) | followed, goods.keys())
