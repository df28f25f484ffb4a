"""The night's fit of what customers will still order."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from modules.crm.models import LifetimeModel
from modules.crm.rules.lifetime import NoModel, fit_purchases, fit_spending
from modules.crm.selectors.insight import histories
from tenon.access.actor import Actor, system
from tenon.records.service import service
from tenon.tenancy.context import current


def lifetimes_nightly() -> dict[str, Any]:
    """A new fit; none where too few customers have come back. Returns how many customers it stands on."""
    model = lifetime_fit(actor=system("insight"))
    return {"customers": model.customers if model is not None else 0}


@service()
def lifetime_fit(*, actor: Actor) -> LifetimeModel | None:
    """Over all customers, whoever may see them. No permission: only the night asks for it."""
    today = current().today()
    found = list(histories(None, until=today).values())
    x, t = ([history.weeks[part] for history in found] for part in (0, 1))
    age = [(today - history.days[0][0]).days / 7 for history in found]
    try:
        purchases = fit_purchases(x, t, age)
    except NoModel:
        return None
    again = [[float(value) for _on, value in history.days[1:] if value > 0] for history in found]
    try:
        spending = fit_spending([len(one) for one in again], [sum(one) / len(one) if one else 0 for one in again])
    except NoModel:
        spending = None
    model = LifetimeModel(
        fitted_on=today, customers=len(found), came_again=sum(1 for one in x if one > 0), purchases=asdict(purchases),
        spending=None if spending is None else asdict(spending),
    )  # fmt: skip
    model.save()
    return model
