"""Acting on what falls short: a requisition, orders as the purchase workbench would make them, or goods from another
warehouse that has too many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.inventory.models import Location, Requisition, StockBalance, StockMove, Warehouse
from modules.inventory.rules.sourcing import choose
from modules.inventory.selectors.places import default_place
from modules.inventory.selectors.purchase_needs import Need
from modules.inventory.selectors.purchase_needs import Row as Wanted
from modules.inventory.selectors.replenishment import Row
from modules.inventory.selectors.sourcing import offers_for
from modules.inventory.services.moves import Movement, lock_balances, lock_costs, post_moves
from modules.inventory.services.purchase_needs import needs_lock, rows_order
from modules.inventory.services.replenishment import read_rows
from modules.inventory.services.requisitions import requisition_create
from modules.shared.data.models import Product, PurchaseOrder
from modules.shared.data.selectors.calendars import work_calendar
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service("inventory.requisition.create")
def replenishment_request(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[Requisition]:
    """A draft requisition for each warehouse. Raises Invalid."""
    needs_lock()
    by_warehouse: dict[int, list[tuple[Row, Decimal]]] = defaultdict(list)
    for row, quantity in read_rows(rows):
        by_warehouse[row.policy.warehouse_id].append((row, quantity))
    return [
        requisition_create(
            actor=actor, warehouse=warehouse, purpose=str(_("Replenishment")),
            needed_on=min(row.until for row, _quantity in together),
            lines=[{"product": row.policy.product_id, "quantity": quantity, "needed_on": row.until,
                    "unit": row.policy.product.unit_id} for row, quantity in together],
        )
        for warehouse, together in sorted(by_warehouse.items())
    ]  # fmt: skip


@service("inventory.purchase_need.order")
def replenishment_order(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[PurchaseOrder]:
    """Draft purchase orders, one for each supplier, currency and warehouse, from whom the purchase workbench would buy.
    Raises Invalid where nobody offers it or it is made here."""
    needs_lock()
    today, calendar = current().today(), work_calendar()
    chosen = read_rows(rows)
    offers = offers_for({row.policy.product_id for row, _quantity in chosen}, today)
    wanted: list[tuple[Wanted, Decimal]] = []
    for row, quantity in chosen:
        product, known = row.policy.product, offers.get(row.policy.product_id, [])
        if product.source != Product.Source.BUY:
            message = _("%(product)s is made, not bought: plan it") % {"product": product}
            raise Invalid.field("rows", message, "made")
        need = Need(product.pk, quantity, row.until, "stock", warehouse_id=row.policy.warehouse_id)
        choice = choose(quantity, row.until, known, arrival=lambda days: calendar.add(today, days))
        wanted.append(
            (Wanted(product, row.policy.warehouse_id, (need,), quantity, row.until, choice, tuple(known)), quantity)
        )
    return rows_order(actor, wanted)


@service("inventory.stock.transfer")
def replenishment_transfer(
    *, actor: Actor, policy: int, from_warehouse: int, quantity: Decimal | None = None
) -> Decimal:
    """Moves what another warehouse has free beyond its own needs to the place for receipts. Returns how much moved.
    Raises StateRefused when it has none any more, Invalid."""
    ((row, asked),) = read_rows([{"policy": policy, "quantity": quantity}])
    offer = next((t for t in row.transfers if t.warehouse_id == from_warehouse), None)
    if offer is None:
        raise StateRefused(_("That warehouse has nothing to spare any more"))
    wanted = min(asked, offer.quantity) if quantity is None else quantity
    if wanted > offer.quantity:
        raise Invalid.field(
            "quantity", _("That warehouse can spare %(most)s") % {"most": f"{offer.quantity.normalize():f}"}, "range"
        )
    target = default_place(Warehouse.objects.select_related("stock_place").get(pk=row.policy.warehouse_id))
    post_moves(_picked(row, from_warehouse, target, wanted), on=current().today(), reason=str(_("Replenishment")))
    return wanted


def _picked(row: Row, warehouse: int, target: Location, wanted: Decimal) -> list[Movement]:
    """Free stock of that warehouse in picking order. Raises StateRefused when it is not there."""
    left, movements = wanted, []
    for balance in _in_order(row.policy.product_id, warehouse):
        part = min(left, balance.on_hand - balance.reserved)
        if part > 0:
            movements.append(
                Movement(
                    balance.product_id, StockMove.Kind.TRANSFER, balance.location_id, target.pk, part, lot=balance.lot
                )
            )
            left -= part
    if left > 0:
        raise StateRefused(_("That warehouse has nothing to spare any more"))
    return movements


def _in_order(product_id: int, warehouse: int) -> list[StockBalance]:
    lock_costs([product_id])  # costs are locked before balances, by everybody
    return [b for b in lock_balances([product_id]) if b.location.warehouse_id == warehouse]
