"""Bills that change: who is planned again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from modules.production.models import BomLine, BomOutput
from modules.production.services.planning_update import planning_changed


@contextmanager
def planned_again(products: Collection[int]) -> Iterator[None]:
    """Around a change of bills of these products: they, and what goes into them, or comes besides, before or after."""
    before = _beside_and_below(products)
    yield
    planning_changed({*products} | before | _beside_and_below(products))


def _beside_and_below(products: Collection[int]) -> set[int]:
    lines = BomLine.objects.filter(bom__product__in=products, bom__is_active=True)
    outputs = BomOutput.objects.filter(bom__product__in=products, bom__is_active=True)
    found = {pk for pair in lines.values_list("component_id", "successor_id") for pk in pair if pk is not None}
    return found | set(outputs.values_list("product_id", flat=True))
