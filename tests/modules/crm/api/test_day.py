"""The day and the calendar over HTTP: what stands where, for whom, and how many queries it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.crm.models import Pool, PoolCustomer
from modules.crm.services import (
    activity_create,
    activity_done,
    lead_create,
    opportunity_create,
    quote_create,
    quote_send,
)
from modules.crm.services.cards import customer_card_create
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.services import contact_add, party_create
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tests.platform.api.client import Api

people = count(8_700)
DAY, CALENDAR = "/api/v1/crm/day/", "/api/v1/crm/calendar/"


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def seller(owner: Actor, name: str, **values: Any) -> Actor:
    with acting(owner):
        member = Member.objects.create(
            person_id=next(people), email=f"{name}@day.example", name=name, roles=["sales"], **values
        )
    return Actor(
        kind="member", label=name, member_id=member.pk, scopes={"": "own"}, roles=("sales",),
        permissions=frozenset({"crm.activity.view", "shared.party.view", "shared.sales_order.view"}),
    )  # fmt: skip


def bought(actor: Actor, party: Party, amount: str) -> None:
    with acting(actor):
        SalesOrder.objects.create(
            number=f"W-{party.pk}", customer=party, ordered_on=current().today(), subtotal=D(amount),
            total=D(amount), currency="CNY", status="confirmed", owner_id=party.owner_id,
        )  # fmt: skip


def subjects(part: dict[str, Any]) -> list[str]:
    return [row["subject"] for row in part["rows"]]


def test_late_by_worth_today_by_hour_and_what_comes(api: Api, actor: Actor, customer: Party) -> None:
    today = current().today()
    great = party_create(actor=actor, name="Great", is_customer=True, phone="021-555")
    bought(actor, great, "80000")
    bought(actor, customer, "300")
    buyer = contact_add(actor=actor, party=customer, name="Buyer", phone="138-555")
    activity_create(actor=actor, subject="Small, long ago", party=customer, due_on=today - timedelta(days=9))
    activity_create(actor=actor, subject="Great", party=great, due_on=today - timedelta(days=1))
    activity_create(actor=actor, subject="Nobody", due_on=today - timedelta(days=3))
    noon = current().now().replace(hour=12, minute=30, second=0, microsecond=0)
    activity_create(actor=actor, subject="Noon", kind="visit", party=customer, contact=buyer.pk, starts_at=noon)
    activity_create(actor=actor, subject="Half past nine", starts_at=noon.replace(hour=9))
    activity_create(actor=actor, subject="Some time", due_on=today)
    activity_create(actor=actor, subject="Soon", due_on=today + timedelta(days=7))
    activity_create(actor=actor, subject="Far", due_on=today + timedelta(days=8))
    activity_create(actor=actor, subject="No day")
    done = activity_create(actor=actor, subject="Was done", due_on=today)
    activity_done(actor=actor, activity=done, outcome="Fine")
    got = api.get(DAY).json
    assert subjects(got["late"]) == ["Great", "Small, long ago", "Nobody"]
    assert [row["worth"] for row in got["late"]["rows"]] == ["80000.00", "300.00", None]
    assert subjects(got["today"]) == ["Half past nine", "Noon", "Some time"]
    assert [row["at"] for row in got["today"]["rows"]] == ["09:30", "12:30", None]
    assert (got["today"]["rows"][1]["phone"], got["today"]["rows"][1]["contact"]) == ("138-555", "Buyer")
    assert got["late"]["rows"][0]["phone"] == "021-555"
    assert (subjects(got["ahead"]), got["ahead"]["count"], got["undated"]) == (["Soon"], 1, 1)
    assert [(row["subject"], row["outcome"]) for row in got["done"]["rows"]] == [("Was done", "Fine")]


def test_what_would_be_forgotten(api: Api, actor: Actor, customer: Party, make_product: Any) -> None:
    today = current().today()
    lead_create(actor=actor, name="Proseware")
    quote = quote_create(
        actor=actor, party=customer, lines=[{"product": make_product().pk, "quantity": D(1)}],
        valid_until=today + timedelta(days=3),
    )  # fmt: skip
    quote_send(actor=actor, quote=quote)
    loose = customer_card_create(actor=actor, party=customer)
    planned = party_create(actor=actor, name="Planned", is_customer=True)
    customer_card_create(actor=actor, party=planned, next_on=today, next_step="Call")
    resting = party_create(actor=actor, name="Resting", is_customer=True)
    customer_card_create(actor=actor, party=resting, step="resting")
    with acting(actor):
        pool = Pool.objects.create(name="Sea")
        PoolCustomer.objects.create(party=customer, pool=pool, since=today, recycle_on=today + timedelta(days=2))
    got = api.get(DAY).json
    assert [row["label"] for row in got["leads"]["rows"]] == ["Proseware"]
    assert [row["label"] for row in got["quotes"]["rows"]] == [quote.number]
    assert [row["id"] for row in got["cards"]["rows"]] == [loose.pk]
    assert [row["party"]["id"] for row in got["pool"]["rows"]] == [customer.pk]


def test_of_others_only_what_one_sees(api: Api, actor: Actor) -> None:
    today = current().today()
    ana, ben = seller(actor, "ana"), seller(actor, "ben")
    hers = party_create(actor=actor, name="Hers", is_customer=True, owner=ana.member_id)
    his = party_create(actor=actor, name="His", is_customer=True, owner=ben.member_id, phone="139")
    activity_create(actor=actor, subject="Ana's", party=hers, due_on=today, owner=ana.member_id)
    activity_create(actor=actor, subject="Ana's with his", party=his, due_on=today, owner=ana.member_id)
    activity_create(actor=actor, subject="Ben's", party=his, due_on=today, owner=ben.member_id)
    got = Api(ana).get(DAY).json
    assert subjects(got["today"]) == ["Ana's", "Ana's with his"]
    assert got["today"]["rows"][1]["party"] is None  # she does not see him, nor his phone
    assert got["today"]["rows"][1]["phone"] == ""
    assert [one["label"] for one in got["members"]] == ["ana"]
    assert (got["leads"], got["quotes"], got["cards"], got["pool"]) == (None, None, None, None)
    assert subjects(Api(ana).get(f"{DAY}?member={ben.member_id}").json["today"]) == []
    assert subjects(api.get(f"{DAY}?member={ben.member_id}").json["today"]) == ["Ben's"]
    span = f"?since={today}&until={today}"
    assert len(Api(ana).get(CALENDAR + span).json["entries"]) == 2
    assert len(api.get(CALENDAR + span).json["entries"]) == 3
    assert len(api.get(f"{CALENDAR}{span}&member={ben.member_id}").json["entries"]) == 1


def test_a_month_as_a_calendar(api: Api, actor: Actor, customer: Party) -> None:
    today = current().today()
    since, until = today - timedelta(days=3), today + timedelta(days=20)
    activity_create(actor=actor, subject="Planned", party=customer, due_on=until)
    activity_create(actor=actor, subject="After", due_on=until + timedelta(days=1))
    done = activity_create(actor=actor, subject="Done early", due_on=until + timedelta(days=9))
    activity_done(actor=actor, activity=done)
    opportunity_create(actor=actor, party=customer, name="Deal", expected_close=today + timedelta(days=5))
    got = api.get(f"{CALENDAR}?since={since}&until={until}").json
    assert [(e["title"], e["day"], e["state"]) for e in got["entries"]] == [
        ("Done early", today.isoformat(), "done"),
        ("Deal", (today + timedelta(days=5)).isoformat(), "open"),
        ("Planned", until.isoformat(), "planned"),
    ]
    weekend = [one for one in got["off"] if one >= since.isoformat()]
    assert 6 <= len(weekend) <= 9  # of 24 days
    assert got["more"] is False


@pytest.mark.parametrize(
    "wrong",
    [
        "day/?member=x", "day/?member=-1", "calendar/", "calendar/?since=2026-11-01&until=2026-02-30",
        "calendar/?since=2026-11-02&until=2026-11-01", "calendar/?since=2026-09-01&until=2026-11-02",
        "calendar/?since=2026-11-01&until=2026-11-02&member=%00", "calendar/?since=0001-01-01&until=0001-01-02",
    ],
)  # fmt: skip
def test_bad_questions(api: Api, wrong: str) -> None:
    assert api.get(f"/api/v1/crm/{wrong}").status == 400


def test_who_may_not_and_where_it_is_off(actor: Actor, serving_acme: Company) -> None:
    nobody = Actor(kind="member", label="x", member_id=actor.member_id, permissions=frozenset({"crm.lead.view"}))
    today = current().today()
    paths = (DAY, f"{CALENDAR}?since={today}&until={today}")
    for path in paths:
        assert Api(nobody).get(path).status == 403
    bare = replace(serving_acme, features=serving_acme.features - {"crm.activities"})
    with serving(bare):
        for path in paths:
            assert Api(actor).get(path).status == 403
    assert Api(actor).get(f"{DAY}?member={10**16}").status == 200  # nobody of that number: an empty day


def test_queries_do_not_grow(api: Api, actor: Actor) -> None:
    today, asked = current().today(), []
    api.get(DAY)  # what is read once and kept
    span = f"?since={today - timedelta(days=20)}&until={today + timedelta(days=20)}"
    for number in (2, 12):
        for n in range(number):
            party = party_create(actor=actor, name=f"Dealer {number} {n}", is_customer=True)
            lead = lead_create(actor=actor, name=f"Lead {number} {n}")
            deal = opportunity_create(actor=actor, party=party, name="Deal", expected_close=today)
            for away in (-2, 0, 2):
                activity_create(
                    actor=actor, subject="Call", party=party, lead=lead, opportunity=deal,
                    due_on=today + timedelta(days=away),
                )  # fmt: skip
            customer_card_create(actor=actor, party=party)
        counts = []
        for path in (DAY, CALENDAR + span):
            with CaptureQueriesContext(connection) as caught:
                assert api.get(path).status == 200
            counts.append(len(caught))
        asked.append(counts)
    assert asked[0] == asked[1]
    assert max(asked[1]) <= 34
