"""The stored search text: what it finds, and that nobody but PostgreSQL ever writes it."""

from __future__ import annotations

import io
from dataclasses import replace
from urllib.parse import quote

import openpyxl
import pytest
from django.db import connection

from modules.shared.data.models import Party, Product
from tenon.access.actor import Actor
from tenon.api.matching import searched
from tenon.api.metadata import Resource
from tenon.api.shapes import model_of, shapes
from tenon.records.copying import copy_rows
from tenon.records.indexes import SEARCH_TEXT, SearchText
from tenon.records.models import AuditEntry
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company
from tests.platform.api.client import Api
from tests.platform.api.record_factory import make

NAMES = {
    "C-1": "Harbour_North 100% Steel",
    "C-2": "海南自行车贸易有限公司",
    "C-3": "ＡＢＣ Ｔｒａｄｉｎｇ",
    "C-4": "Straße & Söhne",
    "C-5": "İstanbul Çelik",
    "C-6": "back\\slash Ltd",
    "C-7": "HarbourXNorth 100 Steel",
    "C-8": "ΟΔΟΣ Ελλάς",
}


@pytest.fixture
def parties(actor: Actor, serving_acme: Company) -> Resource:
    with acting(actor):
        for code, name in NAMES.items():
            Party(code=code, name=name, email=f"{code.lower()}@x.example").save()
    return Resource(actor, registry().entities["shared.party"])


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("harbour", "C-1 C-7"),
        ("HARBOUR_NORTH", "C-1"),  # _ is itself, not any character
        ("100%", "C-1"),
        ("％", "C-1"),  # a wide one is no wildcard either
        ("\\", "C-6"),
        ("back\\slash", "C-6"),
        ("海南", "C-2"),
        ("车", "C-2"),
        ("abc", "C-3"),
        ("ＴＲＡＤＩＮＧ", "C-3"),
        ("straße", "C-4"),
        ("STRAßE", "C-4"),
        ("söhne", "C-4"),
        ("SO\u0308HNE", "C-4"),  # the same letter in two code points
        ("İSTANBUL", "C-5"),
        ("çelik", "C-5"),
        ("οδος", ""),  # a final sigma is another letter than the one in capitals
        ("ΟΔΟΣ", "C-8"),
        ("st", "C-1 C-4 C-5 C-7"),
        ("C-1@x.example 100", "C-1"),
        ("C-4 steel", ""),
        ("C-1 C-1@", "C-1"),
        ("C-7 harbourxnorth steel", "C-7"),
    ],
)
def test_what_a_word_finds(parties: Resource, word: str, codes: str) -> None:
    found = searched(parties, Party.objects.order_by("code"), word)
    assert " ".join(found.values_list("code", flat=True)) == codes
    assert searched(parties, Party.objects.order_by("code"), word).count() == len(codes.split())


def test_a_word_stands_in_one_column_not_across_two(parties: Resource) -> None:
    assert not searched(parties, Party.objects.all(), "C-1Harbour").exists()


def test_a_hidden_field_finds_nothing(parties: Resource, actor: Actor) -> None:
    blind = Resource(replace(actor, hidden={"shared.party": frozenset({"email"})}), parties.entity)
    assert not searched(blind, Party.objects.all(), "c-4@x").exists()
    assert [p.code for p in searched(blind, Party.objects.all(), "ＳＴＲＡSSE söhne")] == []
    assert [p.code for p in searched(blind, Party.objects.all(), "straße")] == ["C-4"]
    nothing = Resource(replace(actor, hidden={"shared.party": frozenset(parties.entity.search)}), parties.entity)
    assert not searched(nothing, Party.objects.all(), "straße").exists()


