"""Nonconformances: opened from an inspection, a report's scrap, a complaint or by hand; changed, closed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import CorrectiveAction, Disposition, Inspection, NonConformance, ProductionReport
from modules.production.selectors.estimates import unit_costs
from modules.production.services.inspection_holds import locked_inspection
from modules.shared.contracts.quality import LotGenealogy, LotQuality
from modules.shared.data.models import Product, SalesOrderLine
from tenon import ports
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

Status, Origin = NonConformance.Status, NonConformance.Origin
ZERO = Decimal(0)
GONE = _("This nonconformance is closed or cancelled.")


def locked(nonconformance: NonConformance, states: Sequence[str] = (Status.OPEN,)) -> NonConformance:
    """Under its lock. Raises StateRefused."""
    rows = NonConformance.objects.select_for_update(of=("self",)).select_related("product__unit", "order", "operation")
    found = rows.get(pk=nonconformance.pk)
    if found.status not in states:
        raise StateRefused(GONE, state=found.status)
    return found


@service("production.nonconformance.create")
def nonconformance_create(
    *,
    actor: Actor,
    title: str,
    product: Product | None = None,
    quantity: Decimal | None = None,
    inspection: Inspection | None = None,
    report: ProductionReport | None = None,
    sales_order_line: SalesOrderLine | None = None,
    **values: Any,
) -> NonConformance:
    """What is not said is taken from what it comes from: an inspection (its goods, supplier, order), a report (its
    scrap, with its reason; it is gone already, so that is decided at once), a sales order line (its product, customer
    and, where only one was shipped, lot). With `holds` the lot is held. Raises Invalid."""
    made = NonConformance(
        number=next_number("NC"), title=title, inspection=inspection, report=report, sales_order_line=sales_order_line,
        found_on=values.pop("found_on", None) or current().today(), product=product, quantity=quantity or ZERO,
        **values,
    )  # fmt: skip
    if inspection is not None:
        _from_inspection(made, inspection)
    if report is not None:
        _from_report(made, report)
    if sales_order_line is not None:
        _from_sale(made, sales_order_line)
    made.lot = (made.lot or "").strip()
    if made.owner_id is None:
        made.owner_id = actor.member_id
    _check(made)
    made.cost = made.other_cost
    made.save()
    if made.holds:
        _hold(actor, made)
    if report is not None:
        _scrapped(actor, made, report)
    return made


def _from_inspection(made: NonConformance, inspection: Inspection) -> None:
    made.origin = Origin.INSPECTION
    made.product_id = made.product_id or inspection.product_id
    made.quantity = made.quantity or inspection.quantity
    made.order_id = made.order_id or inspection.order_id
    made.supplier_id = made.supplier_id or inspection.supplier_id
    made.lot = made.lot or (inspection.numbers[0] if len(inspection.numbers) == 1 else "")


def _from_report(made: NonConformance, report: ProductionReport) -> None:
    made.origin = Origin.PRODUCTION
    made.order_id, made.operation_id = report.order_id, report.order_operation_id
    made.product_id = made.product_id or report.order.product_id
    made.quantity = made.quantity or report.scrap
    made.cause_id = made.cause_id or report.reason_id


def _from_sale(made: NonConformance, line: SalesOrderLine) -> None:
    made.origin = Origin.COMPLAINT
    made.product_id = made.product_id or line.product_id
    made.customer_id = made.customer_id or line.order.customer_id
    port = ports.find(LotGenealogy)
    shipped = port.lots_shipped(line.pk) if port is not None and not made.lot else []
    if len(shipped) == 1:
        made.lot = shipped[0][1]


def _check(made: NonConformance) -> None:
    if made.product_id is None:
        raise Invalid.field("product", _("Say which product it is."), "required")
    if made.quantity <= 0:
        raise Invalid.field("quantity", _("Say how many, more than zero"), "min_value")
    if made.quantity < made.disposed:
        raise Invalid.field("quantity", _("More has been decided about already."), "min_value")
    if made.quantity % Decimal(1).scaleb(-made.product.unit.decimals):
        raise Invalid.field("quantity", _("Finer than the unit allows"), "step")
    if made.other_cost < 0:
        raise Invalid.field("other_cost", _("Not below zero."), "min_value")
    if made.origin == Origin.COMPLAINT and made.customer_id is None:
        raise Invalid.field("customer", _("Say which customer complains."), "required")
    for name in ("inspection", "order"):
        of = getattr(made, name)
        if of is not None and of.product_id != made.product_id:
            raise Invalid.field(name, _("This is about another product."), "other_product")
    if made.report is not None and made.quantity > made.report.scrap:
        raise Invalid.field("quantity", _("The report has less scrap than that."), "max_value")
    if made.operation is not None:
        if made.order_id is None:
            made.order_id = made.operation.order_id
        if made.operation.order_id != made.order_id:
            raise Invalid.field("operation", _("This operation belongs to another order."), "other_order")
    if made.holds and not made.lot:
        raise Invalid.field("lot", _("Say which lot is held."), "required")


def _hold(actor: Actor, made: NonConformance) -> None:
    port = ports.find(LotQuality)
    there = port and port.judge(
        actor=actor, product_id=made.product_id, numbers=[made.lot], to="held", reason=made.number, replaces=[]
    )
    if not there:
        raise Invalid.field("lot", _("There is no such lot of this product."), "unknown")


def let_go(actor: Actor, nonconformance: NonConformance) -> None:
    """The lot is held for it no longer; whatever else holds it goes on."""
    port = ports.find(LotQuality)
    if port is None or not nonconformance.holds:
        return
    others = NonConformance.objects.filter(
        status=Status.OPEN, holds=True, product=nonconformance.product_id, lot=nonconformance.lot
    ).exclude(pk=nonconformance.pk)
    other = others.order_by("pk").first()
    port.judge(
        actor=actor, product_id=nonconformance.product_id, numbers=[nonconformance.lot],
        to="released" if other is None else "held", reason=(other or nonconformance).number,
        replaces=[nonconformance.number],
    )  # fmt: skip
    nonconformance.holds = False


def holding(product_id: int, number: str) -> str:
    """The open nonconformance that holds a lot, empty when there is none."""
    rows = NonConformance.objects.filter(status=Status.OPEN, holds=True, product=product_id, lot=number)
    return rows.order_by("pk").values_list("number", flat=True).first() or ""


def _scrapped(actor: Actor, made: NonConformance, report: ProductionReport) -> None:
    """What a report says is scrap has left the order: decided. It cost what making so far is reckoned to cost."""
    costs = unit_costs([made.product_id]).get(made.product_id, {})
    value = round_money(sum(costs.values(), ZERO) * made.quantity, current().currency)
    write_disposition(
        actor, made, Disposition.Kind.SCRAP, made.quantity, value, str(report.reason or ""),
        {"entity": "production.report", "id": report.pk, "label": str(report)},
    )  # fmt: skip


def write_disposition(
    actor: Actor, nonconformance: NonConformance, kind: str, quantity: Decimal, value: Decimal, reason: str,
    document: dict[str, Any] | None, **more: Any,
) -> Disposition:  # fmt: skip
    """One decision that has been carried out; the sums of its nonconformance follow, saved."""
    made = Disposition(
        nonconformance=nonconformance, kind=kind, quantity=quantity, value=value, reason=reason[:255],
        document=document, decided_on=current().today(), decided_by_id=actor.member_id, **more,
    )  # fmt: skip
    made.save()
    nonconformance.disposed += quantity
    nonconformance.cost += value
    nonconformance.save()
    return made


@service("production.nonconformance.update")
def nonconformance_update(*, actor: Actor, nonconformance: NonConformance, **values: Any) -> NonConformance:
    """Changes an open one; what it comes from stays. Raises StateRefused, Invalid."""
    found = locked(nonconformance)
    before = found.other_cost
    for name, value in values.items():
        setattr(found, name, value)
    _check(found)
    found.cost += found.other_cost - before
    found.save()
    return found


@service("production.nonconformance.close")
def nonconformance_close(*, actor: Actor, nonconformance: NonConformance) -> NonConformance:
    """open → closed. Raises StateRefused while pieces are undecided or an action against it has not proved to help."""
    found = locked(nonconformance)
    if found.disposed < found.quantity:
        left = f"{(found.quantity - found.disposed).normalize():f}"
        raise StateRefused(_("Nothing was decided about %(left)s of them yet.") % {"left": left})
    open_actions = found.corrective_actions.filter(
        status__in=(CorrectiveAction.Status.OPEN, CorrectiveAction.Status.DONE)
    )
    if (waits := open_actions.order_by("pk").first()) is not None:
        raise StateRefused(_("%(action)s has not proved to help yet.") % {"action": waits.number})
    return _end(actor, found, Status.CLOSED)


@service("production.nonconformance.close")
def nonconformance_cancel(*, actor: Actor, nonconformance: NonConformance) -> NonConformance:
    """open → cancelled: it was none. Its lot is let go. Raises StateRefused once something was decided."""
    found = locked(nonconformance)
    if found.disposed:
        raise StateRefused(_("Something was decided about these goods already: close it."))
    return _end(actor, found, Status.CANCELLED)


def _end(actor: Actor, found: NonConformance, status: str) -> NonConformance:
    found.status = status
    let_go(actor, found)
    found.closed_on, found.closed_by_id = current().today(), actor.member_id
    found.save()
    return found


@service("production.nonconformance.create")
def inspection_report_nonconformance(
    *, actor: Actor, inspection: Inspection, title: str, severity: str = "minor"
) -> NonConformance:
    """Opens a nonconformance of what an inspection refused. Raises StateRefused."""
    refused = _("Only what was rejected is a nonconformance.")
    inspection = locked_inspection(inspection, (Inspection.Status.REJECTED,), refused)
    if inspection.nonconformances.exclude(status=Status.CANCELLED).exists():
        raise StateRefused(_("This inspection has a nonconformance already."))
    return nonconformance_create(actor=actor, title=title, severity=severity or "minor", inspection=inspection)
