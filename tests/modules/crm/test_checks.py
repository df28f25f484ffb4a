"""The checks of CRM find what is wrong, and nothing else."""

from __future__ import annotations

from modules.crm.checks import check
from modules.crm.models import Opportunity, Stage
from modules.crm.services import opportunity_create
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company


def test_a_stage_that_the_ledger_does_not_know(actor: Actor, customer: Party, acme: Company) -> None:
    opportunity = opportunity_create(actor=actor, party=customer, name="Bikes")
    assert check(acme) == []
    with acting(actor):
        Opportunity.objects.filter(pk=opportunity.pk).update(stage=Stage.objects.get(kind="won"))
    assert check(acme) == [
        f"{opportunity.number}: its stage is not the last of its history",
        f"{opportunity.number}: its state is not that of its stage",
    ]
