"""Webhooks from the event to the other program: who is told what, signed by two secrets, tried again, given up, sent
again; and what never leaves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from modules.shared.contracts.events import LineFact, SalesOrderConfirmed
from modules.shared.data.models import Party, Product, SalesOrder
from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.access.models import Member, Role
from tenon.access.selectors.actors import actor_of
from tenon.events import dispatcher
from tenon.events.models import Delivery, Outbox
from tenon.problems import Conflict, Forbidden, Invalid, StateRefused
from tenon.records.service import acting, publish
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, outside, serving
from tenon.webhooks.models import WebhookEndpoint, WebhookMessage
from tenon.webhooks.selectors.sight import told_events
from tenon.webhooks.services import endpoints, log, queueing, sending
from tests.companies import owner_of
from tests.platform.webhooks.listening import Ear, listening

Make = Callable[..., Company]


@pytest.fixture
def ear(settings: Any) -> Iterator[Ear]:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    with listening() as found:
        yield found


@pytest.fixture
def own(fresh_company: Make, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A company whose data is committed, served; the broker is not asked."""
    monkeypatch.setattr(queueing, "wake", lambda countdown=0: None)
    monkeypatch.setattr(sending, "wake", lambda countdown=0: None)
    monkeypatch.setattr(log, "wake", lambda countdown=0: None)
    monkeypatch.setattr(endpoints, "wake", lambda countdown=0: None)
    company = fresh_company("Hooked")
    with serving(company):
        cache.delete(sending.LOCK)
        yield company


def make(company: Company, ear: Ear, events: list[str] | None = None, actor: Actor | None = None) -> WebhookEndpoint:
    data = {"name": "ERP", "url": ear.url, "events": events or ["SalesOrderConfirmed"]}
    return endpoints.endpoint_create(actor=actor or owner_of(company), data=data)[0]


def order_confirmed(company: Company, owner: Member | None = None) -> SalesOrder:
    """An order and its event, as a commit leaves them."""
    actor, serial = owner_of(company), SalesOrder.objects.count()
    with acting(actor):
        party = Party.objects.create(code=f"W-{serial}", name="Wheels", is_customer=True, owner=owner)
        product = Product.objects.first()
        if product is None:
            from modules.shared.data.models import Unit

            product = Product.objects.create(code="W", name="Wheel", unit=Unit.objects.order_by("pk")[0])
        order = SalesOrder.objects.create(
            number=f"W-{serial}", customer=party, owner=owner, status="confirmed", currency="CNY",
            ordered_on=company.today(),
        )  # fmt: skip
        line = LineFact(1, product.pk, Decimal(2), Decimal("99.5"))
        publish(SalesOrderConfirmed(order.pk, order.number, party.pk, (line,)))
    return order


def dispatch(company: Company) -> None:
    with outside():
        while dispatcher.spread():
            pass
        Delivery.objects.exclude(handler="webhooks").filter(role=company.role).delete()
        while dispatcher.deliver_due():
            pass


def test_from_the_event_to_the_other_program(own: Company, ear: Ear) -> None:
    endpoint, secret = endpoints.endpoint_create(
        actor=owner_of(own), data={"name": "ERP", "url": ear.url, "events": ["SalesOrderConfirmed"]}
    )
    assert secret not in endpoint.secret, "sealed in the database"
    order = order_confirmed(own)
    dispatch(own)
    assert sending.send_all_due() == 1
    assert sending.send_all_due() == 0
    [(headers, body)] = ear.heard
    said = json.loads(body)
    assert (said["type"], said["company"]) == ("SalesOrderConfirmed", own.slug)
    assert said["subject"] == {"entity": "shared.sales_order", "id": order.pk}
    assert said["data"]["number"] == order.number
    assert Decimal(said["data"]["lines"][0]["value"]) == Decimal("99.5")
    # What a receiver does, by the book.
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    message = WebhookMessage.objects.get()
    assert (message.state, message.status, message.answer) == ("delivered", 200, "thank you")
    # The same event again does nothing: at most one message per event and endpoint.
    with outside():
        Delivery.objects.filter(handler="webhooks", role=own.role).update(state="due", due_at=timezone.now())
        dispatcher.deliver_due()
    assert WebhookMessage.objects.count() == 1


