"""RFM, segments, cohorts and what is still to come, over the orders of the customers that somebody sees.

A customer's orders are those that were confirmed and not cancelled, by their order date; several on a day are one
order. Their value is net of tax, in base currency at the order's rate, without what was cancelled or came back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from dateutil.relativedelta import relativedelta
from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from modules.crm.models import LifetimeModel
from modules.crm.rules.lifetime import Purchases, Spending
from modules.crm.rules.rfm import SEGMENTS, Trade, cohorts, retention, scores
from modules.shared.data.models import Party, SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.money.rounding import round_money
from tenon.registry.registry import registry
from tenon.tenancy.context import current

BOUGHT = (
    SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED, SalesOrder.Status.DELIVERED,
    SalesOrder.Status.CLOSED,
)  # fmt: skip
WINDOW = 365  # days of frequency and value
MONTHS = 12
AHEAD = 52  # weeks
MOST = 50
ZERO = Decimal(0)


@dataclass
class History:
    """Days of orders with their values, in order."""

    days: list[tuple[date, Decimal]]

    @property
    def weeks(self) -> tuple[int, float]:
        """Repeat orders, and weeks from the first to the last."""
        return len(self.days) - 1, (self.days[-1][0] - self.days[0][0]).days / 7


def histories(customers: QuerySet[Party] | None, *, until: date) -> dict[int, History]:
    """Customer → its history up to a day; `customers` None: all. One query."""
    lines = SalesOrderLine.objects.filter(order__status__in=BOUGHT, order__ordered_on__lte=until)
    if customers is not None:
        lines = lines.filter(order__customer__in=customers.values("pk"))
    part = F("subtotal") * (F("base_quantity") - F("cancelled") - F("returned")) / F("base_quantity")
    rows = (
        lines.order_by()
        .values_list("order__customer", "order__ordered_on")
        .annotate(net=Coalesce(Sum(part * F("order__exchange_rate")), ZERO))
        .order_by("order__customer", "order__ordered_on")
    )
    found: dict[int, History] = defaultdict(lambda: History([]))
    for customer, on, net in rows:
        found[customer].days.append((on, net))
    return dict(found)


def latest_model() -> LifetimeModel | None:
    return LifetimeModel.objects.order_by("-pk").first()


def insight(*, actor: Actor, segment: str = "") -> dict[str, Any]:
    """Everything the page shows, as JSON; customers of one segment when it is named, the most valuable first. A bounded
    number of queries."""
    today = current().today()
    seen = visible(actor, registry().entities["shared.party"], Party.objects.filter(is_customer=True))
    found = histories(seen, until=today)
    trades = {key: _trade(history, today) for key, history in found.items()}
    scored = scores(trades)
    ahead = _ahead(found, today)
    groups = {name: [key for key, score in scored.items() if score.segment == name] for name in SEGMENTS}
    chosen = groups.get(segment, list(scored)) if segment else list(scored)
    chosen.sort(key=lambda key: (-trades[key].value, key))
    names = {row.pk: row for row in Party.objects.filter(pk__in=chosen[:MOST]).select_related("owner")}
    grid: dict[tuple[int, int], int] = defaultdict(int)
    for score in scored.values():
        grid[(score.recency, max(score.frequency, score.monetary))] += 1
    months = [(today.replace(day=1) - relativedelta(months=n)) for n in range(MONTHS - 1, -1, -1)]
    rows = cohorts([(key, on) for key, history in found.items() for on, _v in history.days], months=months)
    return {
        "on": today.isoformat(), "currency": current().currency, "customers": len(scored),
        "segments": [
            {"segment": name, "count": len(keys), "value": _money(sum((trades[k].value for k in keys), ZERO)),
             "ahead": _money(sum((ahead[k][1] for k in keys if k in ahead), ZERO)) if ahead else None}
            for name, keys in groups.items()
        ],
        "map": [[grid[(recency, standing)] for recency in range(1, 6)] for standing in range(5, 0, -1)],
        "cohorts": [{"month": row.month.isoformat(), "kept": row.kept} for row in rows],
        "retention": [_retained(found, month) for month in months],
        "model": _model_shown(),
        "top": [
            {
                "customer": {"id": key, "label": str(names[key])},
                "owner": _owner(names[key]),
                "days": trades[key].days, "orders": trades[key].orders, "value": _money(trades[key].value),
                "recency": scored[key].recency, "frequency": scored[key].frequency, "monetary": scored[key].monetary,
                "segment": scored[key].segment,
                "alive": f"{ahead[key][0]:.3f}" if key in ahead else None,
                "ahead": _money(ahead[key][1]) if key in ahead else None,
            }
            for key in chosen[:MOST]
        ],
    }  # fmt: skip


def _owner(customer: Party) -> str:
    return customer.owner.name if customer.owner is not None else ""


def _trade(history: History, today: date) -> Trade:
    since = today - timedelta(days=WINDOW - 1)
    inside = [value for on, value in history.days if on >= since]
    return Trade((today - history.days[-1][0]).days, len(inside), sum(inside, ZERO))


def _ahead(found: dict[int, History], today: date) -> dict[int, tuple[float, Decimal]]:
    """Customer → probability alive, and the value to be expected in the weeks ahead; empty without a model."""
    model = latest_model()
    if model is None or model.spending is None or not found:
        return {}
    purchases, spending = Purchases(**model.purchases), Spending(**model.spending)
    keys = list(found)
    x, t = (np.array(column, float) for column in zip(*(found[key].weeks for key in keys), strict=True))
    T = np.array([(today - found[key].days[0][0]).days / 7 for key in keys])
    means = np.array([_mean(found[key]) for key in keys])
    alive = purchases.alive(x, t, T)
    value = purchases.to_come(AHEAD, x, t, T) * spending.average(np.where(means > 0, x, 0), means)
    return {key: (float(alive[n]), Decimal(repr(round(float(value[n]), 6)))) for n, key in enumerate(keys)}


def _mean(history: History) -> float:
    """Of repeat orders, as the model counts them; of none, 0."""
    again = [float(value) for _on, value in history.days[1:] if value > 0]
    return sum(again) / len(again) if again else 0.0


def _retained(found: dict[int, History], month: date) -> dict[str, Any]:
    before = month - relativedelta(months=1)
    bought: dict[date, set[int]] = {month: set(), before: set()}
    for key, history in found.items():
        for on, _value in history.days:
            if (first := on.replace(day=1)) in bought:
                bought[first].add(key)
    share = retention(bought[before], bought[month])
    return {"month": month.isoformat(), "share": None if share is None else f"{share:.4f}"}


def _model_shown() -> dict[str, Any] | None:
    model = latest_model()
    if model is None:
        return None
    return {"fitted_on": model.fitted_on.isoformat(), "customers": model.customers, "came_again": model.came_again}


def _money(amount: Decimal) -> str:
    return f"{round_money(amount, current().currency):f}"
