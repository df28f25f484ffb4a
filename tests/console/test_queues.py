"""The console's queues: what waits at the broker, and which companies' webhooks do not get through."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from console.selectors.queues import webhook_backlogs
from tenon.access.models import Member
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving
from tenon.webhooks.models import WebhookEndpoint, WebhookMessage
from tests.companies import owner_of
from tests.console.conftest import StaffPerson

State = WebhookMessage.State


def put(company: Company, *messages: tuple[str, int], stopped: bool = False) -> None:
    with serving(company), acting(owner_of(company)):
        owner = Member.objects.filter(roles__contains=["owner"])[0]
        endpoint = WebhookEndpoint.objects.create(
            name="ERP", url="https://erp.example/", owner=owner, secret="sealed", is_active=not stopped,
            stopped_why="503" if stopped else "",
        )  # fmt: skip
        for state, attempts in messages:
            WebhookMessage.objects.create(
                endpoint=endpoint, message_id=uuid4(), event="SalesOrderConfirmed", body="{}", state=state,
                attempts=attempts, due_at=timezone.now(),
            )  # fmt: skip
        WebhookMessage.objects.update(created_at=timezone.now() - timedelta(seconds=90))


def test_each_companys_backlog_stands_on_the_page(operator: StaffPerson, acme: Company, globex: Company) -> None:
    with outside():
        assert {b.slug for b in webhook_backlogs()} & {"acme", "globex"} == set(), "nothing waits yet"
    put(acme, (State.DUE, 0), (State.DUE, 3), (State.FAILED, 11), (State.HELD, 0), (State.DELIVERED, 1))
    put(globex, (State.DELIVERED, 1), stopped=True)
    with outside():
        found = {b.slug: b for b in webhook_backlogs()}
    one, other = found["acme"], found["globex"]
    assert (one.waiting, one.failing, one.given_up, one.stopped) == (2, 1, 2, 0)
    assert 90 <= (one.oldest or 0) < 150
    assert (other.waiting, other.failing, other.given_up, other.stopped, other.oldest) == (0, 0, 0, 1, None)
    page = operator.client.get("/operator/queues/")
    assert page.status_code == 200
    text = page.content.decode()
    assert f"/operator/companies/{acme.id}/" in text
    assert "interactive" in text
    assert "bulk" in text
    assert operator.client.get("/operator/").content.decode().count("/operator/queues/") >= 2, (
        "in the menu, on the card"
    )


def test_nobody_else_finds_it(join: object, acme: Company) -> None:
    from django.test import Client

    assert Client(headers={"host": "localhost"}).get("/operator/queues/").status_code in (302, 404)
    assert Client(headers={"host": "acme.localhost"}).get("/operator/queues/").status_code == 404
