"""The nights' predictions, logged; the weeks' forecasts, kept; on a company with a past."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from demo.deals import past_deals
from modules.crm.models import (
    Competitor,
    DealCompetitor,
    ForecastSnapshot,
    Opportunity,
    Stage,
    WinModel,
    WinPrediction,
)
from modules.crm.rules.forecast import Period
from modules.crm.selectors.forecast import forecast, forecasts_then
from modules.crm.selectors.win import closed_keys, deals, prediction_of, trust
from modules.crm.services import opportunity_create, opportunity_lose, opportunity_move, opportunity_win
from modules.crm.services.forecast import forecast_take, forecast_weekly
from modules.crm.services.win import opportunity_predict, win_nightly
from modules.shared.data.models import Party
from modules.shared.data.services import party_create
from tenon.access.actor import Actor, system
from tenon.access.models import Member
from tenon.problems import NotFound, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current


@pytest.fixture
def members(serving_acme: Company, actor: Actor) -> list[Member]:
    return list(Member.objects.order_by("pk"))[:1]


@pytest.fixture
def past(serving_acme: Company, actor: Actor, members: list[Member]) -> int:
    """A year and a half of 500 deals, about one in eight still open."""
    parties = [party_create(actor=actor, name=f"Dealer {n}", is_customer=True) for n in range(12)]
    return past_deals(actor, parties, members, seed=3, count=500, days=540)


def test_too_few_deals_leave_the_base_rate(actor: Actor, customer: Party) -> None:
    """Of three lost in the first stage, whose own guess is 10 % with the weight of ten deals: 1 of 13."""
    for _n in range(3):
        lost = opportunity_create(actor=actor, party=customer)
        opportunity_lose(actor=actor, opportunity=lost, reason="Price")
    deal = opportunity_create(actor=actor, party=customer)
    assert win_nightly() == {"deals": 3, "used": False, "predicted": 1}
    row = WinPrediction.objects.get()
    assert (row.opportunity_id, row.model, row.probability, row.reasons) == (deal.pk, None, D("0.07692"), [])
    shown = prediction_of(actor=actor, opportunity=deal.pk)
    assert shown["prediction"]["by_model"] is False
    told = trust()
    assert (told["model"]["used"], told["model"]["enough"], told["logged"]) == (False, False, None)


def test_every_night_is_logged_once_and_measured_when_the_deal_ends(actor: Actor, past: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        first = win_nightly()
    assert first["used"]
    assert len(asked) < 60
    still_open = Opportunity.objects.filter(state="open")
    assert first["predicted"] == still_open.count() == WinPrediction.objects.count() > 20
    assert win_nightly()["predicted"] == 0
    model = WinModel.objects.latest("pk")
    assert model.report is not None
    assert model.report["brier"] < model.report["base_brier"]
    row = WinPrediction.objects.exclude(reasons=[]).order_by("pk")[0]
    shown = prediction_of(actor=actor, opportunity=row.opportunity_id)["prediction"]
    assert (shown["by_model"], shown["probability"]) == (True, f"{row.probability:f}")
    assert shown["reasons"]
    assert all(reason["text"] and abs(reason["points"]) >= 0.01 for reason in shown["reasons"])
    deal = Opportunity.objects.get(pk=row.opportunity_id)
    opportunity_predict(actor=actor, opportunity=deal)
    assert WinPrediction.objects.filter(opportunity=deal).count() == 2
    won = opportunity_win(actor=actor, opportunity=deal)
    logged = trust()["logged"]
    assert (logged["predictions"], logged["deals"]) == (2, 1)
    again = WinPrediction.objects.filter(opportunity=deal).order_by("-pk")[0]
    off = [(1 - float(p)) ** 2 for p in (row.probability, again.probability)]
    assert logged["brier"] == pytest.approx(sum(off) / 2, abs=1e-5)
    with pytest.raises(StateRefused):
        opportunity_predict(actor=actor, opportunity=won)
    with acting(actor), pytest.raises(Error, match="append-only"), transaction.atomic():
        WinPrediction.objects.filter(pk=row.pk).update(probability=1)


def test_what_the_closing_sets_does_not_reach_what_is_learnt(actor: Actor, customer: Party) -> None:
    """Lost with a competitor and another amount: of the deal as it was before, nothing of it is known."""
    deal = opportunity_create(actor=actor, party=customer, amount=D(1000))
    before = deals([deal.pk])[0]
    with acting(actor):
        rival = Competitor(name="Trek")
        rival.save()
    opportunity_lose(actor=actor, opportunity=deal, reason="Price", competitor="Trek")
    with acting(actor):
        DealCompetitor(opportunity=deal, competitor=rival).save()
    after = deals([deal.pk])[0]
    assert after.events[:-1] == before.events
    assert (before.rival, after.rival is not None and after.rival > after.events[-1].at) == (None, True)
    assert closed_keys() == [deal.pk]


def test_somebody_elses_deal_is_not_told_of(actor: Actor, customer: Party) -> None:
    deal = opportunity_create(actor=actor, party=customer)
    other = Actor(
        kind="member", label="rep", member_id=(actor.member_id or 0) + 999, permissions=actor.permissions,
        scopes={"": "own"},
    )  # fmt: skip
    with pytest.raises(NotFound):
        prediction_of(actor=other, opportunity=deal.pk)
    assert forecast(actor=other, period=Period.month(current().today()))["deal_count"] == 0


def test_a_forecast_over_the_tree(actor: Actor, customer: Party) -> None:
    """Won 500; a deal in negotiation counts on 300 at 75 %, one said to be the best case is 200 at 10 %, one left out
    counts nowhere, one without a day nowhere either."""
    today = current().today()
    boss = Member.objects.get(pk=actor.member_id or 0)
    with acting(actor):
        rep = Member(person_id=987_654, name="Rep", email="rep@acme.example", manager=boss)
        rep.save()

    def deal(amount: int, owner: Member, **values: Any) -> Opportunity:
        return opportunity_create(
            actor=actor, party=customer, amount=D(amount), expected_close=today, owner=owner, **values
        )

    opportunity_win(actor=actor, opportunity=deal(500, boss))
    sure = deal(300, rep)
    opportunity_move(actor=actor, opportunity=sure, stage=Stage.objects.get(position=40))
    deal(200, rep, category="best")
    deal(900, rep, category="omitted")
    opportunity_create(actor=actor, party=customer, amount=D(77))
    got = forecast(actor=actor, period=Period.month(today))
    total = got["total"]
    assert [total[name] for name in ("won", "commit", "best", "pipeline", "weighted")] == [
        "500.00", "800.00", "1000.00", "0.00", "745.00",
    ]  # fmt: skip
    assert [(m["member"]["label"], m["depth"], m["own"]["commit"], m["team"]["commit"]) for m in got["members"]] == [
        (boss.name, 0, "500.00", "800.00"), ("Rep", 1, "300.00", "300.00"),
    ]  # fmt: skip
    assert (got["undated"], got["overdue"], got["deal_count"]) == (1, 0, 3)
    mine = Actor(kind="member", label="rep", member_id=rep.pk, permissions=actor.permissions, scopes={"": "subtree"})
    seen = forecast(actor=mine, period=Period.month(today))
    assert [m["member"]["label"] for m in seen["members"]] == ["Rep"]
    assert seen["total"]["won"] == "0.00"


def test_a_week_is_kept_as_it_was_and_measured_by_what_came(actor: Actor, customer: Party) -> None:
    today = current().today()
    deal = opportunity_create(actor=actor, party=customer, amount=D(300), expected_close=today, category="commit")
    assert forecast_weekly() == {"deals": 1}
    assert forecast_take(actor=system("forecast")) == 1
    kept = ForecastSnapshot.objects.get()
    assert (kept.category, kept.amount, kept.probability) == ("commit", D(300), D("0.1"))
    opportunity_win(actor=actor, opportunity=deal)
    period = Period.month(today)
    then = forecasts_then(actor=actor, period=period)
    (week,) = then["snapshots"]
    assert (then["came"], week["commit"], week["weighted"], week["kept"], week["committed_deals"]) == (
        "300.00", "300.00", "30.00", 1, 1,
    )  # fmt: skip
    assert (then["over"], week["accuracy"]["commit"]) == (False, None)
    with acting(actor), pytest.raises(Error, match="append-only"), transaction.atomic():
        ForecastSnapshot.objects.update(amount=1)


def test_an_old_period_has_its_accuracy(actor: Actor, customer: Party) -> None:
    """A snapshot in the middle of last month: committed 300 and best case 100; 250 was won in the end: 1 − 50/250."""
    first = current().today().replace(day=1)
    middle = (first - timedelta(days=15)).replace(day=15)
    with acting(actor):
        for category, amount, closed in (("commit", 300, 250), ("best", 100, None)):
            deal = opportunity_create(actor=actor, party=customer, amount=D(amount))
            ForecastSnapshot.objects.create(
                taken_on=middle, opportunity=deal, category=category, amount=D(amount), probability=D("0.5"),
                expected_close=middle,
            )  # fmt: skip
            if closed:
                won = Stage.objects.get(kind="won")
                _as_if_closed(deal, won, middle + timedelta(days=3), D(closed))
    then = forecasts_then(actor=actor, period=Period.month(middle))
    (week,) = then["snapshots"]
    assert (then["over"], then["came"], week["accuracy"]) == (
        True, "250.00", {"commit": "0.8000", "best": "0.4000", "weighted": "0.8000"},
    )  # fmt: skip


def _as_if_closed(deal: Opportunity, stage: Stage, on: date, amount: D) -> None:
    Opportunity.objects.filter(pk=deal.pk).update(stage=stage, state="won", closed_on=on, amount=amount)
