"""Rules that plan: leads, quotes, deliveries, silence; once each, by worth and team, and gone when settled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from modules.crm.models import Activity, FollowUpRule, PoolPause
from modules.crm.services import (
    activity_create,
    activity_done,
    lead_convert,
    lead_create,
    lead_lose,
    quote_accept,
    quote_create,
    quote_reject,
    quote_revise,
    quote_send,
)
from modules.crm.services.follow_up import follow_up_rule_create, follow_up_rule_update, follow_ups_daily
from modules.shared.data.models import Calendar, Party, Product, SalesOrder
from modules.shared.data.services import party_create, party_update
from tenon.access.actor import Actor
from tenon.access.services.departments import department_create
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy import context
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of


@pytest.fixture
def every_day(actor: Actor, serving_acme: Company) -> None:
    """No weekends: the numbers do not hang on the weekday the tests run on."""
    with acting(actor):
        Calendar.objects.filter(is_default=True).update(is_default=False)
        Calendar.objects.create(name="Always", weekdays=[1, 2, 3, 4, 5, 6, 7], is_default=True)


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    def to(on: date) -> None:
        monkeypatch.setattr(context.Company, "today", lambda self: on)

    return to


def rule(actor: Actor, trigger: str, after: int, **values: Any) -> FollowUpRule:
    values = {"name": f"{trigger} {after} {values.get('worth_from')}", "subject": "Follow up", **values}
    return follow_up_rule_create(actor=actor, trigger=trigger, after_days=after, **values)


def planned() -> list[tuple[str, date | None]]:
    rows = Activity.objects.filter(status="planned", rule__isnull=False).order_by("due_on", "pk")
    return [(row.subject, row.due_on) for row in rows]


@pytest.mark.usefixtures("every_day")
def test_a_lead_is_followed_from_its_first_moment(actor: Actor) -> None:
    today = current().today()
    rule(actor, "lead", 0, subject="Call at once")
    rule(actor, "lead", 3, subject="Call again")
    rule(actor, "lead", 1, subject="Large ones", worth_from=D("10000"))
    lead = lead_create(actor=actor, name="Proseware")
    assert planned() == [("Call at once", today), ("Call again", today + timedelta(days=3))]
    assert follow_ups_daily() == {"planned": 0, "settled": 0}  # nothing twice
    large = lead_create(actor=actor, name="Tailspin", expected_amount=D("10000"))
    assert len(planned()) == 5
    lead_lose(actor=actor, lead=lead, reason="Budget")
    assert Activity.objects.filter(lead=lead, status="cancelled").count() == 2
    lead_convert(actor=actor, lead=large, with_opportunity=False)
    assert planned() == []


@pytest.mark.usefixtures("every_day")
def test_a_quote_is_followed_until_it_is_answered(
    actor: Actor, customer: Party, make_product: Callable[..., Product]
) -> None:
    today = current().today()
    rule(actor, "quote", 3, subject="Any questions?")
    lines = [{"product": make_product().pk, "quantity": D(2)}]
    quotes = [quote_create(actor=actor, party=customer, lines=lines) for _ in range(3)]
    assert planned() == []
    for quote in quotes:
        quote_send(actor=actor, quote=quote)
    assert planned() == [("Any questions?", today + timedelta(days=3))] * 3
    quote_accept(actor=actor, quote=quotes[0])
    quote_reject(actor=actor, quote=quotes[1], reason="Price")
    fresh = quote_revise(actor=actor, quote=quotes[2])
    assert planned() == []
    quote_send(actor=actor, quote=fresh)
    assert len(planned()) == 1
    row = Activity.objects.get(status="planned")
    assert (row.quote_id, row.party_id, row.owner_id) == (fresh.pk, customer.pk, fresh.owner_id)


@pytest.mark.usefixtures("every_day")
def test_a_delivery_is_asked_after(actor: Actor, customer: Party) -> None:
    today = current().today()
    rule(actor, "delivered", 7, subject="Content?")
    for number, status, delivered, migrated in (
        ("A", "delivered", today, False),
        ("B", "confirmed", None, False),
        ("C", "delivered", today - timedelta(days=1), False),  # before the rule
        ("D", "delivered", today, True),  # history from a former system
    ):
        with acting(actor):
            SalesOrder.objects.create(
                number=number, customer=customer, status=status, ordered_on=today, currency="CNY",
                delivered_on=delivered, is_migrated=migrated,
            )  # fmt: skip
    assert follow_ups_daily()["planned"] == 1
    assert follow_ups_daily()["planned"] == 0
    row = Activity.objects.get(rule__isnull=False)
    assert (row.due_on, row.about["label"] if row.about else "") == (today + timedelta(days=7), "A")
    assert row.owner_id == customer.owner_id


@pytest.mark.usefixtures("every_day")
def test_silence_by_worth(actor: Actor, day: Callable[[date], None]) -> None:
    """A customer of 60,000 a year is called after 14 days, one of 4,000 after 30, in working days of the company."""
    start = current().today()
    rule(actor, "silence", 14, subject="A", worth_from=D("50000"))
    rule(actor, "silence", 30, subject="B", worth_below=D("50000"))
    great, small, nobodys = (
        party_create(actor=actor, name=name, is_customer=True) for name in ("Great", "Small", "Nobody's")
    )
    party_update(actor=actor, party=nobodys, owner=None)
    for party, amounts in ((great, ("45000", "15000")), (small, ("4000",))):
        for n, amount in enumerate(amounts):
            with acting(actor):
                SalesOrder.objects.create(
                    number=f"{party.pk}-{n}", customer=party, status="confirmed", ordered_on=start, currency="CNY",
                    subtotal=D(amount), total=D(amount),
                )  # fmt: skip
    with acting(actor):  # neither a draft nor an old one makes a great customer
        SalesOrder.objects.create(
            number="draft",
            customer=small,
            status="draft",
            ordered_on=start,
            currency="CNY",
            subtotal=D("90000"),
            total=D("90000"),
        )
    mine = {great.pk, small.pk, nobodys.pk}

    def due() -> list[tuple[str, int | None]]:
        rows = Activity.objects.filter(party__in=mine, status="planned").order_by("pk")
        return [(row.subject, row.party_id) for row in rows]

    day(start + timedelta(days=13))
    follow_ups_daily()
    assert due() == []
    day(start + timedelta(days=14))
    follow_ups_daily()
    follow_ups_daily()
    assert due() == [("A", great.pk)]
    assert Activity.objects.get(party=great).due_on == start + timedelta(days=14)
    day(start + timedelta(days=29))
    follow_ups_daily()
    assert due() == [("A", great.pk)]  # one waits already: no second
    day(start + timedelta(days=30))
    follow_ups_daily()
    assert due() == [("A", great.pk), ("B", small.pk)]
    # spoken with: the silence begins anew (the real clock stamps the talk, with today)
    activity_done(actor=actor, activity=Activity.objects.get(party=small))
    follow_ups_daily()
    assert due() == [("A", great.pk)]


@pytest.mark.usefixtures("every_day")
def test_not_on_the_days_the_owner_is_away(actor: Actor) -> None:
    today = current().today()
    assert actor.member_id is not None
    with acting(actor):
        PoolPause.objects.create(member_id=actor.member_id, since=today, until=today + timedelta(days=4))
    rule(actor, "lead", 1)
    lead_create(actor=actor, name="Proseware")
    assert planned() == [("Follow up", today + timedelta(days=5))]


@pytest.mark.usefixtures("every_day")
def test_of_a_team_and_of_those_below(actor: Actor) -> None:
    north = department_create(actor=actor, data={"name": "North"})
    city = department_create(actor=actor, data={"name": "City", "parent": north})
    south = department_create(actor=actor, data={"name": "South"})
    rule(actor, "lead", 1, department=north.pk)
    for department in (north, city, south, None):
        lead_create(actor=actor, name=str(department), department=department)
    assert set(Activity.objects.values_list("department", flat=True)) == {north.pk, city.pk}


def test_rules_that_make_no_sense(actor: Actor, serving_acme: Company) -> None:
    with pytest.raises(Invalid):
        rule(actor, "silence", 0)
    with pytest.raises(Invalid):
        rule(actor, "lead", 1, worth_from=D("5"), worth_below=D("5"))
    made = rule(actor, "lead", 1)
    assert made.since == current().today()
    with pytest.raises(Invalid):
        follow_up_rule_update(actor=actor, rule=made, since=None)
    off = follow_up_rule_update(actor=actor, rule=made, is_active=False)
    assert not off.is_active
    lead_create(actor=actor, name="Proseware")
    assert planned() == []


def test_switched_off_nothing_is_planned(actor: Actor, serving_acme: Company) -> None:
    rule(actor, "lead", 1)
    bare = replace(serving_acme, features=serving_acme.features - {"crm.activities"})
    with serving(bare):
        lead_create(actor=actor, name="Proseware")
    assert planned() == []
    assert follow_ups_daily()["planned"] == 1  # on again: caught up


def test_two_nights_at_once_plan_it_once(fresh_company: Callable[..., Company]) -> None:
    company = fresh_company("following")
    owner = owner_of(company)
    with serving(company):
        lead_create(actor=owner, name="Proseware")
        for n in range(12):
            lead_create(actor=owner, name=f"Dealer {n}")
        rule(owner, "lead", 2)
    gate = Barrier(4)

    def night(_n: int) -> int:
        try:
            with serving(company):
                gate.wait()
                return follow_ups_daily()["planned"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(night, range(4))) == 13
    with serving(company):
        assert Activity.objects.count() == 13


def test_queries_do_not_grow(actor: Actor, serving_acme: Company, customer: Party) -> None:
    """What is there already costs nothing more: one look per rule, however many leads."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    rule(actor, "lead", 1)
    asked = []
    for count in (2, 12):
        for n in range(count):
            lead_create(actor=actor, name=f"Lead {count} {n}")
        activity_create(actor=actor, subject="Call", party=customer)
        with CaptureQueriesContext(connection) as caught:
            assert follow_ups_daily()["planned"] == 0
        asked.append(len(caught))
    assert asked[0] == asked[1]
