"""Limits are features too: sold with a plan, shown with what is used, refused with a problem that says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.catalogue import catalogue, limits
from billing.catalogue.plans import ALL
from billing.rules.changes import Plan
from billing.services.accounts import account_sync
from modules.inventory.models import Warehouse
from modules.inventory.services.place import warehouse_create, warehouse_update
from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.services.api_keys import api_key_create
from tenon.access.services.members import member_add
from tenon.records.limits import LimitReached, require_room, shown
from tenon.records.services.attachment import attachment_create
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, outside, serving
from tests.billing.local import Local
from tests.tenants.conftest import Web


def test_what_is_sold_is_what_the_platform_knows() -> None:
    known = set(registry().limits)
    assert {key for file in ALL for key in file.limits} <= known
    assert {*limits.EVERYBODY, *limits.TRIAL, *limits.NEVER_MORE, limits.MEMBERS} <= known
    found = catalogue().limits(Plan(frozenset({"crm", "inventory"}), 3, "month"))
    assert found == {
        limits.MEMBERS: 3,
        limits.WAREHOUSES: 1 + 2 + 3,
        limits.STORAGE: (1 + 15 + 15) * limits.GB,
        limits.API_CALLS: 1_000 + 4_000 + 4_000,
    }
    assert catalogue().limits(Plan(frozenset({"suite"}), 9, "year"))[limits.WAREHOUSES] == 500, "never more than that"


def test_the_plan_decides_and_the_page_shows_it(
    on_trial: Tenant, owner_web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {row["key"]: row for row in owner_web.get("/api/v1/billing/status/").json()["limits"]}
    assert limits.MEMBERS not in seen, "on trial as many people as like"
    assert seen[limits.WAREHOUSES]["most"] == limits.TRIAL[limits.WAREHOUSES]
    local = Local(monkeypatch)
    account = local.customer(on_trial)
    local.subscribe(account, "crm", "inventory", seats=3)
    account_sync(account.pk)
    seen = {row["key"]: row for row in owner_web.get("/api/v1/billing/status/").json()["limits"]}
    assert (seen[limits.MEMBERS]["used"], seen[limits.MEMBERS]["most"]) == (1, 3)
    with outside():
        on_trial.refresh_from_db()
    with serving(on_trial.company()):
        assert seen[limits.WAREHOUSES]["used"] == Warehouse.objects.filter(is_active=True).count()


@pytest.fixture
def bounded(acme: Company) -> Any:
    def company(**most: int) -> Any:
        return serving(replace(acme, limits={key.replace("__", "."): value for key, value in most.items()}))

    return company


def test_one_warehouse_too_many(bounded: Any, acme: Company, actor: Actor) -> None:
    with serving(acme):
        there = Warehouse.objects.filter(is_active=True).count()
    with bounded(inventory__warehouses=there + 1):
        second = warehouse_create(actor=actor, code="W2", name="Second")
        with pytest.raises(LimitReached) as refused:
            warehouse_create(actor=actor, code="W3", name="Third")
        assert (refused.value.extra["used"], refused.value.extra["most"]) == (there + 1, there + 1)
        warehouse_update(actor=actor, warehouse=second, is_active=False)
        warehouse_create(actor=actor, code="W3", name="Third")
        with pytest.raises(LimitReached):
            warehouse_update(actor=actor, warehouse=second, is_active=True)


def test_a_full_store(bounded: Any, actor: Actor) -> None:
    entity = registry().entities["shared.product"]
    with bounded(records__storage=1_000):
        keep: dict[str, Any] = {"actor": actor, "entity": entity, "record_id": 1}
        attachment_create(**keep, upload=SimpleUploadedFile("a.txt", b"x" * 900))
        with pytest.raises(LimitReached, match="1000 B"):
            attachment_create(**keep, upload=SimpleUploadedFile("b.txt", b"x" * 101))
        attachment_create(**keep, upload=SimpleUploadedFile("c.txt", b"x" * 100))
        with pytest.raises(LimitReached):
            require_room("records.storage")


@pytest.mark.usefixtures("one_window")
def test_calls_of_programs_are_counted_by_the_day(acme: Company, actor: Actor, owner_web: Web) -> None:
    with serving(acme):
        token = api_key_create(actor=actor, data={"name": "robot", "permissions": ["access.member.view"]}).token
    with outside():
        Tenant.objects.filter(pk=acme.id).update(limits={limits.API_CALLS: 2})
    robot = Web("localhost")
    answers = [robot.get("/api/v1/access/members/", Authorization=f"Bearer {token}") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    told = answers[-1].json()
    assert told["type"].endswith("limit-reached")
    assert (told["limit"], told["most"]) == (limits.API_CALLS, 2)
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 86_400
    assert owner_web.get("/api/v1/access/members/").status_code == 200, "people at a browser are not counted"


def test_more_people_than_seats_and_who_stays(acme: Company, actor: Actor, owner_web: Web) -> None:
    with serving(acme):
        others = [
            member_add(actor=actor, person_id=700 + n, name=f"Buyer {n}", email=f"b{n}@acme.example", roles=["buyer"])
            for n in range(3)
        ]
        owner = actor.member_id
    path, stay = "/api/v1/billing/people/", [owner, others[1].pk]
    assert owner_web.post(path, {"stay": stay}).status_code == 400, "there is a seat for everybody"
    with outside():
        Tenant.objects.filter(pk=acme.id).update(limits={limits.MEMBERS: 2})
    assert [p["me"] for p in owner_web.get(path).json()["results"]].count(True) == 1
    assert len(owner_web.get(path).json()["results"]) == 4, "nobody goes by itself"
    assert owner_web.post(path, {"stay": [*stay, others[0].pk]}).status_code == 400, "more than seats"
    refused = owner_web.post(path, {"stay": [others[0].pk]})
    assert refused.status_code in (403, 409), "not without oneself"
    assert len(owner_web.get(path).json()["results"]) == 4, "all or nobody"
    left = owner_web.post(path, {"stay": stay}).json()["results"]
    assert {p["id"] for p in left} == set(stay)
    with serving(acme):
        assert Member.objects.filter(pk__in=[m.pk for m in others]).count() == 3, "nobody is deleted"


def test_amounts_as_people_read_them() -> None:
    assert [shown("records.storage", n) for n in (12, 2048, 1536, 5 * limits.GB)] == ["12 B", "2 KB", "1.5 KB", "5 GB"]
    assert shown("inventory.warehouses", 3) == "3"
