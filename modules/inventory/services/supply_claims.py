"""Claims of demand lines on goods that are still to come (预占在途): made by hand, turned into locks on stock when the
goods come in, cut when less is to come. The supply is locked before the claims on it, so their sum never exceeds it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from modules.inventory.models import Location, StockBalance, SupplyClaim
from modules.inventory.rules.picking import lasts
from modules.inventory.selectors.demands import urgencies
from modules.inventory.selectors.lots import shelves
from modules.inventory.selectors.ship_from import ship_from_of
from modules.inventory.services.hand_locks import demand_waiting, lock_documents, wanted_of
from modules.inventory.services.progress import record_reserved
from modules.inventory.services.reservation import Lock, lasting, of_lines, write_locks
from modules.inventory.services.reservation_history import Kind, change_of, remember
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Claim, Demand, OpenSupply, Supply
from modules.shared.data.models import Product
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
ACTIVE = SupplyClaim.State.ACTIVE


def supply_locked(source: RecordRef) -> Supply | None:
    """The open supply under its lock, whichever module it is of."""
    for provider in ports.find_all(OpenSupply):
        found = provider.supply_locked(source)
        if found is not None:
            return found
    return None


@service("inventory.reservation.lock")
def supply_claim(
    *,
    actor: Actor,
    line: RecordRef,
    supply: RecordRef,
    quantity: Decimal | None = None,
    is_hard: bool = False,
    reason: str = "",
) -> SupplyClaim:
    """Sets a quantity of a firm open supply aside for a line that waits: all that it needs and that is left when none
    is said. `is_hard`: when it comes it stays locked where it arrives. Raises StateRefused, Invalid."""
    found = supply_locked(supply)
    if found is None or not found.firm:
        raise StateRefused(_("Nothing firm is still to come of this supply."))
    lock_documents([line])
    demand, waiting = demand_waiting(line, found.product_id)
    if waiting <= 0:
        raise StateRefused(_("Everything this line needs is locked or claimed already."))
    if found.peg is not None and (found.peg.entity, found.peg.id) != (line.entity, line.id):
        raise StateRefused(_("This supply is made for %(label)s.") % {"label": found.peg.label})
    left = found.quantity - _claimed_of([found.source]).get((supply.entity, supply.id), ZERO)
    if left <= 0:
        raise StateRefused(_("All of this supply is claimed already."))
    product = Product.objects.select_related("unit").get(pk=found.product_id)
    wanted = wanted_of(quantity, min(waiting, left), product)
    return _claim(demand, found, wanted, is_hard=is_hard, reason=reason)


@service()
def supplies_claim(*, actor: Actor, wanted: Sequence[tuple[Demand, RecordRef]]) -> list[Claim]:
    """Of each supply as much for the demand as it wants and as nobody has a claim to. Asked through the port by whoever
    keeps the documents of the demands, which are locked. Supplies are locked in key order."""
    made = []
    for demand, source in sorted(wanted, key=lambda w: (w[1].entity, w[1].id, w[0].line.entity, w[0].line.id)):
        found = supply_locked(source)
        suits = found is not None and found.firm and found.product_id == demand.product_id
        if found is None or not suits or (found.peg and found.peg.id != demand.line.id):
            continue
        left = found.quantity - _claimed_of([found.source]).get((source.entity, source.id), ZERO)
        part = min(left, demand.quantity)
        if part > 0:
            _claim(demand, found, part)
            made.append(Claim(found.source, demand.line, demand.product_id, part))
    return made


def _claim(demand: Demand, found: Supply, quantity: Decimal, *, is_hard: bool = False, reason: str = "") -> SupplyClaim:
    """Of a supply that is locked and has so much left."""
    line, head = demand.line, demand.head
    of = {
        "supply_entity": found.source.entity, "supply_id": found.source.id, "demand_entity": line.entity,
        "demand_id": line.id, "state": ACTIVE,
    }  # fmt: skip
    claim = SupplyClaim.objects.select_for_update().filter(**of).first() or SupplyClaim(
        **of, supply_label=found.source.label[:60], product_id=found.product_id, needed_on=demand.needed_on,
        head_entity=head.entity if head else "", head_id=head.id if head else None,
        head_label=head.label[:60] if head else "",
    )  # fmt: skip
    claim.quantity += quantity
    claim.is_hard = claim.is_hard or is_hard
    claim.save()
    change = change_of(Kind.CLAIMED, found.product_id, quantity, taker=line, supply=found.source.label, reason=reason)
    remember([change])
    return claim


@service("inventory.reservation.release")
def claim_release(
    *, actor: Actor, claim: SupplyClaim, quantity: Decimal | None = None, reason: str | None = ""
) -> SupplyClaim:
    """Gives up a claim, or a part of it. Raises StateRefused when it has ended already, Invalid."""
    line = RecordRef(claim.demand_entity, claim.demand_id, claim.head_label)
    lock_documents([line])
    row = SupplyClaim.objects.select_for_update(of=("self",)).select_related("product__unit").get(pk=claim.pk)
    if row.state != ACTIVE:
        raise StateRefused(_("This claim has ended already."))
    freed = wanted_of(quantity, row.quantity, row.product)
    _take(row, freed)
    supply = row.supply_label
    remember([change_of(Kind.RELEASED, row.product_id, freed, giver=line, supply=supply, reason=reason or "")])
    return row


def _take(row: SupplyClaim, quantity: Decimal, *, came: bool = False) -> None:
    """Less is claimed; `came`: because it is in stock now. At nothing the claim ends."""
    row.quantity -= quantity
    if came:
        row.fulfilled += quantity
    if row.quantity == 0:
        row.state = SupplyClaim.State.FULFILLED if row.fulfilled else SupplyClaim.State.RELEASED
    row.save()


def _of_supplies(supplies: Iterable[RecordRef]) -> Q:
    condition = Q(pk__in=[])
    by_entity: dict[str, set[int]] = defaultdict(set)
    for source in supplies:
        by_entity[source.entity].add(source.id)
    for entity, ids in by_entity.items():
        condition |= Q(supply_entity=entity, supply_id__in=ids)
    return condition


def _claimed_of(supplies: Sequence[RecordRef]) -> dict[tuple[str, int], Decimal]:
    rows = SupplyClaim.objects.filter(_of_supplies(supplies), state=ACTIVE)
    sums = rows.values_list("supply_entity", "supply_id").annotate(q=Sum("quantity"))
    return {(entity, key): quantity for entity, key, quantity in sums}


def claims_prepare(supplies: Iterable[RecordRef]) -> bool:
    """Locks the sales orders behind the claims on these supplies: before stock, as everywhere. Says whether there are
    claims at all."""
    rows = SupplyClaim.objects.filter(_of_supplies(supplies), state=ACTIVE)
    lines = [RecordRef(entity, pk) for entity, pk in rows.values_list("demand_entity", "demand_id")]
    lock_documents(lines)
    return bool(lines)


def _claims_locked(condition: Q) -> list[SupplyClaim]:
    """Active claims under lock, the most urgent first, then the oldest."""
    rows = list(
        SupplyClaim.objects.select_for_update(of=("self",))
        .filter(condition, state=ACTIVE)
        .select_related("product__unit")
        .order_by("pk")
    )
    ranks = urgencies([(r.demand_entity, r.demand_id, r.needed_on) for r in rows])
    return sorted(rows, key=lambda r: (ranks[(r.demand_entity, r.demand_id)], r.pk))


def claims_arrived(actor: Actor, arrivals: Mapping[tuple[RecordRef, int, str], Decimal]) -> None:
    """Goods came in: (supply, stock place, lot) → quantity. What is claimed of it is locked there for its demand, the
    most urgent first, of what expires first, as long as it lasts for the customer; a lot that is held or expired is
    locked for nobody, nor what came to another warehouse than the order's own. Called after the moves, with the
    documents locked by claims_prepare."""
    claims = _claims_locked(_of_supplies(key[0] for key in arrivals))
    if not claims:
        return
    there = {
        b.pk: b
        for b in StockBalance.objects.select_for_update(of=("self",))
        .select_related("location")
        .filter(
            product_id__in={c.product_id for c in claims},
            location_id__in={key[1] for key in arrivals},
            location__kind=Location.Kind.STOCK,  # what lies in quarantine is locked for nobody
        )
        .order_by("pk")
    }
    # Looked at under the locks: who holds a lot locks its balances, too.
    offered = shelves(list(there.values()), current().today())
    demands = [RecordRef(c.demand_entity, c.demand_id) for c in claims]
    life, sites = lasting(demands, offered), ship_from_of(demands)
    left = {(source.entity, source.id, place, lot): quantity for (source, place, lot), quantity in arrivals.items()}
    came: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    locks: list[Lock] = []
    changes = []
    for claim in claims:
        demand_key = (claim.demand_entity, claim.demand_id)
        wanted, site = life.get(demand_key), sites.get(demand_key)
        for shelf in offered:
            balance = there[shelf.key]
            key = (claim.supply_entity, claim.supply_id, balance.location_id, balance.lot)
            suits = site in (None, shelf.site) and lasts(shelf.until, wanted)
            if balance.product_id != claim.product_id or not suits:
                continue
            take = min(claim.quantity, left.get(key, ZERO), balance.on_hand - balance.reserved)
            if take <= 0:
                continue
            left[key] -= take
            balance.reserved += take
            line = RecordRef(claim.demand_entity, claim.demand_id, claim.head_label)
            head = RecordRef(claim.head_entity, claim.head_id, claim.head_label) if claim.head_id else None
            demand = Demand(line, claim.product_id, take, claim.needed_on, head)
            locks.append(Lock(demand, balance, take, claim.is_hard))
            came[(line.entity, line.id)] += take
            changes.append(change_of(Kind.ARRIVED, claim.product_id, take, taker=line, supply=claim.supply_label))
            _take(claim, take, came=True)
            if claim.state != ACTIVE:
                break
    write_locks(_merged(locks))
    record_reserved(actor, came)
    remember(changes)


def _merged(locks: Iterable[Lock]) -> list[Lock]:
    """One for each demand line and balance: the same line may have claims on two supplies that arrive together."""
    found: dict[tuple[str, int, int], Lock] = {}
    for lock in locks:
        key = (lock.demand.line.entity, lock.demand.line.id, lock.balance.pk)
        old = found.get(key)
        quantity = lock.quantity + (old.quantity if old else ZERO)
        found[key] = Lock(lock.demand, lock.balance, quantity, lock.is_hard or (old.is_hard if old else False))
    return list(found.values())


@service()
def claims_cut(*, actor: Actor, supplies: Sequence[RecordRef]) -> None:
    """Less is to come: claims beyond what is left of their supply are let go, the least urgent first. Asked through the
    port by whoever changed the supply, which is locked."""
    claims = _claims_locked(_of_supplies(supplies))
    if not claims:
        return
    products = sorted({c.product_id for c in claims})
    left: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for provider in ports.find_all(OpenSupply):
        for supply in provider.open_supply(products):
            left[(supply.source.entity, supply.source.id)] += supply.quantity
    changes = []
    for claim in claims:
        key = (claim.supply_entity, claim.supply_id)
        stays = min(claim.quantity, max(left[key], ZERO))
        left[key] -= stays
        if stays < claim.quantity:
            lost = claim.quantity - stays
            line = RecordRef(claim.demand_entity, claim.demand_id, claim.head_label)
            changes.append(change_of(Kind.LOST, claim.product_id, lost, giver=line, supply=claim.supply_label))
            _take(claim, lost)
    remember(changes)


@service()
def claims_shrink(*, actor: Actor, keep: Mapping[RecordRef, Decimal]) -> None:
    """Demand lines need less: claims beyond the quantity to keep are let go, the youngest first."""
    room = {(line.entity, line.id): quantity for line, quantity in keep.items()}
    rows = SupplyClaim.objects.select_for_update().filter(of_lines(keep), state=ACTIVE).order_by("pk")
    for row in rows:
        key = (row.demand_entity, row.demand_id)
        stays = min(row.quantity, max(room[key], ZERO))
        room[key] -= stays
        if stays < row.quantity:
            _take(row, row.quantity - stays)
