"""Opportunities: stages, entry criteria, history."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import Error, transaction

from modules.crm.models import Opportunity, Stage, StageHistory
from modules.crm.selectors.pipeline import pipeline_at
from modules.crm.services import (
    opportunity_create,
    opportunity_lose,
    opportunity_move,
    opportunity_reopen,
    opportunity_update,
    opportunity_win,
)
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company


@pytest.fixture
def opportunity(actor: Actor, customer: Party) -> Opportunity:
    return opportunity_create(actor=actor, party=customer, name="40 road bikes")


def stage(position: int) -> Stage:
    return Stage.objects.get(position=position)


def test_it_starts_in_the_first_stage_with_its_probability(opportunity: Opportunity) -> None:
    assert (opportunity.stage.position, opportunity.probability, opportunity.state) == (10, Decimal(10), "open")
    row = opportunity.history.get()
    assert (row.from_stage, row.to_stage_id, row.posted_by) == (None, opportunity.stage_id, row.posted_by)
    assert row.posted_by.startswith("member:")


def test_a_stage_asks_for_what_it_needs(actor: Actor, opportunity: Opportunity) -> None:
    with pytest.raises(Invalid) as caught:
        opportunity_move(actor=actor, opportunity=opportunity, stage=stage(40))
    assert [e.field for e in caught.value.errors] == ["amount", "expected_close"]
    opportunity_update(actor=actor, opportunity=opportunity, amount=Decimal(9000), expected_close=date(2027, 1, 31))
    moved = opportunity_move(actor=actor, opportunity=opportunity, stage=stage(40))
    assert (moved.stage.position, moved.probability) == (40, Decimal(75))
    back = opportunity_move(actor=actor, opportunity=opportunity, stage=stage(20))
    history = list(back.history.order_by("id").values_list("to_stage__position", "backward", "amount"))
    assert history == [
        (10, False, None),
        (10, False, Decimal(9000)),
        (40, False, Decimal(9000)),
        (20, True, Decimal(9000)),
    ]


def test_won_lost_reopened(actor: Actor, opportunity: Opportunity) -> None:
    won = opportunity_win(actor=actor, opportunity=opportunity)
    assert (won.state, won.probability, won.closed_on is not None) == ("won", Decimal(100), True)
    with pytest.raises(StateRefused):
        opportunity_lose(actor=actor, opportunity=opportunity, reason="Price")
    reopened = opportunity_reopen(actor=actor, opportunity=opportunity)
    assert (reopened.state, reopened.stage.position, reopened.closed_on) == ("open", 10, None)
    with pytest.raises(Invalid, match="why"):
        opportunity_lose(actor=actor, opportunity=opportunity)
    lost = opportunity_lose(actor=actor, opportunity=opportunity, reason="Price", competitor="Trek")
    assert (lost.state, lost.reason, lost.competitor) == ("lost", "Price", "Trek")


def test_history_cannot_be_rewritten(opportunity: Opportunity, actor: Actor) -> None:
    row = opportunity.history.get()
    with acting(actor), pytest.raises(Error, match="append-only"), transaction.atomic():
        StageHistory.objects.filter(pk=row.pk).update(amount=1)


def test_the_pipeline_of_a_past_moment_does_not_change(
    actor: Actor, opportunity: Opportunity, serving_acme: Company
) -> None:
    opportunity_update(actor=actor, opportunity=opportunity, amount=Decimal(1000))
    then = serving_acme.now()
    opportunity_win(actor=actor, opportunity=opportunity)
    (figure,) = pipeline_at(actor=actor, moment=then)
    assert (figure.count, figure.amount, figure.weighted) == (1, Decimal(1000), Decimal(100))
    assert pipeline_at(actor=actor, moment=serving_acme.now()) == []
