"""The cost method and standard cost in force: brought to what the product says, with the stock revalued."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from modules.inventory.models import ProductCost, StockValueChange
from modules.inventory.services.layers import open_book, read_layers, write_layers
from modules.inventory.services.moves import effective, lock_costs, step, write_costs
from modules.inventory.services.value_changes import Change, changes_write
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service()
def cost_methods_apply(*, actor: Actor, product_ids: Sequence[int] | None = None) -> None:
    """Values the stock of the products (None: of all) by the method and standard cost that they have now. A new
    standard cost changes the value of what is there, and the difference is posted; a change between average and FIFO
    changes no value. Asked through the port and when inventory is switched on. Raises PeriodClosed."""
    known = ProductCost.objects.select_related("product")
    if product_ids is not None:
        known = known.filter(product_id__in=product_ids)
    stale = [c.product_id for c in known if not _same(c, c.product)]
    if not stale:
        return
    costs = lock_costs(stale)
    products = Product.objects.in_bulk(stale)
    book = open_book(costs, step())
    read_layers(book, {}, every=stale)
    at, changes = effective(current().today()), []
    for product_id, cost in sorted(costs.items()):
        product, stock = products[product_id], book.stocks[product_id]
        before = stock.value
        gain = stock.revalue(product.cost_method, product.standard_cost or ZERO)
        if gain:
            changes.append(Change(product_id, StockValueChange.Kind.REVALUATION, gain, before=before))
        cost.method, cost.standard_cost = product.cost_method, product.standard_cost or ZERO
        cost.value, cost.last_unit_cost = stock.value, stock.last_unit_cost
    write_layers(book, at, {})
    write_costs(costs.values())
    for cost in costs.values():
        ProductCost.objects.filter(pk=cost.pk).update(
            method=cost.method, standard_cost=cost.standard_cost, method_since=at
        )
    touch_ids(ProductCost, "update", {c.pk for c in costs.values()})
    changes_write(changes, at, RecordRef("shared.product", stale[0], "") if len(stale) == 1 else None)


def _same(cost: ProductCost, product: Product) -> bool:
    return (cost.method, cost.standard_cost) == (product.cost_method, product.standard_cost or ZERO)
