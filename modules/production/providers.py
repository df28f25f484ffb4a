"""What production answers other modules: open supply and demand, promise dates, estimated cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from modules.production.models import (
    Pegging,
    PlannedOrder,
    ProductionOrder,
    ProductionOrderComponent,
    ProductionOrderOutput,
)
from modules.production.selectors.estimates import unit_costs
from modules.production.selectors.held import held_demand
from modules.production.selectors.overhead_use import overhead_uses
from modules.production.selectors.promises import promises
from modules.production.selectors.sold_cost import cost_elements, made_for
from modules.production.selectors.subcontracting import back_on, material_outside
from modules.production.selectors.workbench import last_run
from modules.production.services.firming import proposals_take
from modules.production.services.inspection_holds import goods_left, kept_apart, waiting_for
from modules.production.services.inspections import goods_came
from modules.production.services.ledger import output_ref
from modules.production.services.nonconformances import holding
from modules.production.services.promise_holds import promises_hand_over, promises_hold
from modules.production.services.subcontracting import subcontract_orders_end
from modules.shared.contracts.customers import Happening
from modules.shared.contracts.overhead import OverheadUse
from modules.shared.contracts.posting import MadeFor
from modules.shared.contracts.purchasing import PurchaseProposal
from modules.shared.contracts.quality import Arrival
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, Promise, Supply
from modules.shared.data.models import SalesOrder
from modules.shared.data.selectors.happenings import happenings
from tenon.access.actor import Actor
from tenon.tenancy.context import current

OPEN = (ProductionOrder.Status.DRAFT, ProductionOrder.Status.RELEASED, ProductionOrder.Status.IN_PROGRESS)
ZERO = Decimal(0)
ORDER = "production.order"
ENDED = (ProductionOrder.Status.CLOSED, ProductionOrder.Status.CANCELLED)


class ProductionSupply:
    """OpenSupply: what open production orders will still bring, by-products too. Drafts count, they are not firm."""

    def open_supply(self, product_ids: Sequence[int] | None = None) -> list[Supply]:
        rows = ProductionOrder.objects.filter(status__in=OPEN)
        outputs = ProductionOrderOutput.objects.select_related("order").filter(order__status__in=OPEN)
        if product_ids is not None:
            rows, outputs = rows.filter(product_id__in=product_ids), outputs.filter(product_id__in=product_ids)
        found = [order for order in rows.order_by("pk") if order.open_quantity > 0]
        material = _material_of({o.demand_id or 0 for o in found if o.demand_entity == "production.order"})
        back = back_on([o.pk for o in found])
        return [
            *(_supply(order, material, back.get(order.pk)) for order in found),
            *(_besides(output) for output in outputs.order_by("pk") if output.open_quantity > 0),
        ]

    def supply_locked(self, source: RecordRef) -> Supply | None:
        if source.entity == "production.order_output":
            return self._output_locked(source.id)
        if source.entity != "production.order":
            return None
        order = ProductionOrder.objects.select_for_update().filter(pk=source.id, status__in=OPEN).first()
        if order is None or order.open_quantity <= 0:
            return None
        return _supply(order, {}, back_on([order.pk]).get(order.pk))

    @staticmethod
    def _output_locked(pk: int) -> Supply | None:
        """Under the lock of its order, as reports change it."""
        order = ProductionOrder.objects.select_for_update().filter(outputs=pk, status__in=OPEN).first()
        output = None if order is None else ProductionOrderOutput.objects.select_related("order").get(pk=pk)
        return _besides(output) if output is not None and output.open_quantity > 0 else None


def _besides(output: ProductionOrderOutput) -> Supply:
    order = output.order
    return Supply(
        source=output_ref(output, order),
        product_id=output.product_id,
        quantity=output.open_quantity,
        due_on=order.due_on,
        firm=order.status != ProductionOrder.Status.DRAFT,
    )


def _material_of(orders: set[int]) -> dict[tuple[int, int], RecordRef]:
    """(order, product) → the line of its material, of orders that something is made for."""
    rows = ProductionOrderComponent.objects.filter(order__in=orders) if orders else ()
    return {(r.order_id, r.product_id): RecordRef("production.order_component", r.pk) for r in rows}


def _supply(order: ProductionOrder, material: Mapping[tuple[int, int], RecordRef], back: date | None = None) -> Supply:
    """`back`: the day on which its last pieces come back from outside."""
    return Supply(
        source=RecordRef("production.order", order.pk, order.number),
        product_id=order.product_id,
        quantity=order.open_quantity,
        due_on=max(order.due_on, back or order.due_on),
        firm=order.status != ProductionOrder.Status.DRAFT,
        peg=_peg(order, material),
    )


def _peg(order: ProductionOrder, material: Mapping[tuple[int, int], RecordRef]) -> RecordRef | None:
    """Whose need it is made for; of another order's material the line, as that order has it now."""
    if order.demand_id is None:
        return None
    if order.demand_entity == "production.order":
        return material.get((order.demand_id, order.product_id))
    return RecordRef(order.demand_entity, order.demand_id, order.demand_label)


