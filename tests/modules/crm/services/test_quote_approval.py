"""Quotes beyond limits: asked for, approved, refused, and what an approval holds for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.crm.models import Quote, QuoteApproval, QuoteLimit
from modules.crm.services import (
    quote_accept,
    quote_approval_approve,
    quote_approve,
    quote_create,
    quote_refuse,
    quote_request,
    quote_send,
    quote_update,
    quote_withdraw,
)
from modules.shared.data.errors import ApprovalNeeded
from modules.shared.data.models import Party, Product
from tenon.access.actor import Actor
from tenon.access.models import Department, Member, Role
from tenon.access.selectors.actors import actor_of
from tenon.notifications.models import Notification
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company

Make = Callable[..., Product]


def person(owner: Actor, role: str) -> Actor:
    with acting(owner):
        sales, _made = Department.objects.get_or_create(name="Sales", defaults={"path": "0900."})
        serial = 9100 + Member.objects.count()
        Member(person_id=serial, name=role, email=f"{role}@acme.example", roles=[role], department=sales).save()
        Role.objects.get_or_create(key=role, defaults={"name": role})
    return actor_of(Member.objects.select_related("department").get(person_id=serial))


@pytest.fixture
def seller(serving_acme: Company, actor: Actor) -> Actor:
    return person(actor, "sales")


@pytest.fixture
def manager(serving_acme: Company, actor: Actor) -> Actor:
    return person(actor, "sales_manager")


@pytest.fixture
def limits(seller: Actor, manager: Actor, actor: Actor) -> None:
    """Sales: 10 % and a margin of 30 %; their managers: 25 %."""
    with acting(actor):
        QuoteLimit(role=Role.objects.get(key="sales"), discount=Decimal(10), margin_percent=Decimal(30)).save()
        QuoteLimit(role=Role.objects.get(key="sales_manager"), discount=Decimal(25)).save()


def offered(seller: Actor, customer: Party, make_product: Make, **line: object) -> Quote:
    """1,000 × 100.00 at a cost of 60.00."""
    line = {"product": make_product(), "quantity": 10, **line}
    return quote_create(actor=seller, party=customer, lines=[line])


def test_within_limits_nobody_is_asked(seller: Actor, limits: None, customer: Party, make_product: Make) -> None:
    quote = offered(seller, customer, make_product, discount="10")
    with pytest.raises(StateRefused):
        quote_request(actor=seller, quote=quote)
    assert quote_send(actor=seller, quote=quote).status == "sent"


def test_a_lower_price_needs_approval_as_a_discount_does(
    seller: Actor, manager: Actor, limits: None, customer: Party, make_product: Make
) -> None:
    quote = offered(seller, customer, make_product, unit_price="85")  # 15 % off, margin 25/85 = 29.41 %
    with pytest.raises(ApprovalNeeded) as needed:
        quote_send(actor=seller, quote=quote)
    assert [x["limit"] for x in needed.value.extra["beyond"]] == ["discount", "margin"]
    with pytest.raises(ApprovalNeeded):
        quote_accept(actor=seller, quote=quote)  # not around it, either
    quote_request(actor=seller, quote=quote, reason="They buy for three sites")
    assert Notification.objects.filter(member_id=manager.member_id or 0, kind="ask", record_id=quote.pk).count() == 1
    with pytest.raises(Forbidden):
        quote_approve(actor=seller, quote=quote)
    quote_approve(actor=manager, quote=quote, reason="Once")
    asked = QuoteApproval.objects.get(quote=quote)
    assert (asked.amount, asked.discount, asked.margin_percent) == (Decimal(850), Decimal(15), Decimal("29.41"))
    assert (asked.state, asked.decision) == ("approved", "Once")
    assert Notification.objects.filter(member_id=seller.member_id or 0, kind="decided").count() == 1
    assert quote_send(actor=seller, quote=quote).status == "sent"


def test_what_was_approved_holds_for_terms_no_worse(
    seller: Actor, manager: Actor, limits: None, customer: Party, make_product: Make
) -> None:
    quote = offered(seller, customer, make_product, discount="20")
    quote_approve(actor=manager, quote=quote_request(actor=seller, quote=quote))
    line = quote.lines.get()
    better = quote_update(actor=seller, quote=quote, lines=[{"id": line.pk, "discount": "18", "quantity": 9}])
    assert better.approval == "approved"
    worse = quote_update(actor=seller, quote=quote, lines=[{"id": line.pk, "discount": "21"}])
    assert worse.approval == ""
    with pytest.raises(ApprovalNeeded):
        quote_send(actor=seller, quote=quote)
    # Back on the terms that were approved, it may go.
    quote_update(actor=seller, quote=quote, lines=[{"id": line.pk, "discount": "20"}])
    assert quote_send(actor=seller, quote=quote).status == "sent"


def test_what_is_changed_is_not_asked_any_more(
    seller: Actor, manager: Actor, limits: None, customer: Party, make_product: Make
) -> None:
    quote = quote_request(actor=seller, quote=offered(seller, customer, make_product, discount="20"))
    quote_update(actor=seller, quote=quote, note="Other words")
    assert QuoteApproval.objects.get(quote=quote).state == "withdrawn"
    with pytest.raises(StateRefused):
        quote_approve(actor=manager, quote=quote)


def test_nobody_approves_beyond_their_own_limits(
    seller: Actor, manager: Actor, actor: Actor, limits: None, customer: Party, make_product: Make
) -> None:
    quote = quote_request(actor=seller, quote=offered(seller, customer, make_product, discount="40"))
    with pytest.raises(ApprovalNeeded):
        quote_approve(actor=manager, quote=quote)
    quote_approval_approve(actor=actor, approval=QuoteApproval.objects.get(quote=quote))
    assert Quote.objects.get(pk=quote.pk).approval == "approved"


def test_refusing_wants_a_reason_and_taking_back_is_the_askers(
    seller: Actor, manager: Actor, limits: None, customer: Party, make_product: Make
) -> None:
    quote = quote_request(actor=seller, quote=offered(seller, customer, make_product, discount="20"))
    with pytest.raises(Invalid):
        quote_refuse(actor=manager, quote=quote)
    with pytest.raises(StateRefused):
        quote_withdraw(actor=manager, quote=quote)
    assert quote_refuse(actor=manager, quote=quote, reason="No").approval == "refused"
    again = quote_request(actor=seller, quote=quote)
    assert quote_withdraw(actor=seller, quote=again).approval == ""


def test_a_discount_does_not_hide_in_an_option(
    seller: Actor, limits: None, customer: Party, make_product: Make
) -> None:
    lines = [
        {"product": make_product(), "quantity": 1},
        {"product": make_product(), "quantity": 1, "discount": "50", "optional": True},
    ]
    quote = quote_create(actor=seller, party=customer, lines=lines)
    assert (quote.subtotal, quote.margin_percent) == (Decimal(100), Decimal(40))
    with pytest.raises(ApprovalNeeded):
        quote_send(actor=seller, quote=quote)


def test_weighing_takes_no_query_per_line(seller: Actor, limits: None, customer: Party, make_product: Make) -> None:
    def queries(count: int) -> int:
        lines = [{"product": make_product(), "quantity": 1} for _ in range(count)]
        quote = quote_create(actor=seller, party=customer, lines=lines)
        with CaptureQueriesContext(connection) as seen:
            quote_send(actor=seller, quote=quote)
        return len(seen)

    assert queries(2) == queries(12)
