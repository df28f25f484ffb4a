"""A company leaves: typed confirmation by an owner, closed at once, taken back, or removed with a record of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone

from tenants import selectors
from tenants.archive import writing
from tenants.archive.folders import delete_folder
from tenants.models import CompanyDeletion, Domain, Membership, Person, Tenant
from tenants.services.deletion import deletion_ask, deletion_of, deletion_undo, purge_due
from tenants.services.export import about, export_run, export_start, export_to_path
from tenants.services.restore import company_restore
from tenon.events.models import Outbox
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.services.attachment import store
from tenon.tenancy import schemas
from tenon.tenancy.context import Company, outside, serving
from tenon.tenancy.models import Slot
from tests.companies import owner_of
from tests.tenants.conftest import Web

Make = Callable[..., Company]


def state_of(company: Company) -> str:
    with outside():
        return Tenant.objects.get(pk=company.id).state


def ask(company: Company, **changed: Any) -> CompanyDeletion:
    wanted = {"actor": owner_of(company), "confirm": company.slug, "reason": "We stop trading", **changed}
    with serving(company):
        return deletion_ask(**wanted)


def hashes(company: Company) -> dict[str, str]:
    manifest = writing.write(company, about(company), io.BytesIO(), lambda *_said: None)
    return {t.name: t.sha256 for t in manifest.tables}


def test_only_an_owner_who_types_the_address_and_says_why(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = owner_of(acme)
    with pytest.raises(Invalid) as refused:
        ask(acme, confirm="globex")
    assert [e.field for e in refused.value.errors] == ["confirm"]
    with pytest.raises(Invalid) as refused:
        ask(acme, reason="  ")
    assert [e.field for e in refused.value.errors] == ["reason"]
    for other in (
        replace(owner, roles=("admin",)),
        replace(owner, permissions=frozenset()),
        replace(owner, kind="api_key", key_id=1),
    ):
        with pytest.raises(Forbidden):
            ask(acme, actor=other)
        with serving(acme), pytest.raises(Forbidden):
            deletion_undo(actor=other)
    assert state_of(acme) == "ready"
    assert not CompanyDeletion.objects.exists()


def test_closed_at_once_for_everybody_and_undone_as_it_was(acme: Company, acme_web: Web) -> None:
    Tenant.objects.filter(pk=acme.id).update(state="suspended")
    asked = ask(acme)
    assert state_of(acme) == "closed"
    assert timedelta(days=29) < asked.purge_at - timezone.now() <= timedelta(days=30)
    refused = acme_web.get("/api/v1/bootstrap/")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/company-closed"), refused.content
    assert acme.id not in {c.id for c in selectors.companies_live()}
    with pytest.raises(StateRefused):
        ask(acme)
    assert purge_due() == 0
    with serving(acme):
        deletion_undo(actor=owner_of(acme))
        with pytest.raises(StateRefused):
            deletion_undo(actor=owner_of(acme))
    assert state_of(acme) == "suspended"
    assert deletion_of(acme.id) is None
    log = list(Tenant.objects.get(pk=acme.id).log.order_by("id").values_list("what", flat=True))
    assert log[-2:] == ["closed", "reopened"]


@pytest.fixture
def own_store(settings: Any, tmp_path: Path) -> None:
    """Files of this test only: company numbers come again with every test database."""
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "files")}}
    settings.STORAGES = {**settings.STORAGES, "default": local}


@pytest.fixture
def leaver(fresh_company: Make, own_store: None) -> Iterator[Company]:
    company = fresh_company("Leaving Ltd")
    with serving(company):
        cache.set("kept", "a secret", 3600)
        cache.set("other", "another", 3600)
    store(company.id, "a.txt", ContentFile(b"secret", "a.txt"))
    with outside():
        Outbox.objects.create(event_id=f"00000000-0000-4000-9000-{company.id:012d}", role=company.role, name="x",
                              payload={})  # fmt: skip
    yield company
    for each in connections.all(initialized_only=True):
        each.close()


def test_after_thirty_days_nothing_is_left_but_the_record(leaver: Company, tmp_path: Path) -> None:
    with outside():
        bystander = Tenant.objects.get(slug="globex").company()
        slot = Tenant.objects.get(pk=leaver.id).slot
        person = Person.objects.get(memberships__tenant_id=leaver.id)
    with serving(bystander):
        cache.set("kept", "theirs", 3600)
    theirs = store(bystander.id, "b.txt", ContentFile(b"theirs", "b.txt"))
    before = hashes(bystander)
    with serving(leaver):
        export = export_start(actor=owner_of(leaver))
        export_run(actor=owner_of(leaver), progress=lambda *_said: None, export_id=export.pk)
    export_to_path(leaver.slug, tmp_path / "last.zip")
    asked = ask(leaver)
    with outside():
        assert purge_due() == 0
        CompanyDeletion.objects.filter(pk=asked.pk).update(purge_at=timezone.now() - timedelta(seconds=1))
        assert purge_due() == 1
        assert purge_due() == 0
        asked.refresh_from_db()
        assert not Tenant.objects.filter(pk=leaver.id).exists()
        assert not Domain.objects.filter(domain__startswith=f"{leaver.slug}.").exists()
        assert not Membership.objects.filter(person=person).exists()
        assert not Outbox.objects.filter(role=leaver.role).exists()
        assert not Slot.objects.filter(pk=slot.pk).exists()
    assert not schemas.schema_exists(leaver.schema)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from pg_class where relnamespace::regnamespace::text = %s", [leaver.schema])
        assert cursor.fetchone() == (0,)
    assert delete_folder(f"c{leaver.id}") == 0
    with serving(leaver):
        assert cache.get("kept") is None
    # What remains says who, why, when and how much.
    assert asked.asked_by == person.email
    assert asked.reason == "We stop trading"
    assert asked.purged_at is not None
    assert asked.counts["tables"]["access_member"] == 1
    assert (asked.counts["files"], asked.counts["people"], asked.counts["events"]) == (2, 1, 1)
    assert asked.counts["cache"] >= 2
    assert len(asked.export_sha256) == 64
    # The neighbour has not noticed.
    assert hashes(bystander) == before
    with serving(bystander):
        assert cache.get("kept") == "theirs"
    assert default_storage.open(theirs).read() == b"theirs"
    default_storage.delete(theirs)
    # The address rests; its own company may have it back.
    assert selectors.slug_fault(leaver.slug) == "taken"
    assert leaver.slug not in selectors.slug_suggestions(leaver.slug)
    restored = company_restore(archive=tmp_path / "last.zip", slug=leaver.slug)
    assert restored.slug == leaver.slug
    with outside():
        Tenant.objects.filter(pk=restored.pk).delete()
        CompanyDeletion.objects.filter(pk=asked.pk).update(slug_free_at=timezone.now())
    assert selectors.slug_fault(leaver.slug) is None


def test_a_removal_that_broke_off_is_finished_at_the_next_round(
    leaver: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenants.services import deletion

    asked = ask(leaver)
    with outside():
        CompanyDeletion.objects.filter(pk=asked.pk).update(purge_at=timezone.now() - timedelta(seconds=1))
    whole = deletion.schemas.drop_slot
    monkeypatch.setattr(deletion.schemas, "drop_slot", lambda slot: 1 / 0)
    assert purge_due() == 0
    monkeypatch.setattr(deletion.schemas, "drop_slot", whole)
    with outside():
        asked.refresh_from_db()
        assert asked.purged_at is None
        assert asked.tenant_id is None
    assert purge_due() == 1
    with outside():
        asked.refresh_from_db()
    assert asked.purged_at is not None
    assert asked.counts["files"] == 1
    assert not schemas.schema_exists(leaver.schema)


@pytest.mark.parametrize("folder", ["", "c", "c1/../c2", "..", "cx", "/"])
def test_no_folder_but_a_companys_is_removed(folder: str) -> None:
    with pytest.raises(ValueError, match="no company"):
        delete_folder(folder)
