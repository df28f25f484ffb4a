"""The night's fit of the win probability, and its predictions, each logged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Opportunity, WinModel, WinPrediction
from modules.crm.rules.win_history import FEATURES, Deal, Record, Snapshot, snapshot
from modules.crm.rules.win_model import Base, Weights, fit, reasons
from modules.crm.selectors import win
from tenon.access.actor import Actor, system
from tenon.problems import StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

AT_ONCE = 500


def win_nightly() -> dict[str, Any]:
    """A new fit, then a prediction of every open deal, once a day however often it runs."""
    actor = system("win probability")
    model = win_fit(actor=actor)
    return {"deals": model.deals, "used": model.used, "predicted": win_predict_all(actor=actor)}


@service()
def win_fit(*, actor: Actor) -> WinModel:
    """Over all closed deals, whoever may see them. No permission: only the night asks for it."""
    result = fit(
        win.deals(win.closed_keys()), win.record(), until=timezone.now(), zone=win.zone(), stages=win.own_guesses()
    )
    model = WinModel(
        fitted_on=current().today(), deals=result.deals, won=result.won, used=result.used,
        bases={str(stage): asdict(base) for stage, base in result.bases.items()},
        weights=None if result.weights is None else asdict(result.weights),
        report=None if result.report is None else result.report.as_json(),
    )  # fmt: skip
    model.save()
    return model


@service()
def win_predict_all(*, actor: Actor) -> int:
    """Every open deal that has no prediction of today yet; returns how many. No permission: only the night asks."""
    done = WinPrediction.objects.filter(predicted_on=current().today()).values("opportunity")
    keys = list(
        Opportunity.objects.filter(state=Opportunity.State.OPEN).exclude(pk__in=done).order_by("pk")
        .values_list("pk", flat=True)
    )  # fmt: skip
    record = win.record()
    return sum(_predict(keys[n : n + AT_ONCE], record) for n in range(0, len(keys), AT_ONCE))


@service("crm.forecast.predict")
def opportunity_predict(*, actor: Actor, opportunity: Opportunity) -> Opportunity:
    """One deal as it is known now, logged beside the night's. Raises StateRefused for a closed one."""
    if opportunity.state != Opportunity.State.OPEN:
        raise StateRefused(_("This opportunity is closed"))
    owners = [opportunity.owner_id] if opportunity.owner_id is not None else []
    _predict([opportunity.pk], win.record(owners=owners, parties=[opportunity.party_id]))
    return opportunity


def _predict(keys: Iterable[int], record: Record) -> int:
    model = win.latest_model()
    weights, bases, guesses = win.weights_of(model), win.bases_of(model), win.own_guesses()
    rows = [
        _row(deal, seen, model, weights, bases, guesses) for deal, seen in _now(win.deals(keys), record, timezone.now())
    ]
    WinPrediction.objects.bulk_create(rows)
    return len(rows)


def _now(deals: Sequence[Deal], record: Record, now: datetime) -> list[tuple[Deal, Snapshot]]:
    zone = win.zone()
    return [(deal, seen) for deal in deals if (seen := snapshot(deal, now, record, zone)) is not None]


def _row(
    deal: Deal, seen: Snapshot, model: WinModel | None, weights: Weights | None, bases: dict[int, Base],
    guesses: dict[int, float],
) -> WinPrediction:  # fmt: skip
    """A stage that the model has not met yet speaks for itself: its base rate, without reasons."""
    base = bases[seen.stage].rate if seen.stage in bases else guesses.get(seen.stage, 0.0)
    known = weights is not None and seen.stage in weights.stages
    chance = weights.probability(seen) if weights is not None and known else base
    return WinPrediction(
        opportunity_id=deal.id, model=model if known else None, stage_id=seen.stage, predicted_on=current().today(),
        probability=_chance(chance), base=_chance(base),
        reasons=[
            {"feature": one.feature, "value": _shown(seen, one.feature), "points": round(one.points, 4)}
            for one in (reasons(weights, seen) if weights is not None and known else [])
        ],
    )  # fmt: skip


def _shown(seen: Snapshot, feature: str) -> Any:
    """What the words need: days, counts, the amount, yes or no."""
    if feature == "owner":
        return [seen.shown["owner_won"], seen.shown["owner_lost"]]
    if feature == "customer":
        return [seen.shown["given"], seen.shown["refused"]]
    if feature in seen.shown:
        return seen.shown[feature]
    return seen.values[FEATURES.index(feature)] if feature in FEATURES else None


def _chance(value: float) -> Decimal:
    return Decimal(repr(min(max(value, 0.0), 1.0))).quantize(win.CHANCE)
