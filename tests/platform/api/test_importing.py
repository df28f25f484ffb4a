"""Imports: readers, mapping, upsert, errors row by row, dry run, resume, cancel."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import resolve
from openpyxl import Workbook

from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.api.importing import import_file, import_rows, run
from tenon.api.importing.engine import Importer
from tenon.api.importing.mapping import guess
from tenon.api.importing.readers import open_table
from tenon.api.importing.run import run_import
from tenon.api.metadata import Resource
from tenon.problems import Invalid
from tenon.records.models import AuditEntry, DataImport
from tenon.records.service import acting
from tenon.tenancy.context import Company

DEPARTMENT = "access.department"


def csv_of(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(rows).encode(encoding)


# --- readers


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_usual_form(encoding: str, delimiter: str) -> None:
    rows = [
        delimiter.join(("名称", "备注")),
        delimiter.join(("销售部", f'"说明{delimiter} ""引号"""')),
        "",
        delimiter * 1,
    ]
    table = open_table(csv_of(*rows, encoding=encoding))
    assert table.columns == ["名称", "备注"]
    assert list(table.rows()) == [(2, {"名称": "销售部", "备注": f'说明{delimiter} "引号"'})]


def xlsx_of(*rows: tuple[Any, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_xlsx_cells_are_what_people_see() -> None:
    from datetime import date, datetime

    content = xlsx_of(
        ("A", "A", None, "D"), (0.1 + 0.2, 12.0, "x", datetime(2026, 3, 9)), (True, None, "", date(2026, 1, 2))
    )
    table = open_table(content)
    assert table.columns == ["A", "A (2)", "(3)", "D"]
    assert [row for _n, row in table.rows()] == [
        {"A": "0.3", "A (2)": "12", "(3)": "x", "D": "2026-03-09"},
        {"A": "true", "D": "2026-01-02"},
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        b"PK\x03\x04 no zip",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old excel",
        b"\xff\xfe\x00",
        b"\x81\xff,\xfe",
    ],
)
def test_hostile_files_are_refused_clearly(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        list(open_table(content).rows())
    assert refused.value.errors[0].field == "file"


# --- mapping


def test_columns_are_recognised_in_both_languages(actor: Actor, serving_acme: Company) -> None:
    resource = Resource.of(actor, DEPARTMENT)
    assert guess(resource, ["Name", "Parent department", "Colour"]) == {"Name": "name", "Parent department": "parent"}
    assert guess(resource, ["name", "PARENT_DEPARTMENT code"]) == {"name": "name", "PARENT_DEPARTMENT code": "parent"}


# --- from Python


def test_rows_are_created_then_changed_then_left_alone(actor: Actor, serving_acme: Company) -> None:
    first = csv_of("Name,Parent department", "Sales,", "Export,Sales", "Import,Nowhere")
    with acting(actor):
        Department.objects.create(name="Sales", path="1/")
    result = import_file(actor=actor, entity_key=DEPARTMENT, path_or_bytes=first)
    assert (result.created, result.updated, result.skipped, result.failed) == (1, 0, 1, 1)
    [error] = result.errors
    assert (error.row, error.field, error.column, error.value) == (4, "parent", "Parent department", "Nowhere")
    export = Department.objects.get(name="Export")
    assert export.parent is not None
    assert export.parent.name == "Sales"
    again = import_file(
        actor=actor, entity_key=DEPARTMENT, path_or_bytes=csv_of("Name,Parent department", "Export,Sales")
    )
    assert (again.created, again.updated, again.skipped) == (0, 0, 1)


def test_a_dry_run_writes_nothing(actor: Actor, serving_acme: Company) -> None:
    before = (Department.objects.count(), AuditEntry.objects.count())
    content = csv_of("name,parent", "New one,", "New one,", ",")
    result = import_file(actor=actor, entity_key=DEPARTMENT, path_or_bytes=content, dry_run=True)
    assert (result.created, result.updated + result.skipped, result.failed) == (1, 1, 0)
    assert (Department.objects.count(), AuditEntry.objects.count()) == before


def test_what_exists_may_be_skipped_or_reported(actor: Actor, serving_acme: Company) -> None:
    rows = [{"name": "Sales"}]
    assert import_rows(actor=actor, entity_key=DEPARTMENT, rows=rows).created == 1
    assert import_rows(actor=actor, entity_key=DEPARTMENT, rows=rows, on_existing="skip").skipped == 1
    assert import_rows(actor=actor, entity_key=DEPARTMENT, rows=rows, on_existing="error").failed == 1


def test_columns_or_keys_that_are_not_there_are_refused(actor: Actor, serving_acme: Company) -> None:
    content = csv_of("name", "A")
    with pytest.raises(Invalid):
        import_file(actor=actor, entity_key=DEPARTMENT, path_or_bytes=content, mapping={"name": "colour"})
    with pytest.raises(Invalid):
        import_file(actor=actor, entity_key=DEPARTMENT, path_or_bytes=content, mapping={"other": "name"})
    with pytest.raises(Invalid):
        import_file(actor=actor, entity_key=DEPARTMENT, path_or_bytes=content, key="parent")


# --- over HTTP


def upload(actor: Actor, content: bytes, name: str = "departments.csv", entity: str = DEPARTMENT) -> Any:
    path = "/api/v1/imports/"
    request = RequestFactory().post(path, {"file": SimpleUploadedFile(name, content), "entity": entity})
    request.actor, request.request_id = actor, "r"  # type: ignore[attr-defined]
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    match = resolve(path)
    response = match.func(request, *match.args, **match.kwargs)
    return response.render() if hasattr(response, "render") else response


@pytest.fixture
def uploaded(actor: Actor, serving_acme: Company, monkeypatch: Any) -> dict[str, Any]:
    monkeypatch.setattr(run, "CHUNK", 50)
    rows = [f"Team {i:04d}," for i in range(120)]
    answer = upload(actor, csv_of("Department,Parent", *rows, "x" * 300 + ","))
    assert answer.status_code == 201, answer.content
    return dict(json.loads(answer.content))


def test_a_file_is_checked_then_run(api: Any, actor: Actor, uploaded: dict[str, Any]) -> None:
    assert (uploaded["state"], uploaded["rows"], uploaded["mapping"]) == (
        "mapping",
        121,
        {"Department": "name", "Parent": "parent"},
    )
    assert uploaded["columns"][0]["sample"] == ["Team 0000", "Team 0001", "Team 0002"]
    url = f"/api/v1/imports/{uploaded['id']}/"
    assert api.post(f"{url}actions/dry-run/").json["state"] == "running"
    assert api.post(f"{url}actions/run/").type == "state"
    before = Department.objects.count()
    run_import(actor=actor, import_id=uploaded["id"])
    checked = api.get(url).json
    assert (checked["state"], checked["created"], checked["failed"], checked["done"]) == ("checked", 120, 1, 121)
    assert Department.objects.count() == before
    [error] = api.get(f"{url}errors/").json["results"]
    assert (error["row"], error["field"], error["column"]) == (122, "name", "Department")

    assert api.post(f"{url}actions/run/").json["state"] == "running"
    run_import(actor=actor, import_id=uploaded["id"])
    done = api.get(url).json
    assert (done["state"], done["created"], done["failed"]) == ("done", 120, 1)
    assert Department.objects.count() == before + 120
    assert api.post(f"{url}actions/run/").type == "state"


class Stopped(Exception):
    pass


def test_a_stopped_run_goes_on_behind_what_is_done(api: Any, actor: Actor, uploaded: dict[str, Any]) -> None:
    url = f"/api/v1/imports/{uploaded['id']}/"
    api.post(f"{url}actions/run/")

    def stop(done: int, total: int) -> None:
        if done >= 50:
            raise Stopped

    with pytest.raises(Stopped):
        run_import(actor=actor, import_id=uploaded["id"], progress=stop)
    halted = api.get(url).json
    assert (halted["state"], halted["done"], halted["created"]) == ("failed", 50, 50)
    DataImport.objects.filter(pk=uploaded["id"]).update(job_id=None)
    api.post(f"{url}actions/run/")
    seen: list[int] = []
    run_import(actor=actor, import_id=uploaded["id"], progress=lambda done, total: seen.append(done))
    assert seen == [100, 121]
    assert Department.objects.filter(name__startswith="Team ").count() == 120
    # the same work once more has no effect: the job may be delivered twice
    run_import(actor=actor, import_id=uploaded["id"])
    assert api.get(url).json["created"] == 120


def test_cancelling_stops_behind_the_chunk(api: Any, actor: Actor, uploaded: dict[str, Any]) -> None:
    url = f"/api/v1/imports/{uploaded['id']}/"
    api.post(f"{url}actions/run/")

    def cancel(done: int, total: int) -> None:
        DataImport.objects.filter(pk=uploaded["id"]).update(cancel_requested=True)

    run_import(actor=actor, import_id=uploaded["id"], progress=cancel)
    found = api.get(url).json
    assert (found["state"], found["done"]) == ("cancelled", 50)


def test_imports_are_ones_own(api_as: Any, actor: Actor, uploaded: dict[str, Any]) -> None:
    from dataclasses import replace

    url = f"/api/v1/imports/{uploaded['id']}/"
    assert api_as(replace(actor, member_id=12345)).get(url).type == "not-found"
    rightless = replace(actor, permissions=frozenset({"access.department.view"}))
    assert upload(rightless, csv_of("name", "A")).status_code == 403


def test_wrong_uploads_say_why(api: Any, actor: Actor, serving_acme: Company) -> None:
    assert json.loads(upload(actor, csv_of("name")).content)["errors"][0]["field"] == "file"
    assert json.loads(upload(actor, csv_of("name", "A"), entity="no.such").content)["errors"][0]["field"] == "entity"
    assert upload(actor, csv_of("name", "A"), entity="access.role").status_code == 403


def test_one_bad_row_does_not_spoil_its_chunk(actor: Actor, serving_acme: Company, monkeypatch: Any) -> None:
    from tenon.access.services import departments

    plain = departments.department_create

    def moody(*, actor: Actor, data: dict[str, Any]) -> Department:
        made = plain(actor=actor, data=data)
        if data["name"] == "Bad":
            raise Invalid.field("name", "no")
        return made

    monkeypatch.setattr(departments, "department_create", moody)
    result = import_rows(actor=actor, entity_key=DEPARTMENT, rows=[{"name": "Good"}, {"name": "Bad"}, {"name": "Fine"}])
    assert (result.created, result.failed) == (2, 1)
    assert set(Department.objects.filter(name__in=["Good", "Bad", "Fine"]).values_list("name", flat=True)) == {
        "Good",
        "Fine",
    }


def test_bulk_and_single_rows_leave_the_same_trace(actor: Actor, serving_acme: Company) -> None:
    """An entity without services goes the bulk way: versions, authors and the audit trail are as ever."""
    from dataclasses import replace

    resource = Resource.of(actor, DEPARTMENT)
    resource.entity = replace(resource.entity, create="", update="")
    importer = Importer(resource, {"n": "name"}, key=("name",))
    made = importer.chunk([(i, {"n": f"Bulk {i}"}) for i in range(2, 52)])
    assert (made.created, made.failed) == (50, 0)
    row = Department.objects.get(name="Bulk 7")
    assert (row.version, row.created_by_id, row.changed_by_id) == (1, actor.member_id, actor.member_id)
    importer = Importer(resource, {"n": "name", "p": "parent"}, key=("name",))
    changed = importer.chunk([(i, {"n": f"Bulk {i}", "p": "Bulk 2"}) for i in range(3, 52)])
    assert (changed.updated, changed.failed) == (49, 0)
    row.refresh_from_db()
    assert (row.version, row.parent.name if row.parent else "") == (2, "Bulk 2")
    ops = (
        AuditEntry.objects.filter(table_name="access_department", row_id=row.pk)
        .order_by("id")
        .values_list("op", flat=True)
    )
    assert list(ops) == ["insert", "update"]


def test_a_mapping_of_anything_but_words_is_refused(api: Any, uploaded: dict[str, Any]) -> None:
    url = f"/api/v1/imports/{uploaded['id']}/"
    columns = [entry["column"] for entry in uploaded["columns"]]
    mappings: list[Any] = [
        {columns[0]: ["name"], "x": ["name"]},
        {columns[0]: 1, "x": 1},
        {columns[0]: {"a": 1}},
        [1],
        "x",
    ]
    for mapping in mappings:
        answer = api.patch(url, {"mapping": mapping})
        assert (answer.status, answer.type) == (400, "invalid"), (mapping, answer.content)
    changes: list[dict[str, Any]] = [{"key": ["name"]}, {"key": {}}, {"on_existing": ["update"]}]
    for change in changes:
        assert api.patch(url, change).status in (200, 400), change


def test_imports_of_what_is_switched_off_are_out_of_sight(api: Any, actor: Actor, serving_acme: Company) -> None:
    from dataclasses import replace

    from tenon.registry.registry import registry
    from tenon.tenancy.context import serving

    entity = next((e for e in registry().entities.values() if e.features and e.importable and e.search), None)
    if entity is None:
        pytest.skip("needs a business module")
    made = json.loads(upload(actor, csv_of("name,number", "A,B"), entity=entity.key).content)
    assert made["id"] in [found["id"] for found in api.get("/api/v1/imports/").json["results"]]
    with serving(replace(serving_acme, features=frozenset())):
        assert made["id"] not in [found["id"] for found in api.get("/api/v1/imports/").json["results"]]
        assert api.get(f"/api/v1/imports/{made['id']}/").type == "not-found"
