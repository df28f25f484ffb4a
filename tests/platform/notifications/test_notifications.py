"""Mentions reach the member who was named: once, only for what the member may see, only in that member's list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.events import dispatcher
from tenon.notifications.models import Notification
from tenon.notifications.selectors import notifications_of
from tenon.notifications.services import mentioned, notifications_forget
from tenon.records.events import MemberMentioned
from tenon.records.service import acting
from tenon.records.services.comment import spoken
from tenon.tenancy.context import Company, outside
from tests.platform.api.client import Api

URL = "/api/v1/notifications/"
DEPARTMENTS = "/api/v1/access/departments/"


@pytest.fixture
def api_as(serving_acme: Company) -> Callable[[Actor | None], Api]:
    return Api


@pytest.fixture
def colleague(actor: Actor, serving_acme: Company) -> Member:
    with acting(actor):
        return Member.objects.create(person_id=4711, name="Planner", email="planner@acme.example", roles=["admin"])


def comment(actor: Actor, member: Member, name: str = "Paint shop") -> tuple[int, str]:
    department = Api(actor).post(DEPARTMENTS, {"name": name}).json["id"]
    body = f"Please look, @[{member.name}]({member.pk})\nthank you"
    assert Api(actor).post(f"{DEPARTMENTS}{department}/comments/", {"body": body}).status == 201
    return department, body


def dispatch() -> None:
    with outside():
        while dispatcher.spread() + dispatcher.deliver_due():
            pass


def told(actor: Actor, record_id: int, label: str = "Paint shop", **more: Any) -> Notification:
    return Notification.objects.create(
        member_id=actor.member_id or 0, kind="mention", entity="access.department", record_id=record_id, label=label,
        author="Owner", **more,
    )  # fmt: skip


def test_a_mention_is_told_once_and_read(actor: Actor, colleague: Member) -> None:
    department, _body = comment(actor, colleague)
    dispatch()
    mine, theirs = Api(actor_of(colleague)), Api(actor)
    answer = mine.get(URL).json
    (row,) = answer["results"]
    assert (answer["unread"], row["read"], row["record_id"], row["label"]) == (1, False, department, "Paint shop")
    assert (row["author"], row["excerpt"]) == ("Owner", "Please look, @Planner thank you")
    assert theirs.get(URL).json == {"results": [], "unread": 0}
    # Somebody else's cannot be marked.
    theirs.post(f"{URL}read/", {"ids": [row["id"]]})
    assert mine.get(URL).json["unread"] == 1
    assert mine.post(f"{URL}read/", {"ids": [row["id"]]}).json == {"unread": 0}
    assert mine.get(URL).json["results"][0]["read"] is True


def test_who_may_not_see_the_record_is_not_told(actor: Actor, colleague: Member) -> None:
    with acting(actor):
        Member.objects.filter(pk=colleague.pk).update(roles=[])
    comment(actor, colleague)
    dispatch()
    assert not Notification.objects.exists()


def test_what_is_hidden_later_is_neither_shown_nor_counted(actor: Actor, colleague: Member) -> None:
    department, _body = comment(actor, colleague)
    told(actor, department)
    assert notifications_of(actor).unread == 1
    blind = replace(actor, permissions=frozenset(actor.permissions - {"access.department.view"}))
    found = notifications_of(blind)
    assert (found.rows, found.unread) == ([], 0)


def test_a_comment_taken_back_tells_nobody(actor: Actor, colleague: Member) -> None:
    department, _body = comment(actor, colleague)
    mentioned(MemberMentioned(colleague.pk, "access.department", department, "Paint shop", 10**9, "Owner"))
    assert not Notification.objects.exists()


def test_pages_and_queries_are_bounded(actor: Actor, colleague: Member) -> None:
    department, _body = comment(actor, colleague)
    for _ in range(65):
        told(actor, department)
    api = Api(actor)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first = api.get(URL).json
    assert len(queries) <= 4
    assert (len(first["results"]), first["unread"]) == (30, 65)
    second = api.get(f"{URL}?before={first['results'][-1]['id']}").json
    third = api.get(f"{URL}?before={second['results'][-1]['id']}").json
    ids = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert len(set(ids)) == 65
    assert ids == sorted(ids, reverse=True)


def test_bad_input_and_strangers(actor: Actor, api_as: Callable[[Actor | None], Api]) -> None:
    assert api_as(None).get(URL).status == 401
    key = replace(actor, kind="api_key", member_id=None)
    assert api_as(key).get(URL).status == 403
    api = api_as(actor)
    assert api.get(f"{URL}?before=x").fields() == {"before"}
    assert api.post(f"{URL}read/", {"ids": ["x"]}).status == 400
    assert api.post(f"{URL}read/", {"ids": [2**70]}).status == 400


def test_old_ones_are_forgotten(actor: Actor, colleague: Member) -> None:
    department, _body = comment(actor, colleague)
    old, new = told(actor, department), told(actor, department)
    Notification.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    assert notifications_forget() == 1
    assert Notification.objects.get() == new


def test_marks_are_spoken_as_names() -> None:
    assert spoken("@[A (B)](3) and @[C](4),\n\nplease") == "@A (B) and @C, please"
