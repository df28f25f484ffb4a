"""An archive brought over the web: a new company or a quiet copy, equal to the last digit; hostile ones refused."""

from __future__ import annotations

import csv
import io
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from tenants.archive.layout import Manifest
from tenants.models import CompanyRestore, Membership, Person, Tenant
from tenants.services import restoring, uploads
from tenants.services.invitations import _make_member
from tenants.services.restoring import Busy, restore_run, restores_recover
from tenon.access.models import Member
from tenon.handover.models import Handover
from tenon.jobs.models import Job
from tenon.jobs.services import begin, run
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving
from tenon.tenancy.models import Slot
from tests.companies import owner_of
from tests.tenants.archives import drop, edit, hashes, populate, repacked
from tests.tenants.conftest import Web

State = CompanyRestore.State
HERE = "localhost"


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    monkeypatch.setattr(uploads, "enqueue", lambda _pk: None)  # the test is the worker
    monkeypatch.setattr(restoring, "enqueue", lambda _pk: None)


def person(email: str) -> Person:
    with outside():
        return Person.objects.filter(email=email).first() or Person.objects.create_user(email, name=email.split("@")[0])


def put(web: Web, path: str, data: bytes) -> Any:
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("part", data)})
    return web.client.put(path, data=body, content_type=MULTIPART_CONTENT)


def send(
    web: Web, data: bytes, slug: str, *, ask: str = "/api/v1/companies/restores/", name: str = ""
) -> dict[str, Any]:
    """What the page does with a file: asks for room, sends the parts, starts."""
    asked = web.post(ask, {"slug": slug, "name": name, "file_name": "data.zip", "size": len(data)})
    assert asked.status_code == 201, asked.content
    row: dict[str, Any] = asked.json()
    for number in reversed(range(row["parts"])):
        part = data[number * row["part_size"] : (number + 1) * row["part_size"]]
        answer = put(web, f"/api/v1/companies/restores/{row['id']}/parts/{number}/", part)
        assert answer.status_code == 200, answer.content
    started = web.post(f"/api/v1/companies/restores/{row['id']}/actions/start/")
    assert started.status_code == 202, started.content
    return started.json()  # type: ignore[no-any-return]


def follow(web: Web, pk: int) -> dict[str, Any]:
    restore_run(pk)
    return web.get(f"/api/v1/companies/restores/{pk}/").json()  # type: ignore[no-any-return]


def nothing_left(slug: str, before: set[int]) -> None:
    with outside():
        assert not Tenant.objects.filter(slug=slug).exists()
        assert set(Slot.objects.filter(state__in=["claimed", "building"]).values_list("pk", flat=True)) == before
        for restore in CompanyRestore.objects.filter(slug=slug):
            assert restore.company_id is None
            assert restore.folder == ""
    if default_storage.exists("restores"):
        assert default_storage.listdir("restores") == ([], [])


@pytest.fixture
def slots(unblocked: None) -> set[int]:
    with outside():
        return set(Slot.objects.filter(state__in=["claimed", "building"]).values_list("pk", flat=True))


@pytest.fixture
def company(fresh_company: Callable[..., Company]) -> Company:
    return fresh_company("Round Trip")  # type: ignore[return-value]


@pytest.fixture
def browser(company: Company) -> Web:
    return Web(f"{company.slug}.localhost", person(f"owner@{company.slug}.example"))


def exported_over_http(company: Company, browser: Web) -> bytes:
    made = browser.post("/api/v1/company/exports/").json()
    with serving(company):
        job = begin(Job.objects.latest("id").pk)
        assert job is not None
        run(job)
        assert Job.objects.get(pk=job.pk).state == "done", job.error
    url = browser.post(f"/api/v1/company/exports/{made['id']}/link/").json()["url"]
    return browser.get(url).getvalue()  # type: ignore[no-any-return]


