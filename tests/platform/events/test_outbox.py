"""Events: told with the change they tell of, at least once, effective once, only where the module is on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.events import dispatcher
from tenon.events.codec import decode, encode
from tenon.events.models import Delivery, Outbox
from tenon.events.retention import forget_delivered
from tenon.records.service import acting, publish
from tenon.registry.registry import registry
from tenon.registry.types import Feature, Handler, ModuleManifest
from tenon.tenancy.context import Company, current, serving

HERE = "tests.platform.events.test_outbox"


@dataclass(frozen=True)
class Line:
    quantity: Decimal


@dataclass(frozen=True)
class PaintOrdered:
    colour: str
    on: date
    lines: tuple[Line, ...] = ()


EVENT = PaintOrdered("red", date(2026, 11, 21), (Line(Decimal("2.50")),))
heard: list[tuple[str, Any]] = []
broken = {"times": 0}


def note(event: PaintOrdered) -> None:
    """The effect is a row in the company, so that losing it would show."""
    Department.objects.create(name=f"{event.colour} {event.lines[0].quantity}")
    heard.append((current().slug, event))
    if broken["times"]:
        broken["times"] -= 1
        raise RuntimeError("the paint is not dry")


def note_more(event: PaintOrdered) -> None:
    heard.append(("more", event))


@pytest.fixture(autouse=True)
def paint(monkeypatch: pytest.MonkeyPatch, acme: Company) -> Iterator[ModuleManifest]:
    """A module `paint` with two handlers, on in acme."""
    heard.clear()
    broken["times"] = 0
    handlers = (
        Handler(PaintOrdered, f"{HERE}.note", "paint.note"), Handler(PaintOrdered, f"{HERE}.note_more", "paint.more"),
    )  # fmt: skip
    manifest = ModuleManifest(
        "paint", "Paint", features=(Feature("paint.core", core=True),), publishes=(PaintOrdered,), handles=handlers
    )
    known = registry()
    monkeypatch.setitem(known.modules, "paint", manifest)
    monkeypatch.setitem(known.events, "PaintOrdered", PaintOrdered)
    monkeypatch.setitem(known.handlers, "PaintOrdered", [(manifest, h) for h in handlers])
    switch(acme, True)
    yield manifest
    dispatcher._function.cache_clear()


def switch(company: Company, on: bool) -> None:
    features = [*company.features, *(["paint.core"] if on else [])]
    Tenant.objects.filter(pk=company.id).update(entitled=[*company.features, "paint.core"], switched_on=features)


def order(company: Company, actor: Actor) -> None:
    with serving(company), acting(actor):
        publish(EVENT)


def dispatch() -> None:
    while dispatcher.spread() + dispatcher.deliver_due():
        pass


def states() -> dict[str, str]:
    return dict(Delivery.objects.order_by("handler").values_list("handler", "state"))


def departments(company: Company) -> int:
    with serving(company):
        return Department.objects.count()


def test_an_event_reaches_every_handler_in_its_company(acme: Company, actor: Actor) -> None:
    order(acme, actor)
    row = Outbox.objects.get()
    assert (row.role, row.name, row.actor, row.spread_at) == (acme.role, "PaintOrdered", actor.ref, None)
    assert dispatcher.lag() >= 0
    dispatch()
    assert heard == [("acme", EVENT), ("more", EVENT)]
    assert states() == {"paint.more": "done", "paint.note": "done"}
    dispatch()
    assert len(heard) == 2


def test_a_change_that_is_rolled_back_tells_nothing(acme: Company, actor: Actor) -> None:
    with pytest.raises(ZeroDivisionError), serving(acme), acting(actor):
        Department.objects.create(name="never")
        publish(EVENT)
        raise ZeroDivisionError
    assert not Outbox.objects.exists()
    assert departments(acme) == 0


def test_an_outbox_that_refuses_takes_the_change_back(acme: Company, actor: Actor) -> None:
    @dataclass(frozen=True)
    class Unheard:
        x: int

    with pytest.raises(KeyError, match="published by no manifest"), serving(acme), acting(actor):
        Department.objects.create(name="never")
        publish(Unheard(1))
    assert departments(acme) == 0


def test_a_failing_handler_is_tried_again_later_each_time(acme: Company, actor: Actor) -> None:
    broken["times"] = 2
    order(acme, actor)
    dispatch()
    delivery = Delivery.objects.get(handler="paint.note")
    assert (delivery.state, delivery.attempts) == ("due", 1)
    assert "not dry" in delivery.error
    assert delivery.due_at > timezone.now() + timedelta(seconds=1)
    assert departments(acme) == 0, "what it wrote before failing is gone"
    assert states()["paint.more"] == "done", "the other handler does not wait for it"
    for attempt in (2, 3):
        Delivery.objects.update(due_at=timezone.now())
        dispatch()
        delivery.refresh_from_db()
        assert delivery.attempts == attempt
    assert delivery.state == "done"
    assert departments(acme) == 1
    assert [dispatcher.backoff(n).total_seconds() for n in (1, 2, 5, 30)] == [2, 4, 32, 3600]


def bury(company: Company, actor: Actor) -> Delivery:
    broken["times"] = 999
    order(company, actor)
    for _attempt in range(dispatcher.MAX_ATTEMPTS):
        dispatch()
        Delivery.objects.filter(state="due").update(due_at=timezone.now())
    return Delivery.objects.get(handler="paint.note")


def test_dead_letters_are_seen_and_replayed_by_their_company_only(
    acme: Company, globex: Company, actor: Actor, client: Any
) -> None:
    from tenants.models import Person

    delivery = bury(acme, actor)
    assert (delivery.state, delivery.attempts) == ("dead", dispatcher.MAX_ATTEMPTS)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    for slug, found in (("globex", 0), ("acme", 1)):
        client.force_login(Person.objects.get(email=f"owner@{slug}.example"), backend=backend)
        rows = client.get("/api/v1/events/dead-letters/", headers={"host": f"{slug}.localhost"}).json()["results"]
        assert len(rows) == found
        answer = client.post(
            f"/api/v1/events/dead-letters/{delivery.pk}/actions/replay/", headers={"host": f"{slug}.localhost"}
        )
        assert answer.status_code == (204 if found else 404), answer.content
    assert rows[0]["event"] == "PaintOrdered"
    assert "not dry" in rows[0]["error"]
    broken["times"] = 0
    dispatch()
    assert states()["paint.note"] == "done"
    assert departments(acme) == 1


def test_a_module_that_is_off_is_skipped_and_catches_up(acme: Company, actor: Actor) -> None:
    switch(acme, False)
    order(acme, actor)
    order(acme, actor)
    dispatch()
    assert heard == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"skipped"}
    switch(acme, True)
    assert dispatcher.catch_up(acme, "paint") == 4
    dispatch()
    assert departments(acme) == 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_crash_between_the_effect_and_its_mark_has_one_effect(acme: Company, actor: Actor) -> None:
    """The handler's transaction was committed, then the process died before it could mark the delivery."""
    order(acme, actor)
    dispatcher.spread()
    leased = [d for d in dispatcher.take(10) if d.handler == "paint.note"]
    _manifest, handler = dispatcher._find("PaintOrdered", "paint.note")  # type: ignore[misc]
    dispatcher.handle_once(acme, handler, leased[0].event)
    assert departments(acme) == 1
    assert Delivery.objects.get(handler="paint.note").state == "due", "died here"
    assert dispatcher.take(10) == [], "leased: nobody else takes it at once"
    Delivery.objects.update(due_at=timezone.now())  # the lease is over
    dispatch()
    assert departments(acme) == 1, "delivered twice, effective once"
    assert states()["paint.note"] == "done"


