"""A copy beside the live company: made of an export by an owner, holding the same, reaching nobody, gone in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tenants.models import Membership, Person, Tenant
from tenants.services.copies import copies_expire, copies_of
from tenants.services.deletion import purge_due
from tenon.access.models import Member
from tenon.jobs.models import Job
from tenon.jobs.services import begin, run
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving
from tests.companies import owner_of
from tests.tenants.archives import drop, hashes
from tests.tenants.conftest import Web


@pytest.fixture
def company(fresh_company: Callable[..., Company], settings: Any, tmp_path: Any) -> Company:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    return fresh_company("Twin Works")  # type: ignore[return-value]


@pytest.fixture
def browser(company: Company) -> Web:
    return Web(f"{company.slug}.localhost", Person.objects.get(email=f"owner@{company.slug}.example"))


@pytest.fixture
def export(company: Company, browser: Web) -> Iterator[int]:
    made: int = browser.post("/api/v1/company/exports/").json()["id"]
    assert work(company).state == "done"
    yield made
    for copy in copies_of(company.id):
        drop(copy.company())


def work(company: Company) -> Job:
    with serving(company):
        job = begin(Job.objects.latest("id").pk)
        assert job is not None
        run(job)
        return Job.objects.get(pk=job.pk)


def ask(browser: Web, export: int, slug: str, name: str = "") -> Any:
    return browser.post(f"/api/v1/company/exports/{export}/copy/", {"slug": slug, "name": name})


def test_a_copy_holds_the_same_and_what_its_company_may(company: Company, browser: Web, export: int) -> None:
    with outside():
        kept = [f for f in company.features if not f.startswith("production.")]
        Tenant.objects.filter(pk=company.id).update(entitled=kept, allowed_addresses=["127.0.0.0/8"])
    slug = f"{company.slug}-try"
    before = hashes(company)
    answer = ask(browser, export, slug, "Trying out")
    assert answer.status_code == 202, answer.content
    job = work(company)
    assert (job.state, job.progress) == ("done", 1.0), job.error
    assert job.result is not None
    assert job.result["url"].startswith(f"http://{slug}.localhost")
    with outside():
        copy = Tenant.objects.get(slug=slug)
        assert (copy.name, copy.is_copy, copy.copy_of_id, copy.state) == ("Trying out", True, company.id, "ready")
        assert copy.allowed_addresses == ["127.0.0.0/8"]
        assert set(copy.entitled) == set(kept)
        assert copy.copy_until is not None
        assert timedelta(days=14) < copy.copy_until - timezone.now() < timedelta(days=16)
        assert copy.company().quiet
        assert list(Membership.objects.filter(tenant=copy).values_list("person__email", flat=True)) == [
            f"owner@{company.slug}.example"
        ]
    # Of the moment of the export: what the live one did since (jobs are left out) is its sign of life only.
    assert hashes(copy.company())["access_role"] == before["access_role"]
    assert hashes(copy.company())["data_party"] == before["data_party"]
    [listed] = browser.get("/api/v1/company/data/").json()["copies"]
    assert (listed["slug"], listed["name"]) == (slug, "Trying out")
    # A copy is not copied again.
    there = Web(f"{slug}.localhost", Person.objects.get(email=f"owner@{company.slug}.example"))
    data = there.get("/api/v1/company/data/").json()
    assert (data["is_copy"], data["may_copy"], data["copies"]) == (True, False, [])
    assert there.post(f"/api/v1/company/exports/{export}/copy/", {"slug": "x-again"}).status_code == 409


def test_who_may_and_when(company: Company, browser: Web, export: int) -> None:
    assert ask(browser, export, "admin").json()["errors"][0]["field"] == "slug"
    assert ask(browser, export, "").status_code == 400
    assert ask(browser, export, company.slug).json()["errors"][0]["code"] == "taken"
    assert ask(browser, 10**9, f"{company.slug}-b").status_code == 404
    person = Person.objects.create_user(f"viewer@{company.slug}.example", name="viewer")
    Membership.objects.create(person=person, tenant_id=company.id)
    with serving(company), acting(owner_of(company)):
        Member.objects.create(person_id=person.pk, name="viewer", email=person.email, roles=["admin"])
    assert ask(Web(f"{company.slug}.localhost", person), export, f"{company.slug}-b").status_code == 403
    assert ask(Web(f"{company.slug}.localhost"), export, f"{company.slug}-b").status_code == 401
    with outside():
        Tenant.objects.filter(pk=company.id).update(state="read_only")
    assert ask(browser, export, f"{company.slug}-b").status_code == 409


def test_two_at_most(company: Company, browser: Web, export: int) -> None:
    for number in (1, 2):
        assert ask(browser, export, f"{company.slug}-{number}").status_code == 202
        assert work(company).state == "done"
    refused = ask(browser, export, f"{company.slug}-3")
    assert refused.status_code == 409
    assert "two copies" in refused.json()["detail"]


def test_after_fifteen_days_it_is_removed(company: Company, browser: Web, export: int) -> None:
    slug = f"{company.slug}-old"
    ask(browser, export, slug)
    assert work(company).state == "done"
    with outside():
        assert copies_expire() == 0
        Tenant.objects.filter(slug=slug).update(copy_until=timezone.now())
        assert copies_expire() == 1
        assert copies_expire() == 0
        assert Tenant.objects.get(slug=slug).state == "closed"
        assert Tenant.objects.get(pk=company.id).state == "ready"
    assert purge_due() == 1
    with outside():
        assert not Tenant.objects.filter(slug=slug).exists()
        assert Tenant.objects.filter(pk=company.id).exists()
