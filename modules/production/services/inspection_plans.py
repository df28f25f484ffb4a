"""Inspection plans: making and changing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import Characteristic, InspectionPlan
from modules.production.models.quality import Stage
from tenon.access.actor import Actor
from tenon.problems import Conflict, FieldError, Invalid, NotFound
from tenon.records.service import service

FIELDS = ("name", "kind", "unit", "nominal", "lower", "upper", "method")


@service("production.inspection_plan.create")
def inspection_plan_create(
    *, actor: Actor, characteristics: Sequence[Mapping[str, Any]] = (), **values: Any
) -> InspectionPlan:
    """A plan with its characteristics. Raises Invalid, Conflict when another one is active for the same."""
    plan = InspectionPlan(**values)
    _check(plan)
    plan.save()
    _write(plan, characteristics)
    return plan


@service("production.inspection_plan.update")
def inspection_plan_update(
    *, actor: Actor, plan: InspectionPlan, characteristics: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> InspectionPlan:
    """Changes a plan; inspections that are made keep what it said then. `characteristics`, when given, are all there
    are. Raises Invalid, Conflict."""
    plan = InspectionPlan.objects.select_for_update().get(pk=plan.pk)
    for name, value in values.items():
        setattr(plan, name, value)
    _check(plan)
    plan.save()
    if characteristics is not None:
        _write(plan, characteristics)
    return plan


def _check(plan: InspectionPlan) -> None:
    if (plan.product_id is None) == (plan.category_id is None):
        raise Invalid.field("product", _("A plan is for a product or for a category."), "one_of")
    if plan.operation is not None:
        if plan.stage != Stage.IN_PROCESS:
            raise Invalid.field("operation", _("Only an in-process inspection belongs to an operation."), "stage")
        if plan.operation.product_id != plan.product_id:
            raise Invalid.field("operation", _("This operation belongs to another product."), "other_product")
    if plan.sampling == InspectionPlan.Sampling.FIXED and not plan.sample_size:
        raise Invalid.field("sample_size", _("Say how many pieces are looked at."), "required")
    if plan.sampling == InspectionPlan.Sampling.AQL and not plan.aql:
        raise Invalid.field("aql", _("Say which AQL holds."), "required")
    if plan.is_active:
        same = InspectionPlan.objects.filter(
            is_active=True, stage=plan.stage, product=plan.product_id, category=plan.category_id,
            operation=plan.operation_id,
        ).exclude(pk=plan.pk)  # fmt: skip
        if (other := same.first()) is not None:
            raise Conflict(_("“%(plan)s” is active for the same already.") % {"plan": other.name})


def _write(plan: InspectionPlan, given: Sequence[Mapping[str, Any]]) -> None:
    known = {row.pk: row for row in plan.characteristics.select_for_update().order_by("pk")}
    kept: list[Characteristic] = []
    errors: list[FieldError] = []
    names: set[str] = set()
    for index, values in enumerate(given):
        key = values.get("id")
        if key is not None and int(key) not in known:
            raise NotFound(_("This characteristic is not in the plan."))
        row = known[int(key)] if key is not None else Characteristic(plan=plan)
        for name in FIELDS:
            if name in values:
                setattr(row, name, values[name])
        row.position = (index + 1) * 10
        errors += check_characteristic(row, f"characteristics.{index}.")
        if row.name in names:
            errors.append(
                FieldError(f"characteristics.{index}.name", "unique", _("This characteristic stands here twice."))
            )
        names.add(row.name)
        kept.append(row)
    if errors:
        raise Invalid(errors=errors)
    keep = {row.pk for row in kept}
    for pk, row in known.items():
        if pk not in keep:
            row.delete()
    for row in kept:
        row.save()


def check_characteristic(row: Characteristic, at: str = "") -> list[FieldError]:
    """What is wrong with its figures; one that is good or bad to the eye has none."""
    if not row.name:
        return [FieldError(f"{at}name", "required", _("Say what is looked at."))]
    if row.kind == Characteristic.Kind.ATTRIBUTE:
        row.unit, row.nominal, row.lower, row.upper = "", None, None, None
        return []
    if row.lower is None and row.upper is None:
        return [FieldError(f"{at}upper", "required", _("Say a lower or an upper limit."))]
    if row.lower is not None and row.upper is not None and row.upper < row.lower:
        return [FieldError(f"{at}upper", "range", _("The upper limit lies below the lower one."))]
    return []


@service("production.inspection_plan.update")
def characteristic_create(*, actor: Actor, plan: InspectionPlan, **values: Any) -> Characteristic:
    """Adds one characteristic. Raises Invalid."""
    return _saved(Characteristic(plan=plan, **values))


@service("production.inspection_plan.update")
def characteristic_update(*, actor: Actor, characteristic: Characteristic, **values: Any) -> Characteristic:
    """Changes one characteristic; inspections that are made keep theirs. Raises Invalid."""
    for name, value in values.items():
        setattr(characteristic, name, value)
    return _saved(characteristic)


def _saved(row: Characteristic) -> Characteristic:
    if errors := check_characteristic(row):
        raise Invalid(errors=errors)
    row.save()
    return row
