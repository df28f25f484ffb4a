"""What the pieces of a delivery weigh, said while they are packed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Delivery, DeliveryLine
from modules.inventory.services.second_quantity import second_read
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service


@service("inventory.delivery.update")
def delivery_line_weigh(*, actor: Actor, line: DeliveryLine, second_quantity: Any) -> DeliveryLine:
    """So much do all pieces of a line weigh, of goods in two quantities; also while it is being picked. Raises
    StateRefused once it has left, Invalid."""
    delivery = Delivery.objects.select_for_update().get(pk=line.delivery_id)
    if delivery.status != Delivery.Status.DRAFT:
        raise StateRefused(_("Only a draft can be changed or shipped."))
    line = DeliveryLine.objects.select_related("product__second_unit").get(pk=line.pk)
    line.second_quantity = second_read(line.product, line.quantity, second_quantity, "second_quantity")
    line.save(update_fields=["second_quantity"])
    return line
