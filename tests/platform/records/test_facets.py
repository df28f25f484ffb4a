"""History, comments with mentions, files: as visible as the record itself."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.events.models import Outbox
from tenon.records.models import Attachment, DataImport
from tenon.records.service import acting
from tenon.records.services.attachment import safe_name
from tenon.records.services.retention import forget_imports
from tenon.tenancy.context import Company, outside

URL = "/api/v1/access/departments/"


@pytest.fixture
def department(api: Any) -> dict[str, Any]:
    return dict(api.post(URL, {"name": "Sales"}).json)


def upload(actor: Actor, path: str, name: str, content: bytes) -> Any:
    request = RequestFactory().post(path, {"file": SimpleUploadedFile(name, content)})
    request.actor, request.request_id = actor, "r"  # type: ignore[attr-defined]
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    match = resolve(path)
    response = match.func(request, *match.args, **match.kwargs)
    return response.render() if hasattr(response, "render") and not response.is_rendered else response


def test_history_tells_old_and_new_with_labels(api: Any, department: dict[str, Any]) -> None:
    top = api.post(URL, {"name": "Head office"}).json
    changed = api.patch(f"{URL}{department['id']}/", {"name": "Sales team", "parent": top["id"]}, department["version"])
    assert changed.status == 200
    entries = api.get(f"{URL}{department['id']}/history/").json["results"]
    update = next(e for e in entries if e["op"] == "update" and "name" in e["changes"])
    assert update["changes"]["name"] == ["Sales", "Sales team"]
    assert update["changes"]["parent"] == [None, {"id": top["id"], "label": "Head office"}]
    assert update["actor"]["label"] == "Owner"
    assert entries[-1]["op"] == "insert"
    assert entries[-1]["changes"]["name"] == [None, "Sales"]


def test_history_hides_what_a_role_hides(api_as: Any, actor: Actor, department: dict[str, Any]) -> None:
    from dataclasses import replace

    blind = replace(actor, hidden={"access.department": frozenset({"name"})})
    entries = api_as(blind).get(f"{URL}{department['id']}/history/").json["results"]
    assert entries
    assert all("name" not in e["changes"] for e in entries)


def test_comments_name_people(api: Any, actor: Actor, department: dict[str, Any], acme: Company) -> None:
    with acting(actor):
        other = Member.objects.create(person_id=777, name="Sales manager", email="m@acme.example")
    path = f"{URL}{department['id']}/comments/"
    made = api.post(path, {"body": f"Please look, @[Sales manager]({other.pk}) <script>"})
    assert made.status == 201, made.content
    assert made.json["mentions"] == [{"id": other.pk, "label": "Sales manager"}]
    assert made.json["author"]["label"] == "Owner"
    assert [c["body"] for c in api.get(path).json["results"]] == [f"Please look, @[Sales manager]({other.pk}) <script>"]
    with outside():
        event = Outbox.objects.get(name="records.MemberMentioned")
    payload = event.payload if isinstance(event.payload, dict) else json.loads(event.payload)
    assert (payload["member_id"], payload["label"]) == (other.pk, "Sales")
    assert api.post(path, {"body": "  "}).fields() == {"body"}


def test_files_are_kept_handed_out_and_taken_away(
    api: Any, actor: Actor, department: dict[str, Any], acme: Company, settings: Any, tmp_path: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    path = f"{URL}{department['id']}/attachments/"
    made = upload(actor, path, "../../evil name 报价.html", b"<script>alert(1)</script>")
    assert made.status_code == 201, made.content
    row = json.loads(made.content)
    assert "/" not in row["name"]
    assert "报价.html" in row["name"]
    stored = Attachment.objects.get(pk=row["id"])
    assert stored.path.startswith(f"c{acme.id}/")
    assert (tmp_path / stored.path).read_bytes() == b"<script>alert(1)</script>"
    got = api.get(row["url"] + "?inline=1")
    assert got.content == b"<script>alert(1)</script>"
    assert got.response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.response["Content-Security-Policy"]
    assert [f["id"] for f in api.get(path).json["results"]] == [row["id"]]
    assert api("DELETE", row["url"]).status == 204
    assert api.get(row["url"]).status == 404


def test_what_is_beside_a_record_is_as_visible_as_the_record(
    api_as: Any, actor: Actor, department: dict[str, Any]
) -> None:
    from dataclasses import replace

    stranger = api_as(replace(actor, permissions=frozenset()))
    for facet in ("history", "comments", "attachments"):
        assert stranger.get(f"{URL}{department['id']}/{facet}/").type == "forbidden"
        assert api_as(actor).get(f"{URL}987654321/{facet}/").type == "not-found"


def test_too_large_a_file_is_refused(actor: Actor, department: dict[str, Any], settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 10
    made = upload(actor, f"{URL}{department['id']}/attachments/", "a.txt", b"x" * 11)
    assert made.status_code == 413
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\windows\\a.txt", "a.txt"),
        ("a\r\nb.txt", "a__b.txt"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_old_imports_are_forgotten_with_their_files(serving_acme: Company, settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}},
    }
    paths = []
    for name in ("old", "new"):
        (tmp_path / name).write_bytes(b"a")
        made = DataImport.objects.create(entity="x.y", name=name, path=name, kind="csv", actor="member:1")
        if name == "old":
            DataImport.objects.filter(pk=made.pk).update(changed_at=timezone.now() - timedelta(days=31))
        paths.append(tmp_path / name)
    assert forget_imports() == 1
    assert [path.exists() for path in paths] == [False, True]
    assert list(DataImport.objects.values_list("name", flat=True)) == ["new"]


def test_a_page_of_history_without_visible_changes_is_not_the_last_one(
    api_as: Any, actor: Actor, department: dict[str, Any]
) -> None:
    from dataclasses import replace

    from tenon.access.models import Department
    from tenon.records.selectors.history import PAGE

    with acting(actor):
        row = Department.objects.get(pk=department["id"])
        for n in range(PAGE + 3):
            row.name = f"Name {n}"
            row.save()
    blind = api_as(replace(actor, hidden={"access.department": frozenset({"name"})}))
    first = blind.get(f"{URL}{department['id']}/history/").json
    assert first["results"] == []
    assert first["next"] == PAGE
    last = blind.get(f"{URL}{department['id']}/history/?offset={PAGE}").json
    assert last["next"] is None
    assert last["results"][-1]["op"] == "insert"


@pytest.mark.parametrize(
    "way", ["c{other}/{name}", "c{own}/../c{other}/{name}", "c{own}/./{name}", "/etc/passwd", "{name}"]
)
def test_a_row_that_points_into_another_companys_folder_opens_and_deletes_nothing(
    way: str, api: Any, actor: Actor, department: dict[str, Any], serving_acme: Company
) -> None:
    """Rows come from archives too, and an archive comes from anywhere."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    made = json.loads(upload(actor, f"{URL}{department['id']}/attachments/", "a.txt", b"mine").content)
    theirs = default_storage.save("c999999/theirs.txt", ContentFile(b"theirs"))
    forged = way.format(own=serving_acme.id, other=999999, name="theirs.txt")
    mine = Attachment.objects.get(pk=made["id"]).path
    try:
        with acting(actor):
            Attachment.objects.filter(pk=made["id"]).update(path=forged)
        assert api.get(made["url"]).type == "not-found"
        assert api.delete(made["url"]).type == "not-found"
        assert default_storage.exists(theirs)
    finally:
        for path in (mine, theirs):
            default_storage.delete(path)