def test_what_a_reference_shows_and_a_filter_contains(parties: Resource, actor: Actor) -> None:
    api = Api(actor)
    rows = api.get(f"/api/v1/shared/parties/?name__contains={quote('abc tr')}").json["results"]
    assert [r["code"] for r in rows] == ["C-3"]
    assert api.get("/api/v1/shared/parties/?name__contains=C-3").json["results"] == []
    with acting(actor):
        party = Party.objects.get(code="C-3")
        made = api.post("/api/v1/shared/addresses/", {"party": party.pk, "line1": "Quay 1", "city": "Rotterdam"})
    assert made.status == 201, made.json
    assert [r["line1"] for r in api.get("/api/v1/shared/addresses/?search=abc").json["results"]] == ["Quay 1"]
    assert api.get("/api/v1/shared/addresses/?search=c-3").json["results"] == []  # its code is not searched here
    found = api.get("/api/v1/shared/addresses/?party.name__contains=trading").json["results"]
    assert [r["line1"] for r in found] == ["Quay 1"]


def test_each_stored_text_is_what_its_entity_searches(serving_acme: Company) -> None:
    kept = 0
    for entity in registry().entities.values():
        text = next((f for f in model_of(entity)._meta.concrete_fields if isinstance(f, SearchText)), None)
        if text is not None:
            kept += 1
            assert text.name == SEARCH_TEXT
            assert set(text.fields) == {key for key in entity.search if "." not in key}
            assert not any(text.model._meta.get_field(name).null for name in text.fields)
            assert SEARCH_TEXT not in shapes(entity.key)
    assert kept >= 5


def test_a_large_table_is_searched_by_its_index(parties: Resource, actor: Actor) -> None:
    with acting(actor):
        Party.objects.bulk_create(Party(code=f"B{n}", name=f"Bulk {n} Works", name_key=f"b{n}") for n in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    plan = searched(parties, Party.objects.order_by().values("pk"), "2999 works").explain()
    assert "data_party_search_text" in plan, plan
    blind = Resource(replace(actor, hidden={"shared.party": frozenset({"email"})}), parties.entity)
    assert "data_party_search_text" in searched(blind, Party.objects.order_by().values("pk"), "2999").explain()


def test_the_trail_and_exports_do_not_carry_it(parties: Resource, actor: Actor) -> None:
    with acting(actor):
        party = Party.objects.get(code="C-4")
        party.name = "Strasse"
        party.save()
        party.delete()
    entries = AuditEntry.objects.filter(table_name="data_party").order_by("-id")[:3]
    assert [e.op for e in entries] == ["delete", "update", "insert"]
    assert set(entries[1].changes) == {"name"}
    assert not any(SEARCH_TEXT in e.changes for e in entries)
    api = Api(actor)
    content = api.get("/api/v1/shared/parties/export/?format=csv").content.decode()
    assert "Harbour_North" in content
    assert SEARCH_TEXT not in content
    book = openpyxl.load_workbook(io.BytesIO(api.get("/api/v1/shared/parties/export/?format=xlsx").content))
    assert SEARCH_TEXT not in [cell.value for cell in next(book.worksheets[0].iter_rows())]
    row = api.get("/api/v1/shared/parties/?search=harbour_").json["results"][0]
    assert SEARCH_TEXT not in row
    assert api.get(f"/api/v1/shared/parties/?{SEARCH_TEXT}=x").status == 400
    assert api.get(f"/api/v1/shared/parties/?fields={SEARCH_TEXT}").status == 400
    assert api.get(f"/api/v1/shared/parties/?order={SEARCH_TEXT}").status == 400


def test_rows_that_are_copied_get_it_from_the_database(parties: Resource, actor: Actor) -> None:
    with acting(actor):
        product = make(Product)
    values = {f.attname: getattr(product, f.attname) for f in Product._meta.concrete_fields if not f.generated}
    del values["id"]
    values.update(code="COPIED", name="Ｗｉｄｅ Name", barcode="")
    wanted = {k: v for k, v in values.items() if k != "custom"}
    with acting(actor):
        copy_rows(Product, list(wanted), [tuple(wanted.values())])
    assert Product.objects.get(code="COPIED").search_text == "copied\nwide name\n\n"


def test_a_company_from_the_blueprint_generates_it_too(serving_acme: Company) -> None:
    """acme's schema came from the pool, so from the blueprint's statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
                where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
                  and a.attname = %s and a.attgenerated = 's' order by 1""",
            [SEARCH_TEXT],
        )
        tables = [name for (name,) in cursor.fetchall()]
    assert {"data_contact", "data_party", "data_product", "data_purchaseorder", "data_salesorder"} <= set(tables)