def test_nobody_who_listens_costs_nothing(own: Company, ear: Ear) -> None:
    make(own, ear, ["SalesOrderCancelled"])
    order_confirmed(own)
    with outside():
        dispatcher.spread()
        assert not Delivery.objects.filter(role=own.role, handler="webhooks").exists()
        assert Outbox.objects.filter(role=own.role, spread_at=None).count() == 0


def test_an_endpoint_sees_what_its_owner_sees(own: Company, ear: Ear) -> None:
    with acting(owner_of(own)):
        role = Role.objects.create(
            key="clerk", name="Clerk", scope="own",
            permissions=["shared.sales_order.view", "webhooks.endpoint.create", "shared.product.view"],
            field_rules={"shared.product": {"standard_cost": "hidden"}},
        )  # fmt: skip
        clerk = Member.objects.create(person_id=9001, name="Clerk", email="clerk@x.example", roles=[role.key])
    as_clerk = actor_of(clerk)
    with pytest.raises(Invalid) as refused:
        make(own, ear, ["InvoicePosted"], as_clerk)
    assert refused.value.errors[0].field == "events"
    make(own, ear, None, as_clerk)
    order_confirmed(own)  # somebody else's
    mine = order_confirmed(own, clerk)
    dispatch(own)
    sending.send_all_due()
    [(_headers, body)] = ear.heard
    data = json.loads(body)["data"]
    assert data["order_id"] == mine.pk
    assert data["customer_id"] is None, "customers are not for their eyes"
    assert data["lines"][0]["value"] is None, "costs are hidden from their role"
    assert data["lines"][0]["product_id"] is not None
    with acting(owner_of(own)):
        Member.objects.filter(pk=clerk.pk).update(is_active=False)
    order_confirmed(own, clerk)
    dispatch(own)
    assert sending.send_all_due() == 0, "who has left is told nothing"


def test_while_a_secret_is_replaced_both_sign(own: Company, ear: Ear) -> None:
    endpoint = make(own, ear)
    _changed, secret = endpoints.endpoint_rotate(actor=owner_of(own), endpoint=endpoint)
    endpoints.endpoint_ping(actor=owner_of(own), endpoint=endpoint)
    sending.send_all_due()
    assert len(ear.heard[-1][0]["webhook-signature"].split()) == 2
    with acting(owner_of(own)):
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(old_until=timezone.now())
    endpoints.endpoint_ping(actor=owner_of(own), endpoint=endpoint)
    sending.send_all_due()
    headers, body = ear.heard[-1]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert (
        headers["webhook-signature"]
        == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    )
    assert json.loads(body)["type"] == "webhook.test"


def test_what_fails_is_tried_again_later_and_given_up_with_a_mail(
    own: Company, ear: Ear, mailoutbox: list[Any]
) -> None:
    endpoint = make(own, ear)
    ear.status, ear.answer = 500, b"out of order"
    endpoints.endpoint_ping(actor=owner_of(own), endpoint=endpoint)
    endpoints.endpoint_ping(actor=owner_of(own), endpoint=endpoint)
    assert sending.send_all_due() == 1, "the second one waits: it would not get through either"
    first = WebhookMessage.objects.order_by("pk")[0]
    assert (first.state, first.attempts, first.status, first.answer) == ("due", 1, 500, "out of order")
    assert first.due_at > timezone.now() + timedelta(seconds=20)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    with acting(owner_of(own)):
        WebhookEndpoint.objects.update(failing_since=timezone.now() - timedelta(days=4))
    WebhookMessage.objects.update(due_at=timezone.now())
    sending.send_all_due()
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert "out of order" in endpoint.stopped_why
    assert [m.to for m in mailoutbox] == [[f"owner@{own.slug}.example"]]
    assert "ERP" in mailoutbox[0].subject
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {"held"}
    with pytest.raises(StateRefused):
        log.messages_replay(actor=owner_of(own), endpoint=endpoint)

    ear.status = 200
    endpoint = endpoints.endpoint_update(actor=owner_of(own), endpoint=endpoint, data={"is_active": True})
    assert (endpoint.failing_since, endpoint.stopped_why) == (None, "")
    assert log.messages_replay(actor=owner_of(own), endpoint=endpoint) == 2
    assert sending.send_all_due() == 2
    assert set(WebhookMessage.objects.values_list("state", flat=True)) == {"delivered"}
    again = log.message_replay(actor=owner_of(own), message_id=first.pk)
    sending.send_all_due()
    ids = [h["webhook-id"] for h, _b in ear.heard]
    assert ids.count(str(again.message_id)) >= 3, "under its own id, so that the receiver knows it"


