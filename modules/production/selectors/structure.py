"""Bills of materials as trees: what goes in, where it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from modules.production.models import BomLine
from modules.production.rules.terms import Component, micro, per_unit
from modules.production.selectors.effectivity import coming

_TREE = """
with recursive tree as (
    select l.id, l.component_id, b.product_id as parent_id, 1 as level,
           l.base_quantity / b.output_quantity / (1 - l.scrap / 100) as quantity,
           l.base_fixed as fixed, l.base_quantity / b.output_quantity / (1 - l.scrap / 100) as each,
           l.base_fixed / b.output_quantity as spread, array[l.position, l.id]::bigint[] as path
      from production_bomline l join production_billofmaterials b on b.id = l.bom_id
     where b.product_id = %(product)s and b.is_active
       and coalesce(l.valid_from, '-infinity') <= %(on)s and coalesce(l.valid_until, 'infinity') >= %(on)s
    union all
    select l.id, l.component_id, b.product_id, t.level + 1,
           t.quantity * l.base_quantity / b.output_quantity / (1 - l.scrap / 100), l.base_fixed,
           l.base_quantity / b.output_quantity / (1 - l.scrap / 100), l.base_fixed / b.output_quantity,
           t.path || array[l.position, l.id]::bigint[]
      from tree t
      join production_billofmaterials b on b.product_id = t.component_id and b.is_active
      join production_bomline l on l.bom_id = b.id
     where coalesce(l.valid_from, '-infinity') <= %(on)s and coalesce(l.valid_until, 'infinity') >= %(on)s
       and t.level < 50
)
select t.id, t.parent_id, t.component_id, p.code, p.name, p.source, t.level, t.quantity, t.fixed,
       exists (select from production_billofmaterials b where b.product_id = p.id and b.is_active and b.is_phantom),
       l.designators, coalesce(s.code, ''), u.code, l.scrap, l.valid_from, l.valid_until, t.each, t.spread, t.path
  from tree t join data_product p on p.id = t.component_id join production_bomline l on l.id = t.id
  join data_unit u on u.id = p.unit_id
  left join data_product s on s.id = l.successor_id order by t.path
"""


_BELOW = """
with recursive bills as (
    select id, product_id from production_billofmaterials where is_active
    union
    select b.id, b.product_id from production_billofmaterials b
      join production_engineeringchangeline l on l.bom_id = b.id
      join production_engineeringchange c on c.id = l.change_id and c.status = 'approved'
), below as (
    select unnest(%(tops)s::bigint[]) as id
    union
    select x.id from below
      join bills b on b.product_id = below.id
      join production_bomline l on l.bom_id = b.id
     cross join lateral (values (l.component_id), (l.successor_id)) x (id)
     where x.id is not null
)
select id from below
"""


def products_below(tops: Collection[int]) -> set[int]:
    """Themselves and all that may go into them, however deep: by active bills and those of approved changes, and what
    follows a component that runs out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, {"tops": sorted(tops)})
        return {pk for (pk,) in cursor.fetchall()}


def among(sql: str, products: Collection[int] | None, order: str = "") -> list[Any]:
    """Rows of a query with a condition, of some products only where they are named: as SQL, because every promise asks
    it of a hundred products."""
    with connection.cursor() as cursor:
        if products is None:
            cursor.execute(f"{sql} {order}")
        else:
            cursor.execute(f"{sql} and product_id = any(%s) {order}", [list(products)])
        return cursor.fetchall()


@dataclass(frozen=True)
class TreeLine:
    """A component somewhere below a product; `quantity`, in its stock unit, is per one unit of the top, scrap included;
    `fixed` is what each order of its own parent takes besides. `each` is per one of its own parent, and `spread` the
    fixed quantity over the batch that the bill is written for. `path`: position and id of the lines from the top down,
    so that a component that stands twice on a bill keeps its own branch twice."""

    id: int
    parent_id: int
    product_id: int
    code: str
    name: str
    source: str
    level: int
    quantity: Decimal
    fixed: Decimal
    phantom: bool
    designators: str
    followed_by: str
    unit: str
    scrap: Decimal
    valid_from: date | None
    valid_until: date | None
    each: Decimal
    spread: Decimal
    path: tuple[int, ...]


_COLUMNS = tuple(f.name for f in fields(TreeLine))


