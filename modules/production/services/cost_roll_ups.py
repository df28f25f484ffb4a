"""Standard costs rolled up, kept as of their day, and made the products' standard costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import BillOfMaterials, CostRollUp, CostRollUpLine
from modules.production.selectors.estimates import unit_costs
from modules.shared.contracts.valuation import CostMethods
from modules.shared.data.models import Product
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current

Status = CostRollUp.Status


@service("production.cost_roll_up.create")
def cost_roll_up_create(*, actor: Actor, title: str = "", **values: Any) -> CostRollUp:
    """Works out every made product from its bill and routing, standing standard costs left aside, and keeps it."""
    today = current().today()
    roll_up = CostRollUp(title=title or f"{today}", rolled_on=today, note=values.get("note", ""))
    roll_up.custom = values.get("custom") or {}
    roll_up.save()
    active = BillOfMaterials.objects.filter(is_active=True, product__is_active=True)
    products = list(active.order_by("product_id").values_list("product_id", flat=True))
    costs = unit_costs(products, standing=False)
    before = dict(Product.objects.filter(pk__in=products).values_list("id", "standard_cost"))
    rows = CostRollUpLine.objects.bulk_create(
        CostRollUpLine(
            roll_up=roll_up,
            product_id=product,
            material=cost["material"],
            labour=cost["labour"],
            overhead=cost["overhead"] + cost["machine"],
            outside=cost["outside"],
            total=sum(cost.values(), Decimal(0)),
            standard_before=before[product],
            created_by_id=actor.member_id,
            changed_by_id=actor.member_id,
        )
        for product, cost in sorted(costs.items())
    )
    touch_ids(CostRollUpLine, "insert", {row.pk for row in rows})
    return roll_up


@service("production.cost_roll_up.apply")
def cost_roll_up_apply(*, actor: Actor, roll_up: CostRollUp) -> CostRollUp:
    """Its figures become the standard costs of the products; stock at standard cost is revalued and posted. Raises
    StateRefused, and what the ledger raises."""
    roll_up = CostRollUp.objects.select_for_update().get(pk=roll_up.pk)
    if roll_up.status != Status.FROZEN:
        raise StateRefused(_("This roll-up was applied already"))
    totals = dict(roll_up.costs.values_list("product_id", "total"))
    changed = []
    for product in Product.objects.select_for_update(no_key=True).filter(pk__in=totals).order_by("pk"):
        if product.standard_cost != totals[product.pk]:
            product.standard_cost = totals[product.pk]
            product.save()
            changed.append(product.pk)
    methods = ports.find(CostMethods)
    if methods is not None and changed:
        methods.cost_changed(actor=actor, product_ids=changed)
    roll_up.status = Status.APPLIED
    roll_up.save()
    return roll_up


@service("production.cost_roll_up.delete")
def cost_roll_up_delete(*, actor: Actor, roll_up: CostRollUp) -> None:
    """Removes one that was not applied. Raises StateRefused."""
    if roll_up.status == Status.APPLIED:
        raise StateRefused(_("Standard costs stand on this roll-up"))
    roll_up.delete()
