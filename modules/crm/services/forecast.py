"""The week's forecast, kept as it was."""

from __future__ import annotations

from typing import Any

from modules.crm.models import ForecastSnapshot, Opportunity
from modules.crm.selectors.forecast import standing
from modules.crm.selectors.win import CHANCE
from tenon.access.actor import Actor, system
from tenon.records.service import service
from tenon.tenancy.context import current


def forecast_weekly() -> dict[str, Any]:
    return {"deals": forecast_take(actor=system("forecast"))}


@service()
def forecast_take(*, actor: Actor) -> int:
    """Every open deal as it stands, once a day however often it runs; returns how many there are. No permission: only
    the week asks for it. Raises MissingRate."""
    today = current().today()
    rows = list(Opportunity.objects.filter(state=Opportunity.State.OPEN).select_related("stage").order_by("pk"))
    stands = standing(rows, today)
    ForecastSnapshot.objects.bulk_create(
        [
            ForecastSnapshot(
                taken_on=today, opportunity=row, owner_id=row.owner_id, category=stands[row.pk][0],
                amount=None if row.amount is None else stands[row.pk][1],
                probability=stands[row.pk][2].quantize(CHANCE), expected_close=row.expected_close,
            )
            for row in rows
        ],
        batch_size=1000, ignore_conflicts=True,
    )  # fmt: skip
    return len(rows)