def bom_tree(product_id: int, on: date) -> list[TreeLine]:
    """The whole tree below a product as of a day, depth first in the order of its bills, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TREE, {"product": product_id, "on": on})
        rows: list[Any] = cursor.fetchall()

    return [TreeLine(**dict(zip(_COLUMNS, (*row[:-1], tuple(row[-1])), strict=True))) for row in rows]


def where_used(product_id: int) -> list[tuple[int, str, str, Decimal]]:
    """(parent id, code, name, quantity per parent unit) of active bills that name the product."""
    rows = (
        BomLine.objects.filter(component_id=product_id, bom__is_active=True)
        .order_by("bom__product__code")
        .values_list(
            "bom__product_id", "bom__product__code", "bom__product__name", "base_quantity", "bom__output_quantity"
        )
    )
    return [(parent, code, name, quantity / output) for parent, code, name, quantity, output in rows]


def children_of_all(except_bom: int | None = None) -> dict[int, set[int]]:
    """parent → components over all bills that are active or approved to be, over all validities, and what follows a
    component that runs out: for the cycle check."""
    rows = BomLine.objects.filter(Q(bom__is_active=True) | Q(bom__in=[c.bom for c in coming()]))
    if except_bom is not None:
        rows = rows.exclude(bom_id=except_bom)
    children: dict[int, set[int]] = defaultdict(set)
    for parent, component, successor in rows.values_list("bom__product_id", "component_id", "successor_id"):
        children[parent].add(component)
        if successor is not None:
            children[parent].add(successor)
            children[component].add(successor)
    return children


def components_of_all(products: Collection[int] | None = None) -> dict[int, tuple[Component, ...]]:
    """product → its components with exact quantities; validity is left to the day of need, and so is which version
    holds then: the active one, or that of an approved change."""
    active = BomLine.objects.filter(bom__is_active=True)
    found = _components(active if products is None else active.filter(bom__product__in=products))
    for version in coming(products):
        ends = version.on - timedelta(days=1)
        until = [replace(c, ends=min(ends, c.ends or ends)) for c in found.get(version.product, ())]
        since = [
            replace(c, valid_from=max(version.on, c.valid_from or version.on))
            for c in components_of(version.product, version.bom)
        ]
        found[version.product] = (*until, *since)
    return found


def begun_for_one(products: Collection[int] | None = None) -> dict[int, Fraction]:
    """product → pieces to begin with for one good one, of those whose operations lose some."""
    rows = among("select product_id, yield_percent from production_operation where yield_percent < 100", products)
    found: dict[int, Fraction] = defaultdict(lambda: Fraction(1))
    for product, percent in rows:
        found[product] *= 100 / Fraction(percent)
    return dict(found)


def components_to_plan(products: Collection[int] | None = None) -> dict[int, tuple[Component, ...]]:
    """`components_of_all` per good piece: with what the operations of the product lose."""
    components = components_of_all(products)
    for product, begun in begun_for_one(products).items():
        if product in components:
            components[product] = tuple(replace(c, per=c.per * begun) for c in components[product])
    return components


def components_of(product_id: int, bom_id: int | None = None) -> tuple[Component, ...]:
    """The components of one bill of the product; of its active one when none is named."""
    rows = BomLine.objects.filter(bom__product=product_id)
    found = _components(rows.filter(bom=bom_id) if bom_id is not None else rows.filter(bom__is_active=True))
    return found.get(product_id, ())


def _components(lines: QuerySet[BomLine]) -> dict[int, tuple[Component, ...]]:
    rows: Iterable[tuple] = lines.order_by("bom__product_id", "position", "id").values_list(
        "bom__product_id",
        "component_id",
        "base_quantity",
        "bom__output_quantity",
        "scrap",
        "valid_from",
        "valid_until",
        "base_fixed",
        "successor_id",
        "successor_ratio",
    )
    found: dict[int, list[Component]] = defaultdict(list)
    for parent, component, quantity, output, scrap, since, until, fixed, successor, ratio in rows:
        per = per_unit(quantity, output, scrap)
        follows = (successor, Fraction(ratio)) if successor is not None else ()
        found[parent].append(Component(component, per, since, until, micro(fixed), micro(output), *follows))
    return {parent: tuple(components) for parent, components in found.items()}


def phantoms(products: Collection[int] | None = None) -> set[int]:
    """Products whose active bill says that they are made on the way."""
    rows = among("select product_id from production_billofmaterials where is_active and is_phantom", products)
    return {product for (product,) in rows}
