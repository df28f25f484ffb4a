"""What can be counted on: availability now, what comes and goes, and promise dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from modules.inventory.models import Reservation, StockBalance
from modules.inventory.selectors.demands import all_demand, locked_by_line, open_claims
from modules.inventory.selectors.lots import usable
from modules.inventory.selectors.ship_from import ship_from_of
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Availability, Demand, OpenSupply, Promise, PromiseStep, Supply
from modules.shared.data.models import Product
from modules.shared.data.rules.promise import Flow, Line, Outlook, net_flows, own_claims
from modules.shared.data.rules.promise import promise as promised
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.prices import supplier_offers
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)


def availability(product_ids: Collection[int]) -> dict[int, Availability]:
    """Now, for each product asked: on hand, locked, available, and what is to come and to go."""
    wanted = list(product_ids)
    free = Sum(F("on_hand") - F("reserved"), filter=usable(current().today()), default=ZERO)
    stock = {
        product_id: (on_hand, reserved, available)
        for product_id, available, on_hand, reserved in StockBalance.objects.filter(product_id__in=wanted)
        .values_list("product_id")
        .annotate(free=free, on_hand=Sum("on_hand"), reserved=Sum("reserved"))
    }
    incoming: dict[int, Decimal] = defaultdict(Decimal)
    for supply in open_supply(wanted):
        incoming[supply.product_id] += supply.quantity
    outgoing: dict[int, Decimal] = defaultdict(Decimal)
    for demand in open_demand(wanted):
        outgoing[demand.product_id] += demand.quantity
    answers = {}
    for product_id in wanted:
        on_hand, reserved, available = stock.get(product_id, (ZERO, ZERO, ZERO))
        answers[product_id] = Availability(
            product_id, on_hand, reserved, available, incoming[product_id], outgoing[product_id]
        )
    return answers


def free_stock(product_ids: Collection[int] | None = None) -> dict[int, Decimal]:
    """Product → on hand and not locked in stock places, of all products that have any. One query."""
    rows = StockBalance.objects.filter(usable(current().today()), on_hand__gt=0)
    if product_ids is not None:
        rows = rows.filter(product_id__in=product_ids)
    return dict(rows.values_list("product_id").annotate(free=Sum(F("on_hand") - F("reserved"))))


def lies_at(product_ids: Collection[int]) -> dict[int, list[tuple[str, str, Decimal]]]:
    """Product → [(place, lot, on hand)] of what may be used, by place and lot. One query."""
    found: dict[int, list[tuple[str, str, Decimal]]] = defaultdict(list)
    rows = StockBalance.objects.filter(usable(current().today()), product_id__in=product_ids, on_hand__gt=0)
    for product, place, lot, there in rows.order_by("location__code", "lot", "pk").values_list(
        "product_id", "location__name", "lot", "on_hand"
    ):
        found[product].append((place, lot, there))
    return found


def open_supply(product_ids: Sequence[int] | None = None) -> list[Supply]:
    """All dated supply that has not arrived, of every module that has any. Drafts are no supply to count on."""
    return [s for provider in ports.find_all(OpenSupply) for s in provider.open_supply(product_ids) if s.firm]


def open_demand(product_ids: Sequence[int] | None = None) -> list[Demand]:
    """All demand that is not served, less what is locked for it already."""
    locked = locked_by_line(product_ids)
    left = []
    for demand in all_demand(product_ids):
        quantity = demand.quantity - locked.get((demand.line.entity, demand.line.id), ZERO)
        if quantity > 0:
            left.append(replace(demand, quantity=quantity))
    return left


def free_stock_of(product_ids: Collection[int], *, warehouse_id: int | None = None) -> dict[int, Decimal]:
    """Product → on hand, not locked, neither held nor expired, in stock places, of one warehouse or of all."""
    rows = StockBalance.objects.filter(usable(current().today()), product_id__in=product_ids)
    if warehouse_id is not None:
        rows = rows.filter(location__warehouse_id=warehouse_id)
    return dict(rows.values_list("product_id").annotate(free=Sum(F("on_hand") - F("reserved"))))


def free_for(demands: Sequence[Demand]) -> dict[Line, Decimal]:
    """Of demands that are served from one warehouse: what is free for them there. Two queries, and one for each such
    warehouse."""
    sites = ship_from_of(d.line for d in demands)
    products = {d.product_id for d in demands}
    free_at = {site: free_stock_of(products, warehouse_id=site) for site in set(sites.values())}
    found = {}
    for demand in demands:
        key = (demand.line.entity, demand.line.id)
        if key in sites:
            found[key] = free_at[sites[key]].get(demand.product_id, ZERO)
    return found


def flows_of(product_ids: Sequence[int], asked: frozenset[Line] = frozenset()) -> dict[int, list[Flow]]:
    """Open supply and other demand by product; `asked` are lines whose own demand does not count."""
    return net_flows(
        open_supply(product_ids), all_demand(product_ids), locked=locked_by_line(product_ids),
        claims=open_claims(product_ids), asked=asked, today=current().today(),
    )  # fmt: skip


def promise_dates(demands: Sequence[Demand]) -> list[Promise]:
    """The earliest day for each demand, one after the other: what the first is promised the second does not get. From
    locked and free stock, else open supply looking ahead, else the lead time of a new order, with the reasons."""
    product_ids = list({d.product_id for d in demands})
    asked = frozenset((d.line.entity, d.line.id) for d in demands)
    free, flows, ready = free_stock_of(product_ids), flows_of(product_ids, asked), _ready_on(product_ids)
    locked, today = locked_by_line(product_ids), current().today()
    free_at = free_for(demands)
    claimed = own_claims(open_claims(product_ids), open_supply(product_ids), asked)
    answers = []
    for demand in demands:
        key, product = (demand.line.entity, demand.line.id), demand.product_id
        outlook = Outlook(free_at.get(key, free.get(product, ZERO)), flows[product], ready.get(product))
        reserved = min(locked.get(key, ZERO), demand.quantity)
        on, steps = promised(outlook, demand.quantity, today, reserved, claimed.get(key, ()))
        own = sum((s.quantity for s in steps if s.kind == "claim"), ZERO)
        rest = demand.quantity - reserved - own
        if rest > 0:
            # New supply for this demand comes and goes; only what it takes from stock and open supply is gone.
            taken = sum((s.quantity for s in steps if s.kind != "lead_time"), ZERO) - reserved - own
            if taken > 0:
                flows[product].append(Flow(on or today, -taken, demand.line.label))
        answers.append(
            Promise(
                demand.line,
                on,
                tuple(PromiseStep(s.kind, product, s.quantity, s.on, s.note, s.source) for s in steps),
            )
        )
    return answers


def _ready_on(product_ids: Collection[int]) -> dict[int, date]:
    """When a supply ordered today would be there: the supplier's lead time of bought products, else the product's
    own. A product of which no lead time is known is left out: no date is better than a wrong one."""
    today, calendar = current().today(), work_calendar()
    offers = supplier_offers(product_ids)
    ready = {}
    for product in Product.objects.filter(pk__in=product_ids):
        offer = offers.get(product.pk) if product.source == Product.Source.BUY else None
        days = (offer.lead_time_days if offer else 0) or product.lead_time_days
        if days:
            ready[product.pk] = calendar.add(today, days)
    return ready


def reserved_for(lines: Sequence[RecordRef]) -> dict[int, Decimal]:
    """Line id → quantity locked for it. The lines are of one entity."""
    rows = Reservation.objects.filter(
        state=Reservation.State.ACTIVE, demand_entity__in={x.entity for x in lines}, demand_id__in={x.id for x in lines}
    )
    return dict(rows.values_list("demand_id").annotate(total=Sum("quantity")))
