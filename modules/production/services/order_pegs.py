"""What is made for one demand, set free for all."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.production.models import ProductionOrder
from modules.production.services.orders import UNENDED, locked
from modules.production.services.planning_changes import mark
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service


@service("production.order.update")
def production_order_free(*, actor: Actor, order: ProductionOrder) -> ProductionOrder:
    """Nobody's own any more: planning gives it to whoever needs it first. Raises StateRefused when it has ended, or was
    made for nobody."""
    order = locked(order, UNENDED, _("This order has ended"))
    if order.demand_id is None:
        raise StateRefused(_("It is made for nobody in particular"))
    order.demand_entity, order.demand_id, order.demand_label, order.sales_order_id = "", None, "", None
    order.save()
    mark([order.product_id])
    return order
