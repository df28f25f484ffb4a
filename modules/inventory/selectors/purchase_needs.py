"""The purchase workbench (智能采购): what must be bought by when, from whom, and why from there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from modules.inventory.models import Location, RequisitionLine, StockBalance, Warehouse
from modules.inventory.rules.purchase_gap import shortages
from modules.inventory.rules.sourcing import Choice, Offer, Reason, choose
from modules.inventory.selectors.requisitions import ordered_quantities
from modules.inventory.selectors.sourcing import offers_for
from modules.shared.contracts.purchasing import PurchaseProposal, PurchaseProposals
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import OpenDemand, OpenSupply
from modules.shared.data.models import Product
from modules.shared.data.selectors.calendars import work_calendar
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)
REQUISITION_LINE = "inventory.requisition_line"
Key = tuple[int, int]  # product, warehouse (0: any)


@dataclass(frozen=True)
class Need:
    """One reason to buy. `source` is what would be marked as ordered: a requisition line, a proposal, or nothing where
    the gap follows from stock alone."""

    product_id: int
    quantity: Decimal
    needed_on: date
    kind: str  # requisition | planning | stock
    source: RecordRef | None = None
    reason: RecordRef | None = None
    warehouse_id: int = 0
    wish: int | None = None


@dataclass(frozen=True)
class Row:
    """What is needed of one product for one warehouse, and what would be ordered for it."""

    product: Product
    warehouse_id: int
    needs: tuple[Need, ...]
    quantity: Decimal
    needed_on: date
    choice: Choice
    offers: tuple[Offer, ...]

    @property
    def key(self) -> Key:
        return (self.product.pk, self.warehouse_id)


def workbench(horizon: int = 30, keys: Collection[Key] | None = None) -> list[Row]:
    """All that must be ordered within `horizon` days to come in time, the most urgent first. A constant number of
    queries."""
    today, calendar = current().today(), work_calendar()
    needs = [*_requested(), *_planned_or_netted(today)]
    offers = offers_for({need.product_id for need in needs}, today)
    grouped: dict[Key, list[Need]] = defaultdict(list)
    for need in needs:
        lead = min((o.lead_days for o in offers.get(need.product_id, ())), default=0)
        if need.needed_on <= calendar.add(today, lead) + timedelta(days=horizon):
            grouped[(need.product_id, need.warehouse_id)].append(need)
    products = Product.objects.select_related("unit").in_bulk({key[0] for key in grouped})
    rows = []
    for (product_id, warehouse_id), together in grouped.items():
        if keys is not None and (product_id, warehouse_id) not in keys:
            continue
        together.sort(key=lambda n: n.needed_on)
        quantity, needed_on = sum((n.quantity for n in together), ZERO), together[0].needed_on
        wishes = {n.wish for n in together}
        known = offers.get(product_id, [])
        choice = choose(
            quantity, needed_on, known, arrival=lambda days: calendar.add(today, days),
            wish=wishes.pop() if len(wishes) == 1 else None,
        )  # fmt: skip
        rows.append(Row(products[product_id], warehouse_id, tuple(together), quantity, needed_on, choice, tuple(known)))
    return sorted(rows, key=lambda row: (row.needed_on, row.product.code))


def _requested() -> Iterable[Need]:
    """Lines of approved requisitions that are on no order yet."""
    lines = list(
        RequisitionLine.objects.filter(requisition__status__in=("approved", "ordered"))
        .select_related("requisition")
        .order_by("id")
    )
    ordered = ordered_quantities([x.pk for x in lines])
    for line in lines:
        left = line.base_quantity - ordered.get(line.pk, ZERO)
        if left > 0:
            head = line.requisition
            yield Need(
                line.product_id, left, line.needed_on or head.needed_on, "requisition",
                RecordRef(REQUISITION_LINE, line.pk, head.number),
                RecordRef("inventory.requisition", head.pk, head.number), head.warehouse_id or 0, line.supplier_id,
            )  # fmt: skip


def _planned_or_netted(today: date) -> Iterable[Need]:
    """What planning proposes; of products that it says nothing about, what falls short of their reorder point. While
    planning has never run (or there is none), what falls short of open demand."""
    provider = ports.find(PurchaseProposals)
    proposals = provider.proposed() if provider is not None else None
    planned: set[int] = set()
    for proposal in proposals or ():
        planned.add(proposal.product_id)
        yield _planned(proposal)
    products = Product.objects.filter(is_active=True, is_purchasable=True, kind=Product.Kind.GOODS, source="buy")
    if proposals is not None:
        products = products.filter(reorder_point__gt=0).exclude(pk__in=planned)
    levels = {
        pk: max(safety, point) for pk, safety, point in products.values_list("pk", "safety_stock", "reorder_point")
    }
    yield from _netted(levels, today)


def _planned(proposal: PurchaseProposal) -> Need:
    return Need(proposal.product_id, proposal.quantity, proposal.needed_on, "planning", proposal.ref, proposal.reason)


def _netted(levels: dict[int, Decimal], today: date) -> Iterable[Need]:
    """Projected stock against what shall be there. Drafts count as supply, and so do requisitions: they are needs of
    their own."""
    changes: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for provider in ports.find_all(OpenSupply):
        for supply in provider.open_supply(None):
            changes[supply.product_id].append((supply.due_on, supply.quantity))
    for source in ports.find_all(OpenDemand):
        for demand in source.open_demand(None):
            changes[demand.product_id].append((demand.needed_on or today, -demand.quantity))
    for need in _requested():
        changes[need.product_id].append((need.needed_on, need.quantity))
    stock = dict(
        StockBalance.objects.filter(location__kind=Location.Kind.STOCK, on_hand__gt=0)
        .values_list("product_id")
        .annotate(there=Sum(F("on_hand")))
    )
    for product_id, least in levels.items():
        if least or product_id in changes:
            for day, quantity in shortages(stock.get(product_id, ZERO), changes[product_id], least, today):
                yield Need(product_id, quantity, day, "stock")


def reason_text(reason: Reason) -> str:
    """The reason in words."""
    figures = {k: f"{v.normalize():f}" if isinstance(v, Decimal) else v for k, v in reason.figures.items()}
    for name in ("rejected", "own"):
        if name in reason.figures:
            figures[name] = f"{(reason.figures[name] * 100).quantize(Decimal('0.01')):f}"
    if "price" in figures:
        figures["price"] = f"{Decimal(reason.figures['price']).quantize(Decimal('0.0001')).normalize():f}"
    return str(_WORDS[reason.code]() % figures)


_WORDS = {
    "wish": lambda: _("Named on the requisition"),
    "only": lambda: _("The only supplier with a price"),
    "only_in_time": lambda: _("The only one in time"),
    "in_time": lambda: _("In time; %(supplier)s asks less and would arrive on %(on)s"),
    "quota": lambda: _("Quota %(quota)s %%: has had %(bought)s so far, furthest below its share"),
    "preferred": lambda: _("Preferred supplier, and in time"),
    "cheapest": lambda: _("Best price; next is %(supplier)s at %(price)s"),
    "quality": lambda: _(
        "Better quality: %(own)s %% rejected; %(supplier)s asks less, and %(rejected)s %% of its goods were rejected"
    ),
    "soonest": lambda: _("Nobody is in time; this one comes first"),
    "break": lambda: _("Price of %(price)s from %(quantity)s on"),
    "minimum": lambda: _("Raised to the minimum of %(quantity)s"),
    "multiple": lambda: _("In whole packs of %(quantity)s"),
    "expired": lambda: _("Out of date: %(document)s"),
    "late": lambda: _("Arrives on %(on)s, %(days)s days late"),
    "too_much": lambda: _("%(supplier)s delivers %(most)s at most"),
    "nobody": lambda: _("No supplier has a price that holds"),
}


def warehouses(keys: Collection[int]) -> dict[int, Warehouse]:
    return Warehouse.objects.in_bulk([key for key in keys if key])


def described(rows: list[Row]) -> list[dict[str, Any]]:
    """The rows as the page shows them."""
    places = warehouses({row.warehouse_id for row in rows})
    out = []
    for row in rows:
        offer, place = row.choice.offer, places.get(row.warehouse_id)
        out.append(
            {
                "key": f"{row.product.pk}-{row.warehouse_id}",
                "product": {"id": row.product.pk, "label": row.product.code, "name": row.product.name},
                "unit": row.product.unit.code,
                "warehouse": {"id": place.pk, "label": place.name} if place is not None else None,
                "quantity": row.quantity,
                "needed_on": row.needed_on,
                "order_quantity": row.choice.quantity,
                "supplier": _supplier(offer) if offer is not None else None,
                "price": row.choice.price,
                "arrives_on": row.choice.arrives_on,
                "late": row.choice.late,
                "reasons": [reason_text(reason) for reason in row.choice.reasons],
                "needs": [
                    {
                        "kind": need.kind, "quantity": need.quantity, "needed_on": need.needed_on,
                        "document": None if need.reason is None else {
                            "entity": need.reason.entity, "id": need.reason.id, "label": need.reason.label,
                        },
                    }
                    for need in row.needs
                ],
                "offers": [
                    {**_supplier(o), "price": o.price(o.fitted(row.quantity)), "quantity": o.fitted(row.quantity),
                     "lead_days": o.lead_days, "rejected": o.rejected, "preferred": o.preferred, "quota": o.quota}
                    for o in row.offers
                ],
            }
        )  # fmt: skip
    return out


def _supplier(offer: Offer) -> dict[str, Any]:
    return {"id": offer.supplier_id, "label": offer.name, "currency": offer.currency}
