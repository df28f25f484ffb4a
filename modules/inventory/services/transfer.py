"""Moving stock from place to place, and corrections straight from a balance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, StockAdjustment, StockBalance, StockMove
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.inventory.services.hand_locks import make_room
from modules.inventory.services.inspecting import refuse_unjudged
from modules.inventory.services.lines import check_step, record_of
from modules.inventory.services.moves import Movement, lock_costs, post_moves
from modules.inventory.services.second_quantity import second_read
from modules.shared.contracts.events import PlanningBasisChanged
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import publish, service
from tenon.tenancy.context import current

OURS = (Location.Kind.STOCK, Location.Kind.QUARANTINE, Location.Kind.CONSIGNED)


@service("inventory.stock.transfer")
def stock_transfer(
    *, actor: Actor, stock: StockBalance, to_location: Any, quantity: Decimal, second_quantity: Any = None,
    reason: str | None = "",
) -> StockBalance:  # fmt: skip
    """Moves free stock to another place of ours, in one step, or to one at a customer's; its value stays. Of goods in
    two quantities `second_quantity` is what they weigh, unless all goes. Raises Invalid, StateRefused,
    InsufficientStock."""
    place = record_of(Location.objects.all(), to_location, "to_location")
    if place.kind not in OURS or not place.is_active:
        raise Invalid.field("to_location", _("Choose an open stock place."), "kind")
    if stock.location.kind not in OURS:
        raise StateRefused(_("These goods are not ours: take them over, or give them back."))
    if place.pk == stock.location_id:
        raise Invalid.field("to_location", _("It is there already."), "same")
    if quantity <= 0:
        raise Invalid.field("quantity", _("The quantity must be greater than zero."), "min_value")
    check_step(quantity, stock.product, "quantity")
    lock_costs([stock.product_id])
    make_room(stock.product_id, stock.location_id, stock.lot, quantity)
    second = second_read(stock.product, quantity, second_quantity, "second_quantity", required=False)
    movement = Movement(
        stock.product_id, StockMove.Kind.TRANSFER, stock.location_id, place.pk, quantity, lot=stock.lot, second=second
    )
    refuse_unjudged([movement])
    post_moves([movement], on=current().today(), reason=reason or "")
    if place.kind != stock.location.kind:
        publish(PlanningBasisChanged((stock.product_id,)))
    stock.refresh_from_db()
    return stock


@service("inventory.adjustment.post")
def stock_count(
    *, actor: Actor, stock: StockBalance, quantity: Decimal, second_quantity: Any = None, reason: str | None = ""
) -> StockBalance:
    """Counted (and weighed): the balance becomes `quantity`, by a posted adjustment. Raises Invalid,
    InsufficientStock."""
    return _adjusted(actor, stock, StockAdjustment.Kind.COUNT, quantity, second_quantity, reason)


@service("inventory.adjustment.post")
def stock_scrap(
    *, actor: Actor, stock: StockBalance, quantity: Decimal, second_quantity: Any = None, reason: str | None = ""
) -> StockBalance:
    """Throws a quantity away, by a posted adjustment. Raises Invalid, InsufficientStock."""
    return _adjusted(actor, stock, StockAdjustment.Kind.SCRAP, quantity, second_quantity, reason)


def _adjusted(
    actor: Actor, stock: StockBalance, kind: str, quantity: Decimal, second: Any, reason: str | None
) -> StockBalance:
    line = {"product": stock.product, "location": stock.location, "lot": stock.lot, "quantity": quantity}
    line["second_quantity"] = second
    adjustment_post(
        actor=actor, adjustment=adjustment_create(actor=actor, kind=kind, reason=reason or "", lines=[line])
    )
    stock.refresh_from_db()
    return stock
