"""Leads that come by themselves, from outside: signatures, forms, repeats, turns, and who must not be let in."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connections
from django.test import Client

from modules.crm.models import Lead, LeadAssignee, LeadSource, LeadTouch, PoolPause
from modules.crm.selectors.capture import lead_touch_list
from modules.crm.services import lead_lose, lead_source_create, lead_source_readdress, lead_source_sign
from modules.crm.services.capture import capture
from modules.shared.data.services import party_create
from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.notifications.models import Notification
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tenon.webhooks.rules.signing import headers as sign
from tenon.webhooks.rules.signing import new_secret
from tests.companies import owner_of
from tests.modules.crm.rules.test_lead_formats import GOOGLE, META
from tests.platform.api.client import Api

KEY = "0123456789abcdef"


class Sender:
    """Somebody outside, without an account."""

    def __init__(self, host: str = "acme.localhost", address: str = "203.0.113.9") -> None:
        self.client = Client(headers={"host": host}, REMOTE_ADDR=address)

    def send(self, source: LeadSource, body: Any, query: str = "", **headers: str) -> Any:
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(
            f"/api/v1/crm/portal/capture/{source.token}/{query}", data=sent, content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )  # fmt: skip


@pytest.fixture
def make_source(serving_acme: Company, actor: Actor) -> Callable[..., LeadSource]:
    def make(kind: str = "json", key: str = KEY, **values: Any) -> LeadSource:
        source = lead_source_create(actor=actor, name=f"From {kind}", kind=kind, **values)
        return lead_source_sign(actor=actor, source=source, key=key) if key and kind in LeadSource.SIGNED else source

    return make


def somebody(owner: Actor, name: str) -> Member:
    with acting(owner):
        return Member.objects.create(
            person_id=8_000 + Member.objects.count(), email=f"{name}@rota.example", name=name, roles=["sales"]
        )


def keyed(key: str = KEY) -> dict[str, str]:
    return {"Tenon-Key": key}


def test_the_same_payload_twice_is_one_lead_with_two_touches(make_source: Callable[..., LeadSource]) -> None:
    source, sender = make_source(campaign="Autumn"), Sender()
    sent = {"id": "A-1", "name": "Donna Carreras", "company": "Vista Road Bikes", "phone": "138 0013 8000"}
    for outcome in ("new", "again"):
        answer = sender.send(source, sent, "?utm_source=douyin", **keyed())
        assert answer.status_code == 200, answer.content
        assert [r["outcome"] for r in answer.json()["received"]] == [outcome]
    lead = Lead.objects.get()
    assert (lead.name, lead.contact_name, lead.source, lead.campaign) == (
        "Vista Road Bikes", "Donna Carreras", "web", "Autumn",
    )  # fmt: skip
    first, second = LeadTouch.objects.order_by("pk")
    assert (first.lead, second.lead, first.payload) == (lead, lead, sent)
    assert (first.trail, first.external_id) == ({"utm_source": "douyin"}, "A-1")


def test_another_number_of_the_same_person_is_the_same_open_lead(
    make_source: Callable[..., LeadSource], actor: Actor
) -> None:
    """By phone however it is written, by mail in any case; once it is lost, somebody begins anew."""
    source, sender = make_source(), Sender()
    sender.send(source, {"id": "1", "name": "Donna", "phone": "+86 138-0013-8000"}, **keyed())
    sender.send(source, {"id": "2", "name": "D.", "phone": "13800138000", "email": "Donna@Vista.example"}, **keyed())
    lead = Lead.objects.get()
    lead_lose(actor=actor, lead=lead, reason="no need")
    sender.send(source, {"id": "1", "name": "Donna", "phone": "13800138000"}, **keyed())
    assert Lead.objects.count() == 1, "the sender's own number finds its lead whatever has become of it"
    sender.send(source, {"id": "3", "name": "Donna", "phone": "13800138000"}, **keyed())
    assert Lead.objects.count() == 2


def test_only_who_proves_itself_is_let_in(make_source: Callable[..., LeadSource], actor: Actor) -> None:
    secret = new_secret()
    source, sender, now = make_source(key=secret), Sender(), int(time.time())
    body = json.dumps({"name": "Donna", "phone": "13800138000"}).encode()
    good = sign([secret], "msg_1", now, body)
    assert sender.send(source, body, **good).status_code == 200
    assert LeadTouch.objects.get().external_id == "msg_1"
    old = sign([secret], "msg_2", now - 301, body)
    foreign = sign([new_secret()], "msg_3", now, body)
    for headers in ({}, old, foreign, keyed("wrong"), {**good, "webhook-id": "msg_9"}):
        assert sender.send(source, body, **headers).status_code == 401
    assert sender.send(source, body + b" ", **good).status_code == 401
    assert sender.send(make_source("google", key=""), GOOGLE).status_code == 401, "no key is set yet"
    assert Lead.objects.count() == 1
    # A new address: the old one leads nowhere.
    moved = lead_source_readdress(actor=actor, source=source)
    assert sender.send(source, body, **good).status_code == 404
    assert sender.send(moved, body, **good).status_code == 200


def test_google_sends_its_key_and_it_is_not_kept(make_source: Callable[..., LeadSource]) -> None:
    source, sender = make_source("google"), Sender()
    assert sender.send(source, {**GOOGLE, "google_key": "another"}).status_code == 401
    assert sender.send(source, {**GOOGLE, "is_test": True}).json()["received"][0]["outcome"] == "test"
    assert not Lead.objects.exists()
    assert sender.send(source, GOOGLE).status_code == 200
    assert Lead.objects.get().source == "ad"
    assert not any("google_key" in touch.payload for touch in LeadTouch.objects.all())


def test_meta_asks_first_and_signs_what_it_sends(make_source: Callable[..., LeadSource]) -> None:
    source, sender = make_source("meta"), Sender()
    path = f"/api/v1/crm/portal/capture/{source.token}/?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    asked = sender.client.get(path + KEY)
    assert (asked.status_code, asked.content, asked.headers["Content-Type"]) == (
        200, b"1158201444", "text/plain; charset=utf-8",
    )  # fmt: skip
    assert sender.client.get(path + "guess").status_code == 404
    body = json.dumps(META).encode()
    signed = "sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    assert sender.send(source, body, X_Hub_Signature_256="sha256=00").status_code == 401
    assert sender.send(source, body, X_Hub_Signature_256=signed).status_code == 200
    assert Lead.objects.get().note == "favourite_colour: red, black"


def test_what_cannot_be_read_is_said_and_kept(make_source: Callable[..., LeadSource]) -> None:
    source, sender = make_source("baidu"), Sender()
    for body, status in (
        ("{", 400),
        ("[1]", 400),
        ({"name": "nobody"}, 400),
        ("x" * 70_000, 400),
        ('{"phone": NaN}', 400),
        ("[" * 5000 + "]" * 5000, 400),
        ('{"a":' * 90 + "1" + "}" * 90, 400),
    ):
        answer = sender.send(source, body)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    kept = LeadTouch.objects.order_by("pk")
    assert [(t.outcome, t.payload) for t in kept] == [
        ("unreadable", {"sent": [1]}), ("unreadable", {"name": "nobody"}), ("unreadable", {}),
    ]  # fmt: skip
    assert (
        sender.send(source, {"phone": "13800138000", "email": "no mail", "site\x00": "\x00\ud800"}).status_code == 200
    )
    assert (Lead.objects.get().email, "email: no mail" in Lead.objects.get().note) == ("", True)


def test_a_form_without_scripts(make_source: Callable[..., LeadSource], settings: Any) -> None:
    source = make_source("form", origins="https://www.vista.example", thanks="Danke!")
    page = Client(headers={"host": "acme.localhost", "accept-language": "zh-CN"})
    path = f"/api/v1/crm/portal/forms/{source.token}/"
    shown = page.get(path + "?utm_source=baidu&other=1")
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "frame-ancestors https://www.vista.example" in shown.headers["Content-Security-Policy"]
    assert "<script" not in text
    assert 'name="utm_source" value="baidu"' in text
    assert "other" not in text
    began = re.search(r'name="began" value="([^"]+)"', text)
    assert began
    filled = {
        "contact_name": "Donna <b>",
        "phone": "13800138000",
        "note": "两辆",
        "began": began[1],
        "utm_source": "baidu",
    }
    quick = page.post(path, filled, content_type="application/x-www-form-urlencoded")
    empty = page.post(path, {**filled, "phone": ""})
    assert empty.status_code == 415 or empty.status_code == 400
    with mock.patch("django.core.signing.time.time", return_value=time.time() + 30):
        sent = _post(page, path, filled)
        trapped = _post(page, path, {**filled, "homepage_2": "x", "phone": "13900139000"})
        nothing = _post(page, path, {**filled, "phone": " "})
    with mock.patch("django.core.signing.time.time", return_value=time.time() + 90_000):
        late = _post(page, path, filled)
    assert quick.status_code in (200, 400)
    assert (sent.status_code, trapped.status_code, nothing.status_code, late.status_code) == (200, 200, 400, 400)
    assert "Danke!" in sent.content.decode()
    assert sent.content == trapped.content
    assert "Donna &lt;b&gt;" in nothing.content.decode(), "what was typed is still there"
    lead = Lead.objects.get()
    assert (lead.contact_name, lead.note, lead.source) == ("Donna <b>", "两辆", "web")
    outcomes = Counter(LeadTouch.objects.values_list("outcome", flat=True))
    assert (outcomes["new"], outcomes["spam"]) == (1, LeadTouch.objects.count() - 1)
    touch = LeadTouch.objects.get(outcome="new")
    assert (touch.trail, "began" in touch.payload) == ({"utm_source": "baidu"}, False)


def _post(page: Client, path: str, fields: dict[str, str]) -> Any:
    from urllib.parse import urlencode

    return page.post(path, urlencode(fields), content_type="application/x-www-form-urlencoded")


def test_sent_within_two_seconds_is_a_programs(make_source: Callable[..., LeadSource]) -> None:
    source, page = make_source("form"), Client(headers={"host": "acme.localhost"})
    path = f"/api/v1/crm/portal/forms/{source.token}/"
    began = re.search(r'name="began" value="([^"]+)"', page.get(path).content.decode())
    assert began
    assert _post(page, path, {"phone": "13800138000", "began": began[1]}).status_code == 200
    assert [(t.outcome, t.lead) for t in LeadTouch.objects.all()] == [("spam", None)]


def test_who_must_not_be_let_in(
    make_source: Callable[..., LeadSource], acme: Tenant, globex: Tenant, actor: Actor, settings: Any
) -> None:
    source, form = make_source("baidu"), make_source("form")
    lead = {"phone": "13800138000"}
    assert Sender("globex.localhost").send(source, lead).status_code == 404, "another company's address"
    assert Sender().client.get(f"/api/v1/crm/portal/forms/{source.token}/").status_code == 404
    assert Sender().send(form, lead).status_code == 404
    with acting(actor):
        LeadSource.objects.filter(pk=source.pk).update(is_active=False)
    assert Sender().send(source, lead).status_code == 404
    assert not Lead.objects.exists()


def test_too_many_are_held_up_and_may_come_again(make_source: Callable[..., LeadSource], one_window: None) -> None:
    source = make_source("baidu", per_minute=2)
    answers = [Sender().send(source, {"phone": f"1380013800{n}"}).status_code for n in range(3)]
    assert answers == [200, 200, 429]
    misses = [Sender().client.post("/api/v1/crm/portal/capture/guess/", {}).status_code for _ in range(22)]
    assert (misses[0], misses[-1]) == (404, 429)


def test_turns_absence_full_hands_and_who_is_told(make_source: Callable[..., LeadSource], actor: Actor) -> None:
    """Shares 2 and 1; then the first is away, then the second has as many as they may have."""
    boss, ana, bo = (somebody(actor, name) for name in ("Boss", "Ana", "Bo"))
    source = make_source("baidu", owner=boss)
    with acting(actor):
        LeadAssignee.objects.create(source=source, member=ana, weight=2)
        LeadAssignee.objects.create(source=source, member=bo, weight=1, ceiling=2)
    numbers = iter(range(10, 99))

    def came() -> str:
        [touch] = capture(source=source, payload={"phone": f"138001380{next(numbers)}"})
        assert touch.lead
        assert touch.lead.owner
        return touch.lead.owner.name

    assert [came() for _ in range(3)] == ["Ana", "Bo", "Ana"]
    today = current().today()
    with acting(actor):
        pause = PoolPause.objects.create(member=ana, since=today - timedelta(1), until=today)
    assert [came() for _ in range(2)] == ["Bo", "Boss"]
    with acting(actor):
        pause.delete()
    assert came() == "Ana"
    assert Counter(Notification.objects.filter(kind="assigned").values_list("member__name", flat=True)) == {
        "Ana": 3, "Bo": 2, "Boss": 1,
    }  # fmt: skip


def test_who_looks_after_the_customer_gets_its_lead(make_source: Callable[..., LeadSource], actor: Actor) -> None:
    ana, bo = somebody(actor, "Ana"), somebody(actor, "Bo")
    source = make_source("baidu")
    with acting(actor):
        LeadAssignee.objects.create(source=source, member=bo)
    party_create(actor=actor, name="Vista", is_customer=True, phone="138-0013-8000", owner=ana.pk)
    [touch] = capture(source=source, payload={"phone": "13800138000", "name": "Donna"})
    assert touch.lead
    assert touch.lead.owner == ana


def test_at_once_there_is_one_lead_and_turns_are_kept(fresh_company: Callable[..., Company]) -> None:
    """Twelve deliveries of one lead and twelve others by two windows: one lead of the first, shares exact."""
    own = fresh_company()
    owner = owner_of(own)
    with serving(own):
        source = lead_source_create(actor=owner, name="Ads", kind="baidu")
        people = [somebody(owner, f"seller{n}") for n in range(3)]
        with acting(owner):
            for n, member in enumerate(people):
                LeadAssignee.objects.create(source=source, member=member, weight=n + 1)

    def run(n: int) -> None:
        try:
            with serving(own):
                capture(source=source, payload={"clueId": "same", "phone": "13800138000"})
                if n < 11:
                    capture(source=source, payload={"clueId": f"o{n}", "phone": f"1390013{n:04d}"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(run, range(12)))
    with serving(own):
        assert Lead.objects.filter(phone="13800138000").count() == 1
        assert LeadTouch.objects.filter(external_id="same").count() == 12
        assert Counter(Lead.objects.values_list("owner", flat=True)) == {
            people[0].pk: 2, people[1].pk: 4, people[2].pk: 6,
        }  # fmt: skip


def test_touches_are_seen_as_their_leads_are(make_source: Callable[..., LeadSource], actor: Actor) -> None:
    ana = somebody(actor, "Ana")
    source = make_source("baidu", owner=ana)
    capture(source=source, payload={"phone": "13800138000"})
    capture(source=source, payload={"name": "nobody"})
    can = frozenset({"crm.lead.view", "crm.lead_touch.view"})
    sees = [
        Actor(kind="member", label="x", member_id=pk, permissions=can, scopes={"": "own"}) for pk in (ana.pk, 999_999)
    ]
    assert [lead_touch_list(actor=who).count() for who in (*sees, actor)] == [1, 0, 2]
    assert [len(Api(who).get("/api/v1/crm/lead-touches/").json["results"]) for who in (*sees, actor)] == [1, 0, 2]
    assert Api(sees[0]).get("/api/v1/crm/lead-sources/").status == 403
    shown = Api(actor).get(f"/api/v1/crm/lead-sources/{source.pk}/").json
    assert shown["address"].endswith(f"/api/v1/crm/portal/capture/{source.token}/")
    assert (shown["key_state"], "signing_key" in shown) == ("none", False)


def test_settings_that_cannot_be(make_source: Callable[..., LeadSource], actor: Actor) -> None:
    for values in ({"mapping": {"colour": "c"}}, {"mapping": {"phone": 1}}, {"origins": "www.vista.example"},
                   {"origins": "https://a.example; script-src *"}):  # fmt: skip
        with pytest.raises(Invalid):
            make_source("baidu", **values)
    source = make_source("baidu")
    with pytest.raises(Invalid):
        lead_source_sign(actor=actor, source=source, key=KEY)
    with pytest.raises(Invalid):
        make_source("json", key="short")
