"""Moving stock together with what is locked of it: the demand keeps its goods, wherever they lie.

Locks are taken in everybody's order: cost rows, balances, reservations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from modules.inventory.models import Reservation, StockBalance, StockMove
from modules.inventory.services.moves import Movement, lock_costs, post_moves
from modules.inventory.services.reservation import active_of, add_reserved, change_reservations
from modules.shared.contracts.refs import RecordRef
from tenon.problems import StateRefused
from tenon.tenancy.context import current

ZERO = Decimal(0)


def move_locked(
    product_id: int, lot: str, from_id: int, to_id: int, quantity: Decimal, *, line: RecordRef, source: RecordRef,
    second: Decimal | None = None,
) -> None:  # fmt: skip
    """Moves what is locked for one demand line to another place, where it stays locked for it. Raises StateRefused when
    no so much is locked there any more."""
    costs = lock_costs([product_id])
    movement = Movement(
        product_id, StockMove.Kind.TRANSFER, from_id, to_id, quantity, lot=lot, freed=quantity, line_id=source.id,
        second=second,
    )  # fmt: skip
    post_moves([movement], on=current().today(), source=source, costs=costs)
    there = [r for r in active_of([line]) if (r.product_id, r.location_id, r.lot) == (product_id, from_id, lot)]
    if sum((r.quantity for r in there), ZERO) < quantity:
        raise StateRefused(_("This is no longer locked for the order."))
    change_reservations(_taken(there, quantity))
    _arrive(there[0], to_id, quantity)


def move_with_locks(
    stock: StockBalance, to_id: int, quantity: Decimal, *, reason: str, source: RecordRef | None = None,
    second: Decimal | None = None,
) -> None:  # fmt: skip
    """Moves stock; what is not free goes with its locks, the oldest first. Raises InsufficientStock."""
    costs = lock_costs([stock.product_id])
    here = StockBalance.objects.select_for_update().get(pk=stock.pk)
    along = max(quantity - (here.on_hand - here.reserved), ZERO)
    if along > here.reserved:
        along = ZERO  # more than is there at all: refused below
    movement = Movement(
        stock.product_id, StockMove.Kind.TRANSFER, stock.location_id, to_id, quantity, lot=stock.lot, freed=along,
        second=second,
    )  # fmt: skip
    post_moves([movement], on=current().today(), source=source, reason=reason, costs=costs)
    if not along:
        return
    rows = list(
        Reservation.objects.select_for_update()
        .filter(
            product_id=stock.product_id, location_id=stock.location_id, lot=stock.lot, state=Reservation.State.ACTIVE
        )
        .order_by("pk")
    )
    taken = _taken(rows, along)
    change_reservations(taken)
    for row in rows:
        if row.pk in taken:
            _arrive(row, to_id, -taken[row.pk])


def _taken(rows: Sequence[Reservation], quantity: Decimal) -> dict[int, Decimal]:
    """What each reservation gives, as changes of it, in their order."""
    deltas: dict[int, Decimal] = {}
    for row in rows:
        give = min(row.quantity, quantity)
        if give > 0:
            deltas[row.pk] = -give
            quantity -= give
    return deltas


def lock_at(balance: StockBalance, line: RecordRef, quantity: Decimal, fresh: Reservation) -> None:
    """Locks a quantity of a balance (whose row the caller has locked) for a demand line: more of what it has locked
    there already, else by the `fresh` reservation."""
    add_reserved({balance.pk: quantity})
    key = (balance.product_id, balance.location_id, balance.lot)
    known = next((r for r in active_of([line]) if (r.product_id, r.location_id, r.lot) == key), None)
    if known is not None:
        change_reservations({known.pk: quantity})
        return
    fresh.product_id, fresh.location_id, fresh.lot = key
    fresh.quantity, fresh.state = quantity, Reservation.State.ACTIVE
    fresh.save()


def _arrive(row: Reservation, to_id: int, quantity: Decimal) -> None:
    """What was locked by `row` is locked at the other place."""
    balance = StockBalance.objects.select_for_update().get(product_id=row.product_id, location_id=to_id, lot=row.lot)
    lock_at(balance, RecordRef(row.demand_entity, row.demand_id, ""), quantity, renewed(row))


def renewed(row: Reservation) -> Reservation:
    """A reservation for the same demand, to be saved for another place."""
    fresh = Reservation.objects.get(pk=row.pk)
    fresh.pk, fresh.version, fresh.fulfilled = None, 1, ZERO
    fresh._state.adding = True
    return fresh
