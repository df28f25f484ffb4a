"""Many lines of bills of materials at once, as an import brings them: the same checks, few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from modules.production.models import BillOfMaterials, BomLine
from modules.production.rules.structure import would_cycle
from modules.production.selectors.structure import children_of_all
from modules.production.services.boms import LINE, convert, one_at_a_time, refused_cycle, used_by
from modules.production.services.structure_changes import planned_again
from modules.shared.data.models import Product
from modules.shared.data.selectors.units import Conversions
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service, touch_ids


@service("production.bom.create")
def bom_line_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[BomLine]:
    """What bom_line_create does, for all rows or for none. Raises Invalid, BomCycle."""
    one_at_a_time()
    boms = _boms(actor, rows)
    last = dict(
        BomLine.objects.filter(bom__in=[b.pk for b in boms.values()]).values_list("bom_id").annotate(Max("position"))
    )
    components = Product.objects.select_related("unit").in_bulk({row["component"].pk for row in rows})
    conversions = Conversions(list(components))
    lines = []
    for row in rows:
        bom = row.get("bom") or boms[row["parent"].pk]
        line = BomLine(bom=bom, **{k: v for k, v in row.items() if k in LINE and k != "component"})
        line.component = components[row["component"].pk]
        if not line.position:
            last[bom.pk] = line.position = last.get(bom.pk, 0) + 10
        convert(line, "", conversions)
        line.created_by_id = line.changed_by_id = actor.member_id
        lines.append(line)
    _refuse_cycles(lines)
    with planned_again({bom.product_id for bom in boms.values()} | {line.bom.product_id for line in lines}):
        BomLine.objects.bulk_create(lines)
    touch_ids(BomLine, "insert", {line.pk for line in lines})
    return lines


def _boms(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> dict[int, BillOfMaterials]:
    """The active bill of every parent that a row names, locked; made where there is none. By product."""
    parents = set()
    for row in rows:
        if row.get("bom") is None:
            if row.get("parent") is None:
                raise Invalid.field("parent", _("Say what the component goes into"), "required")
            parents.add(row["parent"].pk)
    active = BillOfMaterials.objects.select_for_update().filter(product_id__in=parents, is_active=True).order_by("pk")
    boms = {bom.product_id: bom for bom in active}
    fresh = [
        BillOfMaterials(product_id=pk, created_by_id=actor.member_id, changed_by_id=actor.member_id)
        for pk in sorted(parents - set(boms))
    ]
    BillOfMaterials.objects.bulk_create(fresh)
    touch_ids(BillOfMaterials, "insert", {bom.pk for bom in fresh})
    return {**boms, **{bom.product_id: bom for bom in fresh}}


def _refuse_cycles(lines: Sequence[BomLine]) -> None:
    children = children_of_all()
    added: dict[int, set[int]] = {}
    for line in lines:
        if line.bom.is_active:
            added.setdefault(line.bom.product_id, set()).update(used_by(line))
            if line.successor_id is not None:
                added.setdefault(line.component_id, set()).add(line.successor_id)
    for parent, components in added.items():
        children.setdefault(parent, set()).update(components)
    for parent, components in added.items():
        path = would_cycle(children, parent, components)
        if path is not None:
            raise refused_cycle(path)
