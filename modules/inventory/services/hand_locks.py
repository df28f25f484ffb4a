"""Locking and releasing by hand: for one demand line, in a place of one's choice, with a dated history."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from modules.inventory.models import Reservation, StockBalance
from modules.inventory.rules.picking import Need, lasts, pick
from modules.inventory.selectors.demands import SALES_LINE, demand_of, held_of
from modules.inventory.selectors.lots import shelves
from modules.inventory.selectors.picking import spoken_for
from modules.inventory.selectors.ship_from import ship_from_of
from modules.inventory.services.lines import check_step
from modules.inventory.services.lots import check_usable, lots_named
from modules.inventory.services.moves import lock_balances, shortage
from modules.inventory.services.progress import record_reserved
from modules.inventory.services.reservation import (
    Lock,
    add_reserved,
    change_reservations,
    free_all,
    free_quantity,
    lasting,
    write_locks,
)
from modules.inventory.services.reservation_history import Kind, change_of, remember
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import Product, SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


def lock_documents(lines: Sequence[RecordRef]) -> None:
    """The sales orders of these demand lines, in key order: documents before stock, as everywhere."""
    ids = {line.id for line in lines if line.entity == SALES_LINE}
    if ids:
        heads = SalesOrderLine.objects.filter(pk__in=ids).values("order_id")
        list(SalesOrder.objects.select_for_update().filter(pk__in=heads).order_by("pk"))


def demand_waiting(line: RecordRef, product_id: int) -> tuple[Demand, Decimal]:
    """An open demand, whose document is locked, and what is neither locked nor claimed for it. Raises StateRefused."""
    demand = demand_of(line, product_id)
    if demand is None:
        raise StateRefused(_("This line does not wait for this product any more."))
    return demand, demand.quantity - sum(held_of(line), ZERO)


def wanted_of(quantity: Decimal | None, most: Decimal, product: Product) -> Decimal:
    """The quantity asked for, all there is when none is said. Raises Invalid."""
    wanted = most if quantity is None else quantity
    if not 0 < wanted <= most:
        message = _("Say a quantity above zero and up to %(most)s.") % {"most": f"{most.normalize():f}"}
        raise Invalid.field("quantity", message, "range")
    check_step(wanted, product, "quantity")
    return wanted


@service("inventory.reservation.lock")
def demand_lock(
    *,
    actor: Actor,
    line: RecordRef,
    product: Product,
    quantity: Decimal | None = None,
    stock: StockBalance | None = None,
    reason: str = "",
) -> Decimal:
    """Locks stock for a line that waits: from `stock`, a place and lot chosen by hand, where it then stays, else from
    wherever it is free in the order's warehouse (anywhere when none was said), what expires first, as long as it lasts
    for the customer. Soft reservations make room for a chosen place. Answers how much was locked: all that was asked
    for when a quantity or a place was said, else what there is. Raises StateRefused (also on a lot that is held,
    rejected or expired), Invalid, InsufficientStock."""
    lock_documents([line])
    demand, waiting = demand_waiting(line, product.pk)
    if waiting <= 0:
        raise StateRefused(_("Everything this line needs is locked or claimed already."))
    wanted = wanted_of(quantity, waiting, product)
    balances = lock_balances([product.pk])
    if stock is not None:
        target = next((b for b in balances if b.pk == stock.pk), None)
        if target is None:
            raise Invalid.field("stock", _("Nothing of this product lies there."), "empty")
        check_lot(target)
        _make_room(balances, target, wanted)
        picks, short = pick([Need(0, product.pk, wanted)], shelves([target], current().today()))
    else:
        offered = shelves(balances, current().today())
        until = lasting([line], offered).get((line.entity, line.id))
        site = ship_from_of([line]).get((line.entity, line.id))
        picks, short = pick([Need(0, product.pk, wanted, until, site)], offered)
    if short[0] and (quantity is not None or stock is not None or not picks):
        raise shortage({product.pk: (wanted, wanted - short[0])})
    by_key = {b.pk: b for b in balances}
    write_locks([Lock(demand, by_key[p.shelf], p.quantity, is_hard=stock is not None) for p in picks])
    locked = sum((p.quantity for p in picks), ZERO)
    record_reserved(actor, {(line.entity, line.id): locked})
    remember([change_of(Kind.LOCKED, product.pk, locked, taker=demand.line, reason=reason)])
    return locked


def check_lot(balance: StockBalance) -> None:
    """Raises StateRefused when the lot of a balance, which is locked, is held, rejected or expired."""
    key = (balance.product_id, balance.lot)
    lot = lots_named({key}).get(key) if balance.lot else None
    if lot is not None:
        check_usable(lot, current().today())


def make_room(product_id: int, location_id: int, lot: str, wanted: Decimal) -> None:
    """Soft reservations leave a place, as far as `wanted` is more than what is free there and the same warehouse has
    other free stock that is neither held nor expired and lasts for their customers. Called before something is moved
    away; who needs more is told so by the move."""
    balances = lock_balances([product_id])
    target = next((b for b in balances if (b.location_id, b.lot) == (location_id, lot)), None)
    if target is not None:
        _make_room(balances, target, wanted)


def _make_room(balances: Sequence[StockBalance], target: StockBalance, wanted: Decimal) -> None:
    missing = wanted - (target.on_hand - target.reserved)
    site = target.location.warehouse_id
    others = [b for b in balances if b.pk != target.pk and b.location.warehouse_id == site and b.on_hand > b.reserved]
    if missing <= 0 or not others:
        return
    offered = shelves(others, current().today())
    by_key = {b.pk: b for b in others}
    held = Reservation.objects.select_for_update().filter(
        product_id=target.product_id, location_id=target.location_id, lot=target.lot, is_hard=False,
        state=Reservation.State.ACTIVE,
    )  # fmt: skip
    soft = list(held.order_by("pk"))
    life = lasting((demand_of_row(row).line for row in soft), offered)
    free = {shelf.key: shelf.free for shelf in offered}
    moves: list[Lock] = []
    leaving: dict[int, Decimal] = {}
    spoken = spoken_for(row.demand_id for row in soft if row.demand_entity == SALES_LINE)
    for row in soft:
        mine = spoken.get((row.demand_id, row.location_id, row.lot), ZERO) if row.demand_entity == SALES_LINE else ZERO
        movable = row.quantity - mine  # what somebody is picking stays for them
        for shelf in offered:
            if not lasts(shelf.until, life.get((row.demand_entity, row.demand_id))):
                continue
            piece = min(movable - leaving.get(row.pk, ZERO), free[shelf.key], missing)
            if piece > 0:
                free[shelf.key] -= piece
                missing -= piece
                leaving[row.pk] = leaving.get(row.pk, ZERO) + piece
                moves.append(Lock(demand_of_row(row), by_key[shelf.key], piece))
    gone = sum(leaving.values(), ZERO)
    if gone:
        add_reserved({target.pk: -gone})
        change_reservations({pk: -quantity for pk, quantity in leaving.items()})
        write_locks(moves)
        target.reserved -= gone


def demand_of_row(row: Reservation) -> Demand:
    """The demand that a reservation names, to lock for it elsewhere."""
    head = RecordRef(row.head_entity, row.head_id, row.head_label) if row.head_id is not None else None
    line = RecordRef(row.demand_entity, row.demand_id, row.head_label)
    return Demand(line, row.product_id, row.quantity, row.needed_on, head, row.until)


@service("inventory.reservation.release")
def reservation_release(
    *, actor: Actor, reservation: Reservation, quantity: Decimal | None = None, reason: str | None = ""
) -> Reservation:
    """Takes a reservation, or a part of it, away from its demand. Raises StateRefused when it has ended already,
    Invalid."""
    line = RecordRef(reservation.demand_entity, reservation.demand_id, reservation.head_label)
    lock_documents([line])
    if quantity is None:
        freed = sum((row.quantity for row in free_all(Q(pk=reservation.pk))), ZERO)
    else:
        row = reservation_locked(reservation)
        freed = wanted_of(quantity, row.quantity, row.product)
        free_quantity(row, freed)
    if not freed:
        raise StateRefused(_("This reservation has ended already."))
    record_reserved(actor, {(line.entity, line.id): -freed})
    remember([change_of(Kind.RELEASED, reservation.product_id, freed, giver=line, reason=reason or "")])
    reservation.refresh_from_db()
    return reservation


def reservation_locked(reservation: Reservation) -> Reservation:
    """An active reservation under the locks of its balance and its own. Raises StateRefused when it has ended."""
    lock_balances([reservation.product_id])
    rows = Reservation.objects.select_for_update(of=("self",)).select_related("product__unit")
    row = rows.filter(pk=reservation.pk, state=Reservation.State.ACTIVE).first()
    if row is None:
        raise StateRefused(_("This reservation has ended already."))
    return row
