"""Gathering deliveries for one walk: which goods to fetch from where, and giving the walk up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from modules.inventory.models import (
    Delivery,
    DeliveryLine,
    Location,
    Pick,
    Reservation,
    StockBalance,
    Warehouse,
    Wave,
)
from modules.inventory.rules.picking import Need, Shelf, pick
from modules.inventory.selectors.lots import good_until, shelves
from modules.inventory.selectors.picking import Spoken, dock_of, spoken_for
from modules.inventory.services.lines import record_of
from modules.inventory.services.locked_stock import lock_at, move_locked
from modules.inventory.services.moves import lock_balances
from modules.inventory.services.place import place_new
from modules.inventory.services.progress import SALES_LINE, record_sales
from modules.inventory.services.reservation import active_of, add_reserved, change_reservations
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Party, Product, SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
MOST = 200  # deliveries of one wave


@dataclass(frozen=True)
class _Part:
    """So much of a delivery line from one balance; `added` was not locked for its order before."""

    line: DeliveryLine
    balance: StockBalance
    quantity: Decimal
    added: Decimal


def source(task: Pick) -> RecordRef:
    return RecordRef("inventory.pick", task.pk, task.delivery.number)


@service("inventory.wave.create")
def wave_create(
    *,
    actor: Actor,
    warehouse: Warehouse | int,
    carrier: Party | None = None,
    until: date | None = None,
    zone: Location | None = None,
    chosen: Sequence[int] | None = None,
    **values: Any,
) -> Wave:
    """A wave over draft deliveries that nobody picks yet: those `chosen`, else all that leave from this warehouse by
    that day with that carrier. Goods locked for an order are fetched where they are locked; what is not locked yet is
    locked now. With a zone only goods of the zone are fetched. A delivery whose goods are not all there stays out.
    Raises Invalid, StateRefused when none can be picked."""
    site = record_of(Warehouse.objects.all(), warehouse, "warehouse")
    if zone is not None and zone.warehouse_id != site.pk:
        raise Invalid.field("zone", _("Choose a place of this warehouse."), "range")
    found = _gather(site, carrier, until, chosen)
    lines = list(
        DeliveryLine.objects.filter(delivery__in=found, product__kind=Product.Kind.GOODS)
        .select_related("order_line__order", "product")
        .order_by("delivery_id", "position", "id")
    )
    orders = {x.order_line.order_id for x in lines}
    list(SalesOrder.objects.select_for_update().filter(pk__in=orders).order_by("pk"))
    dock = dock_of(site.pk) or place_new(
        code=f"{site.code}-DOCK", name=_("Shipping dock"), warehouse=site, purpose=Location.Purpose.SHIPPING,
        pick_order=9000,
    )  # fmt: skip
    balances = [
        b
        for b in lock_balances(x.product_id for x in lines)
        if b.location.warehouse_id == site.pk and (zone is None or b.location.path.startswith(zone.path))
    ]
    parts = _plan(lines, balances, dock)
    if not parts:
        raise StateRefused(_("Nothing is there to be picked."))
    wave = Wave(number=next_number("WV"), warehouse=site, carrier=carrier, until=until, zone=zone, **values)
    wave.save()
    _lock_added(actor, parts)
    _write_picks(wave, parts, dock)
    taken = {part.line.delivery_id for part in parts}
    for delivery in found:
        if delivery.pk in taken:
            delivery.work = _work_of(delivery)
            delivery.save(update_fields=["work"])
    _keep_status(wave)
    return wave


@service("inventory.wave.update")
def wave_update(*, actor: Actor, wave: Wave, **values: Any) -> Wave:
    """A wave stays as it was gathered; only custom fields change. Raises Invalid."""
    for name in sorted(set(values) - {"custom"}):
        raise Invalid.field(name, _("A wave stays as it was gathered."), "read_only")
    wave.custom = {**wave.custom, **(values.get("custom") or {})}
    wave.save(update_fields=["custom"])
    return wave


def _gather(site: Warehouse, carrier: Party | None, until: date | None, named: Sequence[int] | None) -> list[Delivery]:
    rows = Delivery.objects.filter(
        Q(warehouse=site) | Q(warehouse=None), kind=Delivery.Kind.DELIVERY, status=Delivery.Status.DRAFT,
        work=Delivery.Work.NONE,
    )  # fmt: skip
    if named:
        if not all(isinstance(pk, int) for pk in named):
            raise Invalid.field("chosen", _("There is no such record."), "does_not_exist")
        rows = rows.filter(pk__in=named)
    if carrier is not None:
        rows = rows.filter(carrier=carrier)
    if until is not None:
        rows = rows.filter(shipped_on__lte=until)
    wanted = list(rows.order_by("shipped_on", "pk").values_list("pk", flat=True)[:MOST])
    locked = Delivery.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    return [d for d in locked if d.status == Delivery.Status.DRAFT and not d.work]


def _plan(lines: Sequence[DeliveryLine], balances: Sequence[StockBalance], dock: Location) -> list[_Part]:
    """Delivery by delivery, whole or not at all."""
    by_key = {(b.product_id, b.location_id, b.lot): b for b in balances}
    spoken = spoken_for(x.order_line_id for x in lines)
    locked: dict[int, list[tuple[StockBalance, Decimal]]] = defaultdict(list)
    for row in active_of(RecordRef(SALES_LINE, x.order_line_id) for x in lines):
        balance = by_key.get((row.product_id, row.location_id, row.lot))
        if balance is not None:
            rest = row.quantity - spoken.get((row.demand_id, row.location_id, row.lot), ZERO)
            locked[row.demand_id].append((balance, rest))
    order = {b.pk: at for at, b in enumerate(balances)}
    on = current().today()
    offered = shelves([b for b in balances if b.location_id != dock.pk], on)
    life = good_until((x.order_line_id for x in lines), offered, on)
    free = {b.pk: b.on_hand - b.reserved for b in balances}
    of_delivery: dict[int, list[DeliveryLine]] = defaultdict(list)
    for line in lines:
        of_delivery[line.delivery_id].append(line)
    parts: list[_Part] = []
    for rows in of_delivery.values():
        made, left_free = [], dict(free)
        for line in rows:
            own = _from_locked(line, sorted(locked[line.order_line_id], key=lambda p: order[p[0].pk]))
            rest = line.quantity - sum((p.quantity for p in own), ZERO)
            need = Need(line.pk, line.product_id, rest, life.get(line.order_line_id))
            there = [Shelf(s.key, s.product_id, left_free[s.key], s.until) for s in offered]
            picks, short = pick([need] if rest > 0 else [], there)
            if any(short.values()):
                break
            by_pk = {b.pk: b for b in balances}
            for found in picks:
                left_free[found.shelf] -= found.quantity
                own.append(_Part(line, by_pk[found.shelf], found.quantity, found.quantity))
            made += own
        else:
            parts += made
            free = left_free
            for part in made:
                _use(locked[part.line.order_line_id], part)
    return parts


def _from_locked(line: DeliveryLine, offers: Sequence[tuple[StockBalance, Decimal]]) -> list[_Part]:
    wanted, parts = line.quantity, []
    for balance, quantity in offers:
        take = min(wanted, quantity)
        if take > 0:
            parts.append(_Part(line, balance, take, ZERO))
            wanted -= take
    return parts


def _use(offers: list[tuple[StockBalance, Decimal]], part: _Part) -> None:
    for at, (balance, quantity) in enumerate(offers):
        if balance.pk == part.balance.pk and not part.added:
            offers[at] = (balance, quantity - part.quantity)


def _lock_added(actor: Actor, parts: Sequence[_Part]) -> None:
    """Locks for the orders what was free; what they have locked elsewhere beyond their need is let go."""
    added: dict[int, Decimal] = defaultdict(Decimal)
    for part in parts:
        if part.added:
            line = part.line.order_line
            fresh = Reservation(
                demand_entity=SALES_LINE, demand_id=line.pk, head_entity="shared.sales_order", head_id=line.order_id,
                head_label=line.order.number, needed_on=line.requested_on or line.order.requested_on,
            )  # fmt: skip
            lock_at(part.balance, RecordRef(SALES_LINE, line.pk), part.added, fresh)
            added[line.pk] += part.added
    if not added:
        return
    spoken = spoken_for(added)
    for part in parts:  # what this wave takes is spoken for, too, though its picks are not written yet
        key = (part.line.order_line_id, part.balance.location_id, part.balance.lot)
        spoken[key] = spoken.get(key, ZERO) + part.quantity
    freed = _let_go(added, spoken)
    record_sales(actor, {pk: {"reserved": quantity - freed.get(pk, ZERO)} for pk, quantity in added.items()})


def _let_go(added: dict[int, Decimal], spoken: Spoken) -> dict[int, Decimal]:
    lines = SalesOrderLine.objects.filter(pk__in=added)
    over = {x.pk: x.reserved + added[x.pk] - x.open_quantity for x in lines}
    freed: dict[int, Decimal] = defaultdict(Decimal)
    for row in active_of(RecordRef(SALES_LINE, pk) for pk, extra in over.items() if extra > 0):
        idle = row.quantity - spoken.get((row.demand_id, row.location_id, row.lot), ZERO)
        give = min(idle, over[row.demand_id] - freed[row.demand_id])
        if give > 0:
            freed[row.demand_id] += give
            unlock(row, give)
    return freed


def unlock(row: Reservation, quantity: Decimal) -> None:
    """Lets go of a part of a locked reservation."""
    balance = StockBalance.objects.select_for_update().get(
        product_id=row.product_id, location_id=row.location_id, lot=row.lot
    )
    add_reserved({balance.pk: -quantity})
    change_reservations({row.pk: -quantity})


def _write_picks(wave: Wave, parts: Sequence[_Part], dock: Location) -> None:
    merged: dict[tuple[int, int], tuple[_Part, Decimal, Decimal]] = {}
    for part in parts:
        key = (part.line.pk, part.balance.pk)
        _first, quantity, added = merged.get(key, (part, ZERO, ZERO))
        merged[key] = (part, quantity + part.quantity, added + part.added)
    walk = sorted(merged.values(), key=lambda m: (m[0].balance.location.pick_order, m[0].balance.location.path))
    for position, (part, quantity, added) in enumerate(walk, 1):
        at_dock = part.balance.location_id == dock.pk
        Pick(
            wave=wave, delivery_id=part.line.delivery_id, delivery_line=part.line, product_id=part.line.product_id,
            location_id=part.balance.location_id, lot=part.balance.lot, staging=dock, quantity=quantity, added=added,
            picked=quantity if at_dock else ZERO, position=position,
            status=Pick.Status.DONE if at_dock else Pick.Status.OPEN,
        ).save()  # fmt: skip


def _work_of(delivery: Delivery) -> str:
    live = Pick.objects.filter(delivery=delivery).exclude(status=Pick.Status.CANCELLED)
    if not live.exists():
        return Delivery.Work.NONE
    return Delivery.Work.PICKING if live.filter(status=Pick.Status.OPEN).exists() else Delivery.Work.PICKED


def work_on(delivery: Delivery) -> None:
    """Keeps the delivery's word of how far its picking is; the delivery is locked by the caller."""
    work = _work_of(delivery)
    if delivery.work == Delivery.Work.PACKED and work == Delivery.Work.PICKED:
        return
    if delivery.work != work:
        delivery.work = work
        delivery.save(update_fields=["work"])
    status = Wave.Status.DONE if work == Delivery.Work.PICKING else Wave.Status.OPEN
    waves = Wave.objects.filter(picks__delivery=delivery, status=status).values("pk")
    for wave in Wave.objects.select_for_update().filter(pk__in=waves).order_by("pk"):
        _keep_status(wave)


