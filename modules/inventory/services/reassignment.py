"""Reservations that change hands: re-assigned by a person, taken over by the more urgent, handed over by a quote to its
order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from modules.inventory.models import Reservation, StockBalance
from modules.inventory.rules.picking import lasts
from modules.inventory.selectors.demands import urgencies
from modules.inventory.selectors.lots import shelves
from modules.inventory.services.hand_locks import (
    check_lot,
    demand_waiting,
    lock_documents,
    reservation_locked,
    wanted_of,
)
from modules.inventory.services.progress import record_reserved
from modules.inventory.services.reservation import (
    Lock,
    free_quantity,
    free_rows,
    lasting,
    lock_places,
    write_locks,
)
from modules.inventory.services.reservation_history import Kind, change_of, remember
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service("inventory.reservation.reassign")
def reservation_reassign(
    *, actor: Actor, reservation: Reservation, to: RecordRef, quantity: Decimal | None = None, reason: str = ""
) -> Decimal:
    """Gives what is locked for one demand line to another that waits for the same product, hard or soft as it is. A
    person decides, and says why. Answers how much. Raises StateRefused, Invalid."""
    return _pass_on(actor, reservation, to, quantity, Kind.REASSIGNED, reason)


@service("inventory.reservation.take_over")
def reservation_take_over(
    *, actor: Actor, reservation: Reservation, to: RecordRef, quantity: Decimal | None = None, reason: str = ""
) -> Decimal:
    """The more urgent line takes a soft reservation from a less urgent one: by priority of the order, then by day.
    Never by itself: somebody asks for it and says why. Answers how much. Raises StateRefused, Invalid."""
    return _pass_on(actor, reservation, to, quantity, Kind.TAKEN_OVER, reason)


def _pass_on(
    actor: Actor, reservation: Reservation, to: RecordRef, quantity: Decimal | None, kind: str, reason: str
) -> Decimal:
    if not (reason or "").strip():
        raise Invalid.field("reason", _("Say why."), "required")
    giver = RecordRef(reservation.demand_entity, reservation.demand_id, reservation.head_label)
    if (giver.entity, giver.id) == (to.entity, to.id):
        raise Invalid.field("to", _("It is locked for this line already."), "same")
    lock_documents([giver, to])
    row = reservation_locked(reservation)
    demand, waiting = demand_waiting(to, row.product_id)
    if waiting <= 0:
        raise StateRefused(_("Everything this line needs is locked or claimed already."))
    if kind == Kind.TAKEN_OVER:
        _check_may_take(row, demand)
    wanted = wanted_of(quantity, min(waiting, row.quantity), row.product)
    balance = StockBalance.objects.select_related("location").get(
        product_id=row.product_id, location_id=row.location_id, lot=row.lot
    )
    is_hard = row.is_hard
    _check_suits(balance, demand.line, is_hard)
    free_quantity(row, wanted)
    write_locks([Lock(demand, balance, wanted, is_hard)])
    record_reserved(actor, {(giver.entity, giver.id): -wanted, (to.entity, to.id): wanted})
    remember([change_of(kind, row.product_id, wanted, giver=giver, taker=demand.line, reason=reason.strip())])
    return wanted


def _check_may_take(row: Reservation, demand: Demand) -> None:
    if row.is_hard:
        raise StateRefused(_("This was locked by hand: only a person who may re-assign can give it away."))
    mine, theirs = (demand.line.entity, demand.line.id), (row.demand_entity, row.demand_id)
    found = urgencies([(*mine, demand.needed_on), (*theirs, row.needed_on)])
    if not found[mine] < found[theirs]:
        raise StateRefused(_("This line is not more urgent than the one it would take from."))


def _check_suits(balance: StockBalance, line: RecordRef, is_hard: bool) -> None:
    """What nobody may use changes no hands; what a person locked there, the customer's wish does not take away."""
    check_lot(balance)
    offered = shelves([balance], current().today())
    wanted = lasting([line], offered).get((line.entity, line.id))
    if not is_hard and not all(lasts(shelf.until, wanted) for shelf in offered):
        words = {"product": balance.product, "lot": balance.lot}
        raise StateRefused(_("%(product)s: lot %(lot)s does not last as long as this customer wants.") % words)


@service()
def stock_hand_over(*, actor: Actor, head: RecordRef, demands: Sequence[Demand]) -> dict[int, Decimal]:
    """What is held for a document goes to the demands of the one that follows it; the rest is freed, also what has
    expired or does not last for the customer. Asked through the port: no hold is lost to somebody who comes in between,
    the balances stay locked. Line id → quantity in stock."""
    held = Reservation.objects.filter(
        head_entity=head.entity, head_id=head.id, state=Reservation.State.ACTIVE
    )  # fmt: skip
    keys = list(held.values_list("product_id", "location_id", "lot").distinct())
    if not keys:
        return {}
    balances = lock_places(keys)
    rows = [
        row
        for row in held.select_for_update(of=("self",)).order_by("pk")
        if (row.product_id, row.location_id, row.lot) in balances
    ]
    by_key = StockBalance.objects.select_related("location").in_bulk(balances.values())
    offered = shelves(list(by_key.values()), current().today())
    until = {shelf.key: shelf.until for shelf in offered}
    life = lasting((demand.line for demand in demands), offered)
    left = {i: demand.quantity for i, demand in enumerate(demands)}
    locks: dict[tuple[int, int], Decimal] = {}
    hard: set[tuple[int, int]] = set()
    given: dict[int, Decimal] = {}
    for row in rows:
        balance, rest = balances[(row.product_id, row.location_id, row.lot)], row.quantity
        for i, demand in enumerate(demands):
            wanted = life.get((demand.line.entity, demand.line.id))
            suits = balance in until and (row.is_hard or lasts(until[balance], wanted))
            take = min(rest, left[i]) if suits and demand.product_id == row.product_id else ZERO
            if take > 0:
                rest -= take
                left[i] -= take
                locks[(i, balance)] = locks.get((i, balance), ZERO) + take
                hard |= {(i, balance)} if row.is_hard else set()
                given[demand.line.id] = given.get(demand.line.id, ZERO) + take
    free_rows(rows, balances)
    write_locks([Lock(demands[i], by_key[b], quantity, (i, b) in hard) for (i, b), quantity in locks.items()])
    return given
