"""The ledger's own writer: locks, balances, moves. Every service that moves stock ends here; what moves are worth is
figured in services/valuing.py.

Locks are taken in one order by everybody: documents first, then the cost rows of the products (by product), then
balances (by key), then reservations (by key). Whoever changes a quantity on hand holds the product's cost row, so the
moves of a product are numbered and valued one after another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import HOLDING, VALUED, ProductCost, StockBalance, StockMove
from modules.inventory.services.history import history_correct
from modules.inventory.services.lots import movements_check
from modules.inventory.services.movement import Movement
from modules.inventory.services.second_quantity import left_check, weighed
from modules.inventory.services.valuing import value_moves, write_valued
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from tenon.money.rounding import currency_step
from tenon.problems import Invalid
from tenon.records.service import touch_ids
from tenon.tenancy.context import current
from tenon.tenancy.plain import PlainQuery

__all__ = [
    "Movement", "correct_overtaken", "effective", "lock_balances", "lock_costs", "moment", "post_moves", "shortage",
    "step", "write_costs",
]  # fmt: skip

ZERO = Decimal(0)
Key = tuple[int, int, str]  # product, place, lot


@dataclass
class Shelves:
    """Balances under lock, as they are and as they will be."""

    on_hand: dict[Key, Decimal] = field(default_factory=dict)
    reserved: dict[Key, Decimal] = field(default_factory=dict)
    second: dict[Key, Decimal] = field(default_factory=dict)  # of goods in two quantities only
    lenient: frozenset[int] = frozenset()  # places that may owe stock
    serials: frozenset[int] = frozenset()  # products whose pieces have a number each

    def free(self, key: Key) -> Decimal:
        return self.on_hand.get(key, ZERO) - self.reserved.get(key, ZERO)

    def state(self, key: Key) -> tuple[Decimal, Decimal, Decimal | None]:
        return self.on_hand[key], self.reserved.get(key, ZERO), self.second.get(key)


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
    """The products' cost rows, made where missing (with the product's cost method), locked in product order."""
    wanted = sorted(set(product_ids))
    rows = _COSTS.all(wanted)
    if len(rows) == len(wanted):
        return {row.product_id: row for row in rows}
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into inventory_productcost
                      (product_id, quantity, value, last_unit_cost, sequence, method, standard_cost, has_second)
               select p.id, 0, 0, 0, 0, p.cost_method, coalesce(p.standard_cost, 0), p.second_unit_id is not null
                 from data_product p where p.id = any(%s)
                  and not exists (select from inventory_productcost c where c.product_id = p.id)
                order by p.id on conflict (product_id) do nothing""",
            [wanted],
        )
    return {row.product_id: row for row in _COSTS.all(wanted)}


_COSTS = PlainQuery(
    ProductCost, "from inventory_productcost r where r.product_id = any(%s) order by r.product_id for update of r"
)

# Asked by everybody who wants the same goods, one after another.
_BALANCES = PlainQuery(
    StockBalance,
    """from inventory_stockbalance r join inventory_location j on j.id = r.location_id
        where (j.kind = 'stock' or j.id = %s) and (r.product_id = any(%s) or r.id = any(%s)) and r.on_hand > 0
        order by r.id for update of r""",
    joined="location",
    only=("product", "location", "lot", "on_hand", "reserved"),
    of_joined=("kind", "pick_order", "path", "warehouse"),
)


def lock_balances(
    product_ids: Iterable[int], also_at: int | None = None, *, some: Collection[int] = ()
) -> list[StockBalance]:
    """All that lies in stock places of these products (and at one more place), and `some` balances of others; locked by
    key, then in picking order."""
    rows = _BALANCES.all(also_at, list(set(product_ids)), list(some))
    return sorted(rows, key=lambda b: (b.location.pick_order, b.location.path, b.pk))


