"""The forecast of a period over the tree of those who sell, and how earlier forecasts of it did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from modules.crm.models import ForecastSnapshot, Opportunity
from modules.crm.rules.forecast import Figures, OpenDeal, Period, accuracy, own_figures, tree
from modules.crm.selectors.pipeline import Rates
from modules.crm.selectors.win import latest_predictions
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.scope import visible
from tenon.money.rounding import round_money
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ZERO = Decimal(0)
MOST = 100  # deals listed


def _seen(actor: Actor) -> QuerySet[Opportunity]:
    return visible(actor, registry().entities["crm.opportunity"], Opportunity.objects.all())


def standing(rows: Iterable[Opportunity], today: date) -> dict[int, tuple[str, Decimal, Decimal]]:
    """Open opportunity (with its stage) → category, amount in the company's currency at today's rate, P(win) as last
    predicted, else the probability entered. Raises MissingRate."""
    found = list(rows)
    rates = Rates({row.currency for row in found})
    chances = latest_predictions([row.pk for row in found])
    return {
        row.pk: (
            row.category or row.stage.category, (row.amount or ZERO) * rates.on(row.currency, today),
            chances.get(row.pk, row.probability / 100),
        )
        for row in found
    }  # fmt: skip


def forecast(*, actor: Actor, period: Period) -> dict[str, Any]:
    """Everything the page shows, as JSON, of the deals the actor sees. A bounded number of queries."""
    today, seen = current().today(), _seen(actor)
    rows = list(seen.filter(state=Opportunity.State.OPEN).select_related("stage", "party", "owner"))
    here = [row for row in rows if period.expects(row.expected_close, today)]
    stands = standing(here, today)
    won = _won(seen, period)
    own = own_figures(
        [OpenDeal(row.owner_id, *stands[row.pk]) for row in here], [(owner, amount) for owner, amount, _on in won]
    )
    members = {m.pk: m for m in _team(actor, {key for key in own if key is not None})}
    lines = tree(own, {m.pk: m.manager_id for m in members.values()}, {m.pk: m.name for m in members.values()})
    total = Figures()
    for figures in own.values():
        total.join(figures)
    here.sort(key=lambda row: (-stands[row.pk][1], row.pk))
    return {
        "period": period.key, "since": period.since.isoformat(), "until": period.until.isoformat(),
        "currency": current().currency, "total": _figures(total),
        "undated": sum(1 for row in rows if row.expected_close is None),
        "overdue": sum(1 for row in here if row.expected_close is not None and row.expected_close < today),
        "members": [
            {
                "member": None if line.member is None else {"id": line.member, "label": members[line.member].name},
                "depth": line.depth, "reports": line.reports, "own": _figures(line.own), "team": _figures(line.team),
            }
            for line in lines
        ],
        "deals": [
            {
                "id": row.pk, "version": row.version, "name": row.name,
                "party": {"id": row.party_id, "label": str(row.party)},
                "owner": None if row.owner is None else {"id": row.owner_id, "label": row.owner.name},
                "stage": row.stage.name, "category": stands[row.pk][0], "own_category": row.category != "",
                "amount": _money(stands[row.pk][1]), "probability": f"{stands[row.pk][2]:.4f}",
                "expected_close": row.expected_close.isoformat() if row.expected_close else None,
            }
            for row in here[:MOST]
        ],
        "deal_count": len(here),
    }  # fmt: skip


def _team(actor: Actor, owners: set[int]) -> QuerySet[Member]:
    """Whose lines there may be: of who does not see everybody's deals nobody above."""
    members = Member.objects.only("pk", "name", "manager_id")
    if actor.scope("crm.opportunity") == "all":
        return members
    return members.filter(pk__in=owners | actor.subordinates | {actor.member_id or 0})


def _won(seen: QuerySet[Opportunity], period: Period) -> list[tuple[int | None, Decimal, date]]:
    """Owner, amount in the company's currency at the rate of the day, day of what was won in the period."""
    rows = list(
        seen.filter(state=Opportunity.State.WON, closed_on__range=(period.since, period.until))
        .order_by()
        .values_list("owner", "amount", "currency", "closed_on")
    )
    rates = Rates({row[2] for row in rows})
    return [(owner, (amount or ZERO) * rates.on(code, on), on) for owner, amount, code, on in rows if on is not None]


def forecasts_then(*, actor: Actor, period: Period) -> dict[str, Any]:
    """What each week's snapshot said of the period against what was won in it, as JSON: of the deals the actor sees
    today. While the period runs, `came` is what has come so far and there is no accuracy yet."""
    today, seen = current().today(), _seen(actor)
    won = _won(seen, period)
    came = sum((amount for _owner, amount, _on in won), ZERO)
    over = period.until < today
    rows = ForecastSnapshot.objects.filter(
        opportunity__in=seen.order_by().values("pk"), taken_on__lte=period.until, expected_close__lte=period.until,
        taken_on__gte=period.since,
    )  # fmt: skip
    taken: dict[date, Figures] = defaultdict(Figures)
    kept: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for on, owner, category, amount, chance, expected, state, closed_on in rows.order_by("taken_on").values_list(
        "taken_on", "owner", "category", "amount", "probability", "expected_close", "opportunity__state",
        "opportunity__closed_on",
    ):  # fmt: skip
        if not period.expects(expected, on):
            continue
        taken[on].add(OpenDeal(owner, category, amount or ZERO, chance))
        if category == "commit":
            kept[on][0] += state == "won" and period.holds(closed_on)
            kept[on][1] += 1
    for on in _days(period):
        taken[on].won = sum((amount for _owner, amount, day in won if day < on), ZERO)
    return {
        "period": period.key, "over": over, "currency": current().currency, "came": _money(came),
        "snapshots": [
            {
                "on": on.isoformat(), **_figures(figures),
                "kept": kept[on][0], "committed_deals": kept[on][1],
                "accuracy": {
                    name: None if not over or (value := accuracy(getattr(figures, name), came)) is None
                    else f"{value:.4f}"
                    for name in ("commit", "best", "weighted")
                },
            }
            for on, figures in sorted(taken.items())
        ],
    }  # fmt: skip


def _days(period: Period) -> list[date]:
    """Of snapshots in the period, also where no deal was open for it: the forecast was what had been won."""
    rows = ForecastSnapshot.objects.filter(taken_on__range=(period.since, period.until)).order_by("taken_on")
    return list(rows.values_list("taken_on", flat=True).distinct())


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        **{name: _money(getattr(figures, name)) for name in ("won", "commit", "best", "pipeline", "weighted")},
        "committed": _money(figures.committed), "best_case": _money(figures.best_case), "deals": figures.deals,
    }  # fmt: skip


def _money(amount: Decimal) -> str:
    return f"{round_money(amount, current().currency):f}"