def test_a_crash_between_commit_and_spreading_loses_nothing(acme: Company, actor: Actor) -> None:
    order(acme, actor)  # committed; no dispatcher lives
    assert not Delivery.objects.exists()
    dispatch()
    assert departments(acme) == 1


def test_a_company_speaks_in_its_own_name_only(acme: Company, globex: Company) -> None:
    insert = """insert into public.events_outbox (event_id, role, name, payload, actor, created_at)
                values (gen_random_uuid(), %s, 'PaintOrdered', '{}', '', now())"""
    for statement, arguments in (
        (insert, [globex.role]),
        ("select * from public.events_outbox", []),
        ("delete from public.events_outbox", []),
        ("update public.events_outbox set role = current_user", []),
        ("select * from public.events_delivery", []),
    ):
        with serving(acme), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, arguments)
    with serving(acme), connection.cursor() as cursor:
        cursor.execute(insert, [acme.role])
    assert Outbox.objects.get().role == acme.role


def test_events_of_a_company_that_is_gone_do_not_stop_the_others(acme: Company, actor: Actor) -> None:
    order(acme, actor)
    Outbox.objects.create(event_id="00000000-0000-0000-0000-000000000001", role="tr_999999", name="PaintOrdered",
                          payload=encode(EVENT))  # fmt: skip
    dispatch()
    assert departments(acme) == 1
    assert set(Delivery.objects.filter(role="tr_999999").values_list("state", flat=True)) == {"dead"}