def post_moves(
    movements: Sequence[Movement],
    *,
    on: date,
    source: RecordRef | None = None,
    reason: str = "",
    costs: dict[int, ProductCost] | None = None,
    day_field: str = "on",
    seconds: Mapping[int, Decimal] | None = None,
) -> list[Decimal]:
    """Moves stock: costs, balances and ledger rows together. Returns the value of each movement. `costs` are the rows
    of lock_costs, where the caller holds them already. `seconds`: of goods in two quantities, what a whole line weighs.

    Raises InsufficientStock when more would leave a place than is free there (`freed` counted as free); Invalid or
    StateRefused when a lot is missing, held or expired."""
    if not movements:
        return []
    effective(on, day_field)
    places = _places({i for m in movements for i in (m.from_id, m.to_id)})
    kinds = {pk: kind for pk, (kind, _lenient) in places.items()}
    costs = costs or lock_costs(m.product_id for m in movements)
    moved_at = moment(on, costs.values(), day_field)
    weighing = {pk for pk, cost in costs.items() if cost.has_second}
    shelves = _lock_shelves(movements, kinds, weighing)
    if weighing or seconds:
        there = {key: (shelves.on_hand[key], weight) for key, weight in shelves.second.items()}
        movements = weighed(movements, weighing, kinds, there, seconds or {})
    shelves.lenient = frozenset(pk for pk, (_kind, lenient) in places.items() if lenient)
    shelves.serials = frozenset(movements_check(movements, kinds, on))
    before = {key: shelves.state(key) for key in shelves.on_hand}
    _take_and_put(movements, kinds, shelves)
    left_check(shelves.on_hand, shelves.second)
    ours = {pk for pk, kind in kinds.items() if kind in VALUED}
    valued = value_moves(movements, ours, costs, step())
    _write_balances(shelves, before)
    ids = _insert_moves(valued.rows, moved_at, source, reason)
    overtaken = [c for c in costs.values() if c.last_moved_at is not None and moved_at < c.last_moved_at]
    write_costs(costs.values(), moved_at)
    write_valued(valued, moved_at, ids, source)
    correct_overtaken(overtaken, moved_at, source)
    return valued.values


def _places(ids: Collection[int]) -> dict[int, tuple[str, bool]]:
    """Place → kind, and whether it may owe stock."""
    with connection.cursor() as cursor:
        cursor.execute("select id, kind, allows_negative from inventory_location where id = any(%s)", [list(ids)])
        return {pk: (kind, lenient) for pk, kind, lenient in cursor.fetchall()}


def moment(on: date, costs: Iterable[ProductCost], field: str = "on") -> datetime:
    """The moment of a move of products whose cost rows are locked: today's moves follow one another, whoever waited for
    the lock; another day's are entered late."""
    at = effective(on, field)
    latest = max((c.last_moved_at for c in costs if c.last_moved_at is not None), default=at)
    return max(at, latest) if on == current().today() and latest.astimezone(at.tzinfo).date() == on else at


def correct_overtaken(costs: Sequence[ProductCost], at: datetime, source: RecordRef | None) -> None:
    """Values once more what comes after a late entry."""
    if costs:
        history_correct(costs, since=at, step=step(), source=source)
        write_costs(costs)


def _lock_shelves(movements: Sequence[Movement], kinds: dict[int, str], weighing: Collection[int]) -> Shelves:
    keys = {(m.product_id, m.from_id, m.lot) for m in movements if kinds[m.from_id] in HOLDING}
    keys |= {(m.product_id, m.to_id, m.lot) for m in movements if kinds[m.to_id] in HOLDING}
    wanted = sorted(keys)
    shelves = Shelves()
    with connection.cursor() as cursor:
        cursor.execute(
            """select b.product_id, b.location_id, b.lot, b.on_hand, b.reserved, b.second_on_hand
                 from inventory_stockbalance b
                 join unnest(%s::bigint[], %s::bigint[], %s::text[]) as k(product_id, location_id, lot)
                   on b.product_id = k.product_id and b.location_id = k.location_id and b.lot = k.lot
                order by b.id for update of b""",
            [[k[0] for k in wanted], [k[1] for k in wanted], [k[2] for k in wanted]],
        )
        for product, place, lot, on_hand, reserved, second in cursor.fetchall():
            shelves.on_hand[(product, place, lot)] = on_hand
            shelves.reserved[(product, place, lot)] = reserved
            if product in weighing:
                shelves.second[(product, place, lot)] = second or ZERO
    return shelves


def _take_and_put(movements: Sequence[Movement], kinds: dict[int, str], shelves: Shelves) -> None:
    missing: dict[int, tuple[Decimal, Decimal]] = {}
    for m in movements:
        if kinds[m.from_id] in HOLDING:
            key = (m.product_id, m.from_id, m.lot)
            free = shelves.free(key) + m.freed
            if m.quantity > free and not (m.from_id in shelves.lenient and not m.lot and _owes(shelves, key, m)):
                wanted, there = missing.get(m.product_id, (ZERO, ZERO))
                missing[m.product_id] = (wanted + m.quantity, there + max(free, ZERO))
                continue
            shelves.on_hand[key] = shelves.on_hand.get(key, ZERO) - m.quantity
            if m.second is not None:
                shelves.second[key] = shelves.second.get(key, ZERO) - m.second
            shelves.reserved[key] = shelves.reserved.get(key, ZERO) - m.freed
        if kinds[m.to_id] in HOLDING:
            key = (m.product_id, m.to_id, m.lot)
            shelves.on_hand[key] = shelves.on_hand.get(key, ZERO) + m.quantity
            if m.second is not None:
                shelves.second[key] = shelves.second.get(key, ZERO) + m.second
            shelves.reserved.setdefault(key, ZERO)
    if missing:
        raise shortage(missing)


