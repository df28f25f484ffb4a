"""Deciding about goods that are not as they should be (处置). Each decision is carried out in the same transaction, by
the services whose business it is: the concession of an inspection, another inspection after rework, a rework operation
of the order, a return to the supplier, scrap."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import Disposition, Inspection, NonConformance, WorkCentre
from modules.production.rules.costing import work_cost
from modules.production.services.inspections import inspection_concede, inspection_repeat
from modules.production.services.nonconformances import let_go, locked, write_disposition
from modules.production.services.operation_flow import Flow
from modules.production.services.shop_floor import OPEN, production_order_report
from modules.shared.contracts.quality import RefusedGoods
from modules.shared.contracts.refs import RecordRef
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

Kind = Disposition.Kind
ZERO = Decimal(0)


@service("production.nonconformance.dispose")
def nonconformance_dispose(
    *,
    actor: Actor,
    nonconformance: NonConformance,
    kind: str,
    quantity: Decimal | None = None,
    reason: str = "",
    work_centre: WorkCentre | None = None,
    minutes: Decimal | None = None,
) -> NonConformance:
    """Decides about `quantity` of them (left out: all that are undecided) and carries it out:

    - use_as_is: by another person than who found it; the inspection is conceded, or the lot let go;
    - rework: a rework operation of the order where the pieces are still in it, else the lot is inspected again once it
      was reworked; `minutes` at `work_centre` are what it costs;
    - return: goes back to the supplier from where it lies;
    - scrap: leaves stock at its value.

    Raises StateRefused, Invalid, Forbidden, InsufficientStock, and what the ledger raises."""
    found = locked(nonconformance)
    left = found.quantity - found.disposed
    quantity = left if quantity is None else quantity
    if not 0 < quantity <= left:
        raise Invalid.field("quantity", _("At most %(left)s.") % {"left": f"{left.normalize():f}"}, "range")
    if quantity % Decimal(1).scaleb(-found.product.unit.decimals):
        raise Invalid.field("quantity", _("Finer than the unit allows"), "step")
    if kind not in Kind.values:
        raise Invalid.field("kind", _("Say what becomes of them."), "invalid_choice")
    words = (reason or "").strip()
    if kind == Kind.USE_AS_IS:
        _use(actor, found, quantity, words)
    elif kind == Kind.REWORK:
        _rework(actor, found, quantity, words, work_centre, minutes or ZERO)
    elif kind == Kind.RETURN:
        _give_back(actor, found, quantity, words)
    else:
        _scrap(actor, found, quantity, words)
    if found.disposed == found.quantity and found.holds:
        let_go(actor, found)
        found.save()
    return found


def _use(actor: Actor, found: NonConformance, quantity: Decimal, words: str) -> None:
    actor.require("production.inspection.concede")
    if not words:
        raise Invalid.field("reason", _("Say what deviates, and why it is acceptable."), "required")
    if actor.member_id is not None and actor.member_id == found.created_by_id:
        raise Forbidden(_("A second person accepts the deviation, not who reported it."))
    document = None
    inspection = found.inspection
    if inspection is not None and inspection.status == Inspection.Status.REJECTED:
        if quantity < found.quantity - found.disposed:
            raise Invalid.field("quantity", _("A lot is taken whole: decide about the other pieces first."), "range")
        inspection_concede(actor=actor, inspection=inspection, deviation=words)
        document = {"entity": "production.inspection", "id": inspection.pk, "label": inspection.number}
    write_disposition(actor, found, Kind.USE_AS_IS, quantity, ZERO, words, document)


def _rework(
    actor: Actor, found: NonConformance, quantity: Decimal, words: str, centre: WorkCentre | None, minutes: Decimal
) -> None:
    if minutes < 0:
        raise Invalid.field("minutes", _("Not below zero."), "min_value")
    if minutes and centre is None:
        raise Invalid.field("work_centre", _("Say where the time is spent"), "required")
    operation, order, inspection = found.operation, found.order, found.inspection
    document: dict[str, Any]
    if operation is not None and order is not None and order.status in OPEN and found.report_id is None:
        if operation.rework_of_id is not None:
            raise StateRefused(_("These pieces are in rework already: say good or scrap"))
        # The pieces are still at their operation: they go to its rework, which costs its standard time again.
        report = production_order_report(
            actor=replace(actor, permissions=actor.permissions | {"production.order.report"}), order=order,
            rework=quantity, operation=operation, reason=found.cause, note=found.number,
        )  # fmt: skip
        again = Flow.of(order).rework[operation.pk]
        centre = centre or again.work_centre
        minutes = minutes or (again.run_minutes * quantity if centre is not None else ZERO)
        document = {"entity": "production.order_operation", "id": again.pk, "label": again.name}
        assert report.rework == quantity
    elif inspection is not None and inspection.status == Inspection.Status.REJECTED:
        entitled = replace(actor, permissions=actor.permissions | {"production.inspection.create"})
        made = inspection_repeat(actor=entitled, inspection=inspection, quantity=quantity)
        document = {"entity": "production.inspection", "id": made.pk, "label": made.number}
    else:
        raise StateRefused(
            _("Rework needs pieces at an operation of an open order, or an inspection that refused them.")
        )
    value = _time(minutes, centre)
    write_disposition(
        actor, found, Kind.REWORK, quantity, value, words, document, work_centre=centre, minutes=minutes
    )  # fmt: skip


def _time(minutes: Decimal, centre: WorkCentre | None) -> Decimal:
    if centre is None:
        return ZERO
    currency = current().currency
    return work_cost(minutes, centre.cost_rate, currency) + work_cost(minutes, centre.overhead_rate, currency)


def _goods() -> RefusedGoods:
    port = ports.find(RefusedGoods)
    if port is None:
        raise StateRefused(_("Without inventory there is no stock to take them from."))
    return port


def _numbers(found: NonConformance, quantity: Decimal) -> list[tuple[str, Decimal]]:
    """Lots and quantities to take: the one named, else, of pieces with numbers, the first of the inspection."""
    numbers = [] if found.lot or found.inspection is None else found.inspection.numbers
    if not numbers:
        return [(found.lot, quantity)]
    done = int(found.disposed)
    return [(number, Decimal(1)) for number in numbers[done : done + int(quantity)]]


def _give_back(actor: Actor, found: NonConformance, quantity: Decimal, words: str) -> None:
    inspection = found.inspection
    came_with = None
    if inspection is not None and inspection.source_id is not None:
        came_with = RecordRef(inspection.source_entity, inspection.source_id, inspection.source_label)
    port, returns = _goods(), []
    _leaves(inspection, quantity)
    for lot, part in _numbers(found, quantity):
        returns += port.give_back(
            actor=actor, product_id=found.product_id, lot=lot, quantity=part, came_with=came_with
        )  # fmt: skip
    last = returns[-1].document
    # What goes back is paid back: it costs what somebody says under other cost.
    write_disposition(actor, found, Kind.RETURN, quantity, ZERO, words, vars_of(last))


def _scrap(actor: Actor, found: NonConformance, quantity: Decimal, words: str) -> None:
    port = _goods()
    _leaves(found.inspection, quantity)
    reason = f"{found.number} {words or found.title}"
    done = [
        port.scrap(actor=actor, product_id=found.product_id, lot=lot, quantity=part, reason=reason)
        for lot, part in _numbers(found, quantity)
    ]
    value = sum((one.value for one in done), ZERO)
    write_disposition(actor, found, Kind.SCRAP, quantity, value, words, vars_of(done[-1].document))


def vars_of(ref: RecordRef) -> dict[str, Any]:
    return {"entity": ref.entity, "id": ref.id, "label": ref.label}


def _leaves(inspection: Inspection | None, quantity: Decimal) -> None:
    """What leaves stock waits in quarantine for the inspection no longer."""
    if inspection is not None:
        fresh = Inspection.objects.select_for_update(of=("self",)).get(pk=inspection.pk)
        if fresh.status == Inspection.Status.OPEN:
            raise StateRefused(_("The inspection has not given its verdict yet."))
        if fresh.kept:
            fresh.kept -= min(fresh.kept, quantity)
            fresh.save()
