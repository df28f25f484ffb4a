"""The master plan by hand: quantities that planning takes as firm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import MasterPlanEntry, PlanningRule
from modules.production.rules.buckets import Size, buckets, first_working_day
from modules.production.selectors.parameters import parameters
from modules.production.selectors.structure import phantoms
from modules.production.services.orders import check_quantity
from modules.production.services.planning_update import planning_changed
from modules.shared.data.models import Product
from modules.shared.data.selectors.calendars import work_calendar
from tenon.access.actor import Actor
from tenon.problems import Forbidden, Invalid
from tenon.records.service import service
from tenon.tenancy.context import current

FROZEN = "production.master_plan.frozen"


@service("production.master_plan.create")
def master_plan_create(
    *, actor: Actor, product: Product, due_on: date, quantity: Decimal, reason: str = "", **values: Any
) -> MasterPlanEntry:
    """Raises Invalid (the product is not in the master plan; no reason inside the frozen fence), Forbidden there,
    IntegrityError where the day has a quantity."""
    _check(actor, product, [due_on], reason)
    entry = MasterPlanEntry(product=product, due_on=due_on, quantity=quantity, reason=reason, **values)
    check_quantity(product, quantity)
    entry.save()
    planning_changed([product.pk])
    return entry


@service("production.master_plan.update")
def master_plan_update(*, actor: Actor, record: MasterPlanEntry, **values: Any) -> MasterPlanEntry:
    """Raises as creating does."""
    before, days = record.product_id, [record.due_on]
    for name, value in values.items():
        setattr(record, name, value)
    _check(actor, record.product, [*days, record.due_on], values.get("reason", ""))
    check_quantity(record.product, record.quantity)
    record.save()
    planning_changed({before, record.product_id})
    return record


@service("production.master_plan.delete")
def master_plan_delete(*, actor: Actor, record: MasterPlanEntry, reason: str = "") -> None:
    """Raises Invalid and Forbidden as creating does."""
    _check(actor, record.product, [record.due_on], reason)
    if reason:
        record.reason = reason  # so that the trail has it
        record.save()
    record.delete()
    planning_changed([record.product_id])


@service("production.master_plan.update")
def master_plan_set(
    *, actor: Actor, product: Product, size: Size, since: date, quantity: Decimal | None, reason: str = ""
) -> MasterPlanEntry | None:
    """The quantity of a week or month that begins with `since`, in place of all that it had: due on the first working
    day that is left of it. None takes it away. Raises Invalid, Forbidden."""
    today = current().today()
    [bucket] = buckets(max(since, today), size, 1)
    if since != bucket.since and since > today:
        raise Invalid.field("since", _("A week begins on Monday, a month on its first day"), "not_first")
    # Who enters the same cell at once waits: the product's rule is the row that both need.
    rule = PlanningRule.objects.select_for_update().filter(product=product, master=True).first()
    if rule is None:
        raise _not_master()
    there = list(MasterPlanEntry.objects.filter(product=product, due_on__range=(bucket.since, bucket.until)))
    if quantity is None or quantity == 0:
        for entry in there:
            master_plan_delete(actor=actor, record=entry, reason=reason)
        return None
    day = first_working_day(bucket, work_calendar(), today)
    if day is None:
        raise Invalid.field("since", _("Nobody works in what is left of this time"), "no_working_day")
    if len(there) == 1 and there[0].quantity == quantity:
        return there[0]
    kept = next((entry for entry in there if entry.due_on == day), None)
    for entry in there:
        if entry is not kept:
            master_plan_delete(actor=actor, record=entry, reason=reason)
    if kept is not None:
        return master_plan_update(actor=actor, record=kept, quantity=quantity, reason=reason)
    return master_plan_create(actor=actor, product=product, due_on=day, quantity=quantity, reason=reason)


def _not_master() -> Invalid:
    return Invalid.field("product", _("This product is not in the master plan: its planning rule says so"), "master")


def _check(actor: Actor, product: Product, days: list[date], reason: str) -> None:
    said = parameters([product.pk])
    rule = said.of(product.pk)
    if not rule.master:
        raise _not_master()
    if phantoms([product.pk]):
        raise Invalid.field("product", _("A phantom is made on the way: plan what it is part of"), "phantom")
    if not rule.frozen_days or min(days) >= work_calendar().forward(current().today(), rule.frozen_days):
        return
    if not actor.can(FROZEN):
        raise Forbidden(_("This lies inside the frozen fence"))
    if not reason.strip():
        raise Invalid.field("reason", _("Inside the frozen fence a change needs a reason"), "required")
