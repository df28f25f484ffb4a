"""Locking stock for demands (订单锁库), and letting it go.

Asked through the port StockReservation inside somebody's transaction: that service has checked the permission. The
balances are locked in key order, so writers queue and never wait for one another in a ring; what the lock shows is
what is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from modules.inventory.models import Reservation, StockBalance
from modules.inventory.rules.picking import Need, Pick, pick
from modules.inventory.selectors.lots import good_until, shelves
from modules.inventory.services.moves import lock_balances, shortage
from modules.inventory.services.progress import SALES_LINE, record_reserved
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, Reserved
from modules.shared.data.models import Product, SalesOrder
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import frame, service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service()
def stock_reserve(*, actor: Actor, demands: Sequence[Demand], partial: bool = True) -> list[Reserved]:
    """Locks what is free for each demand, in their order; answers what was locked and what is short.

    Raises InsufficientStock when `partial` is not allowed and anything is short; then nothing is locked."""
    goods = set(
        Product.objects.filter(pk__in={d.product_id for d in demands}, kind=Product.Kind.GOODS).values_list(
            "pk", flat=True
        )
    )
    wanted = [(i, d) for i, d in enumerate(demands) if d.product_id in goods and d.quantity > 0]
    balances = lock_balances(goods) if wanted else []
    offered = shelves(balances, current().today())
    life = good_until((d.line.id for _i, d in wanted if d.line.entity == SALES_LINE), offered, current().today())
    needs = [Need(i, d.product_id, d.quantity, _life(d, life)) for i, d in wanted]
    picks, short = pick(needs, offered)
    if not partial and any(short.values()):
        raise shortage(_missing(needs, short))
    _write(demands, picks, {b.pk: b for b in balances})
    return [
        Reserved(d.line, d.product_id, (d.quantity - short[i]) if i in short else ZERO, short.get(i, ZERO))
        for i, d in enumerate(demands)
    ]


def _life(demand: Demand, life: dict[int, date]) -> date | None:
    return life.get(demand.line.id) if demand.line.entity == SALES_LINE else None


def _missing(needs: Sequence[Need], short: dict[int, Decimal]) -> dict[int, tuple[Decimal, Decimal]]:
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    lacking: dict[int, Decimal] = defaultdict(Decimal)
    for need in needs:
        wanted[need.product_id] += need.quantity
        lacking[need.product_id] += short[need.key]
    return {p: (wanted[p], wanted[p] - lacking[p]) for p, missing in lacking.items() if missing}


def _write(demands: Sequence[Demand], picks: Sequence[Pick], balances: dict[int, StockBalance]) -> None:
    if not picks:
        return
    taken: dict[int, Decimal] = defaultdict(Decimal)
    locked: dict[tuple[str, int, int], Decimal] = defaultdict(Decimal)  # demand line, balance → quantity
    of_line: dict[tuple[str, int], Demand] = {}
    for p in picks:
        line = demands[p.need].line
        taken[p.shelf] += p.quantity
        locked[(line.entity, line.id, p.shelf)] += p.quantity
        of_line[(line.entity, line.id)] = demands[p.need]
    add_reserved(taken)
    known = {
        (r.demand_entity, r.demand_id, r.product_id, r.location_id, r.lot): r
        for r in active_of(d.line for d in of_line.values())
    }
    more: dict[int, Decimal] = {}
    rows = []
    member_id = frame().actor.member_id
    for (entity, line_id, shelf), quantity in locked.items():
        balance, demand = balances[shelf], of_line[(entity, line_id)]
        there = known.get((entity, line_id, balance.product_id, balance.location_id, balance.lot))
        if there is not None:
            more[there.pk] = quantity
            continue
        head = demand.head
        rows.append(
            Reservation(
                demand_entity=entity,
                demand_id=line_id,
                head_entity=head.entity if head else "",
                head_id=head.id if head else None,
                head_label=head.label if head else "",
                product_id=balance.product_id,
                location_id=balance.location_id,
                lot=balance.lot,
                quantity=quantity,
                state=Reservation.State.ACTIVE,
                needed_on=demand.needed_on,
                created_by_id=member_id,
                changed_by_id=member_id,
            )
        )
    Reservation.objects.bulk_create(rows, batch_size=500)
    touch_ids(Reservation, "insert", {r.pk for r in rows})
    if more:
        change_reservations(more)


def active_of(lines: Iterable[RecordRef]) -> list[Reservation]:
    """The active reservations of these demand lines, locked by key. Lock their balances first."""
    rows = Reservation.objects.select_for_update().filter(_of_lines(lines), state=Reservation.State.ACTIVE)
    return list(
        rows.only("demand_entity", "demand_id", "product", "location", "lot", "quantity", "state").order_by("pk")
    )


def _of_lines(lines: Iterable[RecordRef]) -> Q:
    by_entity: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        by_entity[line.entity].add(line.id)
    condition = Q(pk__in=[])
    for entity, ids in by_entity.items():
        condition |= Q(demand_entity=entity, demand_id__in=ids)
    return condition


def add_reserved(deltas: dict[int, Decimal]) -> None:
    """Changes `reserved` of locked balances: id → delta."""
    with connection.cursor() as cursor:
        cursor.execute(
            """update inventory_stockbalance b set reserved = b.reserved + d.delta
                 from unnest(%s::bigint[], %s::numeric[]) as d(id, delta) where b.id = d.id""",
            [list(deltas), list(deltas.values())],
        )
    touch_ids(StockBalance, "update", set(deltas))


def change_reservations(deltas: dict[int, Decimal], *, fulfilled: bool = False) -> None:
    """Changes the locked quantity of locked reservations: id → delta. At zero they end, as fulfilled when goods went
    out of them and as released otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            """update inventory_reservation r
                  set quantity = r.quantity + d.delta,
                      fulfilled = r.fulfilled - case when %s then d.delta else 0 end,
                      state = case when r.quantity + d.delta > 0 then 'active'
                                   when %s or r.fulfilled > 0 then 'fulfilled' else 'released' end,
                      version = r.version + 1, changed_at = now(), changed_by_id = %s
                 from unnest(%s::bigint[], %s::numeric[]) as d(id, delta) where r.id = d.id""",
            [fulfilled, fulfilled, frame().actor.member_id, list(deltas), list(deltas.values())],
        )
    touch_ids(Reservation, "update", set(deltas))


