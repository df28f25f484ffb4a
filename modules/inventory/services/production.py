"""Material out to production and finished goods in, asked through the port StockIssue. The value of both is posted by
production, which knows its order: here goods move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from modules.inventory.models import Location, Lot, Reservation, StockMove
from modules.inventory.rules.picking import Need, pick
from modules.inventory.selectors.demands import held_of
from modules.inventory.selectors.lots import shelves
from modules.inventory.selectors.places import default_place, lenient_place, place_of_kind
from modules.inventory.services.inspecting import inspect_arrivals, quarantine_of
from modules.inventory.services.lots import FEATURE as LOTS
from modules.inventory.services.lots import NewLot, lots_ensure, lots_of_line
from modules.inventory.services.moves import Movement, lock_balances, lock_costs, post_moves, shortage, step
from modules.inventory.services.progress import SALES_LINE, record_sales
from modules.inventory.services.reservation import change_reservations, stock_reserve
from modules.inventory.services.supply_claims import claims_arrived, claims_prepare
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import Product, SalesOrderLine
from tenon.access.actor import Actor
from tenon.money.rounding import allocate
from tenon.records.service import service
from tenon.tenancy.context import current
from tenon.tenancy.plain import PlainQuery

ZERO = Decimal(0)
# Asked by every report from the shop floor.
_LOCKED_FOR = PlainQuery(
    Reservation,
    """from inventory_reservation r
        where r.state = 'active' and ((r.head_entity = %s and r.head_id = %s)
                                      or (r.demand_entity = %s and r.demand_id = %s)) order by r.id for update of r""",
    only=("product", "location", "lot", "quantity"),
)
_PRODUCT = PlainQuery(Product, "from data_product r where r.id = %s", only=("code", "name", "tracking"))


@service()
def production_issue(
    *, actor: Actor, order: RecordRef, items: Sequence[tuple[int, Decimal]], moved_on: date
) -> list[tuple[int, Decimal, Decimal]]:
    """Material out of stock into the order: what is locked for it first, then free stock. Answers product, quantity and
    value of each item. Asked through the port: production has checked the permission. Raises InsufficientStock."""
    production = place_of_kind(Location.Kind.PRODUCTION)
    return material_out(order, items, moved_on, production, StockMove.Kind.PRODUCTION_ISSUE, order)


def material_out(
    order: RecordRef, items: Sequence[tuple[int, Decimal]], moved_on: date, to: Location, kind: str, source: RecordRef
) -> list[tuple[int, Decimal, Decimal]]:
    """Material for an order out of stock to a place, as moves of `source`: what is locked for it first, then free
    stock."""
    wanted = [(product_id, quantity) for product_id, quantity in items if quantity > 0]
    if not wanted:
        return []
    products = {product_id for product_id, _quantity in wanted}
    costs = lock_costs(products)
    balances = lock_balances(products)
    offered = shelves(balances, moved_on)
    usable = {shelf.key for shelf in offered}
    places = {(b.product_id, b.location_id, b.lot) for b in balances if b.pk in usable}
    movements, fulfilled, left = _from_locked(order, wanted, places, to, kind)
    needs = [Need(i, product_id, left[i]) for i, (product_id, _q) in enumerate(wanted) if left[i] > 0]
    picks, short = pick(needs, offered)
    owing = lenient_place() if any(short.values()) else None
    if owing is not None:
        tracked = set(Product.objects.filter(pk__in=products).exclude(tracking="none").values_list("pk", flat=True))
        for i, lacking in short.items():
            if lacking and wanted[i][0] not in tracked:
                movements.append(Movement(wanted[i][0], kind, owing.pk, to.pk, lacking, line_id=i))
                short[i] = ZERO
    if any(short.values()):
        missing: dict[int, tuple[Decimal, Decimal]] = {}
        for i, lacking in short.items():
            product_id, quantity = wanted[i]
            asked, there = missing.get(product_id, (ZERO, ZERO))
            missing[product_id] = (asked + quantity, there + quantity - lacking)
        raise shortage({p: (w, t) for p, (w, t) in missing.items() if w > t})
    by_key = {b.pk: b for b in balances}
    for p in picks:
        shelf = by_key[p.shelf]
        movements.append(
            Movement(
                shelf.product_id,
                kind,
                shelf.location_id,
                to.pk,
                p.quantity,
                lot=shelf.lot,
                line_id=p.need,
            )
        )
    values = post_moves([_without_line(m) for m in movements], on=moved_on, source=source, costs=costs)
    if fulfilled:
        change_reservations({pk: -quantity for pk, quantity in fulfilled.items()}, fulfilled=True)
    worth: dict[int, Decimal] = defaultdict(Decimal)
    for movement, value in zip(movements, values, strict=True):
        worth[movement.line_id or 0] += value
    return [(product_id, quantity, worth[i]) for i, (product_id, quantity) in enumerate(wanted)]


def _without_line(movement: Movement) -> Movement:
    """`line_id` numbered the items here; the order's own lines are production's business."""
    return Movement(
        movement.product_id, movement.kind, movement.from_id, movement.to_id, movement.quantity, lot=movement.lot,
        freed=movement.freed,
    )  # fmt: skip


def _from_locked(
    order: RecordRef, wanted: Sequence[tuple[int, Decimal]], places: set[tuple[int, int, str]], to: Location, kind: str
) -> tuple[list[Movement], dict[int, Decimal], dict[int, Decimal]]:
    left = {i: quantity for i, (_product, quantity) in enumerate(wanted)}
    movements: list[Movement] = []
    fulfilled: dict[int, Decimal] = defaultdict(Decimal)
    for row in _LOCKED_FOR.all(order.entity, order.id, order.entity, order.id):
        if (row.product_id, row.location_id, row.lot) not in places:
            continue
        for i, (product_id, _quantity) in enumerate(wanted):
            take = min(row.quantity - fulfilled[row.pk], left[i]) if product_id == row.product_id else ZERO
            if take > 0:
                left[i] -= take
                fulfilled[row.pk] += take
                movements.append(
                    Movement(
                        product_id,
                        kind,
                        row.location_id,
                        to.pk,
                        take,
                        lot=row.lot,
                        freed=take,
                        line_id=i,
                    )
                )
    return movements, {pk: quantity for pk, quantity in fulfilled.items() if quantity}, left


def _own_numbers(product: Product, order: RecordRef, quantity: Decimal) -> str:
    """What is made in an order is its lot; pieces with serial numbers are counted on within it."""
    if product.tracking == Product.Tracking.NONE or not current().has_feature(LOTS):
        return ""
    if product.tracking == Product.Tracking.LOT:
        return order.label
    made = Lot.objects.filter(product=product, number__startswith=f"{order.label}-").count()
    return f"{order.label}-{made + 1:04d}..{made + int(quantity):04d}"


@service()
def production_receive(
    *, actor: Actor, order: RecordRef, product_id: int, quantity: Decimal, value: Decimal, moved_on: date,
    reserve_for: RecordRef | None = None, lots: str = "", supply: RecordRef | None = None,
    supplier_id: int | None = None,
) -> None:  # fmt: skip
    """Finished goods in at `value`, under the `lots` named or a lot of the order's number, locked at once for the sales
    order line they were made for, as far as it still waits for them, or for the claims on `supply`. What a supplier
    finished is inspected as it comes in. Asked through the port. Raises Invalid on a day in the future."""
    arriving = supply or order
    # Claims are made under the lock of their supply, which the caller holds: none now, none when the goods are in.
    claimed = claims_prepare([arriving])
    line = None
    if reserve_for is not None and reserve_for.entity == SALES_LINE:
        line = SalesOrderLine.objects.select_related("order").filter(pk=reserve_for.id, product_id=product_id).first()
        if line is not None:
            type(line.order).objects.select_for_update().get(pk=line.order_id)
            line = SalesOrderLine.objects.select_for_update(of=("self",)).select_related("order").get(pk=line.pk)
    production, place = place_of_kind(Location.Kind.PRODUCTION), default_place()
    product = _PRODUCT.first(product_id)
    assert product is not None
    text = lots or _own_numbers(product, order, quantity)
    parts = lots_of_line(product, text, quantity, "lots")
    lots_ensure(NewLot(product_id, number, made_on=moved_on) for number in parts)
    goods = [(product_id, number, part) for number, part in parts.items()]
    if product_id in inspect_arrivals(actor, "incoming" if supplier_id else "final", order, goods, supplier_id):
        place = quarantine_of(place)
    values = allocate(value, list(parts.values()), step())
    kind = StockMove.Kind.PRODUCTION_RECEIPT
    post_moves(
        [
            Movement(product_id, kind, production.pk, place.pk, part, worth, lot)
            for (lot, part), worth in zip(parts.items(), values, strict=True)
        ],
        on=moved_on, source=order,
    )  # fmt: skip
    if claimed:
        claims_arrived(actor, {(arriving, place.pk, lot): part for lot, part in parts.items()})
    if line is not None:
        line.refresh_from_db(fields=["reserved"])
    if line is None or line.order.status not in ("confirmed", "part_delivered"):
        return
    elsewhere = held_of(RecordRef(SALES_LINE, line.pk))[1]
    waiting = min(line.open_quantity - line.reserved - elsewhere, quantity)
    if waiting > 0:
        demand = Demand(
            RecordRef(SALES_LINE, line.pk, f"{line.order.number} / {line.position}"), product_id, waiting,
            line.requested_on or line.order.requested_on,
            RecordRef("shared.sales_order", line.order_id, line.order.number),
        )  # fmt: skip
        answers = stock_reserve(actor=actor, demands=[demand])
        record_sales(actor, {line.pk: {"reserved": answers[0].reserved}})


@service()
def production_return(
    *, actor: Actor, order: RecordRef, items: Sequence[tuple[int, Decimal, Decimal]], moved_on: date
) -> None:
    """Material back out of an order at the values given, under the lots that it left with. Asked through the port:
    production has checked the permission and how much there is to return."""
    production, place = place_of_kind(Location.Kind.PRODUCTION), default_place()
    movements = []
    for product_id, quantity, value in items:
        parts = _lots_taken(order, product_id, quantity)
        values = allocate(value, [part for _lot, part in parts], step())
        movements += [
            Movement(product_id, StockMove.Kind.PRODUCTION_RECEIPT, production.pk, place.pk, part, worth, lot)
            for (lot, part), worth in zip(parts, values, strict=True)
        ]
    post_moves(movements, on=moved_on, source=order)


def _lots_taken(order: RecordRef, product_id: int, quantity: Decimal) -> list[tuple[str, Decimal]]:
    """[(lot, quantity)] that the order still has of a product, the last taken first."""
    there: dict[str, Decimal] = defaultdict(Decimal)
    moves = StockMove.objects.filter(source_entity=order.entity, source_id=order.id, product_id=product_id)
    for kind, lot, moved in moves.order_by("-pk").values_list("kind", "lot", "quantity"):
        there[lot] += moved if kind == StockMove.Kind.PRODUCTION_ISSUE else -moved
    parts = []
    for lot, held in there.items():
        part = min(held, quantity)
        if part > 0:
            parts.append((lot, part))
            quantity -= part
    if quantity:
        parts.append(("", quantity))  # counted in production only: it was issued while inventory was off
    return parts