def test_a_secret_of_another_installation_stops_nobody_else(own: Company, ear: Ear) -> None:
    foreign, well = make(own, ear), make(own, ear)
    with acting(owner_of(own)):
        WebhookEndpoint.objects.filter(pk=foreign.pk).update(secret="sealed:bm90IG91cnM=")
    for endpoint in (foreign, well):
        endpoints.endpoint_ping(actor=owner_of(own), endpoint=endpoint)
    sending.send_all_due()
    told = dict(WebhookMessage.objects.values_list("endpoint_id", "state"))
    assert told == {foreign.pk: "due", well.pk: "delivered"}
    assert "make a new one" in WebhookMessage.objects.get(endpoint=foreign).answer


def test_nothing_leaves_a_copy_or_a_company_that_is_shut(own: Company, ear: Ear) -> None:
    endpoint = make(own, ear)
    order_confirmed(own)
    dispatch(own)
    quiet, shut = replace(own, quiet=True), replace(own, read_only=True)
    for company in (quiet, shut):
        with serving(company):
            assert sending.send_all_due() == 0
    with serving(quiet):
        assert queueing.wanted() == set()
        with pytest.raises(Conflict):
            endpoints.endpoint_ping(actor=owner_of(own), endpoint=endpoint)
    assert ear.heard == []
    assert sending.send_all_due() == 1, "and it was not lost"


def test_a_module_that_is_off_tells_nothing(own: Company, ear: Ear) -> None:
    with outside():
        Tenant.objects.filter(pk=own.id).update(switched_on=[f for f in own.features if not f.startswith("crm.")])
        without = Tenant.objects.get(pk=own.id).company()
    with serving(without):
        with pytest.raises(Invalid):
            make(own, ear, ["LeadConverted"])
        assert "LeadConverted" not in {t.name for t in queueing_offered(without)}


def queueing_offered(company: Company) -> Any:
    from tenon.webhooks.selectors.sight import offered

    return offered(owner_of(company), company)


def test_the_queue_of_a_company_is_bounded(own: Company, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "MOST_WAITING", 2)
    endpoint = make(own, ear)
    for _n in range(4):
        endpoints.endpoint_ping(actor=owner_of(own), endpoint=endpoint)
    assert WebhookMessage.objects.filter(state="due").count() == 2
    assert sending.send_all_due() == 2
    assert log.messages_replay(actor=owner_of(own), endpoint=endpoint) == 2


def test_one_worker_at_a_time(own: Company, ear: Ear) -> None:
    endpoint = make(own, ear)
    endpoints.endpoint_ping(actor=owner_of(own), endpoint=endpoint)
    cache.add(sending.LOCK, 1, 60)
    assert sending.send_all_due() == 0
    cache.delete(sending.LOCK)
    assert sending.send_all_due() == 1


def test_who_may(own: Company, ear: Ear) -> None:
    with acting(owner_of(own)):
        nobody = Member.objects.create(person_id=9002, name="V", email="v@x.example", roles=["sales"])
    with pytest.raises(Forbidden):
        make(own, ear, None, actor_of(nobody))
    with pytest.raises(Invalid) as refused:
        endpoints.endpoint_create(actor=owner_of(own), data={"name": " ", "url": "ftp://x", "events": ["no"]})
    assert [e.field for e in refused.value.errors] == ["name", "url", "events"]


def test_every_event_says_whether_it_may_be_told_outside(serving_acme: Company) -> None:
    # About people, not records; mails that are due, which suppliers and customers get; dates of supply, for promises to
    # be looked at again; what of an order is to be planned again.
    inside = {
        "records.MemberMentioned", "handover.MemberHandedOver", "SupplierMailDue", "SupplyMoved", "SalesOrderChanged",
        "PlanningBasisChanged", "QuoteMailDue", "CollectionMailDue",
    }  # fmt: skip
    silent = set(registry().events) - set(told_events()) - inside
    assert {n for n in silent if not n.startswith("notifications.")} == set()
    for told in told_events().values():
        for entity in (told.entity, *told.refers.values(), *(f.rpartition(".")[0] for f in told.reads.values())):
            assert entity in registry().entities, (told.name, entity)