class ProductionDemand:
    """OpenDemand: material that open orders, drafts too, still need by their start; what lies at a subcontractor for
    an order is its own already."""

    def open_demand(self, product_ids: Sequence[int] | None = None) -> list[Demand]:
        rows = ProductionOrderComponent.objects.filter(order__status__in=OPEN)
        if product_ids is not None:
            rows = rows.filter(product_id__in=product_ids)
        outside = material_outside(product_ids)
        return [
            *held_demand(product_ids),
            *self._of_orders(rows, outside),
        ]

    @staticmethod
    def _of_orders(
        rows: QuerySet[ProductionOrderComponent], outside: Mapping[tuple[int, int], Decimal]
    ) -> list[Demand]:
        """Plain columns: promises ask for thousands of them."""
        found = []
        for pk, product, required, issued, order, number, start in rows.order_by("pk").values_list(
            "pk", "product_id", "required", "issued", "order_id", "order__number", "order__start_on"
        ):
            left = required - issued - outside.get((order, product), ZERO)
            if left > 0:
                line, head = RecordRef("production.order_component", pk, number), RecordRef(ORDER, order, number)
                found.append(Demand(line=line, product_id=product, quantity=left, needed_on=start, head=head))
        return found


class ProposalsToBuy:
    """PurchaseProposals: what the last planning run wants bought."""

    def proposed(self) -> list[PurchaseProposal] | None:
        run = last_run()
        if run is None:
            return None
        needs: dict[int, RecordRef] = {}
        for covered, entity, key, label in Pegging.objects.filter(
            run=run, cover_planned__isnull=False, need_id__isnull=False
        ).values_list("cover_planned", "need_entity", "need_id", "need_label"):
            needs.setdefault(covered or 0, RecordRef(entity, key or 0, label))
        rows = run.planned.filter(kind=PlannedOrder.Kind.BUY, state=PlannedOrder.State.PROPOSED).order_by("id")
        return [
            PurchaseProposal(
                RecordRef("production.planned_order", row.pk, str(_("Planning"))), row.product_id, row.quantity,
                row.due_on, needs.get(row.index),
            )
            for row in rows
        ]  # fmt: skip

    def take(self, *, actor: Actor, taken: Mapping[int, RecordRef]) -> None:
        proposals_take(actor=actor, taken=taken)


class ThroughTheBom:
    """PromiseDates: from stock and open supply, else made from what the bill of materials takes."""

    def promise(self, demands: Sequence[Demand]) -> list[Promise]:
        return promises(demands)


class HeldPromises:
    """PromiseHolds, while the company promises by capacity."""

    def hold(self, *, actor: Actor, demands: Sequence[Demand]) -> list[Promise]:
        return promises_hold(actor=actor, demands=demands) if current().has_feature("production.promise") else []

    def hand_over(self, *, actor: Actor, head: RecordRef, demands: Sequence[Demand]) -> None:
        promises_hand_over(actor=actor, head=head, demands=demands)


class RolledUpCost:
    """OrderCostEstimate: material, labour, machines and overhead rolled up through bills and routings."""

    def unit_costs(self, product_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
        return unit_costs(product_ids, own_work=True)


class CostOfOrders:
    """ProductionCosts."""

    def elements(self, production_order_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
        return cost_elements(production_order_ids)

    def made_for(self, sales_order_id: int) -> list[MadeFor]:
        return made_for(sales_order_id)


class UseOfOverhead:
    """OverheadDrivers."""

    def uses(self, *, since: date, until: date) -> list[OverheadUse]:
        return overhead_uses(since, until)


class InspectionGate:
    """QualityGate, while the company inspects."""

    def goods_came(
        self,
        *,
        actor: Actor,
        stage: Literal["incoming", "final"],
        source: RecordRef,
        goods: Sequence[Arrival],
        supplier_id: int | None = None,
    ) -> set[int]:
        if not current().has_feature("production.quality"):
            return set()
        made = goods_came(actor=actor, stage=stage, source=source, goods=goods, supplier_id=supplier_id)
        return {inspection.product_id for inspection in made if inspection.kept}

    def kept_apart(self, product_ids: Collection[int]) -> dict[int, tuple[Decimal, str]]:
        return kept_apart(product_ids) if current().has_feature("production.quality") else {}

    def goods_left(self, *, source: RecordRef, product_id: int, quantity: Decimal) -> None:
        goods_left(source=source, product_id=product_id, quantity=quantity)

    def waiting_for(self, product_id: int, number: str) -> str:
        if not current().has_feature("production.quality"):
            return ""
        return waiting_for(product_id, number) or holding(product_id, number)


class WorkOutside:
    """OutsideWork: subcontract orders end with their purchase order."""

    def ends(self, *, actor: Actor, works: Sequence[RecordRef], reason: str) -> None:
        subcontract_orders_end(actor=actor, keys=[work.id for work in works], reason=reason)


class OpenOrderCost:
    """WorkInProgress: what orders that are not closed have taken in and not given back."""

    def values(self) -> dict[int, Decimal]:
        rows = ProductionOrder.objects.exclude(status__in=ENDED)
        return {order.pk: order.work_in_process for order in rows if order.work_in_process}


class Made:
    """CustomerHistory: how far production is with what the customer ordered."""

    def happened(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        """What is made is told by its delivery."""
        return []

    def coming(self, *, actor: Actor, party_id: int, limit: int) -> list[Happening]:
        orders = SalesOrder.objects.filter(customer=party_id, status__in=("confirmed", "part_delivered"))
        where = Q(sales_order_id__in=orders.values("pk"), status__in=("draft", "released", "in_progress"))
        return happenings(
            actor=actor, entity="production.order", where=where, day="due_on", detail="demand_label",
            progress=("completed", "quantity"), limit=limit, newest=False,
        )  # fmt: skip