def _keep_status(wave: Wave) -> None:
    alive = wave.picks.exclude(status=Pick.Status.CANCELLED)
    if alive.filter(status=Pick.Status.OPEN).exists():
        wave.status = Wave.Status.OPEN
    else:
        wave.status = Wave.Status.DONE if alive.exists() else Wave.Status.CANCELLED
    wave.save(update_fields=["status"])


@service("inventory.wave.cancel")
def wave_cancel(*, actor: Actor, wave: Wave) -> Wave:
    """Gives the walk up: what was picked goes back to its bins, what the wave itself had locked is let go, what the
    orders had locked before stays locked. Deliveries that have left are not touched. Raises StateRefused when boxes
    are packed."""
    ids = set(wave.picks.exclude(status=Pick.Status.CANCELLED).values_list("delivery_id", flat=True))
    rows = Delivery.objects.select_for_update().filter(pk__in=ids, status=Delivery.Status.DRAFT).order_by("pk")
    for delivery in rows:
        picks_cancel(actor, delivery)
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    wave.status = Wave.Status.CANCELLED
    wave.save(update_fields=["status"])
    return wave


def picks_cancel(actor: Actor, delivery: Delivery) -> None:
    """The same for one delivery, which the caller has locked. Raises StateRefused when boxes are packed."""
    if delivery.parcels.exists():
        raise StateRefused(_("%(number)s: unpack its parcels first.") % {"number": delivery.number})
    SalesOrder.objects.select_for_update().get(pk=delivery.order_id)
    tasks = list(
        Pick.objects.select_for_update(of=("self",))
        .filter(delivery=delivery)
        .exclude(status=Pick.Status.CANCELLED)
        .select_related("delivery", "delivery_line")
        .order_by("pk")
    )
    for task in tasks:
        back = task.picked
        if back and task.staging_id != task.location_id:
            put_back(task, back)
        if task.delivery_line is not None and task.added:
            let_go(actor, task, min(task.added, task.quantity - task.short))
        task.picked, task.status = ZERO, Pick.Status.CANCELLED
        task.save(update_fields=["picked", "status"])
    work_on(delivery)


def put_back(task: Pick, quantity: Decimal) -> None:
    """From the dock to the bin it came from, still locked for its order."""
    assert task.delivery_line is not None
    line = RecordRef(SALES_LINE, task.delivery_line.order_line_id)
    move_locked(task.product_id, task.lot, task.staging_id, task.location_id, quantity, line=line, source=source(task))


def let_go(actor: Actor, task: Pick, quantity: Decimal) -> None:
    """Frees what is locked at the bin for the pick's order line."""
    assert task.delivery_line is not None
    line_id, key = task.delivery_line.order_line_id, (task.product_id, task.location_id, task.lot)
    StockBalance.objects.select_for_update().get(product_id=key[0], location_id=key[1], lot=key[2])
    for row in active_of([RecordRef(SALES_LINE, line_id)]):
        if (row.product_id, row.location_id, row.lot) == key:
            give = min(row.quantity, quantity)
            if give > 0:
                unlock(row, give)
                record_sales(actor, {line_id: {"reserved": -give}})
