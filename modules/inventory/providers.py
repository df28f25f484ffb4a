"""Answers to contracts of the shared layer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from modules.inventory.models import Delivery, DeliveryLine, Lot, ProductCost, Requisition
from modules.inventory.selectors import availability as availability_selectors
from modules.inventory.selectors.blankets import scheduled_supply
from modules.inventory.selectors.delivery_lots import delivery_lots, lots_shipped
from modules.inventory.selectors.delivery_papers import language_of
from modules.inventory.selectors.demands import locked_by_line, open_claims
from modules.inventory.selectors.forecasts import forecasts
from modules.inventory.selectors.lot_story import lot_story
from modules.inventory.selectors.requisitions import open_requests, request_items
from modules.inventory.selectors.stock import at_subcontractors, unit_costs
from modules.inventory.selectors.unposted import unposted
from modules.inventory.services.cost_method import cost_methods_apply
from modules.inventory.services.inspecting import quarantine_let_in
from modules.inventory.services.late_cost import price_differences_apply
from modules.inventory.services.lot_quality import lots_judge
from modules.inventory.services.lots import FEATURE, tracking_changed
from modules.inventory.services.production import production_issue, production_receive, production_return
from modules.inventory.services.reassignment import stock_hand_over
from modules.inventory.services.refused_goods import refused_give_back, refused_scrap
from modules.inventory.services.reservation import stock_release, stock_reserve, stock_shrink
from modules.inventory.services.subcontracting import subcontract_consume, subcontract_send, subcontract_take_back
from modules.inventory.services.supply_claims import claims_cut, claims_shrink, supplies_claim
from modules.shared.contracts.budget import BudgetItem, OpenRequest
from modules.shared.contracts.closing import OpenWork
from modules.shared.contracts.customers import Happening
from modules.shared.contracts.forecast import MonthlyDemand
from modules.shared.contracts.quality import Delivered, Disposed
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Availability, Claim, Demand, Promise, Reserved, Supply
from modules.shared.contracts.valuation import PriceDifference
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ZERO = Decimal(0)


class Scheduled:
    """OpenSupply: what blanket orders are to bring by their schedules. Planning counts on it; as it is not ordered yet,
    nothing is promised on it."""

    def open_supply(self, product_ids: Sequence[int] | None = None) -> list[Supply]:
        return scheduled_supply(product_ids)

    def supply_locked(self, source: RecordRef) -> Supply | None:
        return None  # nobody has a claim to what is not ordered


class Reservations:
    """StockReservation. The caller keeps `reserved` on its own lines."""

    def reserve(self, *, actor: Actor, demands: Sequence[Demand], partial: bool = True) -> list[Reserved]:
        return stock_reserve(actor=actor, demands=demands, partial=partial)

    def release(self, *, actor: Actor, lines: Sequence[RecordRef]) -> None:
        stock_release(actor=actor, lines=lines)
        claims_shrink(actor=actor, keep=dict.fromkeys(lines, ZERO))

    def shrink(self, *, actor: Actor, keep: Mapping[RecordRef, Decimal]) -> dict[int, Decimal]:
        freed = stock_shrink(actor=actor, keep=keep)
        held = availability_selectors.reserved_for(list(keep))
        claims_shrink(actor=actor, keep={line: most - held.get(line.id, ZERO) for line, most in keep.items()})
        return freed

    def hand_over(self, *, actor: Actor, head: RecordRef, demands: Sequence[Demand]) -> dict[int, Decimal]:
        return stock_hand_over(actor=actor, head=head, demands=demands)

    def claim(self, *, actor: Actor, wanted: Sequence[tuple[Demand, RecordRef]]) -> list[Claim]:
        return supplies_claim(actor=actor, wanted=wanted)

    def claims(self, product_ids: Sequence[int] | None = None) -> list[Claim]:
        return open_claims(product_ids)

    def supply_changed(self, *, actor: Actor, supplies: Sequence[RecordRef]) -> None:
        claims_cut(actor=actor, supplies=supplies)

    def reserved_for(self, lines: Sequence[RecordRef]) -> dict[int, Decimal]:
        return availability_selectors.reserved_for(lines)

    def locked(self, product_ids: Sequence[int]) -> dict[tuple[str, int], Decimal]:
        return locked_by_line(product_ids)


class Stock:
    """StockAvailability."""

    def availability(self, product_ids: Sequence[int]) -> dict[int, Availability]:
        return availability_selectors.availability(product_ids)

    def free_for(self, demands: Sequence[Demand]) -> dict[tuple[str, int], Decimal]:
        return availability_selectors.free_for(demands)

    def free(self, product_ids: Collection[int] | None = None) -> dict[int, Decimal]:
        return availability_selectors.free_stock(product_ids)

    def lies_at(self, product_ids: Collection[int]) -> dict[int, list[tuple[str, str, Decimal]]]:
        return availability_selectors.lies_at(product_ids)

    def unit_costs(self, product_ids: Sequence[int]) -> dict[int, Decimal]:
        return unit_costs(product_ids)


class Issue:
    """StockIssue."""

    def issue_to_production(
        self, *, actor: Actor, order: RecordRef, items: Sequence[tuple[int, Decimal]], moved_on: date,
        sales_order: RecordRef | None = None,
    ) -> list[tuple[int, Decimal, Decimal]]:  # fmt: skip
        return production_issue(actor=actor, order=order, items=items, moved_on=moved_on)

    def receive_from_production(
        self, *, actor: Actor, order: RecordRef, product_id: int, quantity: Decimal, value: Decimal, moved_on: date,
        reserve_for: RecordRef | None = None, lots: str = "", supply: RecordRef | None = None,
        supplier_id: int | None = None,
    ) -> None:  # fmt: skip
        production_receive(
            actor=actor, order=order, product_id=product_id, quantity=quantity, value=value, moved_on=moved_on,
            reserve_for=reserve_for, lots=lots, supply=supply, supplier_id=supplier_id,
        )  # fmt: skip

    def return_from_production(
        self, *, actor: Actor, order: RecordRef, items: Sequence[tuple[int, Decimal, Decimal]], moved_on: date
    ) -> None:
        production_return(actor=actor, order=order, items=items, moved_on=moved_on)


class AtSubcontractors:
    """SubcontractStock."""

    def send(
        self, *, actor: Actor, supplier_id: int, source: RecordRef, order: RecordRef,
        items: Sequence[tuple[int, Decimal]], moved_on: date,
    ) -> list[tuple[int, Decimal, Decimal]]:  # fmt: skip
        return subcontract_send(
            actor=actor, supplier_id=supplier_id, source=source, order=order, items=items, moved_on=moved_on
        )

    def take_back(
        self, *, actor: Actor, supplier_id: int, source: RecordRef, items: Sequence[tuple[int, Decimal]], moved_on: date
    ) -> None:
        subcontract_take_back(actor=actor, supplier_id=supplier_id, source=source, items=items, moved_on=moved_on)

    def consume(
        self, *, actor: Actor, supplier_id: int, order: RecordRef, items: Sequence[tuple[int, Decimal]], moved_on: date
    ) -> list[tuple[int, Decimal, Decimal]]:
        return subcontract_consume(
            actor=actor, supplier_id=supplier_id, order=order, items=items, moved_on=moved_on
        )  # fmt: skip

    def there(self) -> dict[tuple[int, int], Decimal]:
        return at_subcontractors()


class Promises:
    """PromiseDates, while production is off."""

    def promise(self, demands: Sequence[Demand]) -> list[Promise]:
        return availability_selectors.promise_dates(demands)


class Costs:
    """OrderCostEstimate, while production is off: what a unit costs now, all of it material."""

    def unit_costs(self, product_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
        return {
            product_id: {"material": cost, "labour": ZERO, "overhead": ZERO}
            for product_id, cost in unit_costs(product_ids).items()
        }


class Late:
    """LateCosts."""

    def price_differences(
        self, *, actor: Actor, differences: Sequence[PriceDifference], on: date, source: RecordRef
    ) -> None:
        price_differences_apply(actor=actor, differences=differences, on=on, source=source)


class ForecastDemand:
    """DemandForecast: what is computed, or said by hand."""

    def forecast(self, product_ids: Sequence[int] | None = None) -> list[MonthlyDemand]:
        return [
            MonthlyDemand(product, month.month, month.quantity)
            for product, months in forecasts(product_ids).items()
            for month in months
        ]


class Methods:
    """CostMethods."""

    def cost_changed(self, *, actor: Actor, product_ids: Sequence[int]) -> None:
        cost_methods_apply(actor=actor, product_ids=product_ids)


class Tracking:
    """StockTracking."""

    def tracking_changed(self, *, actor: Actor, product_id: int, tracking: str) -> None:
        tracking_changed(actor=actor, product_id=product_id, tracking=tracking)


class LotVerdicts:
    """LotQuality."""

    def judge(
        self, *, actor: Actor, product_id: int, numbers: Sequence[str], to: str, reason: str, replaces: Sequence[str]
    ) -> list[str]:
        if not current().has_feature(FEATURE):
            return []
        return lots_judge(
            actor=actor, product_id=product_id, numbers=numbers, to=to, reason=reason, replaces=replaces
        )  # fmt: skip

    def let_in(self, *, actor: Actor, source: RecordRef, product_id: int, quantity: Decimal, reason: str) -> None:
        quarantine_let_in(actor=actor, source=source, product_id=product_id, quantity=quantity, reason=reason)


class Refused:
    """RefusedGoods."""

    def scrap(self, *, actor: Actor, product_id: int, lot: str, quantity: Decimal, reason: str) -> Disposed:
        return refused_scrap(actor=actor, product_id=product_id, lot=lot, quantity=quantity, reason=reason)

    def give_back(
        self, *, actor: Actor, product_id: int, lot: str, quantity: Decimal, came_with: RecordRef | None
    ) -> list[Disposed]:
        return refused_give_back(
            actor=actor, product_id=product_id, lot=lot, quantity=quantity, came_with=came_with
        )  # fmt: skip


class Genealogy:
    """LotGenealogy."""

    def story(self, product_id: int, number: str) -> dict[str, Any] | None:
        if not current().has_feature(FEATURE):
            return None
        lot = Lot.objects.select_related("product__unit", "supplier").filter(product=product_id, number=number).first()
        return None if lot is None else lot_story(lot)

    def delivered(self, *, actor: Actor, delivery_id: int) -> Delivered | None:
        if not actor.can("inventory.delivery.view"):
            return None
        rows = visible(actor, registry().entities["inventory.delivery"], Delivery.objects.select_related("customer"))
        found = rows.filter(pk=delivery_id, kind=Delivery.Kind.DELIVERY).first()
        if found is None:
            return None
        taken = [
            (line["product"]["id"], part["lot"])
            for line in delivery_lots(found)
            for part in line["taken"]
            if part["lot"]
        ]
        return Delivered(found.number, language_of(found.customer), list(dict.fromkeys(taken)))

    def lots_shipped(self, sales_order_line_id: int) -> list[tuple[int, str, Decimal]]:
        return lots_shipped(sales_order_line_id)


class Shipments:
    """ShippedDays."""

    def shipped(self, line_ids: Sequence[int]) -> dict[int, list[tuple[date, Decimal]]]:
        found: dict[int, list[tuple[date, Decimal]]] = {}
        rows = DeliveryLine.objects.filter(
            order_line__in=line_ids, delivery__status=Delivery.Status.POSTED, delivery__kind=Delivery.Kind.DELIVERY
        )
        for line, day, quantity in rows.values_list("order_line_id", "delivery__shipped_on", "quantity"):
            found.setdefault(line, []).append((day, quantity))
        return found


class Valuation:
    """StockValuation."""

    def values(self) -> dict[int, Decimal]:
        return dict(ProductCost.objects.exclude(value=0).values_list("product_id", "value"))


class Unposted:
    """PeriodReadiness."""

    def open_work(self, *, until: date) -> list[OpenWork]:
        return unposted(until)


class Shipped:
    """CustomerHistory: deliveries and returns."""

    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        return self._of(actor, Q(customer=party_id, status="posted"), limit, newest=True)

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        return self._of(actor, Q(customer=party_id, status="draft"), limit, newest=False)

    def _of(self, actor: Actor, where: Q, limit: int, *, newest: bool) -> list[Happening]:
        return happenings(
            actor=actor, entity="inventory.delivery", where=where, day="shipped_on", kind="kind",
            detail="tracking_number", limit=limit, newest=newest,
        )  # fmt: skip


class Requests:
    """OpenRequests: requisitions."""

    def open_requests(self) -> list[OpenRequest]:
        return open_requests()

    def items(self, *, actor: Actor, document: RecordRef) -> list[BudgetItem]:
        if document.entity != "inventory.requisition" or not actor.can("inventory.requisition.view"):
            return []
        rows = visible(actor, registry().entities[document.entity], Requisition.objects.all())
        row = rows.filter(pk=document.id).first()
        return request_items(row) if row else []
