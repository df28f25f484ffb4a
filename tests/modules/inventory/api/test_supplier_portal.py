"""The suppliers' portal from outside: through the web's own door, with links of every kind. What must not be found is
not found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from modules.inventory.models import Inquiry, InquiryFile, SupplierLink
from modules.inventory.services.inquiries import inquiry_create
from modules.inventory.services.inquiry_files import MOST
from modules.inventory.services.inquiry_rounds import inquiry_open, inquiry_send
from modules.inventory.services.supplier_links import link_new, supplier_link_revoke
from modules.shared.data.models import Party, PurchaseOrder
from modules.shared.data.services import purchase_order_confirm, purchase_order_create
from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.records.services.attachment import attachment_create
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, outside
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api

HOME = "/api/v1/inventory/portal/"


class Guest:
    """Somebody with a link, at a host."""

    def __init__(self, secret: str, host: str = "acme.localhost", address: str = "198.51.100.7") -> None:
        self.client = Client(headers={"host": host}, REMOTE_ADDR=address)
        self.headers = {"Authorization": f"Link {secret}"} if secret else {}

    def get(self, path: str = "", **headers: str) -> Any:
        return self.client.get(HOME + path, headers={**self.headers, **headers})

    def upload(self, path: str, name: str, content: bytes) -> Any:
        return self.client.post(HOME + path, data={"file": ContentFile(content, name=name)}, headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(HOME + path, headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(HOME + path, data=body, content_type="application/json", headers=self.headers)


class Two:
    """Two suppliers that are asked the same, each with an order of its own."""

    def __init__(self, world: World) -> None:
        self.world, actor = world, world.actor
        self.product = world.product()
        self.parties, self.links, self.secrets, self.orders = [], [], [], []
        with acting(actor):
            for code in ("ONE", "TWO"):
                party = Party(code=f"PORTAL-{code}", name=f"Supplier {code}", is_supplier=True, currency="CNY")
                party.save()
                link, secret = link_new(party)
                self.parties.append(party)
                self.links.append(link)
                self.secrets.append(secret)
        for party in self.parties:
            order = purchase_order_create(
                actor=actor, supplier=party, lines=[{"product": self.product, "quantity": 5, "unit_price": 3}]
            )
            self.orders.append(purchase_order_confirm(actor=actor, order=order))
        self.inquiry = self.ask(*self.parties)
        self.other = self.ask(self.parties[1])

    def ask(self, *parties: Party) -> Inquiry:
        row = inquiry_create(
            actor=self.world.actor, title="Rims", lines=[{"product": self.product, "quantity": 100}],
            suppliers=[{"supplier": p.pk} for p in parties],
        )  # fmt: skip
        return inquiry_send(actor=self.world.actor, inquiry=row, closes_at=timezone.now() + timedelta(days=2))

    def line(self) -> int:
        return self.inquiry.lines.get().pk


@pytest.fixture
def two(world: World) -> Two:
    return Two(world)


def test_a_link_opens_its_own_suppliers_things_only(two: Two) -> None:
    guest = Guest(two.secrets[0])
    home = guest.get()
    assert home.status_code == 200, home.content
    assert home.headers["Cache-Control"] == "no-store"
    assert [x["id"] for x in home.json()["inquiries"]] == [two.inquiry.pk]
    assert [x["id"] for x in home.json()["orders"]] == [two.orders[0].pk]
    assert b"TWO" not in home.content
    shown = guest.get(f"inquiries/{two.inquiry.pk}/")
    assert shown.status_code == 200
    assert b"TWO" not in shown.content
    answer = {"currency": "CNY", "lines": [{"line": two.line(), "price": "1"}]}
    foreign = [
        guest.get(f"inquiries/{two.other.pk}/"), guest.get(f"orders/{two.orders[1].pk}/"),
        guest.post(f"inquiries/{two.other.pk}/answer/", answer), guest.post(f"inquiries/{two.other.pk}/decline/", {}),
        guest.post(f"orders/{two.orders[1].pk}/confirm/", {}),
        guest.post(f"orders/{two.orders[1].pk}/propose/", {"lines": [{"line": two.orders[1].lines.get().pk}]}),
        guest.get("inquiries/999999/"), guest.get("orders/999999/"),
    ]  # fmt: skip
    assert [x.status_code for x in foreign] == [404] * len(foreign)


def test_drafts_are_not_shown(two: Two, actor: Actor) -> None:
    draft = inquiry_create(
        actor=actor, lines=[{"product": two.product, "quantity": 1}], suppliers=[{"supplier": two.parties[0].pk}]
    )
    order = purchase_order_create(
        actor=actor, supplier=two.parties[0], lines=[{"product": two.product, "quantity": 1, "unit_price": 1}]
    )
    guest = Guest(two.secrets[0])
    assert guest.get(f"inquiries/{draft.pk}/").status_code == guest.get(f"orders/{order.pk}/").status_code == 404
    assert len(guest.get().json()["orders"]) == len(guest.get().json()["inquiries"]) == 1


def test_links_that_open_nothing(two: Two, globex: Company, actor: Actor) -> None:
    secret = two.secrets[0]
    assert Guest("").get().status_code == 401
    assert Guest("x" * 43).get().status_code == 401
    assert Guest(secret[:-1]).get().status_code == 401
    assert Guest(secret, host="globex.localhost", address="198.51.100.8").get().status_code == 401
    assert Guest(secret, host="nobody.localhost").get().status_code == 404
    assert Guest(secret, host="localhost").get().status_code == 404
    bearer = Client(headers={"host": "acme.localhost", "Authorization": f"Bearer {secret}"})
    assert bearer.get(HOME).status_code == 401
    # A link is no key to the rest of the company.
    for path in ("/api/v1/inventory/inquiries/", "/api/v1/bootstrap/", "/api/v1/shared/parties/"):
        assert Guest(secret).client.get(path, headers={"Authorization": f"Link {secret}"}).status_code == 401
    supplier_link_revoke(actor=actor, link=two.links[0])
    assert Guest(secret).get().status_code == 401
    with acting(actor):
        SupplierLink.objects.filter(pk=two.links[1].pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Guest(two.secrets[1]).get().status_code == 401
    assert secret not in str(list(SupplierLink.objects.values()))


def test_a_supplier_that_is_not_active_any_more(two: Two, actor: Actor) -> None:
    with acting(actor):
        Party.objects.filter(pk=two.parties[0].pk).update(is_active=False)
    assert Guest(two.secrets[0]).get().status_code == 401
    assert Guest(two.secrets[1]).get().status_code == 200


def test_off_is_off(two: Two) -> None:
    with outside():
        tenant = Tenant.objects.get(slug="acme")
        tenant.switched_on = [f for f in tenant.switched_on if f != "inventory.rfq"]
        tenant.save()
    answer = Guest(two.secrets[0]).get()
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (403, "feature-off")


@pytest.mark.usefixtures("one_window")
def test_who_tries_secrets_is_held_up(two: Two) -> None:
    guess = Guest("y" * 43, address="203.0.113.9")
    assert [guess.get().status_code for _try in range(12)][-1] == 429
    right = Guest(two.secrets[0], address="203.0.113.9").get()
    assert (right.status_code, int(right.headers["Retry-After"]) > 0) == (429, True)
    assert Guest(two.secrets[0], address="203.0.113.10").get().status_code == 200


@pytest.mark.usefixtures("one_window")
def test_a_link_asks_so_often_and_no_more(two: Two) -> None:
    guests = [Guest(two.secrets[0], address=f"192.0.2.{n}") for n in range(4)]
    last = [guest.get().status_code for guest in guests for _try in range(24)]
    assert last[-1] == 429
    assert Guest(two.secrets[1]).get().status_code == 200


def test_sealed_until_opened_on_every_surface(two: Two, actor: Actor) -> None:
    """A price that is found nowhere else is looked for in all that the buyer's side can read."""
    price = "77123.45670000"
    answer = {"currency": "CNY", "freight": "66123.45", "lines": [{"line": two.line(), "price": price}]}
    assert Guest(two.secrets[0]).post(f"inquiries/{two.inquiry.pk}/answer/", answer).status_code == 200
    api, key = Api(actor), two.inquiry.pk
    surfaces = [
        f"/api/v1/inventory/inquiries/{key}/comparison/", f"/api/v1/inventory/inquiries/{key}/",
        "/api/v1/inventory/inquiries/", "/api/v1/inventory/inquiry-suppliers/", "/api/v1/inventory/inquiry-lines/",
        "/api/v1/inventory/inquiries/export/?format=csv", "/api/v1/search/?q=77123",
        f"/api/v1/inventory/inquiries/{key}/history/",
    ]  # fmt: skip
    for path in surfaces:
        found = api.get(path)
        assert b"77123" not in found.content, path
        assert b"66123" not in found.content, path
    with connection.cursor() as cursor:  # tables and audit trail; five digits alone may be microseconds
        for table in ("inventory_inquiryanswer", "inventory_inquiryoffer", "inventory_inquiryevent", "records_audit"):
            cursor.execute(f"select count(*) from {table} t where t::text like '%%77123.4567%%'", [])
            assert cursor.fetchone()[0] == 0, table
    mine = Guest(two.secrets[0]).get(f"inquiries/{key}/").json()["answer"]
    assert mine["lines"][0]["price"] == price
    assert b"77123" not in Guest(two.secrets[1]).get(f"inquiries/{key}/").content
    early = api.post(f"/api/v1/inventory/inquiries/{key}/actions/open/", {})
    assert (early.status, early.fields()) == (400, {"reason"}), early.json
    opened = api.post(f"/api/v1/inventory/inquiries/{key}/actions/open/", {"reason": "The line stands still"})
    assert opened.status == 200, opened.json
    seen = api.get(surfaces[0])
    assert b"77123" in seen.content
    assert [h["kind"] for h in seen.json["history"]][:1] == ["opened_early"]
    late = Guest(two.secrets[0]).post(f"inquiries/{key}/answer/", answer)
    assert late.status_code == 409


