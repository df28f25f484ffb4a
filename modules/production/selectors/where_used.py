"""Where a product goes, up to what is sold: all levels, by-products included."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

_USES = """
with recursive uses as (
    select b.product_id, 1 as level, l.base_quantity / b.output_quantity / (1 - l.scrap / 100) as quantity,
           array[l.component_id, b.product_id] as path
      from production_bomline l join production_billofmaterials b on b.id = l.bom_id and b.is_active
     where (l.component_id = any(%(products)s) or l.successor_id = any(%(products)s))
       and coalesce(l.valid_until, 'infinity') >= %(on)s
    union all
    select b.product_id, u.level + 1,
           u.quantity * l.base_quantity / b.output_quantity / (1 - l.scrap / 100), u.path || b.product_id
      from uses u
      join production_bomline l on l.component_id = u.product_id and coalesce(l.valid_until, 'infinity') >= %(on)s
      join production_billofmaterials b on b.id = l.bom_id and b.is_active
     where b.product_id <> all(u.path) and u.level < 50
)
select u.product_id, p.code, p.name, u.level, u.quantity, u.path from uses u join data_product p on p.id = u.product_id
 order by u.path
"""


@dataclass(frozen=True)
class Use:
    """A product that takes `quantity` of what was asked about, per unit, `level` levels up. Ways through different
    parents are rows of their own."""

    product_id: int
    code: str
    name: str
    level: int
    quantity: Decimal
    path: tuple[int, ...]


def uses_of(products: Collection[int], on: date) -> list[Use]:
    """Everything above the products in active bills, now or later, in one query; depth first."""
    with connection.cursor() as cursor:
        cursor.execute(_USES, {"products": sorted(products), "on": on})
        rows: list[Any] = cursor.fetchall()
    return [
        Use(product, code, name, level, quantity, tuple(path)) for product, code, name, level, quantity, path in rows
    ]
