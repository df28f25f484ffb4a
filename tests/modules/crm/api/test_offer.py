"""Quotes from outside: through the web's own door, with links of every kind. What is ours alone is not told."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image, ImageDraw

from modules.crm.models import Quote, QuoteAnswer, QuoteLink
from modules.crm.services import quote_create, quote_revise, quote_send
from modules.crm.services.quote_answers import terms_hash
from modules.crm.services.quote_links import address_of, quote_link_create, quote_mail_send
from modules.shared.data.models import Party, Product, SalesOrder, Tax
from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.notifications.models import Notification
from tenon.records.service import acting
from tenon.tenancy.context import current, outside
from tests.platform.api.client import Api

Make = Callable[..., Product]
HOME = "/api/v1/crm/portal/offer/"


class Guest:
    """Somebody with a link, at a host."""

    def __init__(self, secret: str, host: str = "acme.localhost", address: str = "198.51.100.7") -> None:
        self.client = Client(headers={"host": host}, REMOTE_ADDR=address)
        self.headers = {"Authorization": f"Link {secret}"} if secret else {}

    def get(self, path: str = "") -> Any:
        return self.client.get(HOME + path, headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(HOME + path, data=body, content_type="application/json", headers=self.headers)


def signature(blank: bool = False) -> str:
    picture = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    if not blank:
        ImageDraw.Draw(picture).line([(10, 100), (120, 20), (290, 90)], fill=(0, 0, 0, 255), width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def printed(content: bytes) -> str:
    return pypdfium2.PdfDocument(content)[0].get_textpage().get_text_bounded()


@pytest.fixture
def quote(actor: Actor, customer: Party, make_product: Make) -> Quote:
    """2 × 100.00 + 13 % = 226.00; 1 × 50.00 as an option = 50.00, cost 60."""
    vat = Tax.objects.get(code="VAT13")
    quote = quote_create(
        actor=actor, party=customer, note="Delivered free to your dock",
        lines=[
            {"product": make_product(tax=vat, name_zh="装配"), "quantity": 2},
            {"product": make_product(), "quantity": 1, "unit_price": "50", "optional": True},
        ],
    )  # fmt: skip
    return quote_send(actor=actor, quote=quote)


@pytest.fixture
def secret(actor: Actor, quote: Quote) -> str:
    return quote_link_create(actor=actor, quote=quote)[1]


def test_a_customer_sees_its_quote_and_nothing_of_ours(secret: str, quote: Quote) -> None:
    answer = Guest(secret).get()
    assert answer.status_code == 200, answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    shown = answer.json()
    assert (shown["number"], shown["state"], shown["total"]) == (quote.number, "open", "226.00")
    assert [x["optional"] for x in shown["lines"]] == [False, True]
    text = answer.content.decode()
    assert "margin" not in text
    assert "cost" not in text
    assert QuoteLink.objects.get().first_used_at is not None


def test_options_are_added_up_before_they_are_taken(secret: str, quote: Quote) -> None:
    option = quote.lines.get(optional=True)
    assert Guest(secret).post("total/", {"options": [option.pk]}).json()["total"] == "276.00"
    assert Guest(secret).post("total/", {"options": []}).json()["total"] == "226.00"


def test_accepting_is_signed_and_makes_the_order(secret: str, quote: Quote, actor: Actor) -> None:
    option = quote.lines.get(optional=True)
    body = {
        "number": quote.number, "name": "The buyer", "title": "Head of purchasing", "signature": signature(),
        "options": [option.pk], "words": "By truck, please",
    }  # fmt: skip
    answer = Guest(secret).post("accept/", body)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["state"], answer.json()["total"]) == ("accepted", "276.00")
    quote.refresh_from_db()
    order = SalesOrder.objects.get(pk=quote.sales_order_id or 0)
    assert (order.total, quote.total, order.lines.count()) == (Decimal(276), Decimal(276), 2)
    said = QuoteAnswer.objects.get()
    assert (said.kind, said.name, said.address) == ("accepted", "The buyer", "198.51.100.7")
    assert said.terms_hash == terms_hash(Quote.objects.select_related("party").get(pk=quote.pk))
    told = Notification.objects.get(member_id=actor.member_id or 0, kind="answer")
    assert (told.record_id, told.author) == (quote.pk, "The buyer")
    # Twice is once.
    again = Guest(secret).post("accept/", body)
    assert again.status_code == 409
    assert SalesOrder.objects.filter(quote_ref__id=quote.pk).count() == 1
    paper = Guest(secret).get("paper/?language=en")
    text = printed(paper.content)
    assert "Accepted by The buyer, Head of purchasing" in text
    assert said.terms_hash in text.replace("\r\n", "")


def test_the_option_that_was_not_chosen_is_not_ordered(secret: str, quote: Quote) -> None:
    body = {"number": quote.number, "name": "The buyer", "signature": signature()}
    assert Guest(secret).post("accept/", body).status_code == 200
    quote.refresh_from_db()
    assert quote.sales_order is not None
    assert (quote.sales_order.lines.count(), quote.sales_order.total) == (1, Decimal(226))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"signature": ""}, "signature"),
        ({"signature": signature(blank=True)}, "signature"),
        ({"signature": "data:image/png;base64," + base64.b64encode(b"no picture").decode()}, "signature"),
        ({"signature": "%%%"}, "signature"),
        ({"options": [1]}, "options"),
    ],
)
def test_what_is_missing_is_said_and_nothing_happens(
    secret: str, quote: Quote, change: dict[str, Any], field: str
) -> None:
    body = {"number": quote.number, "name": "The buyer", "signature": signature(), **change}
    answer = Guest(secret).post("accept/", body)
    assert answer.status_code == 400, answer.content
    assert field in [x["field"] for x in answer.json()["errors"]]
    quote.refresh_from_db()
    assert quote.status == "sent"
    assert not QuoteAnswer.objects.exists()


def test_the_link_follows_the_versions(secret: str, quote: Quote, actor: Actor) -> None:
    second = quote_revise(actor=actor, quote=quote)
    assert Guest(secret).get().json()["state"] == "replaced"  # the next one is not sent yet
    quote_send(actor=actor, quote=second)
    shown = Guest(secret).get().json()
    assert (shown["number"], shown["state"]) == (second.number, "open")
    old = {"number": quote.number, "name": "The buyer", "signature": signature()}
    answer = Guest(secret).post("accept/", old)
    assert answer.status_code == 409
    assert "newer version" in answer.json()["detail"]


def test_declining_and_asking(secret: str, quote: Quote, actor: Actor) -> None:
    guest = Guest(secret)
    assert guest.post("comment/", {"words": ""}).status_code == 400
    assert guest.post("comment/", {"words": "Could it be blue?", "name": "The buyer"}).status_code == 200
    assert guest.post("decline/", {"number": quote.number, "words": " "}).status_code == 400
    answer = guest.post("decline/", {"number": quote.number, "words": "Too late for us"})
    assert answer.json()["state"] == "declined"
    assert [x["kind"] for x in answer.json()["answers"]] == ["comment", "declined"]
    quote.refresh_from_db()
    assert (quote.status, quote.reason) == ("rejected", "Too late for us")
    assert Notification.objects.filter(member_id=actor.member_id or 0, kind="answer").count() == 2


def test_an_expired_quote_is_read_but_not_accepted(secret: str, quote: Quote, actor: Actor) -> None:
    with acting(actor):
        today = current().today()
        quote.quoted_on, quote.valid_until = today - timedelta(days=31), today - timedelta(days=1)
        quote.save()
    assert Guest(secret).get().json()["state"] == "expired"
    body = {"number": quote.number, "name": "The buyer", "signature": signature()}
    assert Guest(secret).post("accept/", body).status_code == 409


def test_links_of_every_wrong_kind_open_nothing(secret: str, quote: Quote, actor: Actor) -> None:
    assert Guest("").get().status_code == 401
    assert Guest("x" * 43, address="198.51.100.8").get().status_code == 401
    assert Guest(secret, host="globex.localhost", address="198.51.100.9").get().status_code in (401, 403, 404)
    with acting(actor):
        link = QuoteLink.objects.get()
        link.expires_at = timezone.now() - timedelta(minutes=1)
        link.save()
    assert Guest(secret).get().status_code == 401


def test_links_are_made_listed_and_revoked(quote: Quote, actor: Actor) -> None:
    api = Api(actor)
    made = api.post(f"/api/v1/crm/quotes/{quote.pk}/links/", {})
    assert made.status == 200, made.json
    secret = made.json["address"].split("#")[1]
    assert Guest(secret).get().status_code == 200
    desk = api.get(f"/api/v1/crm/quotes/{quote.pk}/desk/").json
    assert len(desk["links"]) == 1
    assert secret not in str(desk)
    assert api.post(f"/api/v1/crm/quotes/{quote.pk}/links/{desk['links'][0]['id']}/revoke/", {}).status == 204
    assert Guest(secret).get().status_code == 401


def test_a_mail_carries_a_link_that_opens_the_quote(quote: Quote, actor: Actor) -> None:
    quote_mail_send(quote_id=quote.pk, email="buyer@customer.example")
    (sent,) = mail.outbox
    assert quote.number in sent.subject
    assert sent.to == ["buyer@customer.example"]
    secret = str(sent.body).split("/offer#")[1].split()[0]
    assert Guest(secret).get().status_code == 200
    assert address_of(secret) in str(sent.body)


def test_a_draft_has_no_link(quote: Quote, actor: Actor) -> None:
    draft = quote_revise(actor=actor, quote=quote)
    assert Api(actor).post(f"/api/v1/crm/quotes/{draft.pk}/links/", {}).status == 409


def test_the_paper_in_both_languages(quote: Quote, actor: Actor) -> None:
    api = Api(actor)
    for language, words in (
        ("en", ("Quote", "Fitting", "226.00", "Options, not in the total")),
        ("zh-hans", ("报价",)),
    ):
        paper = api.get(f"/api/v1/crm/quotes/{quote.pk}/paper/?language={language}")
        assert paper.status == 200
        text = printed(paper.content)
        for word in words:
            assert word in text, text


def test_the_offer_takes_no_query_per_line(actor: Actor, customer: Party, make_product: Make) -> None:
    def queries(count: int) -> int:
        lines = [{"product": make_product(), "quantity": 1} for _ in range(count)]
        quote = quote_send(actor=actor, quote=quote_create(actor=actor, party=customer, lines=lines))
        guest = Guest(quote_link_create(actor=actor, quote=quote)[1])
        guest.get()
        with CaptureQueriesContext(connection) as seen:
            assert guest.get().status_code == 200
        with CaptureQueriesContext(connection) as desk:
            assert Api(actor).get(f"/api/v1/crm/quotes/{quote.pk}/desk/").status == 200
        with CaptureQueriesContext(connection) as paper:
            assert guest.get("paper/").status_code == 200
        return len(seen) * 10_000 + len(desk) * 100 + len(paper)

    queries(1)  # what is read once and kept
    assert queries(2) == queries(12)


def test_off_is_off(secret: str) -> None:
    with outside():
        tenant = Tenant.objects.get(slug="acme")
        tenant.switched_on = [f for f in tenant.switched_on if f != "crm.quotes"]
        tenant.save()
    answer = Guest(secret).get()
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "feature-off")
