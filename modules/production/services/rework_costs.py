"""What rework really cost, on the nonconformance that asked for it: from the work that was reported, in place of the
standard it was reckoned with."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Sum

from modules.production.models import Disposition, NonConformance, ProductionOrderOperation
from modules.production.rules.costing import work_cost
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
REWORK_OF = "production.order_operation"


@service()
def rework_costs_follow(*, actor: Actor, order_id: int) -> None:
    """Dispositions of an order's pieces that went to a rework operation cost their share of what was reported there,
    and the standard for what is still to be done; closed ones too. The same twice changes nothing."""
    decided = Disposition.objects.filter(kind=Disposition.Kind.REWORK, document__entity=REWORK_OF)
    concerned = NonConformance.objects.filter(order=order_id, pk__in=decided.values("nonconformance"))
    for found in concerned.select_for_update(of=("self",)).order_by("pk"):
        for one in decided.filter(nonconformance=found).select_related("work_centre"):
            value = _cost(one)
            if value is not None and value != one.value:
                found.cost += value - one.value
                one.value = value
                one.save()
                found.save()


def _cost(one: Disposition) -> Decimal | None:
    operation = ProductionOrderOperation.objects.filter(pk=(one.document or {}).get("id", 0)).first()
    if operation is None or not operation.quantity:
        return None
    told = operation.reports.aggregate(cost=Sum(F("labour_cost") + F("overhead_cost") + F("outside_cost")))
    centre, currency = one.work_centre, current().currency
    standard = ZERO
    if centre is not None:
        standard = work_cost(one.minutes, centre.cost_rate, currency) + work_cost(
            one.minutes, centre.overhead_rate, currency
        )
    open_share = operation.open_quantity / operation.quantity
    real = (told["cost"] or ZERO) * one.quantity / operation.quantity
    return round_money(real + standard * open_share, currency)
