"""New versions of bills: as a draft of a change, or with one component replaced in many."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import BillOfMaterials, BomLine, EngineeringChange
from modules.production.services.bom_outputs import bom_output_create
from modules.production.services.boms import HEAD, LINE, bom_create, one_at_a_time
from modules.production.services.changes import engineering_change_create
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service

Values = dict[str, Any]


@service("production.bom.create")
def bom_version_create(*, actor: Actor, bom: BillOfMaterials) -> BillOfMaterials:
    """A copy of a bill under the next version, not active: to be changed, and made active by hand or by an engineering
    change. Raises what making a bill raises."""
    return _version(actor, bom, active=False, swap=lambda line: line)


@dataclass(frozen=True)
class Replacement:
    """One bill in which a component is replaced. `made` is the new version, where it was not a preview."""

    bom: BillOfMaterials
    before: Decimal
    after: Decimal
    unit: str
    made: BillOfMaterials | None = None


def replacements(
    component: Product, replacement: Product, ratio: Decimal, products: Collection[int] | None = None
) -> list[Replacement]:
    """What replacing would do, bill by bill: quantities in stock units for what each bill makes. Raises Invalid."""
    if component.pk == replacement.pk:
        raise Invalid.field("replacement", _("A component is not replaced by itself"), "same")
    if replacement.kind != Product.Kind.GOODS:
        raise Invalid.field("replacement", _("Only goods are material: a service has no stock to take"), "kind")
    if ratio <= 0:
        raise Invalid.field("ratio", _("Say how much, more than zero"), "min_value")
    lines = BomLine.objects.filter(bom__is_active=True, component=component).select_related("bom__product")
    if products is not None:
        lines = lines.filter(bom__product__in=products)
    found: dict[int, tuple[BillOfMaterials, Decimal]] = {}
    for line in lines.order_by("bom__product__code", "position"):
        _bom, so_far = found.get(line.bom_id, (line.bom, Decimal(0)))
        found[line.bom_id] = (line.bom, so_far + line.base_quantity)
    return [Replacement(bom, quantity, quantity * ratio, replacement.unit.code) for bom, quantity in found.values()]


@service("production.bom.create")
def bom_component_replace(
    *,
    actor: Actor,
    component: Product,
    replacement: Product,
    ratio: Decimal = Decimal(1),
    products: Collection[int] | None = None,
    effective_on: date | None = None,
) -> tuple[list[Replacement], EngineeringChange | None]:
    """Replaces a component in all active bills that name it, or in those of `products`, as new versions: active at
    once, or, with `effective_on`, as the draft of an engineering change. Raises Invalid, BomCycle, StateRefused."""
    one_at_a_time()
    wanted = replacements(component, replacement, ratio, products)
    if not wanted:
        raise StateRefused(_("No active bill of materials names this component"))

    def swap(line: Values) -> Values:
        if line["component"].pk != component.pk:
            return line
        successor = line["successor"]
        return {
            **line,
            "component": replacement,
            "quantity": line.pop("base_quantity") * ratio,
            "fixed_quantity": line.pop("base_fixed") * ratio,
            "unit": replacement.unit,
            "successor": None if successor is not None and successor.pk == replacement.pk else successor,
            "designators": line["designators"] if ratio == 1 else "",
        }

    made = []
    for row in wanted:
        bom = BillOfMaterials.objects.select_for_update().get(pk=row.bom.pk)
        version = _version(actor, bom, active=effective_on is None, swap=swap)
        made.append(Replacement(row.bom, row.before, row.after, row.unit, version))
    if effective_on is None:
        return made, None
    change = engineering_change_create(
        actor=actor,
        title=str(_("%(new)s for %(old)s") % {"new": replacement.code, "old": component.code}),
        effective_on=effective_on,
        lines=[{"bom": row.made} for row in made],
    )
    return made, change


def _version(actor: Actor, bom: BillOfMaterials, *, active: bool, swap: Callable[[Values], Values]) -> BillOfMaterials:
    lines = [
        swap({name: getattr(line, name) for name in (*sorted(LINE), "base_quantity", "base_fixed")})
        for line in bom.lines.select_related("component__unit", "unit", "successor")
    ]
    values = {name: getattr(bom, name) for name in HEAD if name not in ("revision", "is_active")}
    version = bom_create(actor=actor, product=bom.product, lines=lines, revision=_next(bom), is_active=active, **values)
    for output in bom.outputs.select_related("product"):
        bom_output_create(
            actor=actor, bom=version, product=output.product, quantity=output.quantity, cost_share=output.cost_share
        )
    return version


def _next(bom: BillOfMaterials) -> str:
    """The number after the highest one; a letter, or a name, gets a number behind it."""
    known = set(BillOfMaterials.objects.filter(product=bom.product_id).values_list("revision", flat=True))
    numbers = [int(revision) for revision in known if revision.isdigit()]
    if bom.revision.isdigit():
        return str(max(numbers) + 1)
    return next(name for n in range(2, 1000) if (name := f"{bom.revision[:16]}.{n}") not in known)
