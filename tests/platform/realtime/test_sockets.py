"""Sockets: who gets in, what they hear, what they do not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from tenants.identity import begin_session
from tenants.models import Membership, Person, Tenant
from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.access.services.api_keys import api_key_create
from tenon.access.services.departments import department_create
from tenon.access.services.members import member_deactivate
from tenon.jobs.models import Job
from tenon.jobs.progress import tell
from tenon.realtime.consumer import sight
from tenon.realtime.notify import bootstrap_changed, company_group, send
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of
from tests.platform.realtime.communicator import Socket

Make = Callable[..., Company]
QUIET = 0.4


def cookie_of(person: Person, tenant: Tenant | None) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    begin_session(session, tenant)
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def join(company: Company, roles: list[str]) -> Person:
    person = Person.objects.create_user(f"{'-'.join(roles)}-{company.slug}@example.com", name=roles[0])
    Membership.objects.create(person=person, tenant_id=company.id)
    with serving(company), acting(owner_of(company)):
        Member.objects.create(person_id=person.pk, name=person.name, email=person.email, roles=roles)
    return person


def socket(host: str, cookie: str = "", origin: str | None = None, **headers: str) -> Socket:
    from tenon_site.asgi import application

    sent = [(b"host", host.encode()), (b"cookie", cookie.encode())]
    if origin != "":
        sent.append((b"origin", (origin or f"http://{host}").encode()))
    sent += [(k.encode(), v.encode()) for k, v in headers.items()]
    return Socket(application, "/ws/", sent)


async def refused(communicator: Socket) -> bool:
    connected = await communicator.connect(timeout=10)
    if connected:
        await communicator.disconnect()
    return not connected


@pytest.fixture
def own(fresh_company: Make) -> Company:
    return fresh_company("Sockets")


@pytest.fixture
def owner(own: Company) -> Person:
    return Person.objects.get(email=f"owner@{own.slug}.example")


def run(work: Any) -> Any:
    """Sockets live in a loop of their own; the test's database work stays in its thread."""
    return asyncio.run(work)


def cookie(company: Company, person: Person) -> str:
    return cookie_of(person, Tenant.objects.get(pk=company.id))


def test_a_change_reaches_the_members_of_its_company_only(own: Company, owner: Person, fresh_company: Make) -> None:
    other = fresh_company("Neighbour")
    neighbour = Person.objects.get(email=f"owner@{other.slug}.example")
    mine, theirs = cookie(own, owner), cookie(other, neighbour)

    async def story() -> tuple[Any, bool]:
        here, there = socket(f"{own.slug}.localhost", mine), socket(f"{other.slug}.localhost", theirs)
        assert await here.connect(timeout=10)
        assert await there.connect(timeout=10)
        made = await asyncio.to_thread(create)
        heard = await here.heard(timeout=5)
        quiet = await there.receive_nothing(QUIET)
        await here.disconnect()
        await there.disconnect()
        return (made, heard), quiet

    def create() -> int:
        with serving(own):
            return department_create(actor=owner_of(own), data={"name": "Paint shop"}).pk

    (made, heard), quiet = run(story())
    assert heard["type"] == "changed"
    assert {"entity": "access.department", "ids": [made], "op": "insert"} in heard["items"]
    assert quiet


def test_pings_are_answered_and_rubbish_is_not(own: Company, owner: Person) -> None:
    jar = cookie(own, owner)

    async def story() -> None:
        here = socket(f"{own.slug}.localhost", jar)
        assert await here.connect(timeout=10)
        for rubbish in ("", "x" * 5000, "[1]", '{"type": "changed"}', "null"):
            await here.send_text(rubbish)
        await here.send_text('{"type": "ping"}')
        assert await here.heard(timeout=5) == {"type": "pong"}
        await here.disconnect()

    run(story())


def test_who_does_not_get_in(own: Company, owner: Person, fresh_company: Make) -> None:
    other = fresh_company("Neighbour")
    host, elsewhere = f"{own.slug}.localhost", f"{other.slug}.localhost"
    mine, apex = cookie(own, owner), cookie_of(owner, None)
    robot = owner_of(own)
    with serving(own):
        token = api_key_create(actor=robot, data={"name": "r", "permissions": ["access.department.view"]}).token

    async def story() -> None:
        assert await refused(socket(host)), "nobody"
        assert await refused(socket(host, "sessionid=forged")), "a forged session"
        assert await refused(socket(elsewhere, mine)), "a session of another company's host"
        assert await refused(socket(host, apex)), "a session of the apex"
        assert await refused(socket("localhost", apex)), "the apex has no socket"
        assert await refused(socket("nobody.localhost", mine))
        assert await refused(socket(host, mine, origin="http://evil.example.com")), "a page of another site"
        assert await refused(socket(host, mine, origin="")), "a browser without an origin"
        assert await refused(socket(host, mine, origin=f"http://{elsewhere}")), "a page of another company"
        assert await refused(socket(elsewhere, origin="", authorization=f"Bearer {token}")), "a foreign key"
        assert not await refused(socket(host, origin="", authorization=f"Bearer {token}"))
        assert not await refused(socket("localhost", origin="", authorization=f"Bearer {token}"))
        assert not await refused(socket(host, mine))

    run(story())
    Membership.objects.filter(tenant_id=own.id).update(is_active=False)
    assert run(refused(socket(host, mine)))


def test_another_path_is_no_socket(own: Company, owner: Person) -> None:
    from tenon_site.asgi import application

    communicator = Socket(application, "/ws/other/", [(b"host", b"localhost")])
    assert run(refused(communicator))


