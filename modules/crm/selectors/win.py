"""Deals as the win probability reads them, the latest predictions, and how well earlier ones did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, F, FloatField, Max, Min, Q
from django.db.models.expressions import Case, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from modules.crm.models import (
    Activity,
    DealCompetitor,
    Opportunity,
    Quote,
    Stage,
    StageHistory,
    WinModel,
    WinPrediction,
)
from modules.crm.rules.win_history import Closing, Deal, Event, Record
from modules.crm.rules.win_model import Base, Weights
from modules.crm.selectors.pipeline import Rates
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.money.rounding import round_money
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current

MOST_DEALS = 5_000  # of the closed, the latest
CHANCE = Decimal("0.00001")


def zone() -> ZoneInfo:
    return ZoneInfo(current().time_zone)


def deals(keys: Iterable[int]) -> list[Deal]:
    """Of opportunities, whoever may see them; in order of their keys. A bounded number of queries."""
    wanted = sorted(set(keys))
    parties = dict(Opportunity.objects.filter(pk__in=wanted).values_list("pk", "party"))
    rows = list(
        StageHistory.objects.filter(opportunity__in=wanted)
        .order_by("at", "id")
        .values_list(
            "opportunity", "at", "to_stage", "to_stage__kind", "amount", "currency", "expected_close", "owner",
            "backward",
        )
    )  # fmt: skip
    rates, local = Rates({row[5] for row in rows}), zone()
    events: dict[int, list[Event]] = defaultdict(list)
    for key, at, stage, kind, amount, currency, expected, owner, backward in rows:
        # Without a rate the amount is as good as unknown: a guess at a probability must not stop the night's work.
        rate = rates.find(currency, at.astimezone(local).date())
        value = None if rate is None or amount is None else float(amount * rate)
        events[key].append(Event(at, stage, kind, value, expected, owner, backward))
    touches: dict[int, list[datetime]] = defaultdict(list)
    done = Activity.objects.filter(opportunity__in=wanted, done_at__isnull=False).order_by("done_at")
    for key, moment in done.values_list("opportunity", "done_at"):
        if moment is not None:
            touches[key].append(moment)
    quoted = _first(Quote.objects.filter(opportunity__in=wanted, sent_at__isnull=False), "sent_at")
    rivals = _first(DealCompetitor.objects.filter(opportunity__in=wanted), "created_at")
    return [
        Deal(key, party, events[key], touches[key], quoted.get(key), rivals.get(key))
        for key, party in sorted(parties.items())
        if events[key]
    ]


def _first(rows: Any, moment: str) -> dict[int, datetime]:
    return dict(rows.order_by().values_list("opportunity").annotate(at=Min(moment)).values_list("opportunity", "at"))


def record(*, owners: Iterable[int] | None = None, parties: Iterable[int] | None = None) -> Record:
    """All closings there were, or those of some owners and customers."""
    rows = StageHistory.objects.exclude(to_stage__kind=Stage.Kind.OPEN).exclude(from_stage=F("to_stage"))
    if owners is not None and parties is not None:
        rows = rows.filter(Q(owner__in=set(owners)) | Q(opportunity__party__in=set(parties)))
    found = rows.values_list("at", "to_stage__kind", "owner", "opportunity__party", "opportunity")
    return Record(Closing(at, kind == "won", owner, party, deal) for at, kind, owner, party, deal in found)


def closed_keys() -> list[int]:
    closed = Opportunity.objects.exclude(state=Opportunity.State.OPEN).order_by("-closed_on", "-pk")
    return list(closed.values_list("pk", flat=True)[:MOST_DEALS])


def own_guesses() -> dict[int, float]:
    """Stage → the probability (0–1) that the company gave it."""
    stages = Stage.objects.filter(kind=Stage.Kind.OPEN).values_list("pk", "probability")
    return {key: float(probability) / 100 for key, probability in stages}


def latest_model() -> WinModel | None:
    return WinModel.objects.order_by("-pk").first()


def weights_of(model: WinModel | None) -> Weights | None:
    return Weights(**model.weights) if model is not None and model.used and model.weights else None


def bases_of(model: WinModel | None) -> dict[int, Base]:
    return {int(key): Base(**base) for key, base in model.bases.items()} if model is not None else {}


def latest_predictions(keys: Iterable[int]) -> dict[int, Decimal]:
    """Opportunity → probability (0–1) as last predicted. One query."""
    rows = WinPrediction.objects.filter(opportunity__in=list(keys)).order_by("opportunity", "-pk")
    return dict(rows.distinct("opportunity").values_list("opportunity", "probability"))


def prediction_of(*, actor: Actor, opportunity: int) -> dict[str, Any]:
    """The last prediction with its reasons in words, how it moved, and how far predictions can be trusted, as JSON.

    Raises NotFound for a deal that the actor does not see."""
    seen = visible(actor, registry().entities["crm.opportunity"], Opportunity.objects.all())
    deal = seen.filter(pk=opportunity).first()
    if deal is None:
        raise NotFound
    rows = list(WinPrediction.objects.filter(opportunity=deal).select_related("stage", "model").order_by("-pk")[:60])
    last = rows[0] if rows else None
    days: dict[str, str] = {}
    for row in reversed(rows):
        days[row.predicted_on.isoformat()] = f"{row.probability:f}"
    return {
        "state": deal.state,
        "prediction": None if last is None else {
            "on": last.predicted_on.isoformat(), "probability": f"{last.probability:f}", "base": f"{last.base:f}",
            "stage": last.stage.name, "by_model": last.model is not None and last.model.used,
            "reasons": [
                {"text": text, "points": reason["points"]}
                for reason in last.reasons
                if (text := words(reason["feature"], reason["value"], last.stage.name))
            ],
        },
        "earlier": [{"on": on, "probability": probability} for on, probability in days.items()],
    }  # fmt: skip


def words(feature: str, value: Any, stage: str) -> str:
    """What a feature said of the deal, in the reader's language. Empty for one that is no more."""
    number = int(value) if isinstance(value, (int, float)) and value is not None else 0
    pair = value if isinstance(value, list) and len(value) == 2 else [0, 0]
    amount = round_money(Decimal(str(value)), current().currency) if isinstance(value, float) else Decimal(0)
    counted = {"n": number}
    said = {
        "stage": lambda: _("It stands in “%(stage)s”") % {"stage": stage},
        "age": lambda: ngettext("It has been open for %(n)d day", "It has been open for %(n)d days", number) % counted,
        "still": lambda: ngettext(
            "It has stood in this stage for %(n)d day", "It has stood in this stage for %(n)d days", number
        ) % counted,
        "amount": lambda: _("It is about %(amount)s %(currency)s")
        % {"amount": f"{amount:,.0f}", "currency": current().currency},
        "no_amount": lambda: _("Its amount is not known") if number else _("Its amount is known"),
        "pushed": lambda: ngettext(
            "Its expected close was put off %(n)d time", "Its expected close was put off %(n)d times", number
        ) % counted if number else _("Its expected close was never put off"),
        "overdue": lambda: _("Its expected close is past") if number else _("Its expected close is not past"),
        "no_date": lambda: _("It has no expected close") if number else _("It has an expected close"),
        "back": lambda: ngettext("It went back %(n)d stage", "It went back %(n)d stages", number) % counted
        if number else _("It never went back a stage"),
        "touches": lambda: ngettext(
            "%(n)d activity in the last 30 days", "%(n)d activities in the last 30 days", number
        ) % counted if number else _("No activity in the last 30 days"),
        "silent": lambda: ngettext(
            "%(n)d day since the last activity", "%(n)d days since the last activity", number
        ) % counted,
        "quoted": lambda: _("A quote was sent") if number else _("No quote was sent yet"),
        "rival": lambda: _("A competitor is known") if number else _("No competitor is known"),
        "fresh": lambda: _("It was opened this week") if number else _("It was not opened this week"),
        "customer": lambda: _("The customer gave us %(won)d deals and did not give us %(lost)d")
        % {"won": pair[0], "lost": pair[1]},
        "owner": lambda: _("Its owner has won %(won)d and lost %(lost)d deals") % {"won": pair[0], "lost": pair[1]},
    }  # fmt: skip
    return said[feature]() if feature in said else ""