def test_a_bounded_number_of_questions(two: Two, actor: Actor) -> None:
    guest = Guest(two.secrets[0])
    guest.get(f"inquiries/{two.inquiry.pk}/")

    def asked(read: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert read().status_code == 200
        return len(queries)

    once = asked(guest.get), asked(lambda: guest.get(f"inquiries/{two.inquiry.pk}/"))
    for _more in range(3):
        two.ask(*two.parties)
    many = inquiry_create(
        actor=actor, lines=[{"product": p, "quantity": 1} for p in two.world.products(6)],
        suppliers=[{"supplier": two.parties[0].pk}],
    )  # fmt: skip
    inquiry_send(actor=actor, inquiry=many, closes_at=timezone.now() + timedelta(days=1))
    guest.get(f"inquiries/{many.pk}/")
    again = asked(guest.get), asked(lambda: guest.get(f"inquiries/{many.pk}/"))
    assert again[0] <= once[0] + 1
    assert again[1] <= once[1] + 1


def test_an_order_is_confirmed_by_its_supplier(two: Two) -> None:
    guest, order = Guest(two.secrets[0]), two.orders[0]
    assert guest.get().json()["orders"][0]["to_confirm"] is True
    done = guest.post(f"orders/{order.pk}/confirm/", {"reference": "AB-1"})
    assert done.status_code == 200, done.content
    assert guest.get().json()["orders"][0]["to_confirm"] is False
    found = PurchaseOrder.objects.get(pk=order.pk)
    assert found.supplier_reference == "AB-1"
    change = found.changes.filter(kind="dates").get()
    assert change.by == "supplier PORTAL-ONE"
    later = (current().today() + timedelta(days=60)).isoformat()
    line = order.lines.get().pk
    asked = guest.post(f"orders/{order.pk}/propose/", {"lines": [{"line": line, "on": later}], "words": "Snow"})
    assert asked.status_code == 200, asked.content
    assert asked.json()["proposal"]["state"] == "open"
    assert PurchaseOrder.objects.get(pk=order.pk).revision == 1


def attached(two: Two, name: str, content: bytes) -> int:
    """One of the inquiry's own attachments."""
    made = attachment_create(
        actor=two.world.actor, entity=registry().entities["inventory.inquiry"], record_id=two.inquiry.pk,
        upload=ContentFile(content, name=name),
    )  # fmt: skip
    return made.pk


def test_a_supplier_downloads_what_is_meant_for_suppliers_of_its_own_inquiry(two: Two, actor: Actor) -> None:
    drawing, costing = attached(two, "drawing.pdf", b"%PDF rim"), attached(two, "our costing.xlsx", b"secret")
    api, path = Api(actor), f"/api/v1/inventory/inquiries/{two.inquiry.pk}/files/"
    guest = Guest(two.secrets[0])
    at = f"inquiries/{two.inquiry.pk}/"
    assert guest.get(at).json()["files"] == []
    assert api.post(path, {"attachment": drawing, "shared": True}).json == {"shared": [drawing]}
    assert api.post(path, {"attachment": drawing, "shared": True}).json == {"shared": [drawing]}
    (shown,) = guest.get(at).json()["files"]
    assert (shown["name"], shown["size"]) == ("drawing.pdf", 8)
    got = guest.get(f"{at}files/{shown['id']}/")
    assert (got.status_code, got.content, got.headers["X-Content-Type-Options"]) == (200, b"%PDF rim", "nosniff")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert b"costing" not in guest.get(at).content
    # By no other number, inquiry or link, and not when it is taken back.
    third = two.ask(two.parties[0])
    tries = [
        guest.get(f"{at}files/{costing + 1000}/"), guest.get(f"inquiries/{third.pk}/files/{shown['id']}/"),
        guest.get(f"inquiries/{two.other.pk}/files/{shown['id']}/"),
    ]  # fmt: skip
    assert [x.status_code for x in tries] == [404] * len(tries)
    assert Guest("x" * 43).get(f"{at}files/{shown['id']}/").status_code == 401
    assert api.post(path, {"attachment": drawing, "shared": False}).json == {"shared": []}
    assert guest.get(f"{at}files/{shown['id']}/").status_code == 404
    foreign = f"/api/v1/inventory/inquiries/{two.other.pk}/files/"
    assert api.post(foreign, {"attachment": drawing, "shared": True}).status == 404


def test_files_of_an_answer_are_sealed_until_the_round_is_opened(two: Two, actor: Actor) -> None:
    guest, rival, api = Guest(two.secrets[0]), Guest(two.secrets[1]), Api(actor)
    at, ours = f"inquiries/{two.inquiry.pk}/", f"/api/v1/inventory/inquiries/{two.inquiry.pk}/"
    made = guest.upload(f"{at}files/", "../../offer \u202e.pdf", b"we ask 3.10")
    assert made.status_code == 201, made.content
    (file,) = made.json()["own_files"]
    assert "/" not in file["name"]
    assert guest.get(f"{at}files/{file['id']}/").content == b"we ask 3.10"
    kept = InquiryFile.objects.select_related("attachment").get(pk=file["id"]).attachment
    with default_storage.open(kept.path, "rb") as content:
        assert b"3.10" not in content.read()
    # Neither the rival nor we, by whatever address.
    assert rival.get(f"{at}files/{file['id']}/").status_code == 404
    assert rival.delete(f"{at}files/{file['id']}/").status_code == 404
    assert api.get(f"{ours}answer-files/{file['id']}/").status == 404
    assert api.get(f"/api/v1/files/{kept.pk}/").status == 404
    assert all(one["files"] == [] for one in api.get(f"{ours}comparison/").json["suppliers"])
    guest.post(f"{at}answer/", {"currency": "CNY", "lines": [{"line": two.line(), "price": "3.10"}]})
    inquiry_open(actor=actor, inquiry=two.inquiry, reason="Everybody has answered")
    assert api.get(f"{ours}answer-files/{file['id']}/").content == b"we ask 3.10"
    listed = [f["name"] for one in api.get(f"{ours}comparison/").json["suppliers"] for f in one["files"]]
    assert listed == [file["name"]]
    # The time is over: nothing comes or goes.
    assert guest.upload(f"{at}files/", "late.pdf", b"x").status_code == 409
    assert guest.delete(f"{at}files/{file['id']}/").status_code == 409


def test_files_of_an_answer_have_their_limits(two: Two, settings: Any) -> None:
    guest, at = Guest(two.secrets[0]), f"inquiries/{two.inquiry.pk}/files/"
    assert guest.post(at, {}).status_code == 400
    settings.ATTACHMENT_MAX_BYTES = 100
    assert guest.upload(at, "large.pdf", b"x" * 101).status_code == 413
    made = [guest.upload(at, f"{n}.pdf", b"x" * 100) for n in range(MOST + 1)]
    assert [x.status_code for x in made] == [201] * MOST + [400]
    first = made[0].json()["own_files"][0]
    left = guest.delete(f"{at}{first['id']}/")
    assert (left.status_code, len(left.json()["own_files"])) == (200, MOST - 1)
    assert guest.upload(f"inquiries/{two.other.pk}/files/", "a.pdf", b"x").status_code == 404