@service()
def stock_release(*, actor: Actor, lines: Sequence[RecordRef]) -> dict[int, Decimal]:
    """Frees all that is locked for these demand lines; answers how much, by line id. Asked through the port."""
    return free_all(_of_lines(lines))


def free_all(condition: Q) -> dict[int, Decimal]:
    """Frees the active reservations that meet the condition: demand line id → quantity."""
    places = list(
        Reservation.objects.filter(condition, state=Reservation.State.ACTIVE)
        .values_list("product_id", "location_id", "lot")
        .distinct()
    )
    if not places:
        return {}
    balances = _lock_places(places)
    rows = list(
        Reservation.objects.select_for_update().filter(condition, state=Reservation.State.ACTIVE).order_by("pk")
    )
    freed: dict[int, Decimal] = defaultdict(Decimal)
    deltas: dict[int, Decimal] = defaultdict(Decimal)
    ended: dict[int, Decimal] = {}
    for row in rows:
        balance = balances.get((row.product_id, row.location_id, row.lot))
        if balance is None:
            continue  # reserved elsewhere since the first look, by a transaction that came in between
        deltas[balance] -= row.quantity
        freed[row.demand_id] += row.quantity
        ended[row.pk] = -row.quantity
    if ended:
        add_reserved(deltas)
        change_reservations(ended)
    return dict(freed)


def _lock_places(places: Sequence[tuple[int, int, str]]) -> dict[tuple[int, int, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """select b.product_id, b.location_id, b.lot, b.id from inventory_stockbalance b
                 join unnest(%s::bigint[], %s::bigint[], %s::text[]) as k(product_id, location_id, lot)
                   on b.product_id = k.product_id and b.location_id = k.location_id and b.lot = k.lot
                order by b.id for update of b""",
            [[p[0] for p in places], [p[1] for p in places], [p[2] for p in places]],
        )
        return {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}


@service("inventory.reservation.release")
def reservation_release(*, actor: Actor, reservation: Reservation) -> Reservation:
    """Takes one reservation away from its demand, by hand. Raises StateRefused when it has ended already."""
    if reservation.demand_entity == SALES_LINE:
        # Documents before stock, as everywhere.
        SalesOrder.objects.select_for_update().filter(lines=reservation.demand_id).first()
    freed = free_all(Q(pk=reservation.pk))
    if not freed:
        raise StateRefused(_("This reservation has ended already."))
    record_reserved(actor, {(reservation.demand_entity, line_id): -quantity for line_id, quantity in freed.items()})
    reservation.refresh_from_db()
    return reservation
