"""Everything a planning run reads: one consistent snapshot, a constant number of queries."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from modules.production.rules.terms import Entered, Item, Need, Supply, in_turn, micro
from modules.production.selectors.forecast_demand import forecast_needs
from modules.production.selectors.open_supply import supply_by_claims
from modules.production.selectors.outputs import outputs_of_all
from modules.production.selectors.parameters import Parameters, parameters
from modules.production.selectors.structure import among, components_to_plan, phantoms
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, OpenDemand, StockAvailability, StockReservation
from modules.shared.data.models import Product
from modules.shared.data.rules.calendars import WorkCalendar
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.prices import SupplierOffer, supplier_offers
from tenon.ports import find, find_all

BY_PRODUCT = "production.order_output"


@dataclass(frozen=True)
class PlanningInput:
    items: dict[int, Item]
    needs: list[Need]
    supplies: list[Supply]
    on_hand: dict[int, int]
    calendar: WorkCalendar
    today: date
    suppliers: dict[int, int]  # product → who would be asked
    refs: dict[Hashable, RecordRef]  # (entity, id) → document line
    # What is locked for who needs it, and leaves stock on that day: (product, millionths, day).
    held: list[tuple[int, int, date]] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Equal for equal input; the day counts, because releases do not lie in the past."""
        digest = hashlib.sha256()
        digest.update(repr(self.today).encode())
        for part in (
            sorted(self.items.items()),
            sorted(map(repr, self.needs)),
            sorted(map(repr, self.supplies)),
            sorted(self.on_hand.items()),
            sorted(self.suppliers.items()),
            self.calendar.signature(),
        ):
            digest.update(repr(part).encode())
        return digest.hexdigest()


def planned_items(
    offers: Mapping[int, SupplierOffer], said: Parameters, products: Collection[int] | None
) -> dict[int, Item]:
    """Goods in use, as planning sees them."""
    components, outputs = components_to_plan(products), outputs_of_all(products)
    made_on_the_way = phantoms(products)
    entered = _entered(products)
    rows = Product.objects.filter(is_active=True, kind=Product.Kind.GOODS)
    if products is not None:
        rows = rows.filter(pk__in=products)
    items = {}
    for pk, source, lead, safety, least, multiple, most, decimals in rows.values_list(
        "id", "source", "lead_time_days", "safety_stock", "order_min", "order_multiple", "order_max", "unit__decimals"
    ):
        make = source == Product.Source.MAKE
        # A bought product's lead time is its supplier's, where one is known.
        offer = None if make else offers.get(pk)
        items[pk] = Item(
            product=pk,
            make=make,
            lead_days=(offer.lead_time_days if offer else 0) or lead,
            safety=micro(safety),
            lot_min=micro(least) if least else 0,
            lot_multiple=micro(multiple) if multiple else 0,
            lot_max=micro(most) if most else 0,
            step=10 ** (6 - min(decimals, 6)),
            components=components.get(pk, ()) if make else (),
            outputs=outputs.get(pk, ()) if make else (),
            phantom=make and pk in made_on_the_way,
            entered=entered.get(pk, ()),
            **said.words(pk),
        )
    return items


def _entered(products: Collection[int] | None) -> dict[int, tuple[Entered, ...]]:
    found: dict[int, list[Entered]] = defaultdict(list)
    sql = "select id, product_id, quantity, due_on from production_masterplanentry where true"
    for pk, product, quantity, on in among(sql, products, "order by due_on, id"):
        found[product].append(Entered(pk, micro(quantity), on))
    return {product: tuple(entries) for product, entries in found.items()}


def planning_input(today: date, products: Collection[int] | None = None) -> PlanningInput:
    """Reads demand and supply from every module that has any, stock that is free, and the structure: of everything, or
    of some products."""
    ids = None if products is None else sorted(products)
    offers, said, calendar = supplier_offers(ids), parameters(ids), work_calendar()
    items = planned_items(offers, said, ids)
    refs: dict[Hashable, RecordRef] = {}

    def key(ref: RecordRef) -> Hashable:
        if ref.label or (ref.entity, ref.id) not in refs:
            refs[(ref.entity, ref.id)] = ref
        return (ref.entity, ref.id)

    demands = [d for provider in find_all(OpenDemand) for d in provider.open_demand(ids)]
    locked = _locked(demands)
    needs, held = [], []
    orders: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for demand in demands:
        on = demand.needed_on or today
        quantity = demand.quantity
        if _is_order(demand.line):
            orders[demand.product_id].append((on, quantity))  # what is locked for it was foreseen, too
        # What is locked for the line is neither needed nor free any more.
        kept = locked.get((demand.line.entity, demand.line.id), Decimal(0))
        if kept > 0 and demand.product_id in items:
            held.append((demand.product_id, micro(min(kept, quantity)), on))
        quantity -= kept
        if quantity > 0 and demand.product_id in items:
            needs.append(Need(demand.product_id, micro(quantity), on, key(demand.line)))
    needs += forecast_needs(items, orders, said, calendar, today, ids)
    supplies = [
        Supply(
            s.product_id, micro(s.quantity), s.due_on, key(s.source), key(s.peg) if s.peg else None,
            by_product=s.source.entity == BY_PRODUCT, firm=s.firm,
        )
        for s in supply_by_claims(ids)
        if s.product_id in items
    ]  # fmt: skip
    stock = find(StockAvailability)
    return PlanningInput(
        items=items,
        needs=sorted(needs, key=lambda n: (n.product, n.on, in_turn(n.peg))),
        supplies=sorted(supplies, key=lambda s: (s.product, s.on, in_turn(s.source))),
        on_hand={p: micro(q) for p, q in stock.free(ids).items()} if stock else {},
        calendar=calendar,
        today=today,
        suppliers={product: offer.supplier_id for product, offer in offers.items()},
        refs=refs,
        held=held,
    )


def _locked(demands: Sequence[Demand]) -> dict[tuple[str, int], Decimal]:
    lines: dict[str, list[RecordRef]] = defaultdict(list)
    for demand in demands:
        lines[demand.line.entity].append(demand.line)
    reservation = find(StockReservation)
    if reservation is None:
        return {}
    return {
        (entity, pk): quantity
        for entity, refs in lines.items()
        for pk, quantity in reservation.reserved_for(refs).items()
    }


def _is_order(line: RecordRef) -> bool:
    return line.entity == "shared.sales_order_line"
