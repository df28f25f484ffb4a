"""Bills of materials: saved whole or line by line, never with a cycle."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from modules.production.errors import BomCycle
from modules.production.models import BillOfMaterials, BomLine
from modules.production.rules.structure import would_cycle
from modules.production.selectors.structure import children_of_all
from modules.production.services.structure_changes import planned_again
from modules.shared.data.models import Product
from modules.shared.data.rules.units import to_decimal
from modules.shared.data.selectors.units import Conversions
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, NotFound
from tenon.records.service import service
from tenon.tenancy.locks import company_lock

ZERO = Decimal(0)
HEAD = {"revision", "is_active", "output_quantity", "is_phantom", "cost_split", "note", "custom"}
LINE = {
    "component", "quantity", "fixed_quantity", "unit", "scrap", "valid_from", "valid_until", "successor",
    "successor_ratio", "designators", "custom", "position",
}  # fmt: skip


@service("production.bom.create")
def bom_create(
    *, actor: Actor, product: Product, lines: Sequence[Mapping[str, Any]] = (), **values: Any
) -> BillOfMaterials:
    """A bill of materials with its lines. A new active version replaces the one before it.
    Raises Invalid, BomCycle (with the path of product codes)."""
    one_at_a_time()
    bom = BillOfMaterials(product=product, **{k: v for k, v in values.items() if k in HEAD})
    with planned_again([product.pk] if bom.is_active else []):
        if bom.is_active:
            _retire_others(bom)
        bom.save()
        _replace_lines(bom, lines)
    return bom


@service("production.bom.update")
def bom_update(
    *, actor: Actor, bom: BillOfMaterials, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> BillOfMaterials:
    """Changes a bill; `lines`, when given, is the whole list (by id changed, without id added, left out removed).
    Released production orders keep what they were released with. Raises Invalid, BomCycle."""
    one_at_a_time()
    bom = BillOfMaterials.objects.select_for_update().get(pk=bom.pk)
    with planned_again([bom.product_id]):
        return _bom_update(bom, lines, values)


def _bom_update(
    bom: BillOfMaterials, lines: Sequence[Mapping[str, Any]] | None, values: Mapping[str, Any]
) -> BillOfMaterials:
    for name, value in values.items():
        if name in HEAD:
            setattr(bom, name, value)
    if bom.is_phantom and bom.outputs.exists():
        raise Invalid.field("is_phantom", _("A phantom has no orders that a by-product could come from"), "phantom")
    if bom.is_active:
        _retire_others(bom)
    bom.save()
    if lines is not None:
        _replace_lines(bom, lines)
    elif bom.is_active:
        refuse_cycle(bom, list(bom.lines.all()))
    return bom


@service("production.bom.create")
def bom_line_create(
    *,
    actor: Actor,
    component: Product,
    bom: BillOfMaterials | None = None,
    parent: Product | None = None,
    **values: Any,
) -> BomLine:
    """One line, for spreadsheets with a row per parent and component: the parent's active bill is made when there is
    none. Raises Invalid, BomCycle."""
    one_at_a_time()
    if bom is None:
        if parent is None:
            raise Invalid.field("parent", _("Say what the component goes into"), "required")
        bom = BillOfMaterials.objects.select_for_update().filter(product=parent, is_active=True).first()
        if bom is None:
            bom = BillOfMaterials(product=parent)
            bom.save()
    line = BomLine(bom=bom, component=component, **{k: v for k, v in values.items() if k in LINE})
    refuse_cycle(bom, [line])
    line.position = line.position or (bom.lines.aggregate(last=Max("position"))["last"] or 0) + 10
    convert(line, "")
    with planned_again([bom.product_id]):
        line.save()
    return line


@service("production.bom.update")
def bom_line_update(*, actor: Actor, line: BomLine, **values: Any) -> BomLine:
    """Changes a line. Raises Invalid, BomCycle."""
    one_at_a_time()
    line = BomLine.objects.select_for_update(of=("self",)).select_related("bom", "component").get(pk=line.pk)
    for name, value in values.items():
        if name in LINE:
            setattr(line, name, value)
    refuse_cycle(line.bom, [line])
    convert(line, "")
    with planned_again([line.bom.product_id]):
        line.save()
    return line


@service("production.bom.update")
def bom_line_delete(*, actor: Actor, line: BomLine) -> None:
    """Removes a line."""
    with planned_again([line.bom.product_id]):
        line.delete()


def one_at_a_time() -> None:
    """Structures are changed one after the other, until the transaction ends: two changes that are fine by themselves
    may close a circle together, and neither would see the other."""
    company_lock("boms")


def _retire_others(bom: BillOfMaterials) -> None:
    others = BillOfMaterials.objects.select_for_update().filter(product_id=bom.product_id, is_active=True)
    for other in others.exclude(pk=bom.pk):
        other.is_active = False
        other.save()


def refuse_cycle(bom: BillOfMaterials, lines: Sequence[BomLine]) -> None:
    """Raises BomCycle when the lines would close a circle."""
    children = children_of_all(except_bom=bom.pk)
    path = would_cycle(children, bom.product_id, [p for line in lines for p in used_by(line)])
    for line in lines:
        if line.successor_id is not None and path is None:
            path = would_cycle(children, line.component_id, [line.successor_id])
            children[line.component_id].add(line.successor_id)
    if path is not None:
        raise refused_cycle(path)


def used_by(line: BomLine) -> list[int]:
    """The products that a line may take."""
    return [line.component_id, *([line.successor_id] if line.successor_id is not None else [])]


def refused_cycle(path: Sequence[int]) -> BomCycle:
    """The refusal that shows the circle."""
    codes = dict(Product.objects.filter(pk__in=path).values_list("id", "code"))
    shown = [codes[p] for p in path]
    return BomCycle(
        _("A product cannot be made of itself: %(path)s") % {"path": " → ".join(shown)},
        path=shown,
        errors=[FieldError("component", "cycle", " → ".join(shown))],
    )


def convert(line: BomLine, path: str, conversions: Conversions | None = None) -> None:
    """Checks the figures of a line and works out its quantity in the stock unit. Raises Invalid."""
    if line.component.kind != Product.Kind.GOODS:
        raise Invalid.field(f"{path}component", _("Only goods are material: a service has no stock to take"), "kind")
    line.quantity, line.fixed_quantity = line.quantity or ZERO, line.fixed_quantity or ZERO
    if line.fixed_quantity < 0:
        raise Invalid.field(f"{path}fixed_quantity", _("Less than nothing cannot be taken"), "min_value")
    if line.quantity < 0 or not (line.quantity or line.fixed_quantity):
        raise Invalid.field(f"{path}quantity", _("Say how much, more than zero"), "min_value")
    _check_designators(line, path)
    _check_successor(line, path)
    if not 0 <= (line.scrap or 0) < 100:
        raise Invalid.field(f"{path}scrap", _("Scrap lies between 0 and 100 %%"), "range")
    if line.valid_from and line.valid_until and line.valid_until < line.valid_from:
        raise Invalid.field(f"{path}valid_until", _("This ends before it begins"), "range")
    if line.unit_id is None:
        line.unit = line.component.unit
    known = conversions or Conversions([line.component_id])
    ratio = known.ratio(line.component_id, line.unit_id, line.component.unit_id)
    if ratio is None:
        raise Invalid.field(
            f"{path}unit",
            _("Nothing converts %(unit)s into %(stock_unit)s of %(product)s")
            % {"unit": line.unit.code, "stock_unit": line.component.unit.code, "product": line.component.code},
            "no_conversion",
        )
    # Half a sheet of metal is fine in a bill of materials: pieces are made whole when an order is released.
    for name, base in (("quantity", "base_quantity"), ("fixed_quantity", "base_fixed")):
        setattr(line, base, to_decimal(Fraction(getattr(line, name)) * ratio, 6))
        if getattr(line, name) and not getattr(line, base):
            raise Invalid.field(f"{path}{name}", _("This is less than a millionth of the stock unit"), "min_value")


def _check_successor(line: BomLine, path: str) -> None:
    line.successor_ratio = line.successor_ratio or Decimal(1)
    if line.successor_ratio < 0:
        raise Invalid.field(f"{path}successor_ratio", _("Say how much, more than zero"), "min_value")
    if line.successor is None:
        return
    if line.successor_id == line.component_id:
        raise Invalid.field(f"{path}successor", _("A component is not followed by itself"), "same")
    if line.successor.kind != Product.Kind.GOODS:
        raise Invalid.field(f"{path}successor", _("Only goods are material: a service has no stock to take"), "kind")


def _check_designators(line: BomLine, path: str) -> None:
    """As many places as pieces, each named once. Raises Invalid."""
    places = [p for p in re.split(r"[,;，；、\s]+", line.designators or "") if p]
    line.designators = ", ".join(places)
    if len(set(places)) < len(places):
        raise Invalid.field(f"{path}designators", _("A designator stands here twice"), "unique")
    if places and len(places) != line.quantity:
        words = {"places": len(places), "quantity": f"{line.quantity.normalize():f}"}
        raise Invalid.field(
            f"{path}designators", _("%(places)s designators for a quantity of %(quantity)s") % words, "count"
        )


def _replace_lines(bom: BillOfMaterials, given: Sequence[Mapping[str, Any]]) -> None:
    existing = {line.pk: line for line in bom.lines.select_for_update().order_by("pk")}
    keep: list[BomLine] = []
    for index, values in enumerate(given):
        line_id = values.get("id")
        if line_id is not None and int(line_id) not in existing:
            raise NotFound(_("This line is not on the bill of materials"))
        line = existing[int(line_id)] if line_id is not None else BomLine(bom=bom)
        for name in LINE & set(values):
            setattr(line, name, values[name])
        line.position = (index + 1) * 10
        if line.component_id is None:
            raise Invalid.field(f"lines.{index}.component", _("Say which component"), "required")
        convert(line, f"lines.{index}.")
        keep.append(line)
    refuse_cycle(bom, keep)
    kept = {line.pk for line in keep}
    for pk, line in existing.items():
        if pk not in kept:
            line.delete()
    for line in keep:
        line.save()
