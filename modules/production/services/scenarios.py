"""What-ifs: naming them and saying what would be otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models import Scenario, ScenarioChange
from modules.shared.data.models import SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.problems import FieldError, Invalid
from tenon.records.service import service
from tenon.registry.registry import registry

Kind = ScenarioChange.Kind
VALUES = (
    "order_line", "party", "product", "work_centre", "on", "quantity", "price", "lead_days", "starts_at", "ends_at",
    "safety_stock", "order_min", "order_multiple",
)  # fmt: skip
NEEDED: dict[str, tuple[str, ...]] = {
    Kind.LINE: ("order_line",),
    Kind.ORDER: ("party", "product", "quantity", "on"),
    Kind.OVERTIME: ("work_centre", "starts_at", "ends_at"),
    Kind.STOP: ("work_centre", "starts_at", "ends_at"),
    Kind.SUPPLIER: ("party", "product"),
    Kind.PLANNING: ("product",),
}
# At least one of these, beside what is needed.
SAID: dict[str, tuple[str, ...]] = {
    Kind.LINE: ("on", "quantity"),
    Kind.SUPPLIER: ("price", "lead_days"),
    Kind.PLANNING: ("safety_stock", "order_min", "order_multiple", "lead_days"),
}
ALSO: dict[str, tuple[str, ...]] = {Kind.ORDER: ("price",), Kind.OVERTIME: ("price",)}


@service("production.scenario.create")
def scenario_create(*, actor: Actor, **values: Any) -> Scenario:
    """A branch without changes. Raises nothing."""
    scenario = Scenario(**values)
    scenario.save()
    return scenario


@service("production.scenario.create")
def scenario_copy(*, actor: Actor, scenario: Scenario) -> Scenario:
    """Another branch with the same changes, none of them applied: to try one thing more. Raises nothing."""
    copy = Scenario(name=f"{scenario.name[:116]} (2)", note=scenario.note)
    copy.save()
    for change in scenario.changes.order_by("pk"):
        ScenarioChange(scenario=copy, kind=change.kind, **_values(change)).save()
    return copy


@service("production.scenario.update")
def scenario_update(*, actor: Actor, record: Scenario, **values: Any) -> Scenario:
    """Its name and note. Raises nothing."""
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return record


@service("production.scenario.delete")
def scenario_delete(*, actor: Actor, record: Scenario) -> None:
    """With its changes and what came of them; what was applied stays applied. Raises nothing."""
    record.delete()


@service("production.scenario.update")
def scenario_change_put(
    *, actor: Actor, scenario: Scenario, change: ScenarioChange | None = None, kind: str, values: Mapping[str, Any]
) -> ScenarioChange:
    """Adds a change, or says another one in place of `change`; what its kind does not know is left out. What was
    calculated no longer holds. Raises Invalid."""
    scenario = Scenario.objects.select_for_update().get(pk=scenario.pk)
    row = change or ScenarioChange(scenario=scenario)
    if row.applied_at is not None:
        raise Invalid.field("kind", _("This change was applied already"), "applied")
    known = (*NEEDED[kind], *SAID.get(kind, ()), *ALSO.get(kind, ()))
    row.kind, row.seen = kind, None
    for name in VALUES:
        setattr(row, name, values.get(name) if name in known else None)
    _check(actor, row)
    row.save()
    _again(scenario)
    return row


@service("production.scenario.update")
def scenario_change_drop(*, actor: Actor, change: ScenarioChange) -> None:
    """Takes a change out of its branch; what was calculated no longer holds. Raises nothing."""
    scenario = Scenario.objects.select_for_update().get(pk=change.scenario_id)
    change.delete()
    _again(scenario)


def _again(scenario: Scenario) -> None:
    scenario.state = Scenario.State.DRAFT
    scenario.save()


def _values(change: ScenarioChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in VALUES}


def _check(actor: Actor, row: ScenarioChange) -> None:
    missing = [name for name in NEEDED[row.kind] if getattr(row, name) is None]
    if not missing and row.kind in SAID and all(getattr(row, name) is None for name in SAID[row.kind]):
        missing = [SAID[row.kind][0]]
    if missing:
        raise Invalid(errors=[FieldError(name, "required", _("This is needed")) for name in missing])
    for name in ("quantity", "price", "safety_stock", "order_min", "order_multiple"):
        if (value := getattr(row, name)) is not None and value < 0:
            raise Invalid.field(name, _("This cannot be less than zero"), "min_value")
    if row.kind == Kind.ORDER and not row.quantity:
        raise Invalid.field("quantity", _("The quantity must be greater than zero"), "min_value")
    if row.kind in (Kind.OVERTIME, Kind.STOP) and row.ends_at <= row.starts_at:  # type: ignore[operator]
        raise Invalid.field("ends_at", _("It would end before it begins"), "range")
    if row.kind == Kind.LINE:
        orders = visible(actor, registry().entities["shared.sales_order"], SalesOrder.objects.all())
        line = SalesOrderLine.objects.filter(pk=row.order_line or 0, order__in=orders).first()
        if line is None:
            raise Invalid.field("order_line", pgettext_lazy("scenario", "There is no such order line"), "unknown")
        row.product_id = line.product_id
    if row.kind == Kind.ORDER and not row.party.is_customer:  # type: ignore[union-attr]
        raise Invalid.field("party", pgettext_lazy("scenario", "This party is no customer"), "not_customer")
    if row.kind == Kind.SUPPLIER and not row.party.is_supplier:  # type: ignore[union-attr]
        raise Invalid.field("party", _("This party is not a supplier"), "not_supplier")
