"""The load of work centres by week or month: open orders, drafts and proposals against working time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from modules.production.models import Operation, ProductionOrder, ProductionOrderOperation, WorkCentre
from modules.production.rules.buckets import Bucket, Size, buckets
from modules.production.rules.load import Stretch, spread, stretches
from modules.production.rules.routing import pieces_begun
from modules.production.rules.terms import Planned, from_micro
from modules.production.rules.work_time import minutes_of
from modules.production.selectors.plan_view import planned_now
from modules.production.selectors.working_time import working_times
from modules.shared.data.models import Product
from modules.shared.data.rules.calendars import WorkCalendar
from modules.shared.data.selectors.calendars import work_calendar
from tenon.tenancy.context import current

ZERO, CENT = Decimal(0), Decimal("0.01")
ORDER, PROPOSAL = "production.order", "production.planned_order"
Status = ProductionOrderOperation.Status
OPEN = (ProductionOrder.Status.RELEASED, ProductionOrder.Status.IN_PROGRESS)


@dataclass(frozen=True)
class Piece:
    """What one order or proposal asks of one work centre, in machine minutes; `firm`: released."""

    centre: int
    entity: str
    id: int | None
    product: int
    firm: bool
    parts: dict[int, Decimal]


@dataclass(frozen=True)
class Load:
    among: list[Bucket]
    centres: dict[int, WorkCentre]
    capacity: dict[int, list[Decimal]]
    pieces: list[Piece]

    def of(self, centre: int, *, firm: bool | None = None) -> list[Decimal]:
        found = [ZERO] * len(self.among)
        for piece in self.pieces:
            if piece.centre == centre and (firm is None or piece.firm == firm):
                for n, minutes in piece.parts.items():
                    found[n] += minutes
        return found


class _Times:
    """Minutes and days of operations, at the efficiency of their work centre."""

    def __init__(
        self, centres: Mapping[int, WorkCentre], calendar: WorkCalendar, today: date, among: list[Bucket]
    ) -> None:
        self.centres, self.calendar, self.today, self.among = centres, calendar, today, among
        self.slow = {pk: Decimal(100) / centre.efficiency for pk, centre in centres.items()}

    def minutes(self, operation: Any, pieces: Decimal, *, setup: bool = True) -> Decimal:
        if operation.work_centre_id is None:
            return ZERO
        standard = operation.run_minutes * pieces + (operation.setup_minutes if setup else ZERO)
        return (standard * self.slow[operation.work_centre_id]).quantize(CENT)

    def pieces_of(
        self, steps: Sequence[tuple[Any, Decimal]], start: date, due: date, entity: str, pk: int | None, product: int,
        firm: bool,
    ) -> list[Piece]:  # fmt: skip
        """`steps`: operations with their minutes, in turn."""
        days = stretches([minutes for _o, minutes in steps], start, due, self.calendar, self.today)
        found = []
        for (operation, minutes), stretch in zip(steps, days, strict=True):
            if operation.work_centre_id is None or not minutes:
                continue
            begins, ends = getattr(operation, "planned_start", None), getattr(operation, "planned_end", None)
            if begins and ends:
                zone = ZoneInfo(current().time_zone)
                stretch = Stretch(begins.astimezone(zone).date(), ends.astimezone(zone).date())
            parts = spread(minutes, stretch, self.calendar, self.today, self.among)
            if parts:
                found.append(Piece(operation.work_centre_id, entity, pk, product, firm, parts))
        return found


def load(among: list[Bucket], planned: Sequence[tuple[int, Planned]]) -> Load:
    """Of what is `planned` and of open orders. A constant number of queries, and two for each calendar."""
    today, calendar = current().today(), work_calendar()
    centres = {c.pk: c for c in WorkCentre.objects.select_related("calendar").order_by("code")}
    times = _Times(centres, calendar, today, among)
    pieces = _of_orders(times)
    routing: dict[int, list[Operation]] = defaultdict(list)
    drafts = list(ProductionOrder.objects.filter(status=ProductionOrder.Status.DRAFT).order_by("pk"))
    made = {p.product for _pk, p in planned if p.make} | {o.product_id for o in drafts}
    for operation in Operation.objects.filter(product__in=made).order_by("product", "position"):
        routing[operation.product_id].append(operation)
    decimals = dict(Product.objects.filter(pk__in=made).values_list("id", "unit__decimals"))

    def by_routing(product: int, quantity: Decimal, start: date, due: date, entity: str, pk: int | None) -> list[Piece]:
        steps = routing[product]
        begun = pieces_begun(quantity, [s.yield_percent for s in steps], decimals[product])
        told = [(s, times.minutes(s, n)) for s, n in zip(steps, begun, strict=True)]
        return times.pieces_of(told, start, due, entity, pk, product, firm=False)

    for order in drafts:
        pieces += by_routing(order.product_id, order.quantity, order.start_on, order.due_on, ORDER, order.pk)
    for pk, p in planned:
        if p.make:
            pieces += by_routing(p.product, from_micro(p.quantity), p.release_on, p.due_on, PROPOSAL, pk)
    return Load(among, centres, _capacity(centres, among, today), pieces)


def _of_orders(times: _Times) -> list[Piece]:
    """What is left to do of orders that are released."""
    by_order: dict[int, list[ProductionOrderOperation]] = defaultdict(list)
    rows = ProductionOrderOperation.objects.filter(order__status__in=OPEN).exclude(status=Status.DONE)
    for operation in rows.select_related("order").order_by("order_id", "position", "id"):
        by_order[operation.order_id].append(operation)
    pieces = []
    for pk, operations in by_order.items():
        order = operations[0].order
        steps = [(o, times.minutes(o, o.open_quantity, setup=o.status == Status.WAITING)) for o in operations]
        pieces += times.pieces_of(steps, order.start_on, order.due_on, ORDER, pk, order.product_id, firm=True)
    return pieces


def _capacity(centres: Mapping[int, WorkCentre], among: list[Bucket], today: date) -> dict[int, list[Decimal]]:
    """What is left of each bucket from today on, all machines together."""
    zone = ZoneInfo(current().time_zone)

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    start, end = midnight(max(among[0].since, today)), midnight(among[-1].until + timedelta(days=1))
    spans = working_times(list(centres.values()), start, end)
    found = {}
    for pk, centre in centres.items():
        parts = []
        for bucket in among:
            since, until = midnight(max(bucket.since, today)), midnight(bucket.until + timedelta(days=1))
            inside = [(max(a, since), min(b, until)) for a, b in spans[pk] if a < until and b > since]
            parts.append((minutes_of(inside) * centre.machines).quantize(CENT))
        found[pk] = parts
    return found


def load_page(size: Size, count: int, centre: int | None = None) -> dict[str, Any]:
    """All work centres, the most overloaded first; of one `centre` what makes its load, by bucket."""
    among = buckets(current().today(), size, count)
    found = load(among, planned_now())
    rows: list[dict[str, Any]] = []
    for pk, place in found.centres.items():
        firm, proposed, capacity = found.of(pk, firm=True), found.of(pk, firm=False), found.capacity[pk]
        if not place.is_active and not any(firm) and not any(proposed):
            continue
        over = [max(f + p - c, ZERO) for f, p, c in zip(firm, proposed, capacity, strict=True)]
        rows.append({
            "id": pk,
            "code": place.code,
            "name": place.name,
            "machines": place.machines,
            "capacity": capacity,
            "firm": firm,
            "proposed": proposed,
            "over": sum(over, ZERO),
            "over_at": next((n for n, minutes in enumerate(over) if minutes), None),
        })  # fmt: skip
    rows.sort(key=lambda row: (-row["over"], row["code"]))
    return {
        "buckets": [{"since": b.since, "until": b.until} for b in among],
        "centres": rows,
        "pieces": [] if centre is None else _named([p for p in found.pieces if p.centre == centre], len(among)),
    }


def _named(pieces: Sequence[Piece], count: int) -> list[dict[str, Any]]:
    """What makes a load, the greatest first; the operations of one order together."""
    together: dict[tuple[str, int | None], list[Decimal]] = {}
    product_of = {}
    for piece in pieces:
        key = (piece.entity, piece.id)
        parts = together.setdefault(key, [ZERO] * count)
        product_of[key] = (piece.product, piece.firm)
        for n, minutes in piece.parts.items():
            parts[n] += minutes
    orders = ProductionOrder.objects.in_bulk([pk for entity, pk in together if entity == ORDER and pk])
    products = Product.objects.in_bulk({product for product, _firm in product_of.values()})
    rows = []
    for (entity, pk), parts in together.items():
        product, firm = product_of[entity, pk]
        order = orders.get(pk or 0) if entity == ORDER else None
        rows.append({
            "entity": entity,
            "id": pk,
            "label": "" if order is None else order.number,
            "made_for": "" if order is None else order.demand_label,
            "product": {"id": product, "label": products[product].code, "name": products[product].name},
            "firm": firm,
            "minutes": parts,
        })  # fmt: skip
    return sorted(rows, key=lambda row: (-sum(row["minutes"], ZERO), row["label"]))
