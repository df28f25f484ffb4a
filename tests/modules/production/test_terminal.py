"""The terminal over HTTP: badges, what is next, and nothing done twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from modules.production.models import AndonCall, Badge, BadgePin, ProductionReport
from modules.production.services import badge_pin_set
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Invalid
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_operation_reports import reason, wheels
from tests.platform.api.client import Api

D = Decimal
URL = "/api/v1/production/terminal/"


@pytest.fixture
def worker(factory: Factory) -> Member:
    with acting(factory.actor):
        person = Member(person_id=987_001, name="Welder", email="welder@acme.example", roles=["owner"])
        person.save()
        badge = Badge(member=person, code="B-1001")
        badge.save()
        badge_pin_set(actor=factory.actor, badge=badge, pin="4711")
    return person


@pytest.fixture
def tablet(factory: Factory) -> Actor:
    """A tablet that may show its list and nothing else."""
    return replace(factory.actor, permissions=frozenset({"production.terminal.view"}), label="Tablet")


def show(tablet: Actor, code: str = "B-1001", pin: str = "4711") -> Any:
    return Api(tablet).post(f"{URL}badge/", {"code": code, "pin": pin})


def test_what_is_done_at_the_tablet_is_done_by_the_worker(factory: Factory, worker: Member, tablet: Actor) -> None:
    order = wheels(factory, 10, "Lace")
    lace = order.operations.get()
    refused = Api(tablet).post(URL, {"verb": "start", "operation": lace.pk})
    assert (refused.status, refused.json["type"].rpartition("/")[2]) == (403, "forbidden")
    shown = show(tablet).json
    assert shown["worker"] == {"id": worker.pk, "name": "Welder"}
    act = lambda **body: Api(tablet).post(URL, {"badge": shown["token"], **body})  # noqa: E731
    assert act(verb="start", operation=lace.pk).status == 200
    answer = act(verb="report", operation=lace.pk, good="3", scrap="1", reason=reason().pk)
    assert answer.status == 200, answer.json
    report = ProductionReport.objects.get()
    assert (report.good, report.scrap, report.worker, report.posted_by) == (3, 1, worker, f"member:{worker.pk}")
    assert AuditEntry.objects.filter(actor=f"member:{worker.pk}").exists()
    seen = Api(tablet).get(f"{URL}?work_centre={factory.centre.pk}").json
    (row,) = seen["queue"]
    assert (row["order"]["label"], D(row["good"]), D(row["left"]), row["status"]) == (order.number, 3, 6, "running")
    assert [w["name"] for w in row["working"]] == ["Welder"]
    assert D(seen["today"]["good"]) == 3


def test_a_badge_at_a_tablet_is_no_desk(factory: Factory, worker: Member, tablet: Actor) -> None:
    """The welder is an owner elsewhere; the token opens nothing but the floor, and at no other tablet."""
    from modules.production.services.badges import BadgeExpired, badge_shown, worker_of

    actor, token = badge_shown(code="B-1001", pin="4711", terminal=tablet)
    assert actor.can("production.order.report")
    assert not actor.can("production.order.release")
    other = replace(tablet, member_id=(tablet.member_id or 0) + 999)
    with pytest.raises(BadgeExpired):
        worker_of(token=token, terminal=other)
    with acting(factory.actor):
        badge = Badge.objects.get()
        badge.is_active = False
        badge.save()
    with pytest.raises(BadgeExpired):
        worker_of(token=token, terminal=tablet)


def test_guessing_is_stopped_and_nobody_learns_which_was_wrong(worker: Member, tablet: Actor) -> None:
    unknown = show(tablet, code="B-9999")
    for _try in range(5):
        wrong = show(tablet, pin="0000")
        assert (wrong.status, wrong.json["type"], wrong.json["title"]) == (
            403, unknown.json["type"], unknown.json["title"],
        )  # fmt: skip
    assert show(tablet).status == 429  # the right one, too
    BadgePin.objects.update(locked_until=timezone.now())
    assert show(tablet).status == 200


def test_a_pin_is_no_row_of_figures_and_not_in_the_trail(factory: Factory, worker: Member) -> None:
    badge = Badge.objects.get()
    for weak in ("123", "1111", "1234", "8765", "12a4", "123456789"):
        with pytest.raises(Invalid):
            badge_pin_set(actor=factory.actor, badge=badge, pin=weak)
    assert "4711" not in BadgePin.objects.get().secret
    assert not AuditEntry.objects.filter(table_name__contains="badgepin").exists()


def test_the_same_report_twice_is_one(factory: Factory, worker: Member, tablet: Actor) -> None:
    """A terminal that lost the answer sends again, after the badge was shown anew."""
    lace = wheels(factory, 10, "Lace").operations.get()
    body = {"verb": "report", "operation": lace.pk, "good": "2", "at": timezone.now().isoformat()}
    first = Api(tablet).post(URL, {**body, "badge": show(tablet).json["token"]}, idempotency_key="k-1")
    second = Api(tablet).post(URL, {**body, "badge": show(tablet).json["token"]}, idempotency_key="k-1")
    assert (first.status, second.status, ProductionReport.objects.count()) == (200, 200, 1)
    other = Api(tablet).post(URL, {**body, "good": "3", "badge": show(tablet).json["token"]}, idempotency_key="k-1")
    assert other.status == 409


def test_a_call_for_help_is_seen_on_the_board_until_it_is_solved(factory: Factory, tablet: Actor) -> None:
    api = Api(factory.actor)
    call = {"verb": "call", "work_centre": factory.centre.pk, "reason": reason("call").pk}
    assert [api.post(URL, call).status for _ in range(2)] == [200, 200]
    (row,) = [r for r in Api(tablet).get("/api/v1/production/board/").json["results"] if r["id"] == factory.centre.pk]
    assert [c["status"] for c in row["calls"]] == ["open"]
    pk = AndonCall.objects.get().pk
    assert api.post(URL, {"verb": "answer", "call": pk}).status == 200
    assert api.post(URL, {"verb": "answer", "call": pk}).status == 409
    assert api.post(URL, {"verb": "close", "call": pk, "note": "Gas bottle changed"}).status == 200
    closed = AndonCall.objects.get()
    assert (closed.status, closed.note) == ("closed", "Gas bottle changed")
    down = {"verb": "down", "work_centre": factory.centre.pk, "reason": reason("downtime").pk}
    assert api.post(URL, down).status == 200
    stands = api.get(f"{URL}?work_centre={factory.centre.pk}").json["downtimes"]
    assert api.post(URL, {"verb": "up", "downtime": stands[0]["id"]}).status == 200


def test_more_work_does_not_take_more_queries(factory: Factory, django_assert_max_num_queries: Any) -> None:
    wheels(factory, 1, "Lace", "True", spokes=3200)
    for _ in range(6):
        factory.order(2, product=factory.wheel)
    with django_assert_max_num_queries(30):
        seen = Api(factory.actor).get(f"{URL}?work_centre={factory.centre.pk}").json
    assert len(seen["queue"]) == 14


def test_it_is_off_with_its_function(factory: Factory) -> None:
    from tenon.tenancy.context import serving

    company = current()
    without = replace(company, features=company.features - {"production.shop_floor"})
    with serving(without):
        for path in (f"{URL}?work_centre=1", "/api/v1/production/board/", "/api/v1/production/shortages/"):
            assert Api(factory.actor).get(path).status == 403
        assert show(factory.actor).status == 403