def test_events_survive_the_journey_and_newer_senders() -> None:
    assert decode(PaintOrdered, encode(EVENT)) == EVENT
    assert decode(PaintOrdered, {**encode(EVENT), "added_in_a_later_release": 1}) == EVENT
    assert encode(replace(EVENT, lines=()))["lines"] == []


def test_delivered_events_are_forgotten_after_a_while_others_never(acme: Company, actor: Actor) -> None:
    order(acme, actor)
    dispatch()
    assert forget_delivered() == 0
    Outbox.objects.update(spread_at=timezone.now() - timedelta(days=40))
    Delivery.objects.filter(handler="paint.more").update(state="dead")
    assert forget_delivered() == 0
    Delivery.objects.update(state="done")
    assert forget_delivered() == 1
    assert not Delivery.objects.exists()


def test_an_event_in_nobodys_name_is_buried_and_stops_nobody(acme: Company, actor: Actor) -> None:
    from uuid import uuid4

    Outbox.objects.create(event_id=uuid4(), role="tenon_app", name="PaintOrdered", payload=encode(EVENT))
    order(acme, actor)
    dispatch()
    assert heard == [("acme", EVENT), ("more", EVENT)]
    assert set(Delivery.objects.filter(role="tenon_app").values_list("state", flat=True)) == {"dead"}


def test_what_is_skipped_while_somebody_switches_the_module_on_is_due(
    acme: Company, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dispatcher has seen the module off; before it writes that down, the admin switches on and catches up."""
    switch(acme, False)
    order(acme, actor)
    dispatcher.spread()
    save = Delivery.save

    def late(self: Delivery, *args: Any, **kwargs: Any) -> None:
        switch(acme, True)
        dispatcher.catch_up(replace(acme, features=acme.features | {"paint.core"}), "paint")
        save(self, *args, **kwargs)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Delivery, "save", late)
        dispatcher.deliver_due()
    assert "skipped" not in states().values()


def test_a_handler_that_kills_its_process_is_buried_in_the_end(
    acme: Company, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And alone: what was leased together with it is delivered."""

    class Killed(BaseException):
        pass

    def kill(event: PaintOrdered) -> None:
        raise Killed

    monkeypatch.setitem(globals(), "note", kill)
    dispatcher._function.cache_clear()
    order(acme, actor)
    dispatcher.spread()
    for _death in range(dispatcher.MAX_ATTEMPTS):
        with pytest.raises(Killed):
            dispatcher.deliver_due()
        Delivery.objects.filter(state="due").update(due_at=timezone.now() - timedelta(seconds=1))  # the lease ends
    dispatcher.deliver_due()
    assert states() == {"paint.more": "done", "paint.note": "dead"}
    assert heard == [("more", EVENT)]
