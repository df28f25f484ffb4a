"""Which inspection plan holds for a product."""

from __future__ import annotations

from collections.abc import Collection

from modules.production.models import InspectionPlan
from modules.shared.data.models import Product, ProductCategory


def plans_for(product_ids: Collection[int], stage: str) -> dict[int, InspectionPlan]:
    """Product → its active plan at this stage, else that of its category or the nearest one above. Plans of single
    operations are asked for by hand. Three questions at most."""
    active = InspectionPlan.objects.filter(is_active=True, stage=stage, operation__isnull=True)
    plans = list(active.prefetch_related("characteristics"))
    if not plans:
        return {}
    by_product = {plan.product_id: plan for plan in plans if plan.product_id is not None}
    by_category = {plan.category_id: plan for plan in plans if plan.category_id is not None}
    found: dict[int, InspectionPlan] = {pk: by_product[pk] for pk in product_ids if pk in by_product}
    rest = [pk for pk in product_ids if pk not in found]
    if not rest or not by_category:
        return found
    above = dict(ProductCategory.objects.values_list("pk", "parent_id"))
    for pk, own in Product.objects.filter(pk__in=rest).values_list("pk", "category_id"):
        category: int | None = own
        passed: set[int] = set()
        while category is not None and category not in by_category and category not in passed:
            passed.add(category)
            category = above.get(category)
        if category is not None and category in by_category:
            found[pk] = by_category[category]
    return found
