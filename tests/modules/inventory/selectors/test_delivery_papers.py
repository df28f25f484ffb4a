"""Delivery notes and parcel labels, read back from the PDF: what is on the paper is what was shipped and packed."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal as D

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.inventory.models import Parcel
from modules.inventory.rules.delivery_note import Note, NoteLine, delivery_note_pdf
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.packing import parcel_create
from modules.shared.data.models import Address, Unit
from tenon.records.service import acting
from tests.platform.api.client import Api


def pages(content: bytes) -> list[str]:
    if folder := os.environ.get("TENON_PAPERS"):  # to look at them
        for number, page in enumerate(pypdfium2.PdfDocument(content)):
            page.render(scale=2).to_pil().save(f"{folder}/{len(content)}-{number}.png")
    document = pypdfium2.PdfDocument(content)
    return ["\n".join(page.get_textpage().get_text_bounded().split("\r\n")) for page in document]


@pytest.fixture
def shop(world):
    """An order of 10 hubs and 4 saddles; 6 hubs went before, 3 hubs and 4 saddles go now, in two parcels."""
    customer = world.party("customer")
    with acting(world.actor):
        customer.name, customer.name_zh, customer.language = "Huaxin Bicycles", "华新自行车有限公司", "zh-hans"
        customer.save()
        for kind, street in (("main", "人民路 1 号"), ("shipping", "工业园区星湖街 328 号")):
            Address(party=customer, kind=kind, line1=street, city="苏州", postal_code="215000", country="中国").save()
    hub, saddle = world.product(name_zh="前花鼓"), world.product()
    world.opening((hub, 20, 1), (saddle, 20, 1))
    order = world.sale((hub, 10), (saddle, 4), customer_reference="PO-7781")
    first, second = order.lines.order_by("position")
    part = delivery_create(actor=world.actor, order=order, lines=[{"order_line": first.pk, "quantity": "6"}])
    delivery_post(actor=world.actor, delivery=part)
    now = delivery_create(
        actor=world.actor, order=order, tracking_number="SF1234567890123", note="Ring at gate 3",
        lines=[{"order_line": first.pk, "quantity": "3"}, {"order_line": second.pk, "quantity": "4"}],
    )  # fmt: skip
    hubs, saddles = now.lines.order_by("position")
    parcel_create(
        actor=world.actor, delivery=now, weight=D("4.5"), tracking_number="SF1234567890124",
        lines=[{"delivery_line": hubs.pk, "quantity": D(3)}, {"delivery_line": saddles.pk, "quantity": D(1)}],
    )  # fmt: skip
    parcel_create(actor=world.actor, delivery=now, lines=[{"delivery_line": saddles.pk, "quantity": D(3)}])
    return world, now, hub, saddle


def test_a_delivery_note_says_what_comes_and_what_is_still_to_come(shop):
    world, delivery, hub, saddle = shop
    answer = Api(world.actor).get(f"/api/v1/inventory/deliveries/{delivery.pk}/note.pdf")
    assert (answer.status, answer.response["Content-Type"]) == (200, "application/pdf")
    (page,) = pages(answer.content)
    for words in (
        "送货单", delivery.number, "华新自行车有限公司", "工业园区星湖街 328 号", "PO-7781", "SF1234567890123",
        hub.code, "前花鼓", saddle.code, saddle.name, "Ring at gate 3", "第 1 页，共 1 页", "4.5 kg", "SF1234567890124",
    ):  # fmt: skip
        assert words in page, (words, page)
    assert "人民路" not in page
    rows = page.split()
    at = rows.index(hub.code)
    # 10 ordered, 6 went before, 3 now: 1 still to come.
    assert rows[at + 1 : at + 6] == ["前花鼓", "10", "3", "1", "EA"]
    at = rows.index(saddle.code)
    assert [x for x in rows[at : at + 9] if x.isdigit()][-3:] == ["4", "4", "0"]
    # The first one, printed again, says what was still to come then.
    first = type(delivery).objects.exclude(pk=delivery.pk).get()
    (again,) = pages(Api(world.actor).get(f"/api/v1/inventory/deliveries/{first.pk}/note.pdf").content)
    rows = again.split()
    assert rows[rows.index(hub.code) + 2 : rows.index(hub.code) + 5] == ["10", "6", "4"]


def test_a_parcel_label_names_which_of_how_many_and_is_scanned(shop):
    world, delivery, *_products = shop
    api = Api(world.actor)
    first, second = pages(api.get(f"/api/v1/inventory/deliveries/{delivery.pk}/labels.pdf").content)
    one, two = Parcel.objects.order_by("id")
    assert all(words in first for words in ("1 / 2", "华新自行车有限公司", "SF1234567890124", one.number, "4.5 kg"))
    # Without a number of its own the second is scanned by ours.
    assert all(words in second for words in ("2 / 2", "工业园区星湖街 328 号", two.number))
    assert "SF" not in second
    (alone,) = pages(api.get(f"/api/v1/inventory/parcels/{two.pk}/label.pdf").content)
    assert alone == second


def test_in_english_for_who_reads_english(shop):
    world, delivery, *_products = shop
    with acting(world.actor):
        delivery.customer.language = "en"
        delivery.customer.save()
    (page,) = pages(Api(world.actor).get(f"/api/v1/inventory/deliveries/{delivery.pk}/note.pdf").content)
    assert all(words in page for words in ("Delivery note", "Huaxin Bicycles", "Still to come", "Parcel 2 of 2"))


def test_who_may_not_see_the_delivery_gets_no_paper(shop, actor):
    world, delivery, *_products = shop
    parcel = delivery.parcels.first()
    other = replace(actor, member_id=(actor.member_id or 0) + 1000, scopes={"": "own"})
    for who, status in ((other, 404), (replace(actor, permissions=frozenset()), 403)):
        for path in (f"deliveries/{delivery.pk}/note.pdf", f"deliveries/{delivery.pk}/labels.pdf",
                     f"deliveries/{delivery.pk}/lots/", f"parcels/{parcel.pk}/label.pdf"):  # fmt: skip
            assert Api(who).get(f"/api/v1/inventory/{path}").status == status, path
    delivery_post(actor=world.actor, delivery=delivery)
    back = delivery_return(actor=world.actor, delivery=delivery)
    assert Api(actor).get(f"/api/v1/inventory/deliveries/{back.pk}/note.pdf").status == 409


def test_more_lines_take_no_more_queries(world):
    def printed(count):
        products = world.products(count)
        world.opening(*((p, 5, 1) for p in products))
        order = world.sale(*((p, 2) for p in products))
        delivery = delivery_create(actor=world.actor, order=order)
        parcel_create(actor=world.actor, delivery=delivery)
        with CaptureQueriesContext(connection) as queries:
            assert Api(world.actor).get(f"/api/v1/inventory/deliveries/{delivery.pk}/note.pdf").status == 200
        return len(queries)

    assert printed(2) == printed(12)


def test_many_lines_go_over_several_pages_with_their_heads():
    lines = tuple(
        NoteLine(str(n), f"P-{n:03d}", "Müller & Söhne <Rahmen> 车架", "5", "5", "0", "EA", "L1 × 5")
        for n in range(1, 81)
    )
    note = Note(
        "Tenon", "Delivery note", "DN-1", ("To", ("Müller GmbH",)), (("Date", "2026-01-02"),),
        ("#", "Product", "Name", "Ordered", "Now", "Open", "Unit"), lines, ("Parcels", ()), "", ("Name", "Date"),
        "Page {page} of {pages}",
    )  # fmt: skip
    made = pages(delivery_note_pdf(note))
    assert len(made) >= 3
    assert all("Ordered" in page and f"Page {n} of {len(made)}" in page for n, page in enumerate(made[:-1], 1))
    assert "Müller & Söhne <Rahmen>" in made[0]
    assert sum(page.count("L1 × 5") for page in made) == 80


def test_a_delivery_note_says_what_the_pieces_weigh(world):
    beef = world.product(second_unit=Unit.objects.get(code="KG"), second_nominal=D(22))
    order = world.purchase((beef, 3, 8))
    world.receive(order, [{"order_line": order.lines.get().pk, "quantity": "3", "second_quantity": "66.4"}])
    sold = world.sale((beef, 2))
    line = {"order_line": sold.lines.get().pk, "quantity": "2", "second_quantity": "45.3"}
    delivery = delivery_create(actor=world.actor, order=sold, lines=[line])
    (page,) = pages(Api(world.actor).get(f"/api/v1/inventory/deliveries/{delivery.pk}/note.pdf").content)
    assert "45.3 KG" in page
