"""Sheets from count plans: every day a plan's portion, the most urgent first."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import CountLine, CountPlan, CountSheet, Location
from modules.inventory.selectors.counting import Due, due_balances
from tenon.access.actor import Actor, system
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import frame, service, touch_ids
from tenon.tenancy.context import current

LOCK = 0x7E0A0C0  # two runs of the plans would put the same shelf on two sheets
RULES = ("is_blind", "tolerance_percent", "tolerance_value", "approval_limit")


@service("inventory.count_plan.create")
def count_plan_create(*, actor: Actor, **values: Any) -> CountPlan:
    """A plan. Raises Invalid when its place is no stock place or lies elsewhere."""
    plan = CountPlan(**values)
    _check(plan)
    plan.save()
    return plan


@service("inventory.count_plan.update")
def count_plan_update(*, actor: Actor, record: CountPlan, **values: Any) -> CountPlan:
    """Changes a plan; sheets that are there keep their rules. Raises Invalid."""
    for name, value in values.items():
        setattr(record, name, value)
    _check(record)
    record.save()
    return record


def _check(plan: CountPlan) -> None:
    if plan.place is not None and plan.place.kind != Location.Kind.STOCK:
        raise Invalid.field("place", _("Stock is counted in stock places."), "kind")
    if plan.place is not None and plan.warehouse_id not in (None, plan.place.warehouse_id):
        raise Invalid.field("place", _("This place is not in the warehouse."), "elsewhere")
    if not any((plan.days_a, plan.days_b, plan.days_c)):
        raise Invalid.field("days_a", _("Say of one class at least how often it is counted."), "required")


@service("inventory.count_sheet.create")
def count_sheets_make(*, actor: Actor, record: CountPlan) -> CountPlan:
    """The plan's next sheets: one for each warehouse in which something is due. Raises StateRefused when nothing is."""
    if not sheets_of(record):
        raise StateRefused(_("Nothing of this plan is due"))
    return record


def sheets_of(plan: CountPlan, except_in: Collection[int] = ()) -> list[CountSheet]:
    """For services that have checked the permission; none for the warehouses `except_in`."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [LOCK, current().id % 2**31])
    due = sorted(due_balances(plan), key=lambda row: row.warehouse_id)  # stable: urgency stays within a warehouse
    return [
        _sheet(plan, warehouse_id, list(rows)[: plan.lines_per_sheet])
        for warehouse_id, rows in groupby(due, key=lambda row: row.warehouse_id)
        if warehouse_id not in except_in
    ]


def _sheet(plan: CountPlan, warehouse_id: int, rows: list[Due]) -> CountSheet:
    sheet = CountSheet(
        number=next_number("CS"), plan=plan, warehouse_id=warehouse_id, planned_on=current().today(),
        **{name: getattr(plan, name) for name in RULES},
    )  # fmt: skip
    sheet.save()
    # In the order in which somebody walks.
    places = Location.objects.in_bulk({row.location_id for row in rows})
    way = {pk: (place.pick_order, place.path) for pk, place in places.items()}
    walk = sorted(rows, key=lambda row: (*way[row.location_id], row.product_id, row.lot))
    member = frame().actor.member_id
    lines = CountLine.objects.bulk_create(
        CountLine(
            sheet=sheet, position=number, product_id=row.product_id, location_id=row.location_id, lot=row.lot,
            abc=row.abc, created_by_id=member, changed_by_id=member,
        )
        for number, row in enumerate(walk, 1)
    )  # fmt: skip
    touch_ids(CountLine, "insert", {line.pk for line in lines})
    return sheet


def count_plans_run() -> int:
    """The night's work: every active plan's next sheets. A warehouse whose last sheet of the plan is not counted yet
    gets no further one. Returns how many were made."""
    return _run_all(actor=system("counting"))


@service("inventory.count_sheet.create")
def _run_all(*, actor: Actor) -> int:
    made = 0
    for plan in CountPlan.objects.filter(is_active=True).select_related("place").order_by("pk"):
        waiting = plan.sheets.filter(status=CountSheet.Status.OPEN).values_list("warehouse_id", flat=True)
        made += len(sheets_of(plan, set(waiting)))
    return made