def _owes(shelves: Shelves, key: Key, m: Movement) -> bool:
    """A place that allows it owes stock only when nothing there is locked for others; what nobody has weighed is not
    owed."""
    return m.second is None and shelves.reserved.get(key, ZERO) <= m.freed


_NAMES = PlainQuery(Product, "from data_product r where r.id = any(%s)", only=("code", "name"))


def shortage(missing: dict[int, tuple[Decimal, Decimal]]) -> InsufficientStock:
    """The refusal that names the products: product id → (wanted, free)."""
    names = {p.pk: p for p in _NAMES.all(list(missing))}
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


_COLUMNS = (
    ("product_id", "bigint"), ("sequence", "bigint"), ("kind", "text"), ("from_location_id", "bigint"),
    ("to_location_id", "bigint"), ("lot", "text"), ("quantity", "numeric"), ("value", "numeric"),
    ("source_line_id", "bigint"), ("second_quantity", "numeric"),
)  # fmt: skip


def _insert_moves(
    rows: Sequence[tuple[object, ...]], moved_at: datetime, source: RecordRef | None, reason: str
) -> list[int]:
    """One statement for all; the append-only trigger stamps who. Answers the ids, in the order of the rows."""
    names = ", ".join(name for name, _type in _COLUMNS)
    arrays = ", ".join(f"%s::{kind}[]" for _name, kind in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""insert into inventory_stockmove ({names}, moved_at, source_entity, source_id, source_label, reason,
                                                 posted_at, posted_by)
                select {names}, %s, %s, %s, %s, %s, now(), '' from unnest({arrays}) as d({names})
                returning product_id, sequence, id""",
            [
                moved_at, source.entity if source else "", source.id if source else None,
                source.label if source else "", reason, *([row[i] for row in rows] for i in range(len(_COLUMNS))),
            ],
        )  # fmt: skip
        ids = {(product_id, sequence): pk for product_id, sequence, pk in cursor.fetchall()}
    touch_ids(StockMove, "insert", set(ids.values()))
    return [ids[(row[0], row[1])] for row in rows]  # type: ignore[index]


def _write_balances(shelves: Shelves, before: dict[Key, tuple[Decimal, Decimal, Decimal | None]]) -> None:
    changed = [k for k in shelves.on_hand if before.get(k) != shelves.state(k)]
    new, known = sorted(k for k in changed if k not in before), sorted(k for k in changed if k in before)
    ids: set[int] = set()
    with connection.cursor() as cursor:
        if known:
            cursor.execute(
                """update inventory_stockbalance b set on_hand = d.on_hand, reserved = d.reserved, serial = d.serial,
                          second_on_hand = d.second_on_hand
                     from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[], %s::numeric[],
                                 %s::boolean[])
                          as d(product_id, location_id, lot, on_hand, reserved, second_on_hand, serial)
                    where b.product_id = d.product_id and b.location_id = d.location_id and b.lot = d.lot
                returning b.id""",
                _columns(known, shelves),
            )
            ids.update(row[0] for row in cursor.fetchall())
        if new:
            cursor.execute(
                """insert into inventory_stockbalance
                          (product_id, location_id, lot, on_hand, reserved, second_on_hand, serial, may_be_negative)
                   select * from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::numeric[], %s::numeric[],
                                        %s::numeric[], %s::boolean[], %s::boolean[])
                returning id""",
                [*_columns(new, shelves), [k[1] in shelves.lenient for k in new]],
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
        [shelves.second.get(k) for k in keys],
        [k[0] in shelves.serials and bool(k[2]) for k in keys],
    ]


def write_costs(rows: Iterable[ProductCost], moved_at: datetime | None = None) -> None:
    changed = list(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            """update inventory_productcost c
                  set quantity = d.quantity, value = d.value, last_unit_cost = d.unit_cost, sequence = d.sequence,
                      last_moved_at = greatest(c.last_moved_at, %s)
                 from unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[], %s::bigint[])
                      as d(id, quantity, value, unit_cost, sequence)
                where c.id = d.id""",
            [
                moved_at,
                [c.pk for c in changed],
                [c.quantity for c in changed],
                [c.value for c in changed],
                [c.last_unit_cost for c in changed],
                [c.sequence for c in changed],
            ],
        )
    touch_ids(ProductCost, "update", {c.pk for c in changed})
