"""The handover over HTTP, as the wizard asks: preview, records to choose, beginning it, the report, the file; what an
API key and a stranger get; exports on hold; a bounded number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.crm.models import Lead
from modules.shared.data.models import Party
from tenants.models import Membership, Person
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.handover.models import Handover
from tenon.handover.services.run import handover_run
from tenon.jobs.models import Job
from tenon.jobs.progress import Progress
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving
from tests.tenants.conftest import Browser, Web
from tests.tenants.test_door import problem

BASE = "/api/v1/handovers/"


@pytest.fixture
def clerk(acme: Company, actor: Actor) -> tuple[Member, Person]:
    with outside():
        person = Person.objects.create_user("leaver@acme.example", "a-long-enough-secret", name="Leaver")
        Membership.objects.create(person=person, tenant_id=acme.id)
    with serving(acme), acting(actor):
        boss = Member.objects.get(pk=actor.member_id or 0)
        member = Member.objects.create(
            person_id=person.pk, name="Leaver", email=person.email, roles=["sales"], manager=boss
        )
        for n in range(3):
            Party.objects.create(code=f"HH-{n}", name=f"=Customer {n}", owner=member, is_customer=True)
        Lead.objects.create(name="Lead", owner=member)
        Lead.objects.create(name="Lost", owner=member, status="lost")
    return member, person


def work(company: Company, actor: Actor, pk: int) -> None:
    with serving(company):
        job = Job.objects.get(pk=Handover.objects.get(pk=pk).job_id or 0)
        handover_run(actor=actor, progress=Progress(job), **job.arguments)


def test_from_the_first_question_to_the_report(
    acme_web: Web, clerk: tuple[Member, Person], acme: Company, actor: Actor, web: Browser
) -> None:
    member, person = clerk
    seen = acme_web.get(f"{BASE}preview/?member={member.pk}").json()
    assert {k["entity"]: (k["open"], k["closed"]) for k in seen["kinds"]} == {
        "shared.party": (3, 0), "crm.lead": (1, 1),
    }  # fmt: skip
    assert seen["manager"]["name"] == "Owner"
    assert [h["blind"] for h in seen["heirs"]] == [[]]
    found = acme_web.get(f"{BASE}records/?member={member.pk}&entity=crm.lead&state=closed").json()
    assert [r["label"] for r in found["results"]] == ["Lost"]
    found = acme_web.get(f"{BASE}records/?member={member.pk}&entity=shared.party&search=mer 1").json()
    assert [r["label"] for r in found["results"]] == ["=Customer 1"]
    made = acme_web.post(BASE, {"member": member.pk, "note": "Farewell"})
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    problem(web("acme.localhost", person).get("/api/v1/me/"), 403, "not-a-member")
    problem(acme_web.post(BASE, {"member": member.pk}), 409, "conflict")
    work(acme, actor, pk)
    report = acme_web.get(f"{BASE}{pk}/").json()
    assert (report["state"], report["note"], report["figures"]["moved"]) == ("done", "Farewell", 4)
    assert {k["entity"]: (k["moved"], k["kept"], k["failed"]) for k in report["kinds"]} == {
        "shared.party": (3, 0, 0), "crm.lead": (1, 1, 0),
    }  # fmt: skip
    items = acme_web.get(f"{BASE}{pk}/items/?entity=shared.party").json()
    assert [i["heir"]["label"] for i in items["results"]] == ["Owner"] * 3
    text = b"".join(acme_web.get(f"{BASE}{pk}/report.csv").streaming_content).decode()
    assert len(text.splitlines()) == 5
    assert "'=Customer 0" in text, "no formula reaches a spreadsheet"
    assert [h["id"] for h in acme_web.get(BASE).json()["results"]] == [pk]
    problem(acme_web.post(f"{BASE}{pk}/actions/cancel/"), 409, "state")
    problem(acme_web.get(f"{BASE}999999/"), 404, "not-found")


def test_a_future_last_day_holds_exports_until_it_is_called_off(
    acme_web: Web, clerk: tuple[Member, Person], acme: Company, web: Browser
) -> None:
    member, person = clerk
    theirs = web("acme.localhost", person)
    export = "/api/v1/shared/parties/export/?format=csv"
    assert theirs.get(export).status_code == 200
    day = (acme.today() + timedelta(days=3)).isoformat()
    made = acme_web.post(BASE, {"member": member.pk, "last_day": day}).json()
    assert (made["state"], made["job"]) == ("scheduled", None)
    problem(theirs.get(export), 403, "export-held")
    assert theirs.get("/api/v1/shared/parties/").status_code == 200, "work goes on"
    assert acme_web.post(f"{BASE}{made['id']}/actions/cancel/").json()["state"] == "cancelled"
    assert theirs.get(export).status_code == 200


def test_who_does_not_look_after_people_sees_nothing(clerk: tuple[Member, Person], web: Browser) -> None:
    member, person = clerk
    theirs = web("acme.localhost", person)
    for path in ("", f"preview/?member={member.pk}", f"records/?member={member.pk}&entity=crm.lead"):
        problem(theirs.get(BASE + path), 403, "forbidden")
    problem(theirs.post(BASE, {"member": member.pk}), 403, "forbidden")


def test_bad_questions_are_refused_clearly(acme_web: Web, clerk: tuple[Member, Person]) -> None:
    member, _person = clerk
    problem(acme_web.get(f"{BASE}preview/"), 400, "invalid")
    problem(acme_web.get(f"{BASE}preview/?member=99999999"), 404, "not-found")
    problem(acme_web.get(f"{BASE}records/?member={member.pk}&entity=no.such"), 404, "not-found")
    answer = acme_web.post(BASE, {"member": member.pk, "rules": [{"entity": "crm.lead", "to": member.pk}]})
    assert [e["field"] for e in problem(answer, 400, "invalid")["errors"]] == ["rules.0.to"]
    problem(acme_web.post(BASE, {"member": "x", "closed": "maybe"}), 400, "invalid")


def test_many_handovers_cost_as_many_queries_as_one(
    acme_web: Web, clerk: tuple[Member, Person], acme: Company, actor: Actor
) -> None:
    member, _person = clerk

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert acme_web.get(BASE).status_code == 200
        return len(queries)

    with serving(acme), acting(actor):
        owner: Any = actor.member_id
        Handover.objects.create(member=member, heir_id=owner, state="done")
    asked()
    one = asked()
    with serving(acme), acting(actor):
        for _n in range(20):
            Handover.objects.create(member=member, heir_id=owner, state="done")
    assert asked() == one
