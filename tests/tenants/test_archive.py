"""A company's archive: exported, dropped, restored, equal to the last digit; damaged ones refused; others untouched."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import Error, connection, connections, transaction
from psycopg import sql

from tenants import selectors
from tenants.archive import loading, writing
from tenants.archive.layout import Manifest
from tenants.models import Membership, Person, Tenant
from tenants.services.export import about, export_to_path
from tenants.services.restore import company_restore
from tenon.access.models import Member
from tenon.events.models import Delivery
from tenon.jobs.progress import JobCancelled
from tenon.problems import Invalid, NotFound
from tenon.records.models import Attachment, AuditEntry, Comment
from tenon.records.service import acting
from tenon.tenancy import schemas
from tenon.tenancy.context import Company, outside, owning, serving
from tenon.tenancy.models import Slot
from tests.companies import owner_of
from tests.tenants.archives import EVERY_TYPE, PDF, VALUES, drop, edit, hashes, populate, repacked


def test_an_archive_is_made_of_open_files_that_its_manifest_vouches_for(
    exported: tuple[Company, Path, Manifest],
) -> None:
    _company, path, manifest = exported
    with zipfile.ZipFile(path) as opened:
        said = json.loads(opened.read("manifest.json"))
        assert said["format"] == "tenon-company"
        assert said["content"] == manifest.content
        assert {t["name"] for t in said["tables"]} >= {
            "data_party",
            "records_audit",
            "access_role",
            "records_comment",
        }
        for table in said["tables"]:
            data = opened.read(f"tables/{table['name']}.csv")
            rows = list(csv.DictReader(io.StringIO(data.decode())))
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (table["sha256"], table["size"])
            assert len(rows) == table["rows"], table["name"]
            assert not rows or list(rows[0]) == list(table["columns"])
        for part in said["parts"]:
            assert hashlib.sha256(opened.read(part["name"])).hexdigest() == part["sha256"]
        [file] = csv.DictReader(io.StringIO(opened.read("files.csv").decode()))
        assert file["name"] == "图纸 1.pdf"
        assert opened.read(file["path"]) == PDF
        people = [json.loads(line) for line in opened.read("people.jsonl").splitlines()]
        assert people[0]["email"] == "owner@archived.example"
        whole = b"".join(opened.read(name) for name in opened.namelist())
    assert sum(t.rows > 0 for t in manifest.tables) > 40
    with outside():
        person = Person.objects.get(email="owner@archived.example")
    assert person.password.encode() not in whole


def test_dropped_and_restored_every_table_has_the_same_hash(
    exported: tuple[Company, Path, Manifest], unblocked: None, slug: str
) -> None:
    _company, path, manifest = exported
    with outside():
        bystander = Tenant.objects.get(slug="globex").company()
    before = hashes(bystander)
    tenant = company_restore(archive=path, slug=slug)
    restored = tenant.company()
    assert hashes(restored) == {t.name: t.sha256 for t in manifest.tables}
    assert (tenant.state, tenant.name, tenant.slot.state) == ("ready", "Archived Works", "claimed")
    with serving(restored):
        attachment = Attachment.objects.get(name="图纸 1.pdf")
        assert attachment.path.startswith(f"c{tenant.pk}/")
        assert default_storage.open(attachment.path).read() == PDF
        member = Member.objects.get(roles__contains=["owner"])
        assert AuditEntry.objects.filter(actor__startswith="maintenance").count() == 0
        # It lives on: numbers go on where they were, the trail and the guards are in force.
        with acting(owner_of(restored)):
            Comment(entity="shared.party", record_id=1, body="after").save()
        assert AuditEntry.objects.latest("id").changes["body"] == "after"
        with pytest.raises(Error), transaction.atomic():
            AuditEntry.objects.all().delete()
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("update access_member set manager_id = 987654321")
            cursor.execute("set constraints all immediate")
    with outside():
        assert Person.objects.get(pk=member.person_id).email == "owner@archived.example"
        assert Membership.objects.filter(tenant=tenant, person_id=member.person_id).exists()
        told = Delivery.objects.get(role=restored.role)
        assert (told.handler, told.state, told.event.payload) == ("some.handler", "skipped", {"id": 7})
    assert hashes(bystander) == before
    drop(restored)


def test_after_the_company_itself_is_gone_its_archive_brings_it_back(
    unblocked: None, tmp_path: Path, slug: str
) -> None:
    from tests.companies import make_company

    company = make_company(f"{slug}-x", "Gone Works")
    populate(company)
    before = hashes(company)
    export_to_path(company.slug, tmp_path / "a.zip")
    drop(company)
    restored = company_restore(archive=tmp_path / "a.zip", slug=f"{slug}-x").company()
    assert restored.schema != company.schema
    assert hashes(restored) == before


def test_every_type_of_column_comes_back_exactly(
    exported: Any, unblocked: None, tmp_path: Path, slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.companies import make_company

    company = make_company(f"{slug}-t", "Types")

    def plant(slot_schema: str, role: str, *statements: str) -> None:
        with owning(slot_schema), connections["owner"].cursor() as cursor:
            for statement in (EVERY_TYPE, *statements):
                cursor.execute(statement.replace("%", "%%"), [])
            cursor.execute(sql.SQL("grant select on all tables in schema {} to {}").format(
                sql.Identifier(slot_schema), sql.Identifier(role)))  # fmt: skip

    plant(company.schema, company.role, VALUES, "alter sequence zz_types_id_seq restart with 5000000001")
    path = tmp_path / "types.zip"
    export_to_path(company.slug, path)
    claim = schemas.claim

    def claimed() -> Slot:
        slot = claim()
        plant(slot.schema, slot.role)
        return slot

    monkeypatch.setattr(loading.schemas, "claim", claimed)
    restored = company_restore(archive=path, slug=slug).company()
    assert hashes(restored)["zz_types"] == hashes(company)["zz_types"]

    def rows(of: Company) -> list[Any]:
        with owning(of.schema), connections["owner"].cursor() as cursor:
            cursor.execute("select t::text from zz_types t order by id")
            return cursor.fetchall()

    assert rows(restored) == rows(company)
    with owning(restored.schema), connections["owner"].cursor() as cursor:
        cursor.execute("insert into zz_types (amount) values (1) returning id, doubled")
        assert cursor.fetchone() == (5000000001, Decimal(2))


def test_an_archive_of_an_older_release_is_loaded_as_it_was_and_then_migrated(
    exported: tuple[Company, Path, Manifest], unblocked: None, tmp_path: Path, slug: str
) -> None:
    """One app's tables came with a later release than the archive's."""

    def older(files: dict[str, bytes]) -> None:
        def change(said: dict[str, Any]) -> None:
            said["schema_fingerprint"] = "0" * 64
            said["migrations"] = [m for m in said["migrations"] if m[0] != "samples"]
            said["tables"] = [t for t in said["tables"] if t["name"] != "samples_samplerecord"]

        files.pop("tables/samples_samplerecord.csv")
        edit(files, change)

    restored = company_restore(archive=repacked(exported[1], tmp_path / "old.zip", older), slug=slug).company()
    then = {t.name: t.sha256 for t in exported[2].tables if t.name != "samples_samplerecord"}
    now = hashes(restored)
    assert now.pop("samples_samplerecord")
    assert now == then
    with outside():
        slot = Tenant.objects.get(slug=slug).slot
    assert slot.migrated_to == schemas.fingerprint()
    drop(restored)


def test_a_copy_reaches_nobody_and_lets_only_owners_in(
    exported: tuple[Company, Path, Manifest], unblocked: None, slug: str
) -> None:
    from django.core import mail

    from tenants.mails import send

    tenant = company_restore(archive=exported[1], slug=slug, name="Trying out", copy=True)
    company = tenant.company()
    assert (tenant.is_copy, company.quiet, tenant.name) == (True, True, "Trying out")
    assert company.id not in {c.id for c in selectors.companies_live()}
    with outside():
        people = set(Membership.objects.filter(tenant=tenant).values_list("person__email", flat=True))
    assert people == {"owner@archived.example"}
    mail.outbox = []
    context = {"company": "x", "invited_by": "y", "link": "z"}
    with serving(company):
        send("tenants/email/invitation", "somebody@example.com", "en", context)
    assert mail.outbox == []
    with serving(exported[0]):
        send("tenants/email/invitation", "somebody@example.com", "en", context)
    assert len(mail.outbox) == 1
    drop(company)


def test_the_address_must_be_free(exported: tuple[Company, Path, Manifest], unblocked: None) -> None:
    with pytest.raises(Invalid):
        company_restore(archive=exported[1], slug="acme")


def test_an_export_that_is_stopped_stops(exported: tuple[Company, Path, Manifest], unblocked: None) -> None:
    said: list[float] = []

    def tell(done: float, total: float, what: str) -> None:
        said.append(done / total)
        if len(said) == 20:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        writing.write(exported[0], about(exported[0]), io.BytesIO(), tell)
    assert said == sorted(said)
    assert said[-1] < 1


def test_what_is_written_meanwhile_is_not_in_it(
    exported: tuple[Company, Path, Manifest], unblocked: None, slug: str
) -> None:
    """One moment: a comment made while the export runs is in no table of it, nor in the trail."""
    from tests.companies import make_company

    company = make_company(f"{slug}-s", "Moment")
    target, written = io.BytesIO(), list[int]()

    def tell(done: float, total: float, what: str) -> None:
        if not written:
            with serving(company), acting(owner_of(company)):
                Comment(entity="shared.party", record_id=1, body="too late").save()
            written.append(1)

    writing.write(company, about(company), target, tell)
    with zipfile.ZipFile(target) as opened:
        assert not any(b"too late" in opened.read(name) for name in opened.namelist())
    with serving(company):
        assert Comment.objects.filter(body="too late").exists()


def test_the_command_line(exported: tuple[Company, Path, Manifest], unblocked: None, tmp_path: Path, slug: str) -> None:
    said = io.StringIO()
    call_command("tenants", "export", "archived", str(tmp_path / "out.zip"), stdout=said)
    assert exported[2].content in said.getvalue()
    with pytest.raises(CommandError):
        call_command("tenants", "export", "archived", str(tmp_path / "out.zip"))
    with pytest.raises(CommandError):
        call_command("tenants", "export", "nobody-here", str(tmp_path / "none.zip"))
    assert not (tmp_path / "none.zip").exists()
    call_command("tenants", "restore", str(tmp_path / "out.zip"), slug, "--name", "From the shell", stdout=said)
    with outside():
        assert Tenant.objects.get(slug=slug).name == "From the shell"
    (tmp_path / "bad.zip").write_bytes(b"PK")
    with pytest.raises(CommandError, match="ZIP"):
        call_command("tenants", "restore", str(tmp_path / "bad.zip"), f"{slug}-b")
    with pytest.raises(NotFound):
        export_to_path("nobody-here", tmp_path / "none.zip")
