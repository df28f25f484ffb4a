"""Locking stock for demands (订单锁库), and letting it go.

Asked through the port StockReservation inside somebody's transaction: that service has checked the permission. The
balances are locked in key order, so writers queue and never wait for one another in a ring; what the lock shows is
what is there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Q

from modules.inventory.models import Reservation, StockBalance
from modules.inventory.rules.picking import Need, Pick, Shelf, pick
from modules.inventory.selectors.lots import good_until, shelves
from modules.inventory.selectors.near_stock import enough_for
from modules.inventory.selectors.ship_from import ship_from_of
from modules.inventory.services.moves import lock_balances, shortage
from modules.inventory.services.progress import SALES_LINE
from modules.inventory.services.reservation_history import Kind, change_of, remember
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, Reserved
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.records.service import frame, service, touch_ids
from tenon.tenancy.context import current
from tenon.tenancy.plain import PlainQuery

ZERO = Decimal(0)
_GOODS = PlainQuery(Product, "from data_product r where r.id = any(%s) and r.kind = 'goods'", only=("kind",))
_ACTIVE = PlainQuery(
    Reservation,
    """from inventory_reservation r join unnest(%s::text[], %s::bigint[]) as d(entity, id)
         on r.demand_entity = d.entity and r.demand_id = d.id
      where r.state = 'active' order by r.id for update of r""",
    only=("demand_entity", "demand_id", "product", "location", "lot", "quantity", "state", "is_hard"),
)


@service()
def stock_reserve(*, actor: Actor, demands: Sequence[Demand], partial: bool = True) -> list[Reserved]:
    """Locks what is free for each demand, in their order, in its warehouse where one was said; answers what was locked
    and what is short.

    Raises InsufficientStock when `partial` is not allowed and anything is short; then nothing is locked."""
    goods = {x.pk for x in _GOODS.all(list({d.product_id for d in demands}))}
    wanted = [(i, d) for i, d in enumerate(demands) if d.product_id in goods and d.quantity > 0]
    sites = ship_from_of(d.line for _i, d in wanted)
    served = _serve_near(wanted, sites, partial=partial) if wanted else None
    if served is None:
        served = _serve(wanted, sites, lock_balances(goods) if wanted else [])
    short = served.short
    if not partial and any(short.values()):
        raise shortage(_missing(served.needs, short))
    _write(demands, served.picks, {b.pk: b for b in served.balances})
    return [
        Reserved(d.line, d.product_id, (d.quantity - short[i]) if i in short else ZERO, short.get(i, ZERO))
        for i, d in enumerate(demands)
    ]


@dataclass(frozen=True)
class _Served:
    """Needs, and from which of the balances, which are locked, they are served."""

    balances: list[StockBalance]
    needs: list[Need]
    picks: list[Pick]
    short: dict[int, Decimal]


Sites = Mapping[tuple[str, int], int]  # demand line → the warehouse that serves it


class _NotEnough(Exception):
    """What was looked at does not serve a need that more might."""


def _serve(wanted: Sequence[tuple[int, Demand]], sites: Sites, balances: list[StockBalance]) -> _Served:
    offered = shelves(balances, current().today())
    life = lasting((d.line for _i, d in wanted), offered)
    keys = {i: (d.line.entity, d.line.id) for i, d in wanted}
    needs = [Need(i, d.product_id, d.quantity, life.get(keys[i]), sites.get(keys[i])) for i, d in wanted]
    picks, short = pick(needs, offered)
    return _Served(balances, needs, picks, short)


def _serve_near(wanted: Sequence[tuple[int, Demand]], sites: Sites, *, partial: bool) -> _Served | None:
    """The same from the places that come first, where products lie in many. None when none does, or when somebody else
    has taken what was there: then no lock is kept, and all of them are asked for, in order.

    Who wants all or nothing is told at once what is not there: nobody waits for a lock to hear no. Raises
    InsufficientStock."""
    asked = Counter(d.product_id for _i, d in wanted)
    once = [d for _i, d in wanted if asked[d.product_id] == 1]
    near = enough_for([(d.product_id, d.quantity, sites.get((d.line.entity, d.line.id))) for d in once])
    if near.short and not partial and len(once) == len(wanted):
        raise shortage(
            {d.product_id: (d.quantity, near.short[d.product_id]) for d in once if d.product_id in near.short}
        )
    if not near.elsewhere:
        return None
    try:
        with transaction.atomic():
            served = _serve(wanted, sites, lock_balances(set(asked) - near.elsewhere, some=near.balances))
            if any(served.short[i] for i, d in wanted if d.product_id in near.elsewhere):
                raise _NotEnough
    except _NotEnough:
        return None
    return served


def lasting(lines: Iterable[RecordRef], offered: Sequence[Shelf]) -> dict[tuple[str, int], date]:
    """Demand line → the day until which its customer wants to be able to use the goods; only sales order lines have
    one."""
    ids = [line.id for line in lines if line.entity == SALES_LINE]
    return {(SALES_LINE, pk): day for pk, day in good_until(ids, offered, current().today()).items()}


def _missing(needs: Sequence[Need], short: dict[int, Decimal]) -> dict[int, tuple[Decimal, Decimal]]:
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    lacking: dict[int, Decimal] = defaultdict(Decimal)
    for need in needs:
        wanted[need.product_id] += need.quantity
        lacking[need.product_id] += short[need.key]
    return {p: (wanted[p], wanted[p] - lacking[p]) for p, missing in lacking.items() if missing}


@dataclass(frozen=True)
class Lock:
    """So much of a balance for a demand line."""

    demand: Demand
    balance: StockBalance
    quantity: Decimal
    is_hard: bool = False


def _write(demands: Sequence[Demand], picks: Sequence[Pick], balances: dict[int, StockBalance]) -> None:
    locked: dict[tuple[str, int, int], Decimal] = defaultdict(Decimal)  # demand line, balance → quantity
    of_line: dict[tuple[str, int], Demand] = {}
    for p in picks:
        line = demands[p.need].line
        locked[(line.entity, line.id, p.shelf)] += p.quantity
        of_line[(line.entity, line.id)] = demands[p.need]
    write_locks([Lock(of_line[(e, pk)], balances[shelf], quantity) for (e, pk, shelf), quantity in locked.items()])


def write_locks(locks: Sequence[Lock]) -> None:
    """Locks what the balances, which are locked, have free: to a demand's reservation at that place where it has one,
    else by a new one. Each pair of demand and balance stands once."""
    if not locks:
        return
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for lock in locks:
        taken[lock.balance.pk] += lock.quantity
    add_reserved(taken)
    known = {
        (r.demand_entity, r.demand_id, r.product_id, r.location_id, r.lot): r
        for r in active_of(lock.demand.line for lock in locks)
    }
    more: dict[int, Decimal] = {}
    harder: set[int] = set()
    rows = []
    member_id = frame().actor.member_id
    for lock in locks:
        balance, demand, line = lock.balance, lock.demand, lock.demand.line
        there = known.get((line.entity, line.id, balance.product_id, balance.location_id, balance.lot))
        if there is not None:
            more[there.pk] = lock.quantity
            if lock.is_hard and not there.is_hard:
                harder.add(there.pk)
            continue
        head = demand.head
        rows.append(
            Reservation(
                demand_entity=line.entity,
                demand_id=line.id,
                head_entity=head.entity if head else "",
                head_id=head.id if head else None,
                head_label=head.label if head else "",
                product_id=balance.product_id,
                location_id=balance.location_id,
                lot=balance.lot,
                quantity=lock.quantity,
                is_hard=lock.is_hard,
                until=demand.until,
                state=Reservation.State.ACTIVE,
                needed_on=demand.needed_on,
                created_by_id=member_id,
                changed_by_id=member_id,
            )
        )
    Reservation.objects.bulk_create(rows, batch_size=500)
    touch_ids(Reservation, "insert", {r.pk for r in rows})
    if harder:
        Reservation.objects.filter(pk__in=harder).update(is_hard=True)
    if more:
        change_reservations(more)


def active_of(lines: Iterable[RecordRef]) -> list[Reservation]:
    """The active reservations of these demand lines, locked by key. Lock their balances first."""
    asked = {(line.entity, line.id) for line in lines}
    return _ACTIVE.all([entity for entity, _pk in asked], [pk for _entity, pk in asked])


def of_lines(lines: Iterable[RecordRef]) -> Q:
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
    return by_demand(free_all(of_lines(lines)))


@service()
def stock_shrink(*, actor: Actor, keep: Mapping[RecordRef, Decimal]) -> dict[int, Decimal]:
    """Frees what these demand lines hold in stock beyond the quantity they keep: soft reservations first, what was
    locked last before what was locked first. Answers how much, by line id. Asked through the port."""
    held = Reservation.objects.filter(of_lines(keep), state=Reservation.State.ACTIVE)
    balances = lock_places(list(held.values_list("product_id", "location_id", "lot").distinct()))
    room = {(line.entity, line.id): quantity for line, quantity in keep.items()}
    lines = {(line.entity, line.id): line for line in keep}
    freed: list[Reservation] = []
    # What stays is counted first: the hard ones, then the oldest.
    for row in sorted(active_of(keep), key=lambda r: (not r.is_hard, r.pk)):
        stays = min(row.quantity, max(room[(row.demand_entity, row.demand_id)], ZERO))
        room[(row.demand_entity, row.demand_id)] -= stays
        if stays < row.quantity and (row.product_id, row.location_id, row.lot) in balances:
            row.quantity -= stays
            freed.append(row)
    free_rows(freed, balances)
    remember(
        [
            change_of(Kind.REDUCED, row.product_id, row.quantity, giver=lines[(row.demand_entity, row.demand_id)])
            for row in freed
        ]
    )
    return by_demand(freed)


def free_all(condition: Q) -> list[Reservation]:
    """Frees the active reservations that meet the condition, looked at again under the locks; each as it was."""
    found = Reservation.objects.filter(condition, state=Reservation.State.ACTIVE)
    places = list(found.values_list("product_id", "location_id", "lot").distinct())
    if not places:
        return []
    balances = lock_places(places)
    # One that lies elsewhere was reserved since the first look, by a transaction that came in between.
    rows = [
        row
        for row in found.select_for_update(of=("self",)).order_by("pk")
        if (row.product_id, row.location_id, row.lot) in balances
    ]
    free_rows(rows, balances)
    return rows


def free_rows(rows: Sequence[Reservation], balances: Mapping[tuple[int, int, str], int]) -> None:
    """Takes `quantity` of each row away; the balances are locked."""
    if not rows:
        return
    deltas: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        deltas[balances[(row.product_id, row.location_id, row.lot)]] -= row.quantity
    add_reserved(deltas)
    change_reservations({row.pk: -row.quantity for row in rows})


def by_demand(rows: Iterable[Reservation]) -> dict[int, Decimal]:
    """Demand line id → quantity; the lines are of one entity."""
    freed: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        freed[row.demand_id] += row.quantity
    return dict(freed)


def free_quantity(row: Reservation, quantity: Decimal) -> None:
    """Takes a part of one reservation away; it and its balance are locked."""
    balance = lock_places([(row.product_id, row.location_id, row.lot)])
    row.quantity = quantity
    free_rows([row], balance)


def lock_places(places: Sequence[tuple[int, int, str]]) -> dict[tuple[int, int, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """select b.product_id, b.location_id, b.lot, b.id from inventory_stockbalance b
                 join unnest(%s::bigint[], %s::bigint[], %s::text[]) as k(product_id, location_id, lot)
                   on b.product_id = k.product_id and b.location_id = k.location_id and b.lot = k.lot
                order by b.id for update of b""",
            [[p[0] for p in places], [p[1] for p in places], [p[2] for p in places]],
        )
        return {(row[0], row[1], row[2]): row[3] for row in cursor.fetchall()}
