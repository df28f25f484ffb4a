"""What bills of materials make besides their product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from modules.production.models import BillOfMaterials, BomOutput
from modules.production.rules.outputs import shares_by_value
from modules.production.rules.terms import Output


def outputs_of_all(products: Collection[int] | None = None) -> dict[int, tuple[Output, ...]]:
    """product → what its active bill makes besides, one query."""
    active = BomOutput.objects.filter(bom__is_active=True)
    return _outputs(active if products is None else active.filter(bom__product__in=products))


def outputs_of(bom_id: int | None) -> tuple[Output, ...]:
    """What one bill makes besides."""
    if bom_id is None:
        return ()
    return next(iter(_outputs(BomOutput.objects.filter(bom=bom_id)).values()), ())


def _outputs(rows: QuerySet[BomOutput]) -> dict[int, tuple[Output, ...]]:
    by_bom: dict[int, list[tuple[int, Decimal, Decimal, Decimal | None]]] = defaultdict(list)
    heads: dict[int, tuple[int, Decimal, str, Decimal | None]] = {}
    for bom, made, batch, cost_split, price, product, quantity, share, sells in rows.order_by(
        "bom_id", "position", "id"
    ).values_list(
        "bom_id", "bom__product_id", "bom__output_quantity", "bom__cost_split", "bom__product__list_price",
        "product_id", "quantity", "cost_share", "product__list_price",
    ):  # fmt: skip
        heads[bom] = (made, batch, cost_split, price)
        by_bom[bom].append((product, quantity, share, sells))
    found = {}
    for bom, lines in by_bom.items():
        made, batch, cost_split, price = heads[bom]
        shares = [share for _product, _quantity, share, _sells in lines]
        if cost_split == BillOfMaterials.CostSplit.VALUE:
            values = [None if sells is None else sells * quantity for _p, quantity, _share, sells in lines]
            # Without prices the shares that people gave stand.
            shares = shares_by_value(None if price is None else price * batch, values) or shares
        found[made] = tuple(
            Output(product, Fraction(quantity) / Fraction(batch), share)
            for (product, quantity, _s, _p), share in zip(lines, shares, strict=True)
        )
    return found
