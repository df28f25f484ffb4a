"""Who holds what (锁库看板): products with the demand lines that wait, what is locked and claimed for each, and
the supplies that are still to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from modules.inventory.models import Location, Reservation, StockBalance, SupplyClaim
from modules.inventory.rules.urgency import Urgency
from modules.inventory.selectors.availability import open_supply
from modules.inventory.selectors.demands import all_demand, urgencies
from modules.inventory.selectors.lots import usable
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Supply
from modules.shared.data.models import Product
from modules.shared.data.selectors.documents import as_json, documents_seen
from tenon.access.actor import Actor
from tenon.tenancy.context import current

ZERO = Decimal(0)
PAGE = 20
STEPS = (100, 400)  # products that are looked at for a page, before all are
SHOWN = ("all", "short", "locked", "claimed", "holds")
Line = tuple[str, int]  # entity, id
# What is shown only of products of which somebody holds something.
HELD: dict[str, Callable[[], QuerySet[Any]]] = {
    "locked": lambda: Reservation.objects.filter(state=Reservation.State.ACTIVE),
    "claimed": lambda: SupplyClaim.objects.filter(state=SupplyClaim.State.ACTIVE),
    "holds": lambda: Reservation.objects.filter(state=Reservation.State.ACTIVE, until__isnull=False),
}


@dataclass
class Waiting:
    """A demand line, or what holds stock without being open demand (a quote)."""

    line: RecordRef
    quantity: Decimal | None  # None: only holds
    needed_on: Any
    urgency: Urgency = field(default_factory=Urgency)
    locked: list[Reservation] = field(default_factory=list)
    claimed: list[SupplyClaim] = field(default_factory=list)

    @property
    def short(self) -> Decimal:
        held = sum((r.quantity for r in self.locked), ZERO) + sum((c.quantity for c in self.claimed), ZERO)
        return max((self.quantity or ZERO) - held, ZERO)


def reservation_board(
    *, actor: Actor, search: str = "", show: str = "all", after: str = "", product_id: int | None = None
) -> dict[str, Any]:
    """A page of products by code, those after the code `after`. The number of queries does not grow with the page."""
    page, lines = _page(search, show, after, product_id)
    ids = [product.pk for product in page[:PAGE]]
    supplies: dict[int, list[Supply]] = defaultdict(list)
    for supply in open_supply(ids):
        supplies[supply.product_id].append(supply)
    shown = {pk: [row for row in lines[pk] if _shown(row, show)] for pk in ids}
    refs = [row.line for of in shown.values() for row in of] + [s.source for of in supplies.values() for s in of]
    seen = documents_seen(actor, refs)
    stock = _stock(ids)
    return {
        "results": [
            {
                "product": {"id": product.pk, "label": str(product), "code": product.code, "name": product.name},
                "unit": product.unit.code,
                **stock.get(product.pk, {"on_hand": ZERO, "reserved": ZERO, "available": ZERO}),
                "lines": [_line_out(row, seen) for row in shown[product.pk]],
                "supplies": [_supply_out(supply, lines[product.pk], seen) for supply in supplies[product.pk]],
            }
            for product in page[:PAGE]
        ],
        "next": page[PAGE - 1].code if len(page) > PAGE else None,
    }


def _page(search: str, show: str, after: str, product_id: int | None) -> tuple[list[Product], dict[int, list[Waiting]]]:
    """The products of a page, and one more where there are more; with all that waits for each. As few are looked at as
    make a page, where most are shown; where few are, everything is."""
    rows = Product.objects.filter(code__gt=after).order_by("code")
    if product_id is not None:
        rows = rows.filter(pk=product_id)
    if search:
        text = Q(code__icontains=search) | Q(name__icontains=search) | Q(name_zh__icontains=search)
        rows = rows.filter(text | Q(pk__in=_named(search)))
    if show in HELD:
        rows = rows.filter(pk__in=HELD[show]().values("product"))
    found: list[int] = []
    lines: dict[int, list[Waiting]] = {}
    for size in STEPS:
        some = list(rows.values_list("pk", "code")[:size])
        lines.update(_lines([pk for pk, _code in some]))
        found += [pk for pk, _code in some if any(_shown(row, show) for row in lines.get(pk, ()))]
        if len(found) > PAGE or len(some) < size:
            break
        rows = rows.filter(code__gt=some[-1][1])
    else:
        lines = _lines(None)
        found += [pk for (pk,) in rows.values_list("pk") if any(_shown(row, show) for row in lines.get(pk, ()))]
    return list(Product.objects.filter(pk__in=found[: PAGE + 1]).select_related("unit").order_by("code")), lines


def _named(search: str) -> set[int]:
    """Products for which a document of that name waits, or holds something."""
    found = {d.product_id for d in all_demand() if search.casefold() in d.line.label.casefold()}
    for held in (HELD["locked"](), HELD["claimed"]()):
        found.update(held.filter(head_label__icontains=search).values_list("product", flat=True))
    return found


def _shown(row: Waiting, show: str) -> bool:
    if show == "short":
        return row.short > 0
    if show == "locked":
        return bool(row.locked)
    if show == "claimed":
        return bool(row.claimed)
    if show == "holds":
        return any(r.until is not None for r in row.locked)
    return True


def _lines(product_ids: Collection[int] | None) -> dict[int, list[Waiting]]:
    """Product → its lines, the most urgent first."""
    found: dict[tuple[int, Line], Waiting] = {}
    for demand in all_demand(product_ids):
        key = (demand.product_id, (demand.line.entity, demand.line.id))
        found[key] = Waiting(demand.line, demand.quantity, demand.needed_on)
    locked = Reservation.objects.filter(state=Reservation.State.ACTIVE).select_related("location")
    claimed = SupplyClaim.objects.filter(state=SupplyClaim.State.ACTIVE)
    if product_ids is not None:
        locked, claimed = locked.filter(product_id__in=product_ids), claimed.filter(product_id__in=product_ids)
    for row in locked.order_by("pk"):
        _of(found, row).locked.append(row)
    for claim in claimed.order_by("pk"):
        _of(found, claim).claimed.append(claim)
    ranks = urgencies([(*line, waiting.needed_on) for (_product, line), waiting in found.items()])
    by_product: dict[int, list[Waiting]] = defaultdict(list)
    for (product, line), waiting in found.items():
        waiting.urgency = ranks[line]
        by_product[product].append(waiting)
    for rows in by_product.values():
        rows.sort(key=lambda w: (w.urgency, w.line.id))
    return by_product


def _of(found: dict[tuple[int, Line], Waiting], row: Reservation | SupplyClaim) -> Waiting:
    key = (row.product_id, (row.demand_entity, row.demand_id))
    if key not in found:
        found[key] = Waiting(RecordRef(row.demand_entity, row.demand_id, row.head_label), None, row.needed_on)
    return found[key]


def _stock(product_ids: list[int]) -> dict[int, dict[str, Decimal]]:
    rows = StockBalance.objects.filter(product_id__in=product_ids, location__kind=Location.Kind.STOCK)
    sums = rows.values_list("product_id").annotate(
        held=Sum("on_hand"),
        locked=Sum("reserved"),
        free=Sum(F("on_hand") - F("reserved"), filter=usable(current().today()), default=ZERO),
    )
    return {pk: {"on_hand": held, "reserved": locked, "available": free} for pk, held, locked, free in sums}


def _line_out(row: Waiting, seen: dict[Line, RecordRef]) -> dict[str, Any]:
    return {
        "line": {"entity": row.line.entity, "id": row.line.id},
        "document": as_json(row.line, seen),
        "priority": row.urgency.priority,
        "needed_on": row.needed_on,
        "quantity": row.quantity,
        "short": row.short,
        "locked": [
            {
                "id": r.pk, "quantity": r.quantity, "place": str(r.location), "lot": r.lot, "is_hard": r.is_hard,
                "until": r.until,
            }
            for r in row.locked
        ],
        "claimed": [
            {"id": c.pk, "quantity": c.quantity, "supply": {"entity": c.supply_entity, "id": c.supply_id}}
            for c in row.claimed
        ],
    }  # fmt: skip


def _supply_out(supply: Supply, lines: list[Waiting], seen: dict[Line, RecordRef]) -> dict[str, Any]:
    claimed = sum(
        (c.quantity for row in lines for c in row.claimed
         if (c.supply_entity, c.supply_id) == (supply.source.entity, supply.source.id)),
        ZERO,
    )  # fmt: skip
    return {
        "supply": {"entity": supply.source.entity, "id": supply.source.id},
        "document": as_json(supply.source, seen),
        "quantity": supply.quantity,
        "claimed": claimed,
        "due_on": supply.due_on,
    }