def test_a_whole_round_over_http_ends_with_equal_hashes(company: Company, browser: Web, slug: str) -> None:
    populate(company)
    with serving(company), acting(owner_of(company)):
        Member.objects.exclude(roles__contains=["owner"]).update(is_active=False)  # the others have left
        Handover.objects.update(exports_held=False)
    before = hashes(company)
    data = exported_over_http(company, browser)
    drop(company)
    me = Web(HERE, person(f"owner@{company.slug}.example"))
    sent = send(me, data, slug)
    assert (sent["state"], sent["received"]) == ("queued", list(range(sent["parts"])))
    done = follow(me, sent["id"])
    assert (done["state"], done["message"]) == ("done", "")
    report = done["report"]
    assert report["equal"] is True, report
    assert report["differing"] == []
    assert (report["rows"], report["archive"], report["files"]) == (report["rows_archive"], report["restored"], 1)
    with outside():
        tenant = Tenant.objects.get(slug=slug)
        assert (tenant.state, tenant.is_copy, tenant.outgoing_off) == ("ready", False, True)
        assert tenant.created_by == person(f"owner@{company.slug}.example"), "it counts among those founded in a day"
        assert abs(tenant.trial_until - timezone.now() - timedelta(days=15)) < timedelta(minutes=5)  # type: ignore[operator]
        assert not default_storage.exists(f"restores/{sent['id']}")
    assert hashes(tenant.company()) == before, "what is there now, the export would give out again"
    inside = Web(f"{slug}.localhost", person(f"owner@{company.slug}.example"))
    seen = inside.get("/api/v1/company/data/").json()
    assert (seen["outgoing_off"], seen["may_let_out"]) == (True, True)
    assert tenant.company().quiet
    assert inside.post("/api/v1/company/outgoing/").status_code == 204
    assert inside.post("/api/v1/company/outgoing/").status_code == 409, "once"
    with outside():
        assert not Tenant.objects.get(slug=slug).company().quiet
    drop(tenant.company())


def test_a_stranger_with_an_archive_lets_nobody_in_but_themselves(
    exported: tuple[Company, Path, Manifest], unblocked: None, slug: str
) -> None:
    me = person("finder@uploads.example")
    web = Web(HERE, me)
    with outside():
        people = set(Person.objects.values_list("pk", flat=True))
    sent = send(web, exported[1].read_bytes(), slug, name="Found again")
    done = follow(web, sent["id"])
    assert done["state"] == "done", done
    with outside():
        assert set(Person.objects.values_list("pk", flat=True)) == people, "nobody was made a person by a file"
        tenant = Tenant.objects.get(slug=slug)
        assert list(tenant.memberships.values_list("person_id", flat=True)) == [me.pk]
    with serving(tenant.company()):
        assert list(Member.objects.filter(is_active=True).values_list("email", flat=True)) == [me.email]
        old = Member.objects.get(email="owner@archived.example")
        assert old.person_id < 0
    with outside():
        listed = Web(f"{slug}.localhost", person("owner@archived.example"))
        assert listed.get("/api/v1/bootstrap/").status_code == 403, "until they are invited"
    with serving(tenant.company()):  # who is invited becomes again who they were
        invitation = type("Invited", (), {"roles": ["viewer"], "department_id": None, "manager_id": None})()
        _make_member(person("owner@archived.example"), invitation)  # type: ignore[arg-type]
        back = Member.objects.get(pk=old.pk)
        assert (back.person_id, back.is_active, back.roles) == (person("owner@archived.example").pk, True, ["viewer"])
    drop(tenant.company())


def _neighbours_file(files: dict[str, bytes]) -> None:
    name = "tables/records_attachment.csv"
    head, *rows = csv.reader(io.StringIO(files[name].decode(), newline=""))
    rows[0][head.index("path")] = "../c1/exports/1.zip"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([head, *rows])
    files[name] = out.getvalue().encode()
    edit(files, lambda _said: None)


