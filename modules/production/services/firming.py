"""Firming: proposals become orders, in one action."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import MasterPlanEntry, Pegging, PlannedOrder, PlanningRule, ProductionOrder
from modules.production.selectors.parameters import parameters
from modules.production.services.orders import SALES_LINE, production_order_create
from modules.production.services.planning import planning_lock
from modules.production.services.planning_update import planning_changed
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.services import purchase_order_draft
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service

ORDER, MATERIAL = "production.order", "production.order_component"


@service("production.planning.firm")
def planned_orders_firm(*, actor: Actor, ids: Sequence[int]) -> list[RecordRef]:
    """Makes production orders (pegged to the sales order line they are for) and purchase orders (one per supplier) of
    proposals, and marks these as firmed. All or nothing.

    Raises StateRefused when one was firmed before, Invalid when a bought product has no supplier."""
    # Not while planning runs: it would count as wanted what becomes an order here, and propose it again.
    planning_lock(wait=True)
    rows = list(
        PlannedOrder.objects.select_for_update(of=("self",))
        .select_related("product__unit", "supplier")
        .filter(pk__in=ids)
        .order_by("pk")
    )
    missing = sorted(set(ids) - {r.pk for r in rows})
    if missing:
        raise StateRefused(_("Planning has run again since: these proposals are gone"), ids=missing)
    done = [r.firmed_label for r in rows if r.state == PlannedOrder.State.FIRMED]
    if done:
        raise StateRefused(_("Firmed already: %(orders)s") % {"orders": ", ".join(done)})
    made = _firm_make(actor, [row for row in rows if row.kind == PlannedOrder.Kind.MAKE])
    made += _firm_buy(actor, [row for row in rows if row.kind == PlannedOrder.Kind.BUY])
    _firmed(rows)
    return made


@service()
def proposals_take(*, actor: Actor, taken: Mapping[int, RecordRef]) -> None:
    """Marks proposals to buy as firmed by orders that purchasing made of them; it has checked a right of its own.
    Raises StateRefused when one was firmed before, or is gone since planning ran again."""
    planning_lock(wait=True)
    rows = list(
        PlannedOrder.objects.select_for_update().filter(pk__in=taken, kind=PlannedOrder.Kind.BUY).order_by("pk")
    )
    if len(rows) < len(taken) or any(row.state == PlannedOrder.State.FIRMED for row in rows):
        raise StateRefused(_("These needs have changed meanwhile: look at them again"))
    for row in rows:
        _mark(row, taken[row.pk])
    _firmed(rows)


def _firmed(rows: Sequence[PlannedOrder]) -> None:
    """Writes it down; of the master plan what is an order now is no entry any more. What lies below is planned
    again: its needs are the orders' now."""
    PlannedOrder.objects.bulk_update(rows, ["state", "firmed_entity", "firmed_id", "firmed_label"])
    for entry in MasterPlanEntry.objects.filter(pk__in=[row.entry_id for row in rows if row.entry_id]).order_by("pk"):
        entry.delete()
    planning_changed({row.product_id for row in rows})


def _made_for(pegs: Sequence[Pegging], to_order: bool, orders: Mapping[int, RecordRef]) -> RecordRef | None:
    """The one sales order line that the whole proposal is for, if it is for one only; of what is made to order also the
    one production order whose material it is. `orders`: what was made of proposals, by their index."""
    if len(pegs) != 1:
        return None
    [peg] = pegs
    if peg.need_entity == SALES_LINE and peg.need_id is not None:
        return RecordRef(SALES_LINE, peg.need_id, peg.need_label)
    if to_order and peg.need_planned is not None:
        return orders.get(peg.need_planned)
    if to_order and peg.need_entity == MATERIAL:
        order = ProductionOrder.objects.filter(components=peg.need_id).first()
        return None if order is None else RecordRef(ORDER, order.pk, order.number)
    return None


def _mark(row: PlannedOrder, ref: RecordRef) -> None:
    row.state = PlannedOrder.State.FIRMED
    row.firmed_entity, row.firmed_id, row.firmed_label = ref.entity, ref.id, ref.label


def _firm_make(actor: Actor, rows: Sequence[PlannedOrder]) -> list[RecordRef]:
    """Parents first: what is made to order for one of them names its order."""
    pegs: dict[int, list[Pegging]] = defaultdict(list)
    makes = {row.index: row.product_id for row in rows}
    found = Pegging.objects.filter(run__in={row.run_id for row in rows}, cover_planned__in=makes)
    for peg in found.order_by("pk"):
        if makes[peg.cover_planned or 0] == peg.product_id:  # nobody makes it for the sake of a by-product
            pegs[peg.cover_planned or 0].append(peg)
    said = parameters({row.product_id for row in rows})
    made: dict[int, RecordRef] = {}
    for row in sorted(rows, key=lambda r: (r.level, r.pk)):
        to_order = said.of(row.product_id).lot_rule == PlanningRule.LotRule.TO_ORDER
        order = production_order_create(
            actor=actor,
            product=row.product,
            quantity=row.quantity,
            start_on=row.release_on,
            due_on=row.due_on,
            made_for=_made_for(pegs[row.index], to_order, made),
        )
        made[row.index] = RecordRef(ORDER, order.pk, order.number)
        _mark(row, made[row.index])
    return list(made.values())


def _firm_buy(actor: Actor, rows: Sequence[PlannedOrder]) -> list[RecordRef]:
    by_supplier: dict[Any, list[PlannedOrder]] = defaultdict(list)
    for row in rows:
        if row.supplier is None:
            raise Invalid.field(
                "supplier", _("No supplier is known for %(product)s") % {"product": row.product.code}, "required"
            )
        by_supplier[row.supplier].append(row)
    made = []
    for supplier, together in sorted(by_supplier.items(), key=lambda item: item[0].pk):
        order = purchase_order_draft(
            actor=actor,
            supplier=supplier,
            lines=[
                {"product": r.product, "quantity": r.quantity, "unit": r.product.unit, "due_on": r.due_on}
                for r in sorted(together, key=lambda r: (r.due_on, r.pk))
            ],
        )
        ref = RecordRef("shared.purchase_order", order.pk, order.number)
        for row in together:
            _mark(row, ref)
        made.append(ref)
    return made


@service("production.planning.firm")
def planned_order_firm(*, actor: Actor, planned: PlannedOrder) -> PlannedOrder:
    """Firms one proposal: an action of its list. Raises what `planned_orders_firm` raises."""
    planned_orders_firm(actor=actor, ids=[planned.pk])
    planned.refresh_from_db()
    return planned