def trust() -> dict[str, Any]:
    """How predictions are made, how the model did on held-out deals, and how all logged predictions of deals closed
    since did against the base rate, as JSON. Figures of the whole company, without a deal's name."""
    model = latest_model()
    # A prediction is measured by how its deal ended. A deal that is open again has not ended.
    came = Case(When(opportunity__state="won", then=Value(1.0)), default=Value(0.0), output_field=FloatField())
    logged = (
        WinPrediction.objects.exclude(opportunity__state=Opportunity.State.OPEN)
        .annotate(off=Cast("probability", FloatField()) - came, base_off=Cast("base", FloatField()) - came)
        .aggregate(
            count=Count("pk"), deals=Count("opportunity", distinct=True), brier=Avg(F("off") * F("off")),
            base_brier=Avg(F("base_off") * F("base_off")), since=Min("predicted_on"), until=Max("predicted_on"),
        )
    )  # fmt: skip
    return {
        "model": None if model is None else {
            "fitted_on": model.fitted_on.isoformat(), "deals": model.deals, "won": model.won, "used": model.used,
            "enough": model.weights is not None, "held_out": model.report,
        },
        "logged": None if not logged["count"] else {
            "predictions": logged["count"], "deals": logged["deals"], "brier": round(logged["brier"], 5),
            "base_brier": round(logged["base_brier"], 5), "since": logged["since"].isoformat(),
        },
    }  # fmt: skip
