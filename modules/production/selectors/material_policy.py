"""Whether an order has its material locked when it is released: as the planning rule of its product says, or the
company's."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from modules.production.models import PlanningRule


def locked_at_release(products: Collection[int]) -> set[int]:
    """Those of the products whose orders lock their material. One query."""
    rows = PlanningRule.objects.filter(Q(product__isnull=True) | Q(product__in=products))
    said: dict[int | None, bool] = dict(rows.values_list("product_id", "locks_material"))
    return {product for product in products if said.get(product, said.get(None, True))}
