"""Leads: states, duplicates, conversion."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from modules.crm.errors import AlreadyConverted
from modules.crm.models import Lead, Opportunity
from modules.crm.selectors.duplicates import lead_duplicates
from modules.crm.services import (
    activity_create,
    lead_contacted,
    lead_convert,
    lead_create,
    lead_lose,
    lead_qualify,
    lead_reopen,
    lead_update,
)
from modules.shared.data.models import Party
from modules.shared.data.services import party_create
from tenon.access.actor import Actor
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.tenancy.context import Company, outside


@pytest.fixture
def lead(serving_acme: Company, actor: Actor) -> Lead:
    return lead_create(
        actor=actor, name="Advanced Bike Components", contact_name="Donna Carreras", email="donna0@adventure-works.com",
        phone="279-555-0130", source="web", expected_amount=Decimal("5000"),
    )  # fmt: skip


def outbox(name: str) -> int:
    with outside(), connection.cursor() as cursor:
        cursor.execute("select count(*) from events_outbox where name = %s", [name])
        return cursor.fetchone()[0]


def test_conversion_carries_everything(actor: Actor, lead: Lead) -> None:
    call = activity_create(actor=actor, subject="First call", lead=lead)
    made = lead_convert(actor=actor, lead=lead)
    party, contact, opportunity = made["party"], made["contact"], made["opportunity"]
    assert (party.name, party.is_customer, party.phone) == ("Advanced Bike Components", True, "279-555-0130")
    assert contact is not None
    assert list(party.contacts.values_list("name", "email")) == [("Donna Carreras", "donna0@adventure-works.com")]
    assert opportunity is not None
    assert (opportunity.amount, opportunity.lead_id, opportunity.contact_id) == (Decimal("5000"), lead.pk, contact.pk)
    lead.refresh_from_db()
    call.refresh_from_db()
    assert (lead.status, lead.party_id, call.party_id) == ("converted", party.pk, party.pk)
    assert outbox("LeadConverted") == 1
    for again in (lead_convert, lead_lose, lead_update):
        with pytest.raises((AlreadyConverted, Invalid)):
            again(actor=actor, lead=lead)
    assert Party.objects.filter(name_key=party.name_key).count() == 1


def test_joining_an_existing_party(actor: Actor, lead: Lead) -> None:
    supplier = party_create(actor=actor, name="Advanced Bicycles", is_supplier=True)
    made = lead_convert(actor=actor, lead=lead, party=supplier, with_opportunity=False)
    supplier.refresh_from_db()
    assert (made["party"].pk, supplier.is_customer, supplier.is_supplier) == (supplier.pk, True, True)
    assert made["opportunity"] is None
    assert not Opportunity.objects.exists()


def test_states(actor: Actor, lead: Lead) -> None:
    assert lead_contacted(actor=actor, lead=lead).status == "contacted"
    with pytest.raises(StateRefused):
        lead_contacted(actor=actor, lead=lead)
    assert lead_qualify(actor=actor, lead=lead).status == "qualified"
    with pytest.raises(Invalid, match="why"):
        lead_lose(actor=actor, lead=lead, reason="  ")
    assert lead_lose(actor=actor, lead=lead, reason="Budget").lost_reason == "Budget"
    with pytest.raises(StateRefused):
        lead_convert(actor=actor, lead=lead)
    assert lead_reopen(actor=actor, lead=lead).status == "new"


def test_a_person_without_a_company(actor: Actor, serving_acme: Company) -> None:
    assert lead_create(actor=actor, contact_name="Orlando Gee").name == "Orlando Gee"
    with pytest.raises(Invalid) as caught:
        lead_create(actor=actor, email="x@example.com")
    assert [e.field for e in caught.value.errors] == ["name"]


def test_duplicates_are_found_by_name_phone_and_mail(actor: Actor, lead: Lead) -> None:
    party = party_create(actor=actor, name="ADVANCED BIKE COMPONENTS Co., Ltd.", is_customer=True)
    hits = lead_duplicates(actor=actor, name="Advanced bike components", phone="(279) 555 0130")
    assert {(h.entity, h.id, h.reason) for h in hits} == {
        ("shared.party", party.pk, "name"),
        ("crm.lead", lead.pk, "phone"),
    }
    assert [h.reason for h in lead_duplicates(actor=actor, email="DONNA0@adventure-works.com")] == ["email"]
    assert lead_duplicates(actor=actor, name="Quite another firm") == []


def test_what_belongs_to_others_is_reported_without_its_name(actor: Actor, lead: Lead) -> None:
    rep = Actor(
        kind="member", label="rep", member_id=(actor.member_id or 0) + 999, scopes={"": "own"},
        permissions=frozenset({"crm.lead.view", "shared.party.view"}),
    )  # fmt: skip
    (hit,) = lead_duplicates(actor=rep, name="Advanced Bike Components")
    assert (hit.id, hit.reason) == (None, "name")
    assert "Advanced" not in hit.label


def test_conversion_needs_its_own_permission(actor: Actor, lead: Lead) -> None:
    clerk = Actor(kind="member", label="x", member_id=actor.member_id, permissions=frozenset({"crm.lead.update"}))
    with pytest.raises(Forbidden):
        lead_convert(actor=clerk, lead=lead)
