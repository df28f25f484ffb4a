"""Counting over HTTP: what whoever counts sees of a blind sheet, the same count sent twice, queries bounded."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.inventory.models import CountLine, CountSheet
from modules.inventory.services.count_plans import count_plan_create, count_sheets_make
from modules.shared.data.models import Unit
from tenon.records.service import acting
from tests.platform.api.client import Api

BASE = "/api/v1/inventory"
COUNTER = {"inventory.count_sheet.view", "inventory.count_sheet.count"}


@pytest.fixture
def sheet(world):
    for product in world.products(3):
        world.opening((product, 10, 4))
    plan = count_plan_create(actor=world.actor, name="All", tolerance_percent=D(0), tolerance_value=None)
    count_sheets_make(actor=world.actor, record=plan)
    return CountSheet.objects.get()


@pytest.fixture
def counter(world):
    """Somebody of the warehouse who counts and decides nothing."""
    return Api(replace(world.actor, permissions=frozenset(COUNTER), roles=("warehouse",)))


def test_a_blind_sheet_hides_the_book_on_every_surface(world, sheet, counter):
    line = sheet.lines.first()
    url = f"{BASE}/count-sheets/{sheet.pk}/counting/"
    taken = counter.post(url, {"line": line.pk, "quantity": "9"})
    assert taken.status == 200, taken.json
    assert (taken.json["line"]["state"], taken.json["line"]["book"]) == ("recount", None)
    seen = counter.get(url).json
    assert [(x["book"], x["counted"] is not None) for x in seen["lines"]] == [
        (None, True),
        (None, False),
        (None, False),
    ]
    listed = counter.get(f"{BASE}/count-lines/?sheet={sheet.pk}").json["results"]
    assert {(x["shown_book"], x["difference"], x["shown_value"]) for x in listed} == {(None, None, None)}
    judge = Api(world.actor).get(f"{BASE}/count-lines/{line.pk}/").json
    assert (D(judge["shown_book"]), D(judge["difference"])) == (D(10), D(-1))


def test_sent_twice_it_counts_once(world, sheet, counter):
    line = sheet.lines.first()
    body = {"line": line.pk, "quantity": "10", "counted_at": "2026-01-01T08:00:00Z"}
    url = f"{BASE}/count-sheets/{sheet.pk}/counting/"
    first = counter.post(url, body, idempotency_key="k-1")
    again = counter.post(url, body, idempotency_key="k-1")
    assert (first.status, again.status) == (200, 200)
    assert first.json["line"] == again.json["line"]
    line.refresh_from_db()
    assert (line.counted, line.version) == (D(10), 2)
    assert line.counted_at == sheet.created_at  # not before there was a sheet
    assert counter.post(url, {"line": line.pk, "quantity": "-1"}).status == 400
    assert counter.post(url, {"code": "nothing", "location": world.place().pk, "quantity": "1"}).fields() == {"code"}
    assert Api(replace(world.actor, permissions=frozenset())).get(url).type == "forbidden"


def test_the_counting_page_takes_the_same_queries_however_long(world, sheet):
    api, url = Api(world.actor), f"{BASE}/count-sheets/{sheet.pk}/counting/"
    api.get(url)

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert api.get(url).status == 200
        return len(seen)

    before = queries()
    with acting(world.actor):
        for n, product in enumerate(world.products(5)):
            CountLine(sheet=sheet, product=product, location=world.place(), position=10 + n).save()
    assert queries() == before


def test_accuracy(world, sheet):
    api = Api(world.actor)
    for line in sheet.lines.all():
        api.post(f"{BASE}/count-sheets/{sheet.pk}/counting/", {"line": line.pk, "quantity": "10"})
    posted = api.post(f"{BASE}/count-sheets/{sheet.pk}/actions/post/")
    assert posted.json["record"]["status"] == "posted", posted.json
    found = api.get(f"{BASE}/count-accuracy/?by=warehouse").json
    assert (found["total"]["lines"], D(found["total"]["share"]), D(found["total"]["value"])) == (3, 1, 1)
    assert len(found["results"]) == 1
    assert api.get(f"{BASE}/count-accuracy/?by=moon").status == 400


def test_who_decides_sees_pieces_and_weight(world, counter):
    """5 pieces of 110 kg by the book, counted as 5 that weigh 108.4: −1.6 kg, hidden from whoever counts blind."""
    beef = world.product(second_unit=Unit.objects.get(code="KG"), second_nominal=D(22), second_tolerance=D(30))
    bought = world.purchase((beef, 5, "8"))
    world.receive(bought, [{"order_line": bought.lines.get().pk, "quantity": D(5), "second_quantity": D(110)}])
    plan = count_plan_create(actor=world.actor, name="All", tolerance_percent=D(0), tolerance_value=None)
    count_sheets_make(actor=world.actor, record=plan)
    sheet = CountSheet.objects.get()
    line = sheet.lines.get()
    body = {"line": line.pk, "quantity": "5", "second_quantity": "108.4"}
    taken = counter.post(f"{BASE}/count-sheets/{sheet.pk}/counting/", body)
    assert taken.status == 200, taken.json
    blind = counter.get(f"{BASE}/count-lines/{line.pk}/").json
    assert D(blind["second_counted"]) == D("108.4")
    assert (blind["shown_second_book"], blind["second_difference"]) == (None, None)
    judge = Api(world.actor).get(f"{BASE}/count-lines/{line.pk}/").json
    assert (D(judge["shown_second_book"]), D(judge["second_difference"])) == (D(110), D("-1.6"))
