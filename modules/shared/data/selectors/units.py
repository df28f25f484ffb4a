"""Conversion ratios between units, read once for many lines, and how finely products are counted."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from django.db import connection
from django.db.models import Q

from modules.shared.data.models import UnitConversion
from modules.shared.data.rules.units import find_ratio

Layer = dict[tuple[object, object], Fraction]


class Conversions:
    """The general conversions and those of some products, in one query, made when first needed."""

    def __init__(self, product_ids: Collection[int]) -> None:
        self.product_ids = product_ids
        self._layers: dict[int | None, Layer] | None = None

    def ratio(self, product_id: int, from_unit_id: int, to_unit_id: int) -> Fraction | None:
        """How many `to` one `from` is, for this product; None when nothing connects them."""
        if from_unit_id == to_unit_id:
            return Fraction(1)
        layers = self._read()
        return find_ratio(from_unit_id, to_unit_id, [layers.get(product_id, {}), layers.get(None, {})])

    def _read(self) -> dict[int | None, Layer]:
        if self._layers is None:
            self._layers = {}
            rows = UnitConversion.objects.filter(Q(product__isnull=True) | Q(product_id__in=self.product_ids))
            for product_id, a, b, numerator, denominator in rows.values_list(
                "product_id", "from_unit_id", "to_unit_id", "numerator", "denominator"
            ):
                self._layers.setdefault(product_id, {})[(a, b)] = Fraction(numerator, denominator)
        return self._layers


def smallest_pieces(product_ids: Collection[int]) -> dict[int, Decimal]:
    """Product → the least that can be counted of it in its unit: 1, 0.001, … One query, none for none. Asked by every
    report from the shop floor: written as SQL."""
    if not product_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """select p.id, u.decimals from data_product p join data_unit u on u.id = p.unit_id where p.id = any(%s)""",
            [list(product_ids)],
        )
        return {product: Decimal(1).scaleb(-decimals) for product, decimals in cursor.fetchall()}
