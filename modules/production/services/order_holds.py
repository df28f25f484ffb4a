"""Material that is locked for a production order, so that nobody else is given what it was planned with."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.production.models import ProductionOrder
from modules.production.services.ledger import order_ref
from modules.production.services.orders import UNENDED, locked
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, StockReservation
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service

ZERO = Decimal(0)


@service("production.order.release")
def production_order_lock_material(*, actor: Actor, order: ProductionOrder) -> ProductionOrder:
    """Locks what is free in stock of the material that the order still lacks (备料锁定); asked again, what has come in
    since. It is taken from there when material is issued, and free again when the order ends. Raises StateRefused."""
    order = locked(order, UNENDED, _("This order has ended"))
    reservation = ports.find(StockReservation)
    if reservation is None:
        raise StateRefused(_("Nothing is kept in stock"))
    rows = [row for row in order.components.order_by("position", "pk") if row.open_quantity > 0]
    refs = {row.pk: RecordRef("production.order_component", row.pk, order.number) for row in rows}
    held = reservation.reserved_for(list(refs.values())) if refs else {}
    demands = [
        Demand(refs[row.pk], row.product_id, short, order.start_on, order_ref(order))
        for row in rows
        if (short := row.open_quantity - held.get(row.pk, ZERO)) > 0
    ]
    if rows and not demands:
        raise StateRefused(_("All its material is locked already"))
    if not any(answer.reserved for answer in reservation.reserve(actor=actor, demands=demands)):
        raise StateRefused(_("Nothing of its material is free in stock now"))
    return order