HOSTILE: dict[str, tuple[Callable[[dict[str, bytes]], Any], str]] = {
    "a neighbour's file": (_neighbours_file, "outside its folder"),
    "people that fill the memory": (lambda f: f.update({"people.jsonl": b"{" * 2_000_000}), "not what its manifest"),
    "a newer release": (lambda f: edit(f, lambda s: s["migrations"].append(["data", "9999_later"])), "newer version"),
    "a damaged table": (lambda f: f.update({"tables/data_party.csv": f["tables/data_party.csv"] + b"x"}), "damaged"),
    "no company": (lambda f: f.pop("company.json"), "lacks"),
    "a switch that is no word": (lambda f: f.update({"manifest.json": b'[{"version": 1}]'}), "manifest"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives_are_refused_with_a_reason_and_leave_nothing(
    exported: tuple[Company, Path, Manifest], slots: set[int], tmp_path: Path, slug: str, kind: str
) -> None:
    change, said = HOSTILE[kind]
    path = repacked(exported[1], tmp_path / "hostile.zip", change)
    web = Web(HERE, person(f"{slug}@uploads.example"))
    done = follow(web, send(web, path.read_bytes(), slug)["id"])
    assert done["state"] == "failed"
    assert said in done["message"], done
    assert done["url"] is None
    nothing_left(slug, slots)


def test_bombs_and_other_files_are_refused(slots: set[int], slug: str, settings: Any) -> None:
    web = Web(HERE, person("bomber@uploads.example"))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", bytes(80 << 20))
    done = follow(web, send(web, bomb.getvalue(), slug)["id"])
    assert (done["state"], "unpacks" in done["message"]) == ("failed", True)
    ask = {"slug": f"{slug}-b", "file_name": "report.xlsx", "size": 5000}
    row = web.post("/api/v1/companies/restores/", ask).json()
    part = f"/api/v1/companies/restores/{row['id']}/parts/0/"
    refused = put(web, part, b"%PDF" + bytes(4996))
    assert refused.json()["type"].endswith("archive-damaged"), "told by the first bytes, before all of it is sent"
    assert put(web, part, b"PK\x03\x04").json()["errors"][0]["code"] == "size"
    assert put(web, part.replace("/0/", "/1/"), b"x").status_code == 404
    assert web.post(f"/api/v1/companies/restores/{row['id']}/actions/start/").status_code == 400, "nothing has arrived"
    assert web.post("/api/v1/companies/restores/", {**ask, "slug": f"{slug}-c", "size": 5 << 30}).status_code == 413
    settings.ARCHIVE_MAX_PENDING = 6000
    assert web.post("/api/v1/companies/restores/", {**ask, "slug": f"{slug}-c"}).status_code == 429
    assert web.post(f"/api/v1/companies/restores/{row['id']}/actions/cancel/").json()["state"] == "cancelled"
    nothing_left(slug, slots)


def test_whose_it_is_and_how_many(slots: set[int], slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    web, other = Web(HERE, person("one@uploads.example")), Web(HERE, person("two@uploads.example"))
    ask = {"slug": slug, "file_name": "a.zip", "size": 5000}
    assert Web(HERE).post("/api/v1/companies/restores/", ask).status_code == 401
    row = web.post("/api/v1/companies/restores/", ask).json()
    for path in ("", "actions/start/", "actions/cancel/"):
        answer = (other.get if not path else other.post)(f"/api/v1/companies/restores/{row['id']}/{path}")
        assert answer.status_code == 404, path
    assert put(other, f"/api/v1/companies/restores/{row['id']}/parts/0/", b"PK\x03\x04").status_code == 404
    assert other.get("/api/v1/companies/restores/").json() == {"results": []}
    assert web.post("/api/v1/companies/restores/", {**ask, "slug": "globex"}).json()["errors"][0]["code"] == "taken"
    assert web.post("/api/v1/companies/restores/", {**ask, "slug": f"{slug}-b"}).status_code == 201
    assert web.post("/api/v1/companies/restores/", {**ask, "slug": f"{slug}-c"}).status_code == 429, "two at a time"
    with outside():
        CompanyRestore.objects.filter(pk=row["id"]).update(seen_at=timezone.now() - uploads.STALLED)
    assert web.post("/api/v1/companies/restores/", {**ask, "slug": f"{slug}-c"}).status_code == 201, "one had stalled"
    monkeypatch.setattr(uploads, "MOST_A_DAY", 3)
    with outside():
        CompanyRestore.objects.update(state=State.FAILED, folder="")
    assert web.post("/api/v1/companies/restores/", {**ask, "slug": f"{slug}-d"}).status_code == 429, "in a day"


def test_two_at_the_same_time_for_one_address(
    exported: tuple[Company, Path, Manifest], slots: set[int], slug: str
) -> None:
    data = exported[1].read_bytes()
    webs = [Web(HERE, person(f"{name}@uploads.example")) for name in ("left", "right")]
    sent = [send(web, data, slug)["id"] for web in webs]

    def work(pk: int) -> None:
        try:
            restore_run(pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[pk]) for pk in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = [web.get(f"/api/v1/companies/restores/{pk}/").json() for web, pk in zip(webs, sent, strict=True)]
    assert sorted(row["state"] for row in rows) == ["done", "failed"], rows
    loser = next(row for row in rows if row["state"] == "failed")
    assert "taken" in loser["message"]
    with outside():
        tenant = Tenant.objects.get(slug=slug)
    drop(tenant.company())
    nothing_left(slug, slots)


def test_a_worker_that_died_is_followed_by_another(
    exported: tuple[Company, Path, Manifest], slots: set[int], slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = Web(HERE, person("patient@uploads.example"))
    pk = send(web, exported[1].read_bytes(), slug)["id"]
    bring = restoring.company_restore.__globals__["_bring_files"]

    class Killed(BaseException):
        pass

    def die(*_args: Any, **_named: Any) -> None:
        raise Killed

    monkeypatch.setitem(restoring.company_restore.__globals__, "_bring_files", die)
    monkeypatch.setitem(restoring.company_restore.__globals__, "clear_away", lambda *_gone: None)  # no time for that
    with pytest.raises(Killed):
        restore_run(pk)
    monkeypatch.setitem(restoring.company_restore.__globals__, "_bring_files", bring)
    with outside():
        left = CompanyRestore.objects.get(pk=pk)
        assert left.state == State.RUNNING
        assert left.slot_id is not None
        assert Slot.objects.filter(pk=left.slot_id).exists()
        restore_run(pk)
        assert CompanyRestore.objects.get(pk=pk).state == State.RUNNING, "its worker may be alive: nobody else begins"
        CompanyRestore.objects.filter(pk=pk).update(seen_at=timezone.now() - restoring.SILENT)
        assert restores_recover() == 1
    assert follow(web, pk)["state"] == "done"
    with outside():
        assert not Slot.objects.filter(pk=left.slot_id).exists(), "what the dead one left is gone"
        tenant = Tenant.objects.get(slug=slug)
        CompanyRestore.objects.filter(pk=pk).update(state=State.RUNNING, finished_at=None, seen_at=None)
    assert follow(web, pk)["state"] == "done", "died after the last commit: it is not made a second time"
    with outside():
        assert Tenant.objects.filter(slug=slug).count() == 1
    drop(tenant.company())
    nothing_left(slug, slots)


def test_called_off_while_it_runs_and_no_more_than_two_at_a_time(
    exported: tuple[Company, Path, Manifest], slots: set[int], slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "EVERY", 0.0)
    web = Web(HERE, person("hasty@uploads.example"))
    pk = send(web, exported[1].read_bytes(), slug)["id"]
    with outside():
        busy = [
            CompanyRestore.objects.create(
                person=person("busy@uploads.example"), slug=f"x{n}", file_name="x", folder="", size=1,
                state=State.RUNNING, seen_at=timezone.now(),
            )
            for n in range(2)
        ]  # fmt: skip
    with pytest.raises(Busy):
        restore_run(pk)
    with outside():
        CompanyRestore.objects.filter(pk__in=[b.pk for b in busy]).delete()
    load = restoring.company_restore.__globals__["loading"].load

    def call_off(*args: Any) -> Any:
        assert web.post(f"/api/v1/companies/restores/{pk}/actions/cancel/").status_code == 202
        return load(*args)

    monkeypatch.setattr(restoring.company_restore.__globals__["loading"], "load", call_off)
    assert follow(web, pk)["state"] == "cancelled"
    nothing_left(slug, slots)


def test_beside_a_live_company_it_is_a_quiet_copy(company: Company, browser: Web, slug: str) -> None:
    data = exported_over_http(company, browser)
    sent = send(browser, data, slug, ask="/api/v1/company/restores/")
    assert sent["beside"] == company.slug
    done = follow(browser, sent["id"])
    assert (done["state"], done["report"]["equal"]) == ("done", True), done
    with outside():
        tenant = Tenant.objects.get(slug=slug)
        assert (tenant.is_copy, tenant.copy_of_id, tenant.company().quiet) == (True, company.id, True)
        assert Tenant.objects.get(pk=company.id).log.filter(what="copied").count() == 1
    assert hashes(tenant.company()) == hashes(company)
    me = person(f"owner@{company.slug}.example")
    assert Web(f"{slug}.localhost", me).post("/api/v1/company/outgoing/").status_code == 409, "a copy stays quiet"
    assert [r["id"] for r in browser.get("/api/v1/company/restores/").json()["results"]] == [sent["id"]]
    # Asked for as an owner, and no longer one when its turn comes.
    again = send(browser, data, f"{slug}-b", ask="/api/v1/company/restores/")
    with outside():
        Membership.objects.filter(tenant_id=company.id).update(is_active=False)
    assert follow(Web(HERE, me), again["id"])["state"] == "failed"
    with outside():
        assert not Tenant.objects.filter(slug=f"{slug}-b").exists()
        Membership.objects.filter(tenant_id=company.id).update(is_active=True)
    colleague = person(f"admin@{company.slug}.example")
    with outside():
        Membership.objects.create(person=colleague, tenant_id=company.id)
    with serving(company), acting(owner_of(company)):
        Member.objects.create(person_id=colleague.pk, name="admin", email=colleague.email, roles=["admin"])
    refused = Web(f"{company.slug}.localhost", colleague).post(
        "/api/v1/company/restores/", {"slug": f"{slug}-c", "file_name": "a.zip", "size": 5000}
    )
    assert refused.status_code == 403
    drop(tenant.company())


def test_uploads_that_nobody_goes_on_with_are_forgotten(slots: set[int], slug: str) -> None:
    web = Web(HERE, person("gone@uploads.example"))
    row = web.post("/api/v1/companies/restores/", {"slug": slug, "file_name": "a.zip", "size": 9 << 20}).json()
    assert (row["parts"], row["part_size"]) == (2, 8 << 20)
    assert put(web, f"/api/v1/companies/restores/{row['id']}/parts/1/", bytes(1 << 20)).status_code == 200
    with outside():
        CompanyRestore.objects.filter(pk=row["id"]).update(seen_at=timezone.now() - uploads.ABANDONED)
        restores_recover()
    assert web.get(f"/api/v1/companies/restores/{row['id']}/").json()["state"] == "cancelled"
    nothing_left(slug, slots)
