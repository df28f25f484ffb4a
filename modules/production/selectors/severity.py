"""The severity of sampling that the next lot of a supplier gets."""

from __future__ import annotations

from modules.production.models import Inspection, InspectionPlan
from modules.production.rules.sampling import accept_one_step_tighter
from modules.production.rules.switching import NORMAL, JudgedLot, score_of, severity_after

MOST = 40  # lots that are looked back on: the longest run that decides anything has 25


def severity_for(plan: InspectionPlan, product_id: int, supplier_id: int | None) -> str:
    """By the original inspections of this product from this supplier by this plan, in the order in which the lots came.
    A lot that was conceded was refused. One query, none without AQL or switching."""
    if plan.sampling != InspectionPlan.Sampling.AQL or not plan.switching:
        return NORMAL
    rows = Inspection.objects.filter(
        plan=plan, product=product_id, supplier=supplier_id, repeat_of__isnull=True
    ).exclude(status=Inspection.Status.OPEN)
    lots = [
        JudgedLot(
            one.severity, one.status == Inspection.Status.ACCEPTED,
            score_of(one.accept, accept_one_step_tighter(one.letter, plan.aql), one.bad) if one.letter else 0,
            one.resumed_on is not None,
        )
        for one in rows.order_by("-pk")[:MOST]
    ]  # fmt: skip
    return severity_after(lots[::-1], reduced_allowed=plan.reduced_allowed)
