"""The ledger's own writer: locks, costs, balances, moves. Every service that moves stock ends here.

Locks are taken in one order by everybody: documents first, then the cost rows of the products (by product), then
balances (by key), then reservations (by key). Whoever changes a quantity on hand holds the product's cost row, so the
moves of a product are numbered and valued one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import HOLDING, Location, ProductCost, StockBalance, StockMove
from modules.inventory.rules.costing import Cost, issue, receive, rounded
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from tenon.money.rounding import currency_step
from tenon.problems import Invalid
from tenon.records.service import touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
Key = tuple[int, int, str]  # product, place, lot


@dataclass(frozen=True)
class Movement:
    """A quantity to move. Coming in from outside it brings its `value`; going out or within it takes the average.
    `freed` of the quantity was reserved and is now fulfilled."""

    product_id: int
    kind: str
    from_id: int
    to_id: int
    quantity: Decimal
    value: Decimal | None = None
    lot: str = ""
    freed: Decimal = ZERO
    line_id: int | None = None


@dataclass
class Shelves:
    """Balances under lock, as they are and as they will be."""

    on_hand: dict[Key, Decimal] = field(default_factory=dict)
    reserved: dict[Key, Decimal] = field(default_factory=dict)

    def free(self, key: Key) -> Decimal:
        return self.on_hand.get(key, ZERO) - self.reserved.get(key, ZERO)


def step() -> Decimal:
    """The smallest amount of the company's currency."""
    return currency_step(current().currency)


def effective(on: date, field: str = "on") -> datetime:
    """The moment of a move on that business day: now for today, the day's last moment before. Refuses the future,
    naming the `field` that says so."""
    company = current()
    now = company.now()
    if on > now.date():
        raise Invalid.field(field, _("Stock cannot be moved on a day in the future."), "future")
    if on == now.date():
        return now
    return datetime.combine(on, time(23, 59, 59), ZoneInfo(company.time_zone))


