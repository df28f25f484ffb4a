"""Taking the data along and leaving, as browsers and programs ask for it: who may, in which state, and whose."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants.models import CompanyExport, Person, Tenant
from tenants.services import export
from tenants.services.export import export_run, forget_exports
from tenon.access.models import Member
from tenon.access.services.members import member_deactivate
from tenon.handover.services.plan import handover_cancel, handover_create
from tenon.jobs.models import Job
from tenon.jobs.services import begin, run
from tenon.problems import NotFound
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving
from tests.companies import owner_of
from tests.tenants.conftest import Web

ADDRESSES = (
    ("get", "/api/v1/company/data/"), ("get", "/api/v1/company/exports/"), ("post", "/api/v1/company/exports/"),
    ("post", "/api/v1/company/exports/1/link/"), ("get", "/api/v1/company/exports/1/file/?signature=x"),
    ("get", "/api/v1/company/restores/"), ("post", "/api/v1/company/outgoing/"),
    ("post", "/api/v1/company/deletion/"), ("post", "/api/v1/company/deletion/undo/"),
)  # fmt: skip


@pytest.fixture
def own_store(settings: Any, tmp_path: Any) -> None:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": local}


@pytest.fixture
def company(fresh_company: Callable[..., Company], own_store: None) -> Iterator[Company]:
    return fresh_company("Open Data Ltd")  # type: ignore[return-value]


@pytest.fixture
def browser(company: Company) -> Web:
    return Web(f"{company.slug}.localhost", Person.objects.get(email=f"owner@{company.slug}.example"))


def work(company: Company) -> Job:
    """What the worker does with the job that waits."""
    with serving(company):
        job = begin(Job.objects.latest("id").pk)
        assert job is not None
        run(job)
        return Job.objects.get(pk=job.pk)


@pytest.mark.parametrize("state", ["ready", "read_only", "suspended", "closed"])
def test_an_export_from_start_to_download(company: Company, browser: Web, state: str) -> None:
    with outside():
        Tenant.objects.filter(pk=company.id).update(state=state)
    started = browser.post("/api/v1/company/exports/")
    assert started.status_code == 201, started.content
    made = started.json()
    assert (made["state"], made["size"]) == ("queued", 0)
    assert browser.post("/api/v1/company/exports/").status_code == 409, "one at a time"
    assert browser.post(f"/api/v1/company/exports/{made['id']}/link/").status_code == 404, "not there yet"
    with outside():
        served = Tenant.objects.get(pk=company.id).company()
    job = work(served)
    assert job.state == "done", job.error
    [listed] = browser.get("/api/v1/company/exports/").json()["results"]
    assert (listed["state"], listed["progress"]) == ("ready", 1.0)
    assert listed["rows"] > 100
    assert browser.get(f"/api/v1/jobs/{made['job_id']}/").json()["result"]["size"] == listed["size"]
    url = browser.post(f"/api/v1/company/exports/{made['id']}/link/").json()["url"]
    answer = browser.get(url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{company.slug}-')
    data = answer.getvalue()
    assert len(data) == listed["size"] == int(answer["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert "manifest.json" in archive.namelist()
    with outside():
        log = list(Tenant.objects.get(pk=company.id).log.order_by("id").values_list("what", flat=True))
        assert log == ["export_started", "exported", "export_downloaded"]
        CompanyExport.objects.update(expires_at=timezone.now())
        assert forget_exports() == 1
    assert browser.get(url).status_code == 404
    assert browser.get("/api/v1/company/exports/").json()["results"][0]["state"] == "expired"


def test_a_cancelled_export_leaves_no_file(company: Company, browser: Web) -> None:
    made = browser.post("/api/v1/company/exports/").json()
    with serving(company):
        job = begin(made["job_id"])
    assert job is not None
    assert browser.post(f"/api/v1/jobs/{made['job_id']}/cancel/").status_code == 200
    with serving(company):
        run(job)
        assert Job.objects.get(pk=job.pk).state == "cancelled"
    [listed] = browser.get("/api/v1/company/exports/").json()["results"]
    assert (listed["state"], listed["size"]) == ("cancelled", 0)
    assert browser.post("/api/v1/company/exports/").status_code == 201, "and another one may begin"


def test_links_are_signed_expire_and_open_nothing_elsewhere(
    company: Company, browser: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = browser.post("/api/v1/company/exports/").json()
    work(company)
    url = browser.post(f"/api/v1/company/exports/{made['id']}/link/").json()["url"]
    assert browser.get(url[:-2]).status_code == 404
    assert browser.get(f"/api/v1/company/exports/{made['id']}/file/").status_code == 404
    assert browser.get(url.replace(f"exports/{made['id']}/", f"exports/{made['id'] + 1}/")).status_code == 404
    stranger = Web("globex.localhost", Person.objects.get(email="owner@globex.example"))
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"/api/v1/company/exports/{made['id']}/link/").status_code == 404
    assert stranger.get("/api/v1/company/exports/").json()["results"] == []
    assert Web(browser.host).get(url).status_code == 401
    globex = Tenant.objects.get(slug="globex").company()
    with serving(globex), pytest.raises(NotFound):  # a job's argument is no way around either
        export_run(actor=owner_of(globex), progress=lambda *_said: None, export_id=made["id"])
    monkeypatch.setattr(export, "LINK", -export.LINK)
    assert browser.get(url).status_code == 404


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_closed_to_strangers_members_without_the_right_and_the_apex(
    acme: Company, web: Any, method: str, path: str
) -> None:
    body = None if method == "get" else {"confirm": "acme", "reason": "spite"}
    person = Person.objects.create_user("seller@acme.example", name="Sales")
    Tenant.objects.get(slug="acme").memberships.create(person=person)
    with serving(acme), acting(owner_of(acme)):
        Member.objects.create(person_id=person.pk, name="Sales", email=person.email, roles=["sales_manager"])
    assert web("acme.localhost").call(method, path, body).status_code == 401
    assert web("globex.localhost", person).call(method, path, body).status_code == 403
    assert web("acme.localhost", person).call(method, path, body).status_code == 403
    assert web("localhost", person).call(method, path, body).status_code == 401
    assert Tenant.objects.get(slug="acme").state == "ready"
    assert not CompanyExport.objects.exists()


def test_deletion_and_undo(acme: Company, acme_web: Web, web: Any) -> None:
    wrong = acme_web.post("/api/v1/company/deletion/", {"confirm": "acm", "reason": "x"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "confirm")
    assert acme_web.post("/api/v1/company/deletion/", {"confirm": "acme"}).status_code == 400
    asked = acme_web.post("/api/v1/company/deletion/", {"confirm": "acme", "reason": "We stop trading"})
    assert asked.status_code == 201, asked.content
    assert acme_web.get("/api/v1/bootstrap/").json()["type"] == "/problems/company-closed"
    said = acme_web.get("/api/v1/company/data/").json()
    assert (said["state"], said["deletion"]["asked_by"], said["may_delete"]) == ("closed", "owner@acme.example", True)
    # An administrator may still take the data along, but not bring the company back.
    admin = Person.objects.create_user("admin@acme.example", name="Admin")
    Tenant.objects.get(slug="acme").memberships.create(person=admin)
    with serving(acme), acting(owner_of(acme)):
        Member.objects.create(person_id=admin.pk, name="Admin", email=admin.email, roles=["admin"])
    admins = web("acme.localhost", admin)
    assert admins.get("/api/v1/company/data/").json()["may_delete"] is False
    assert admins.post("/api/v1/company/deletion/undo/").status_code == 403
    assert admins.get("/api/v1/company/exports/").status_code == 200
    assert admins.get("/api/v1/shared/parties/").status_code == 403
    assert acme_web.post("/api/v1/company/deletion/undo/").status_code == 204
    assert acme_web.get("/api/v1/bootstrap/").status_code == 200
    assert acme_web.post("/api/v1/company/deletion/undo/").status_code == 409


def test_what_a_leaver_had_exported_opens_for_nobody(company: Company, browser: Web) -> None:
    colleague = Person.objects.create_user(f"leaver@{company.slug}.example", name="Leaver")
    Tenant.objects.get(pk=company.id).memberships.create(person=colleague)
    owner = owner_of(company)
    with serving(company), acting(owner):
        leaver = Member.objects.create(person_id=colleague.pk, name="Leaver", email=colleague.email, roles=["admin"])
    theirs = Web(browser.host, colleague)
    made = theirs.post("/api/v1/company/exports/").json()
    assert work(company).state == "done"
    link = f"/api/v1/company/exports/{made['id']}/link/"
    url = theirs.post(link).json()["url"]
    assert theirs.get(url).status_code == 200
    tomorrow = company.today() + timedelta(days=1)
    with serving(company):  # leaving is asked for: the last day is still to come, what was exported is held already
        asked = handover_create(actor=owner, member=leaver.pk, heir=owner.member_id, last_day=tomorrow)
    for answer in (theirs.post(link), theirs.get(url), theirs.post("/api/v1/company/exports/")):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/export-held")
    assert browser.get(browser.post(link).json()["url"]).status_code == 200, "an owner may still"
    with serving(company):
        handover_cancel(actor=owner, handover=asked)
    assert theirs.get(url).status_code == 200
    with serving(company):
        member_deactivate(actor=owner, member=leaver)
    assert theirs.get(url).status_code in (401, 403)
    assert browser.post(link).status_code == 404
    assert browser.get(url).status_code == 404
    assert forget_exports() >= 1
    with outside():
        assert CompanyExport.objects.get(pk=made["id"]).path == ""
