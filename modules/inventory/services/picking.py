"""The walk itself: what is scanned from its bin onto the dock, put back, or not found."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from modules.inventory.models import Delivery, Pick
from modules.inventory.rules.picking import Need
from modules.inventory.rules.picking import pick as choose
from modules.inventory.selectors.lots import shelves
from modules.inventory.services.lines import check_step
from modules.inventory.services.locked_stock import lock_at, move_locked, renewed
from modules.inventory.services.moves import lock_balances, shortage
from modules.inventory.services.progress import SALES_LINE, record_sales
from modules.inventory.services.reservation import active_of
from modules.inventory.services.second_quantity import second_read
from modules.inventory.services.wave import let_go, put_back, source, work_on
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Then = Literal["back_order", "elsewhere"]


def _locked(pick: Pick) -> Pick:
    """The pick under lock, behind its delivery. Raises StateRefused when the delivery has left or was dropped."""
    delivery = Delivery.objects.select_for_update().get(pk=pick.delivery_id)
    task = Pick.objects.select_for_update(of=("self",)).select_related("product__unit", "delivery_line").get(pk=pick.pk)
    task.delivery = delivery
    if delivery.status != Delivery.Status.DRAFT or task.status == Pick.Status.CANCELLED or task.delivery_line is None:
        raise StateRefused(_("This delivery is no longer being picked."))
    return task


def _checked(task: Pick, quantity: Decimal, most: Decimal) -> None:
    check_step(quantity, task.product, "quantity")
    if not 0 < quantity <= most:
        left = f"{most.normalize():f}"
        raise Invalid.field("quantity", _("%(left)s at most.") % {"left": left}, "range")


@service("inventory.pick.pick")
def pick_take(*, actor: Actor, pick: Pick, quantity: Decimal | None = None, second_quantity: Any = None) -> Pick:
    """So much was taken from the bin (left out: all that is left) and lies at the dock, locked for its order as before.
    Of goods in two quantities it is said what it weighs, unless it was all that lay there. Raises Invalid on more than
    is to be picked, StateRefused, InsufficientStock."""
    task = _locked(pick)
    if task.status != Pick.Status.OPEN:
        raise StateRefused(_("This was picked already."))
    taken = task.left if quantity is None else quantity
    _checked(task, taken, task.left)
    assert task.delivery_line is not None
    line = RecordRef(SALES_LINE, task.delivery_line.order_line_id)
    second = second_read(task.product, taken, second_quantity, "second_quantity", required=False)
    move_locked(
        task.product_id, task.lot, task.location_id, task.staging_id, taken, line=line, source=source(task),
        second=second,
    )  # fmt: skip
    task.picked += taken
    return _kept(task)


@service("inventory.pick.pick")
def pick_undo(*, actor: Actor, pick: Pick, quantity: Decimal | None = None) -> Pick:
    """So much of what was picked (left out: all) lies in its bin again. Raises Invalid, StateRefused."""
    task = _locked(pick)
    back = task.picked if quantity is None else quantity
    _checked(task, back, task.picked)
    assert task.delivery_line is not None
    packed = sum((x.quantity for x in task.delivery_line.packed.all()), ZERO)
    at_dock = sum((x.picked for x in task.delivery_line.picks.exclude(status=Pick.Status.CANCELLED)), ZERO)
    if packed > at_dock - back:
        raise StateRefused(_("It is in a parcel already: unpack it first."))
    if task.staging_id != task.location_id:
        put_back(task, back)
    task.picked -= back
    return _kept(task)


@service("inventory.pick.pick")
def pick_short(*, actor: Actor, pick: Pick, then: Then = "back_order") -> Pick:
    """What is left is not in the bin. `back_order`: the delivery leaves without it, and the order waits for it, no
    longer locked there. `elsewhere`: it is fetched from other places of the warehouse, where it is locked instead.
    Raises StateRefused, InsufficientStock when nothing is free elsewhere."""
    task = _locked(pick)
    missing = task.left
    if task.status != Pick.Status.OPEN or missing <= 0:
        raise StateRefused(_("This was picked already."))
    SalesOrder.objects.select_for_update().get(pk=task.delivery.order_id)
    if then == "elsewhere":
        _elsewhere(actor, task, missing)
    else:
        let_go(actor, task, missing)
    task.short += missing
    task.added = max(task.added - missing, ZERO)
    _kept(task)
    if then == "back_order":
        _leave_out(task, missing)
    return task


def _elsewhere(actor: Actor, task: Pick, missing: Decimal) -> None:
    assert task.delivery_line is not None
    bin_ = task.location
    balances = [
        b
        for b in lock_balances([task.product_id])
        if b.location.warehouse_id == bin_.warehouse_id and b.location_id not in (bin_.pk, task.staging_id)
    ]
    found, short = choose([Need(1, task.product_id, missing)], shelves(balances, current().today()))
    if any(short.values()):
        raise shortage({task.product_id: (missing, missing - short[1])})
    line_id = task.delivery_line.order_line_id
    line, by_pk = RecordRef(SALES_LINE, line_id), {b.pk: b for b in balances}
    here = (task.product_id, task.location_id, task.lot)
    row = next((r for r in active_of([line]) if (r.product_id, r.location_id, r.lot) == here), None)
    if row is None:
        raise StateRefused(_("This is no longer locked for the order."))
    let_go(actor, task, missing)
    for part in found:
        balance = by_pk[part.shelf]
        lock_at(balance, line, part.quantity, renewed(row))
        record_sales(actor, {line_id: {"reserved": part.quantity}})
        Pick(
            wave_id=task.wave_id, delivery=task.delivery, delivery_line=task.delivery_line, product_id=task.product_id,
            location_id=balance.location_id, lot=balance.lot, staging_id=task.staging_id, quantity=part.quantity,
            added=min(task.added, part.quantity), position=task.position,
        ).save()  # fmt: skip


def _leave_out(task: Pick, missing: Decimal) -> None:
    """The delivery leaves without it."""
    line = task.delivery_line
    assert line is not None
    if line.quantity > missing:
        line.quantity -= missing
        line.second_quantity = None  # what the others weigh is not known
        line.save(update_fields=["quantity", "second_quantity"])
        return
    delivery = task.delivery
    line.delete()
    task.delivery_line = None
    if not delivery.lines.exists():
        delivery.status, delivery.work = Delivery.Status.CANCELLED, Delivery.Work.NONE
        delivery.save(update_fields=["status", "work"])


def _kept(task: Pick) -> Pick:
    task.status = Pick.Status.DONE if task.left <= 0 else Pick.Status.OPEN
    task.save(update_fields=["picked", "short", "added", "status"])
    work_on(task.delivery)
    return task
