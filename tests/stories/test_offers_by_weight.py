"""Goods counted in pieces and priced by weight (变重商品) from the offer on: quotes, inquiries in two currencies and
blanket orders, through to receipts, deliveries and invoices. Every number was worked out by hand; a side of beef
usually weighs 22 kg."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.utils import timezone

from modules.crm.services import quote_accept, quote_create, quote_revise, quote_send, quote_update
from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.invoices import invoice_create_from_order
from modules.inventory.errors import BlanketExceeded
from modules.inventory.models import Inquiry
from modules.inventory.selectors.blankets import described as blanket_described
from modules.inventory.selectors.inquiry_comparison import described
from modules.inventory.selectors.supplier_portal import inquiry_of, inquiry_shown, order_shown
from modules.inventory.services.blankets import blanket_call_off, blanket_order_activate, blanket_order_create
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.inquiries import inquiry_create, inquiry_update
from modules.inventory.services.inquiry_answers import answer_give
from modules.inventory.services.inquiry_awards import inquiry_award
from modules.inventory.services.inquiry_rounds import inquiry_new_round, inquiry_open, inquiry_send
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.supplier_links import actor_of_link, link_new
from modules.shared.data.models import Currency, ExchangeRate, Party, Product, SupplierPrice, Unit
from modules.shared.data.services import product_update, purchase_order_confirm, sales_order_confirm
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api


@pytest.fixture
def world(serving_acme: Any, actor: Actor) -> World:
    return World(actor)


@pytest.fixture
def beef(world: World) -> Product:
    return world.product(
        second_unit=Unit.objects.get(code="KG"), second_nominal=D(22), second_tolerance=D(30), priced_by_second=True,
        standard_cost=D(8),
    )  # fmt: skip


class Asking:
    """Ten sides asked of two suppliers, one of whom sells in dollars at 7.20."""

    def __init__(self, world: World, beef: Product) -> None:
        self.world, self.actor, self.beef = world, world.actor, beef
        with acting(self.actor):
            dollar, _new = Currency.objects.get_or_create(code="USD", defaults={"name": "USD", "decimals": 2})
            ExchangeRate.objects.update_or_create(currency=dollar, day=current().today(), defaults={"rate": D("7.20")})
            self.suppliers = [
                Party(code=f"BEEF-{currency}", name=currency, is_supplier=True, currency=currency)
                for currency in ("CNY", "USD")
            ]
            for party in self.suppliers:
                party.save()
            self.links = [link_new(party)[0] for party in self.suppliers]
        self.inquiry = inquiry_create(
            actor=self.actor, lines=[{"product": beef, "quantity": 10}],
            suppliers=[{"supplier": party.pk} for party in self.suppliers],
        )  # fmt: skip
        self.line = self.inquiry.lines.get()

    def send(self) -> None:
        inquiry_send(actor=self.actor, inquiry=self.inquiry, closes_at=timezone.now() + timedelta(days=3))

    def answer(self, number: int, price: str, freight: str | None = None, **said: Any) -> None:
        link = self.links[number]
        answer_give(
            actor=actor_of_link(link), link=link, inquiry_id=self.inquiry.pk, freight=freight,
            currency=self.suppliers[number].currency, lines=[{"line": self.line.pk, "price": price, **said}],
        )  # fmt: skip

    def open(self) -> dict[str, Any]:
        with acting(self.actor):
            Inquiry.objects.filter(pk=self.inquiry.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
        inquiry_open(actor=self.actor, inquiry=self.inquiry)
        return described(Inquiry.objects.get(pk=self.inquiry.pk))

    def shown(self, number: int) -> dict[str, Any]:
        line: dict[str, Any] = inquiry_shown(inquiry_of(self.links[number], self.inquiry.pk))["lines"][0]
        return line


def test_an_inquiry_compares_kilograms_and_orders_pieces(world: World, actor: Actor, beef: Product) -> None:
    """220 kg are expected. At 8.00 and 44 freight: 1,760 + 44, 8.20 a kg. At 1.10 dollars: 242 × 7.20 = 1,742.40, 7.92
    a kg; 100 kg at least are 5 pieces. 6 pieces go to the cheaper: 132 kg × 1.10 = 145.20; 4 to the other: 88 kg × 8 =
    704, freight 44 × 704/1,760 = 17.60. The 6 weigh 130.4 kg: 143.44 dollars, 1,032.77."""
    asking = Asking(world, beef)
    assert (asking.line.second_quantity, asking.line.priced_by_second) == (220, True)
    asking.send()
    with pytest.raises(Invalid, match="cannot be converted"):
        asking.answer(0, "176", unit=beef.unit_id)
    asking.answer(0, "8.00", freight="44")
    asking.answer(1, "110", per="100", min_quantity="100")
    kg = beef.second_unit
    assert kg is not None
    portal = asking.shown(1)
    assert (portal["quantity"], portal["second_quantity"], portal["unit"]) == (10, 220, kg.pk)
    assert [unit["code"] for unit in portal["units"]] == ["KG"]

    seen = asking.open()
    line = seen["lines"][0]
    assert (line["base_unit"], line["cost_unit"], line["second_quantity"]) == (beef.unit.code, "KG", 220)
    first, second = (line["cells"][str(one["id"])] for one in seen["suppliers"])
    assert (first["goods"], first["freight"], first["total"]) == (D(1760), D(44), D(1804))
    assert (first["unit_cost"], first["unit_price"]) == (D("8.2"), D(8))
    assert (second["total"], second["unit_cost"], second["least"]) == (D("1742.40"), D("7.92"), None)
    assert line["best"] == seen["suppliers"][1]["id"]

    key, (cny, usd) = asking.line.pk, (party.pk for party in asking.suppliers)
    with pytest.raises(Invalid, match="5 at least"):
        inquiry_award(actor=actor, inquiry=asking.inquiry, awards=[{"line": key, "supplier": usd, "quantity": 4}])
    product_update(actor=actor, product=beef, priced_by_second=False)  # what was offered by weight stays so
    orders = inquiry_award(
        actor=actor, inquiry=asking.inquiry, agree_prices=True,
        awards=[
            {"line": key, "supplier": usd, "quantity": 6},
            {"line": key, "supplier": cny, "quantity": 4, "reason": "Not all from one"},
        ],
    )  # fmt: skip
    own, theirs = orders
    row = theirs.lines.get()
    assert (theirs.currency, theirs.subtotal, own.subtotal, own.freight) == ("USD", D("145.20"), 704, D("17.60"))
    assert (row.quantity, row.unit_id, row.unit_price, row.second_quantity, row.priced_by_second) == (
        6, beef.unit_id, D("1.10"), 132, True,
    )  # fmt: skip
    price = SupplierPrice.objects.get(supplier=usd)
    assert (price.unit_id, price.price, price.min_quantity) == (kg.pk, D("1.10"), 100)

    theirs = purchase_order_confirm(actor=actor, order=theirs)
    told = order_shown(asking.links[1], theirs.pk)["lines"][0]
    assert (told["unit"], told["second_quantity"], told["price_unit"]) == (beef.unit.code, 132, "KG")
    came = {"order_line": row.pk, "quantity": D(6), "second_quantity": D("130.4")}
    receipt = receipt_post(actor=actor, receipt=receipt_create(actor=actor, order=theirs, lines=[came]))
    assert receipt.lines.get().value == D("1032.77")
    billed = {"purchase_order_line": row.pk, "quantity": D("130.4"), "unit_price": D("1.10")}
    invoice = purchase_invoice_enter(actor=actor, party=asking.suppliers[1], lines=[billed], reference="B-1")
    invoice = invoice_post(actor=actor, invoice=invoice)
    assert (invoice.match, invoice.currency, invoice.total) == ("matched", "USD", D("143.44"))
    world.prove()


def test_a_minimum_in_kilograms_is_whole_pieces_and_the_next_round_is_asked_by_weight(
    world: World, actor: Actor, beef: Product
) -> None:
    """240 kg at least are 10.9 pieces: 11 are ordered, 242 kg × 7.92 = 1,916.64 for the 10 that are needed."""
    asking = Asking(world, beef)
    inquiry_update(actor=actor, inquiry=asking.inquiry, lines=[{"id": asking.line.pk, "second_quantity": "230"}])
    asking.line.refresh_from_db()
    assert asking.line.second_quantity == 230
    inquiry_update(actor=actor, inquiry=asking.inquiry, lines=[{"id": asking.line.pk, "description": "Chilled"}])
    asking.line.refresh_from_db()
    assert (asking.line.second_quantity, asking.line.description) == (230, "Chilled")  # what was said stays
    inquiry_update(actor=actor, inquiry=asking.inquiry, lines=[{"id": asking.line.pk, "quantity": "10", "unit": None}])
    inquiry_update(actor=actor, inquiry=asking.inquiry, lines=[{"id": asking.line.pk, "quantity": "11"}])
    asking.line.refresh_from_db()
    assert asking.line.second_quantity == 242  # other pieces weigh what they usually weigh
    inquiry_update(actor=actor, inquiry=asking.inquiry, lines=[{"id": asking.line.pk, "quantity": "10"}])
    asking.send()
    asking.answer(0, "8.00")
    asking.answer(1, "1.10", min_quantity="240")
    seen = asking.open()
    first, second = (seen["lines"][0]["cells"][str(one["id"])] for one in seen["suppliers"])
    assert (second["least"], second["total"], second["unit_cost"]) == (11, D("1916.64"), D("7.92"))
    assert seen["lines"][0]["best"] == seen["suppliers"][0]["id"]
    assert first["total"] == 1760
    inquiry_new_round(actor=actor, inquiry=asking.inquiry, closes_at=timezone.now() + timedelta(days=1), reveals="best")
    told = asking.shown(0)
    assert (told["best_price"], told["best_unit"]) == (D("7.92"), "KG")


def test_a_quote_by_weight_becomes_an_order_and_an_invoice_by_weight(world: World, actor: Actor, beef: Product) -> None:
    """3 sides of 66 kg at 12.00 are 792, at a cost of 8 a kg 528; said to weigh 70 kg, 840 and 560. What is shipped
    weighs 68.2 kg: 818.40."""
    line = {"product": beef, "quantity": 3, "unit_price": "12", "tax": None}
    quote = quote_create(actor=actor, party=world.party("customer"), lines=[line])
    row = quote.lines.get()
    assert (row.second_quantity, row.priced_by_second, quote.subtotal) == (66, True, 792)
    assert (quote.cost, quote.margin) == (528, 264)
    quote = quote_update(actor=actor, quote=quote, lines=[{"id": row.pk, "second_quantity": "70"}])
    assert (quote.subtotal, quote.cost, quote.margin) == (840, 560, 280)
    product_update(actor=actor, product=beef, priced_by_second=False)  # what was offered by weight stays so
    quote = quote_update(actor=actor, quote=quote, lines=[{"id": row.pk, "discount": "0"}])
    assert quote.subtotal == 840
    fresh = quote_revise(actor=actor, quote=quote_send(actor=actor, quote=quote))
    assert (fresh.subtotal, fresh.lines.get().second_quantity) == (840, 70)
    order = sales_order_confirm(actor=actor, order=quote_accept(actor=actor, quote=fresh))
    sold = order.lines.get()
    assert (sold.quantity, sold.second_quantity, sold.priced_by_second, order.subtotal) == (3, 70, True, 840)

    bought = world.purchase((beef, 3, 176))
    came = {"order_line": bought.lines.get().pk, "quantity": D(3), "second_quantity": D("68.2")}
    receipt_post(actor=actor, receipt=receipt_create(actor=actor, order=bought, lines=[came]))
    shipped = {"order_line": sold.pk, "quantity": D(3), "second_quantity": D("68.2")}
    delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=order, lines=[shipped]))
    invoice = invoice_post(actor=actor, invoice=invoice_create_from_order(actor=actor, order=order))
    assert (invoice.total, invoice.lines.get().unit) == (D("818.40"), beef.second_unit)
    world.prove()


def test_a_blanket_order_by_weight(world: World, actor: Actor, beef: Product) -> None:
    """20 sides at most, and 3,000: 5 of 110 kg × 8 = 880, 5 said to weigh 100 kg 800; 8 more would be 1,408 of the
    1,320 that are left, 7 are 1,232."""
    blanket = blanket_order_create(
        actor=actor, supplier=world.party("supplier"), valid_until=current().today() + timedelta(days=90),
        amount="3000", lines=[{"product": beef, "quantity": 20, "unit_price": "8"}],
    )  # fmt: skip
    blanket = blanket_order_activate(actor=actor, blanket=blanket)
    product_update(actor=actor, product=beef, priced_by_second=False)  # what was agreed by weight stays so
    line = blanket.lines.get()
    assert line.priced_by_second

    def call(pieces: int, weight: str | None = None) -> Any:
        wanted = {"line": line.pk, "quantity": pieces, "second_quantity": weight}
        return blanket_call_off(actor=actor, blanket=blanket, lines=[wanted])

    first = call(5)
    row = first.lines.get()
    assert (first.subtotal, row.quantity, row.second_quantity, row.unit_price) == (880, 5, 110, 8)
    assert call(5, "100").subtotal == 800
    with pytest.raises(BlanketExceeded, match="1320"):
        call(8)
    assert call(7).subtotal == 1232
    shown = blanket_described(blanket)
    assert (shown["left"], shown["lines"][0]["left"], shown["lines"][0]["price_unit"]) == (88, 3, "KG")


def test_what_a_price_is_for_is_not_said_from_outside(world: World, actor: Actor, beef: Product) -> None:
    line = {"product": beef.pk, "quantity": "3", "unit_price": "12", "priced_by_second": False}
    api = Api(actor)
    made = api.post("/api/v1/crm/quotes/", {"party": world.party("customer").pk, "lines": [line]})
    assert made.status in (201, 400), made.json
    if made.status == 201:
        assert D(made.json["subtotal"]) == 792