def lock_costs(product_ids: Iterable[int]) -> dict[int, ProductCost]:
    """The products' cost rows, made where missing, locked in product order."""
    wanted = sorted(set(product_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into inventory_productcost (product_id, quantity, value, last_unit_cost, sequence)
               select p, 0, 0, 0, 0 from unnest(%s::bigint[]) p
                where not exists (select from inventory_productcost c where c.product_id = p)
                order by p on conflict (product_id) do nothing""",
            [wanted],
        )
    rows = ProductCost.objects.select_for_update().filter(product_id__in=wanted).order_by("product_id")
    return {row.product_id: row for row in rows}


def lock_balances(product_ids: Iterable[int]) -> list[StockBalance]:
    """All that lies in stock places of these products, locked by key, then in picking order."""
    rows = (
        StockBalance.objects.select_for_update(of=("self",))
        .filter(product_id__in=set(product_ids), on_hand__gt=0, location__kind=Location.Kind.STOCK)
        .select_related("location")
        .only(
            "product", "location", "lot", "on_hand", "reserved", "location__pick_order", "location__path",
            "location__warehouse",
        )
        .order_by("pk")
    )  # fmt: skip
    return sorted(rows, key=lambda b: (b.location.pick_order, b.location.path, b.pk))


def post_moves(
    movements: Sequence[Movement],
    *,
    on: date,
    source: RecordRef | None = None,
    reason: str = "",
    costs: dict[int, ProductCost] | None = None,
    day_field: str = "on",
) -> list[Decimal]:
    """Moves stock: costs, balances and ledger rows together. Returns the value of each movement. `costs` are the rows
    of lock_costs, where the caller holds them already.

    Raises InsufficientStock when more would leave a place than is free there (`freed` counted as free)."""
    if not movements:
        return []
    moved_at = effective(on, day_field)
    kinds = dict(
        Location.objects.filter(pk__in={i for m in movements for i in (m.from_id, m.to_id)}).values_list("pk", "kind")
    )
    costs = costs or lock_costs(m.product_id for m in movements)
    shelves = _lock_shelves(movements, kinds)
    before = {key: (shelves.on_hand.get(key, ZERO), shelves.reserved.get(key, ZERO)) for key in shelves.on_hand}
    _take_and_put(movements, kinds, shelves)
    values, rows = _value(movements, kinds, costs)
    _write_balances(shelves, before)
    _insert_moves(rows, moved_at, source, reason)
    _write_costs(costs.values())
    return values


def _lock_shelves(movements: Sequence[Movement], kinds: dict[int, str]) -> Shelves:
    keys = {(m.product_id, m.from_id, m.lot) for m in movements if kinds[m.from_id] in HOLDING}
    keys |= {(m.product_id, m.to_id, m.lot) for m in movements if kinds[m.to_id] in HOLDING}
    wanted = sorted(keys)
    shelves = Shelves()
    with connection.cursor() as cursor:
        cursor.execute(
            """select b.product_id, b.location_id, b.lot, b.on_hand, b.reserved from inventory_stockbalance b
                 join unnest(%s::bigint[], %s::bigint[], %s::text[]) as k(product_id, location_id, lot)
                   on b.product_id = k.product_id and b.location_id = k.location_id and b.lot = k.lot
                order by b.id for update of b""",
            [[k[0] for k in wanted], [k[1] for k in wanted], [k[2] for k in wanted]],
        )
        for product, place, lot, on_hand, reserved in cursor.fetchall():
            shelves.on_hand[(product, place, lot)] = on_hand
            shelves.reserved[(product, place, lot)] = reserved
    return shelves


def _take_and_put(movements: Sequence[Movement], kinds: dict[int, str], shelves: Shelves) -> None:
    missing: dict[int, tuple[Decimal, Decimal]] = {}
    for m in movements:
        if kinds[m.from_id] in HOLDING:
            key = (m.product_id, m.from_id, m.lot)
            free = shelves.free(key) + m.freed
            if m.quantity > free:
                wanted, there = missing.get(m.product_id, (ZERO, ZERO))
                missing[m.product_id] = (wanted + m.quantity, there + max(free, ZERO))
                continue
            shelves.on_hand[key] = shelves.on_hand[key] - m.quantity
            shelves.reserved[key] = shelves.reserved[key] - m.freed
        if kinds[m.to_id] in HOLDING:
            key = (m.product_id, m.to_id, m.lot)
            shelves.on_hand[key] = shelves.on_hand.get(key, ZERO) + m.quantity
            shelves.reserved.setdefault(key, ZERO)
    if missing:
        raise shortage(missing)


def shortage(missing: dict[int, tuple[Decimal, Decimal]]) -> InsufficientStock:
    """The refusal that names the products: product id → (wanted, free)."""
    names = {p.pk: p for p in Product.objects.filter(pk__in=missing)}
    lines = [
        {
            "product": {"id": pk, "label": str(names[pk])},
            "wanted": f"{wanted:f}",
            "available": f"{there:f}",
            "missing": f"{wanted - there:f}",
        }
        for pk, (wanted, there) in missing.items()
    ]
    first = lines[0]
    detail = _("%(product)s: %(wanted)s wanted, %(available)s available.") % {
        "product": first["product"]["label"],  # type: ignore[index]
        "wanted": _plain(missing[next(iter(missing))][0]),
        "available": _plain(missing[next(iter(missing))][1]),
    }
    if len(lines) > 1:
        detail += " " + _("%(count)s more products are short.") % {"count": len(lines) - 1}
    return InsufficientStock(detail, lines=lines)


def _plain(quantity: Decimal) -> str:
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _value(
    movements: Sequence[Movement], kinds: dict[int, str], costs: dict[int, ProductCost]
) -> tuple[list[Decimal], list[tuple[object, ...]]]:
    """The value of each movement, and its ledger row in the order of _COLUMNS."""
    smallest, values = step(), []
    rows: list[tuple[object, ...]] = []
    for m in movements:
        row = costs[m.product_id]
        cost, inward, outward = Cost(row.quantity, row.value), kinds[m.to_id] in HOLDING, kinds[m.from_id] in HOLDING
        if inward and not outward:
            value = m.value or ZERO
            cost = receive(cost, m.quantity, value)
        elif outward and not inward:
            cost, value = issue(cost, m.quantity, smallest)
        else:
            value = rounded(cost.value * m.quantity / cost.quantity, smallest) if cost.quantity else ZERO
        unit = cost.unit()
        if unit is not None:
            row.last_unit_cost = unit.quantize(Decimal("0.00000001"))
        elif value:
            row.last_unit_cost = (value / m.quantity).quantize(Decimal("0.00000001"))
        row.quantity, row.value, row.sequence = cost.quantity, cost.value, row.sequence + 1
        values.append(value)
        rows.append((m.product_id, row.sequence, str(m.kind), m.from_id, m.to_id, m.lot, m.quantity, value, m.line_id))
    return values, rows


_COLUMNS = (
    ("product_id", "bigint"), ("sequence", "bigint"), ("kind", "text"), ("from_location_id", "bigint"),
    ("to_location_id", "bigint"), ("lot", "text"), ("quantity", "numeric"), ("value", "numeric"),
    ("source_line_id", "bigint"),
)  # fmt: skip


def _insert_moves(
    rows: Sequence[tuple[object, ...]], moved_at: datetime, source: RecordRef | None, reason: str
) -> None:
    """One statement for all; the append-only trigger stamps who."""
    names = ", ".join(name for name, _type in _COLUMNS)
    arrays = ", ".join(f"%s::{kind}[]" for _name, kind in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""insert into inventory_stockmove ({names}, moved_at, source_entity, source_id, source_label, reason,
                                                 posted_at, posted_by)
                select {names}, %s, %s, %s, %s, %s, now(), '' from unnest({arrays}) as d({names}) returning id""",
            [
                moved_at, source.entity if source else "", source.id if source else None,
                source.label if source else "", reason, *([row[i] for row in rows] for i in range(len(_COLUMNS))),
            ],
        )  # fmt: skip
        touch_ids(StockMove, "insert", {row[0] for row in cursor.fetchall()})


def _write_balances(shelves: Shelves, before: dict[Key, tuple[Decimal, Decimal]]) -> None:
    changed = [k for k in shelves.on_hand if before.get(k) != (shelves.on_hand[k], shelves.reserved[k])]
    new, known = sorted(k for k in changed if k not in before), sorted(k for k in changed if k in before)
    ids: set[int] = set()
    with connection.cursor() as cursor:
        if known:
            cursor.execute(
                """update inventory_stockbalance b set on_hand = d.on_hand, reserved = d.reserved
                     from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[])
                          as d(product_id, location_id, lot, on_hand, reserved)
                    where b.product_id = d.product_id and b.location_id = d.location_id and b.lot = d.lot
                returning b.id""",
                _columns(known, shelves),
            )
            ids.update(row[0] for row in cursor.fetchall())
        if new:
            cursor.execute(
                """insert into inventory_stockbalance (product_id, location_id, lot, on_hand, reserved)
                   select * from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[])
                returning id""",
                _columns(new, shelves),
            )
            ids.update(row[0] for row in cursor.fetchall())
    touch_ids(StockBalance, "update", ids)


def _columns(keys: list[Key], shelves: Shelves) -> list[list[object]]:
    return [
        [k[0] for k in keys],
        [k[1] for k in keys],
        [k[2] for k in keys],
        [shelves.on_hand[k] for k in keys],
        [shelves.reserved[k] for k in keys],
    ]


def _write_costs(rows: Iterable[ProductCost]) -> None:
    changed = list(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            """update inventory_productcost c
                  set quantity = d.quantity, value = d.value, last_unit_cost = d.unit_cost, sequence = d.sequence
                 from unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[], %s::bigint[])
                      as d(id, quantity, value, unit_cost, sequence)
                where c.id = d.id""",
            [
                [c.pk for c in changed],
                [c.quantity for c in changed],
                [c.value for c in changed],
                [c.last_unit_cost for c in changed],
                [c.sequence for c in changed],
            ],
        )
    touch_ids(ProductCost, "update", {c.pk for c in changed})