def test_a_member_hears_of_what_it_may_view_only(own: Company) -> None:
    clerk = join(own, ["shop_floor"])
    jar = cookie(own, clerk)

    async def story() -> Any:
        here = socket(f"{own.slug}.localhost", jar)
        assert await here.connect(timeout=10)
        items = [
            {"entity": "access.role", "ids": [1], "op": "update"},
            {"entity": "access.api_key", "ids": [2], "op": "update"},
            {"entity": "access.member", "ids": [3], "op": "update"},
            {"entity": "made.up", "ids": [4], "op": "update"},
        ]
        await asyncio.to_thread(send, company_group(own.id), {"type": "changed", "items": items[:2]})
        await asyncio.to_thread(send, company_group(own.id), {"type": "changed", "items": items})
        heard = await here.heard(timeout=5)
        await here.disconnect()
        return heard

    assert run(story()) == {"type": "changed", "items": [{"entity": "access.member", "ids": [3], "op": "update"}]}


def test_ids_go_only_to_who_sees_all_rows(own: Company) -> None:
    """Somebody who sees its own rows alone is told that the list changed, not which row of a colleague's."""
    actor = Actor(
        kind="member", label="x", member_id=1, permissions=frozenset({"shared.party.view", "shared.sales_order.view",
        "shared.sales_order_line.view"}), scopes={"": "own"},
    )  # fmt: skip
    seen = sight(own, actor)
    assert "shared.party" in seen.entities
    assert "shared.party" not in seen.whole
    assert "shared.sales_order_line" not in seen.whole, "lines are as visible as their document"
    wide = sight(own, Actor(kind="member", label="x", permissions=actor.permissions, scopes={"": "all"}))
    assert {"shared.party", "shared.sales_order"} <= wide.whole


def test_switched_off_features_fall_silent_and_come_back(own: Company, owner: Person) -> None:
    tenant = Tenant.objects.get(pk=own.id)
    features = list(tenant.switched_on)
    seen = sight(own, owner_of(own))
    gone = [e for e in seen.entities if not e.startswith(("access.", "shared.", "records."))]
    if not gone:
        pytest.skip("needs a business module")
    jar = cookie(own, owner)

    async def story() -> None:
        here = socket(f"{own.slug}.localhost", jar)
        assert await here.connect(timeout=10)

        async def hears() -> bool:
            message = {"type": "changed", "items": [{"entity": gone[0], "ids": [1], "op": "update"}]}
            await asyncio.to_thread(send, company_group(own.id), message)
            return not await here.receive_nothing(QUIET)

        assert await hears()
        await here.heard()
        for switched_on, heard in (([], False), (features, True)):
            await asyncio.to_thread(Tenant.objects.filter(pk=own.id).update, switched_on=switched_on)
            await asyncio.to_thread(bootstrap_changed, own)
            assert await here.heard(timeout=5) == {"type": "bootstrap"}
            assert await hears() is heard
        await here.disconnect()

    run(story())


def test_a_member_who_leaves_loses_its_socket_at_once(own: Company) -> None:
    clerk = join(own, ["viewer"])
    jar = cookie(own, clerk)

    def leave() -> None:
        with serving(own):
            member_deactivate(actor=owner_of(own), member=Member.objects.get(person_id=clerk.pk))

    async def story() -> list[Any]:
        here = socket(f"{own.slug}.localhost", jar)
        assert await here.connect(timeout=10)
        await asyncio.to_thread(leave)
        heard: list[Any] = []
        while not heard or heard[-1]["type"] != "websocket.close":
            heard.append(await here.receive_output(timeout=5))
        assert await refused(socket(f"{own.slug}.localhost", jar))
        return heard

    assert run(story())[-1]["code"] == 4403
    assert not Membership.objects.get(person=clerk).is_active


def test_jobs_are_told_to_whoever_started_them(own: Company, owner: Person) -> None:
    clerk = join(own, ["viewer"])
    with serving(own):
        mine = Job(
            pk=1, title="x", state="running", progress=0.5, started_by_id=Member.objects.get(person_id=clerk.pk).pk
        )
        other = Job(pk=2, title="y", state="running", started_by_id=owner_of(own).member_id)
    clerks, owners = cookie(own, clerk), cookie(own, owner)

    def say() -> None:
        with serving(own):
            tell(other)
            tell(mine)

    async def story() -> tuple[Any, Any]:
        here, boss = socket(f"{own.slug}.localhost", clerks), socket(f"{own.slug}.localhost", owners)
        assert await here.connect(timeout=10)
        assert await boss.connect(timeout=10)
        await asyncio.to_thread(say)
        heard = await here.heard(timeout=5)
        both = [await boss.heard(timeout=5), await boss.heard(timeout=5)]
        await here.disconnect()
        await boss.disconnect()
        return heard, both

    heard, both = run(story())
    assert heard == {"type": "job", "id": 1, "state": "running", "progress": 0.5, "message": ""}
    assert [m["id"] for m in both] == [2, 1]


def test_a_rolled_back_change_is_not_told(own: Company, owner: Person) -> None:
    jar = cookie(own, owner)

    def fail() -> None:
        with serving(own), pytest.raises(ZeroDivisionError), acting(owner_of(own)):
            Department.objects.create(name="never")
            _ = 1 / 0

    async def story() -> bool:
        here = socket(f"{own.slug}.localhost", jar)
        assert await here.connect(timeout=10)
        await asyncio.to_thread(fail)
        quiet = await here.receive_nothing(QUIET)
        await here.disconnect()
        return bool(quiet)

    assert run(story())
