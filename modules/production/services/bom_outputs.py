"""By-products of bills of materials, line by line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from modules.production.models import BillOfMaterials, BomOutput
from modules.production.services.planning_update import planning_changed
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service

VALUES = {"quantity", "cost_share", "position", "custom"}


@service("production.bom.update")
def bom_output_create(*, actor: Actor, bom: BillOfMaterials, product: Product, **values: Any) -> BomOutput:
    """A by-product of a bill. Raises Invalid."""
    bom = BillOfMaterials.objects.select_for_update().get(pk=bom.pk)
    output = BomOutput(bom=bom, product=product, **{k: v for k, v in values.items() if k in VALUES})
    output.position = output.position or (bom.outputs.aggregate(last=Max("position"))["last"] or 0) + 10
    _check(bom, output)
    output.save()
    planning_changed([bom.product_id, output.product_id])
    return output


@service("production.bom.update")
def bom_output_update(*, actor: Actor, output: BomOutput, **values: Any) -> BomOutput:
    """Changes a by-product; released orders keep theirs. Raises Invalid."""
    bom = BillOfMaterials.objects.select_for_update().get(pk=output.bom_id)
    output = BomOutput.objects.select_for_update().get(pk=output.pk)
    for name, value in values.items():
        if name in VALUES:
            setattr(output, name, value)
    _check(bom, output)
    output.save()
    planning_changed([bom.product_id, output.product_id])
    return output


@service("production.bom.update")
def bom_output_delete(*, actor: Actor, output: BomOutput) -> None:
    """Removes a by-product."""
    planning_changed([output.bom.product_id, output.product_id])
    output.delete()


def _check(bom: BillOfMaterials, output: BomOutput) -> None:
    if output.product_id == bom.product_id:
        raise Invalid.field("product", _("A product is no by-product of itself"), "same")
    if output.product.kind != Product.Kind.GOODS:
        raise Invalid.field("product", _("Only goods come into stock"), "kind")
    if bom.is_phantom:
        raise Invalid.field("bom", _("A phantom has no orders that a by-product could come from"), "phantom")
    if bom.outputs.filter(product_id=output.product_id).exclude(pk=output.pk).exists():
        raise Invalid.field("product", _("This by-product stands on the bill already"), "unique")
    if output.quantity is None or output.quantity <= 0:
        raise Invalid.field("quantity", _("Say how much, more than zero"), "min_value")
    others = bom.outputs.exclude(pk=output.pk).aggregate(sum=Sum("cost_share"))["sum"] or Decimal(0)
    share = output.cost_share or Decimal(0)
    if share < 0 or others + share > 100:
        raise Invalid.field(
            "cost_share",
            _("The shares of a bill are 100 %% at most; %(left)s %% are left")
            % {"left": f"{(100 - others).normalize():f}"},
            "range",
        )
