"""Taking finished goods apart again: their material comes back at what it was recorded with when it went in."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext_lazy as _

from modules.production.errors import QuantityExceeded
from modules.production.models import ProductionOrder
from modules.production.services.ledger import order_ref, post_cost
from modules.production.services.orders import Status, locked
from modules.shared.contracts.posting import PostingKind
from modules.shared.contracts.stock import StockIssue
from modules.shared.data.models import Product
from tenon import ports
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service("production.order.unbuild")
def production_order_unbuild(
    *, actor: Actor, order: ProductionOrder, quantity: Decimal, on: date | None = None
) -> ProductionOrder:
    """Finished goods of a done or closed order out of stock at current cost, their material back in at recorded cost;
    work and by-products do not come back: the difference is variance. The last piece brings back what is left.

    Raises StateRefused, Invalid, QuantityExceeded, insufficient stock, and what the ledger raises."""
    order = locked(order, (Status.DONE, Status.CLOSED), _("Only what is finished can be taken apart"))
    stock = ports.find(StockIssue)
    if stock is None:
        raise StateRefused(_("Without stock there is nothing to take apart"))
    _check(order, quantity)
    day = on or current().today()
    if day > current().today():
        raise Invalid.field("on", _("This day has not come yet"), "future")
    [(_product, _quantity, value)] = stock.issue_to_production(
        actor=actor, order=order_ref(order), items=[(order.product_id, quantity)], moved_on=day
    )
    back = _material(order, quantity)
    stock.return_from_production(actor=actor, order=order_ref(order), items=back, moved_on=day)
    order.unbuilt += quantity
    order.unbuilt_value += value
    recorded = sum((worth for _p, _q, worth in back), ZERO)
    order.material_cost -= recorded
    loss = value - recorded
    order.variance += loss
    order.save()
    amounts: list[tuple[PostingKind, int, Decimal, str]] = [
        ("production_receipt", order.product_id, -value, ""),
        *(("production_issue", product, -worth, "material") for product, _q, worth in back),
        ("production_variance", order.product_id, loss, "other"),
    ]
    post_cost(actor, order, day, amounts)
    return order


def _check(order: ProductionOrder, quantity: Decimal) -> None:
    if quantity is None or quantity <= 0:
        raise Invalid.field("quantity", _("Say how many, more than zero"), "min_value")
    if quantity % Decimal(1).scaleb(-order.product.unit.decimals):
        raise Invalid.field("quantity", _("Finer than the unit allows"), "step")
    left = order.completed - order.unbuilt
    if quantity > left:
        raise QuantityExceeded(
            _("%(left)s pieces of %(order)s can be taken apart")
            % {"left": f"{left.normalize():f}", "order": order.number},
            left=str(left),
        )


def _material(order: ProductionOrder, quantity: Decimal) -> list[tuple[int, Decimal, Decimal]]:
    """[(product, quantity, value)] that comes back, written off the order: the share of what is still recorded, in
    whole pieces."""
    left = order.completed - order.unbuilt
    components = list(order.components.select_for_update().order_by("product_id"))
    decimals = dict(
        Product.objects.filter(pk__in=[c.product_id for c in components]).values_list("id", "unit__decimals")
    )
    back = []
    for component in components:
        step = Decimal(1).scaleb(-decimals[component.product_id])
        pieces = (component.issued * quantity / left / step).to_integral_value(ROUND_FLOOR) * step
        if pieces <= 0:
            continue
        worth = component.issued_value
        if pieces < component.issued:
            worth = round_money(component.issued_value * pieces / component.issued, current().currency)
        component.issued -= pieces
        component.issued_value -= worth
        component.save()
        back.append((component.product_id, pieces, worth))
    return back
