"""Exports: what the list shows, as CSV or XLSX, streamed, and never a formula."""

from __future__ import annotations

import csv
import gc
import io
from typing import Any

import pytest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from modules.crm.models import Lead
from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.access.models import Department, Member
from tenon.api import query, streams
from tenon.api.exporting import export, meant, neutral
from tenon.api.importing import import_file
from tenon.api.metadata import Resource
from tenon.api.xlsx import write_xlsx
from tenon.jobs.gate import Gone
from tenon.problems import FeatureOff
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving
from tests.companies import owner_of

URL = "/api/v1/access/departments/export/"
NAMES = ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "\tx", "plain", '销售, "quoted"\nline']


@pytest.fixture
def departments(serving_acme: Company, actor: Actor) -> None:
    with acting(actor):
        for name in NAMES:
            Department.objects.create(name=name)


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_has_labels_and_no_formulas(api: Any, departments: None) -> None:
    answer = api.get(f"{URL}?format=csv&fields=name,parent&order=id")
    header, *rows = rows_of(answer.content)
    assert header == ["Name", "Parent department"]
    found = [row[0] for row in rows][-len(NAMES) :]
    assert found == ['\'=HYPERLINK("http://evil")', "'+1", "'-1", "'@SUM(A1)", "'\tx", "plain", NAMES[-1]]
    assert answer.response["Content-Disposition"].startswith("attachment; filename*=UTF-8''departments-")


def test_filters_and_rights_are_the_lists(api: Any, departments: None) -> None:
    assert [row[0] for row in rows_of(api.get(f"{URL}?name=plain&fields=name").content)[1:]] == ["plain"]
    assert api.get(f"{URL}?nonsense=1").fields() == {"nonsense"}
    assert api.get(f"{URL}?fields=nonsense").fields() == {"fields"}
    assert api.get(f"{URL}?format=pdf").fields() == {"format"}


def test_xlsx_opens_and_holds_text_not_formulas(api: Any, departments: None) -> None:
    content = api.get(f"{URL}?format=xlsx&fields=name&order=id").content
    sheet = load_workbook(io.BytesIO(content)).active
    values = [row[0].value for row in sheet.iter_rows()]
    assert values[0] == "Name"
    assert '\'=HYPERLINK("http://evil")' in values
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_cells_keep_numbers_and_lose_what_xml_cannot_hold() -> None:
    from decimal import Decimal

    book = io.BytesIO()
    write_xlsx(book, ["a", "b", "c", "d"], [[Decimal("-12.50"), 7, "a\x01<&>\ud800", None], [True, 10**20, "", "x"]])
    sheet = load_workbook(book).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        [-12.5, 7, "a<&>", None],
        [True, str(10**20), None, "x"],
    ]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1", "'=1"), ("1=1", "1=1"), ("", ""), ("\r=1", "'\r=1"), ("-", "'-"), ("＝1+1", "'＝1+1"), ("  =1", "'  =1"),
        ("'=1", "''=1"), ("'tis", "'tis"), ("+49 30 1234", "'+49 30 1234"),
    ],
)  # fmt: skip
def test_dangerous_beginnings_are_neutralised(text: str, safe: str) -> None:
    assert neutral(text) == safe
    assert meant(safe) == text


@given(st.text(alphabet="'=+-@ \t1a＝", max_size=6))
def test_what_was_neutralised_comes_back_as_it_was(text: str) -> None:
    assert meant(neutral(text)) == text


def test_an_export_imported_again_changes_nothing(api: Any, actor: Actor, departments: None) -> None:
    Department.objects.filter(name="\tx").delete()  # made past the API, which strips what it is sent
    before = list(Department.objects.order_by("pk").values_list("name", flat=True))
    result = import_file(
        actor=actor, entity_key="access.department", key="name",
        path_or_bytes=api.get(f"{URL}?format=csv&fields=name").content,
    )  # fmt: skip
    assert (result.created, result.updated, result.failed) == (0, 0, 0), result.errors
    assert list(Department.objects.order_by("pk").values_list("name", flat=True)) == before


def test_long_lists_are_read_in_chunks(api: Any, departments: None, monkeypatch: Any) -> None:
    from django.db import connection

    whole = rows_of(api.get(f"{URL}?fields=name&order=name").content)
    everything = query.everything
    monkeypatch.setattr(query, "everything", lambda *args, **kwargs: everything(*args, **{**kwargs, "chunk": 3}))
    with CaptureQueriesContext(connection) as seen:
        assert rows_of(api.get(f"{URL}?fields=name&order=name").content) == whole
    assert len([q for q in seen if "limit 3" in q["sql"].lower()]) >= 3


def test_a_stream_keeps_its_company(fresh_company: Any) -> None:
    """The body is made after the view has returned, outside of `serving`; each piece enters the company again."""
    company = fresh_company("Streamed")
    member = owner_of(company)
    with serving(company), acting(member):
        Department.objects.create(name="plain")
    request = RequestFactory().get(URL, {"fields": "name"})
    with serving(company):
        response: Any = export(Resource.of(member, "access.department"), request)
    assert ["plain"] in rows_of(b"".join(response.streaming_content))


def test_one_company_makes_no_more_exports_at_a_time_than_its_share(
    api: Any, departments: None, globex: Company, settings: Any
) -> None:
    settings.WEB_STREAMS = 4
    streams._taken.clear()
    open_ones = [api.get(f"{URL}?fields=name").response for _ in range(2)]
    refused = api.get(f"{URL}?fields=name")
    assert (refused.status, refused.type) == (429, "too-many-requests")
    assert api.get(f"{URL}?format=xlsx&fields=name").status == 429
    assert api.get("/api/v1/access/departments/").status == 200, "small requests go on"
    with serving(globex):
        other = streams.take_place()  # the others have their half
        other.give_back()
        other.give_back()
    assert b"plain" in b"".join(open_ones[0].streaming_content), "read to its end"
    assert api.get(f"{URL}?format=xlsx&fields=name").status == 200
    again = api.get(f"{URL}?fields=name")
    assert again.status == 200
    del again, refused  # dropped on the way
    for closer in open_ones[1]._resource_closers:  # what hanging up calls
        closer()
    gc.collect()
    assert streams._taken.total() == 0


def test_a_stream_stops_when_its_function_is_switched_off_or_its_reader_has_left(fresh_company: Any) -> None:
    company = fresh_company("Cut short")
    member = owner_of(company)

    def begun() -> Any:
        with serving(company):
            response: Any = export(Resource.of(member, "crm.lead"), RequestFactory().get("/", {"fields": "name"}))
        pieces = iter(response.streaming_content)
        assert b"Part 1" in next(pieces)
        return pieces

    with serving(company), acting(member):
        Lead.objects.bulk_create(Lead(name=f"Part {n}", owner_id=member.member_id) for n in range(1100))
    with outside():
        tenant = Tenant.objects.get(pk=company.id)
    assert b"Part 0\r\n" in b"".join(begun()), "nothing is lacking while nothing changes"
    pieces = begun()
    with serving(company), acting(member):
        Member.objects.filter(pk=member.member_id or 0).update(is_active=False)
    with pytest.raises(Gone):
        next(pieces)
    with serving(company), acting(member):
        Member.objects.filter(pk=member.member_id or 0).update(is_active=True)
    pieces = begun()
    with outside():
        Tenant.objects.filter(pk=company.id).update(switched_on=[])
    with pytest.raises(FeatureOff):
        next(pieces)
    with outside():
        Tenant.objects.filter(pk=company.id).update(switched_on=tenant.switched_on)
