"""The warehouse on a phone, with a scanner that types and presses Enter as handhelds do: receive, put away, pick, pack,
ship, count. The network goes away and answers get lost; nothing is booked twice, and stock is where the screens say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.e2e.network import lose_the_next_answer, lost_answers
from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "scan-story"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
BARCODE = "4006381333931"


class Keeper(Visitor):
    def scan(self, code: str) -> None:
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def booked(self) -> None:
        """Nothing waits for the network any more."""
        expect(self.page.get_by_text("waiting")).to_have_count(0)

    def stock(self, product: int) -> dict[str, float]:
        rows = self.ask(f"/api/v1/inventory/stock/?product__in={product}&on_hand__gt=0")["results"]
        return {row["location"]["label"]: float(row["on_hand"]) for row in rows}

    def fits(self) -> None:
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), self.page.url


@pytest.fixture(scope="module")
def desk(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A company that works with bins and counts."""
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    sign_up(office, "founder@scan.example", "Scan Story")
    for feature in ("purchasing", "wms", "counting"):
        office.tell(f"/api/v1/modules/features/inventory.{feature}/actions/enable/", {})
    yield context
    context.close()


@pytest.fixture
def keeper(browser: Browser, site: Site, desk: BrowserContext, pictures: Path) -> Iterator[Keeper]:
    phone = browser.new_context(
        viewport=PHONE, has_touch=True, locale="en-GB", timezone_id="Asia/Shanghai", storage_state=desk.storage_state()
    )
    person = Keeper(phone.new_page(), site, SLUG)
    person.go("/inventory/scan")
    yield person
    person.page.screenshot(path=pictures / "warehouse-last.png")
    phone.close()


def test_from_the_truck_to_the_truck(keeper: Keeper, desk: BrowserContext, site: Site, pictures: Path) -> None:
    lamp, order = before_the_truck(keeper)
    receive_and_put_away(keeper, lamp, order, pictures)
    note = plan_at_the_desk(Visitor(desk.pages[0], site, SLUG), pictures)
    pick(keeper, lamp, pictures)
    pack_and_ship(keeper, lamp, note, pictures)


def before_the_truck(keeper: Keeper) -> tuple[int, str]:
    """A dock, a bin, where lamps belong; an order for six lamps to come, and one for four to go."""
    unit = keeper.ask("/api/v1/shared/units/?code=EA")["results"][0]["id"]
    parties = [
        keeper.tell("/api/v1/shared/parties/", {"name": name, role: True})["id"]
        for name, role in (("Lamp works", "is_supplier"), ("Bright homes", "is_customer"))
    ]
    product = {"code": "LAMP", "name": "Desk lamp", "unit": unit, "barcode": BARCODE, "list_price": "20"}
    lamp = keeper.tell("/api/v1/shared/products/", product)["id"]
    places, house = "/api/v1/inventory/locations/", keeper.ask("/api/v1/inventory/warehouses/")["results"][0]
    top = house["stock_place"]["id"]
    dock = keeper.tell(places, {"name": "IN", "parent": top, "purpose": "receiving"})
    keeper.tell(f"{places}{top}/actions/add_bins/", {"pattern": "A-{01..03}", "purpose": "picking"})
    bin_ = keeper.ask(f"{places}?search=A-02")["results"][0]["id"]
    keeper.tell(places, {"name": "PACK", "parent": top, "purpose": "packing", "pick_order": 900})
    keeper.tell("/api/v1/inventory/put-away-rules/", {"product": lamp, "place": bin_})
    here = f"/api/v1/inventory/warehouses/{house['id']}/"
    keeper.tell(here, {"stock_place": dock["id"]}, method="PATCH", version=house["version"])
    orders, sales = "/api/v1/shared/purchase-orders/", "/api/v1/shared/sales-orders/"
    line = {"product": lamp, "quantity": "6", "unit_price": "11", "tax": None}
    bought = keeper.tell(orders, {"supplier": parties[0], "lines": [line]})
    keeper.tell(f"{orders}{bought['id']}/actions/confirm/", {})
    sold = keeper.tell(sales, {"customer": parties[1], "lines": [{"product": lamp, "quantity": "4"}]})
    keeper.tell(f"{sales}{sold['id']}/actions/confirm/", {})
    return lamp, bought["number"]


def receive_and_put_away(keeper: Keeper, lamp: int, order: str, pictures: Path) -> None:
    page = keeper.page
    keeper.fits()
    page.screenshot(path=pictures / "scan-home.png")
    keeper.press("Receive")
    keeper.sees(order)
    keeper.scan(order)
    keeper.sees("LAMP")
    for _ in range(2):
        keeper.scan(BARCODE)
    keeper.sees("2 of 6")
    keeper.press("Undo the last scan")
    keeper.scan("NO-SUCH-CODE")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is called NO-SUCH-CODE")
    for _ in range(5):
        keeper.scan(BARCODE)
    keeper.sees("6 of 6")
    keeper.scan(BARCODE)
    expect(page.get_by_role("alert")).to_contain_text("Enough of Desk lamp")
    keeper.fits()
    page.screenshot(path=pictures / "scan-receive.png")
    lose_the_next_answer(page, "/scan/receive/")
    keeper.press("Book receipt")
    keeper.sees("1 waiting")
    keeper.booked()
    assert lost_answers(page) == 1
    assert keeper.stock(lamp) == {"MAIN/IN": 6}, "received once, though it was sent twice"

    keeper.go("/inventory/scan/put-away")
    keeper.sees("LAMP")
    keeper.scan(BARCODE)
    keeper.sees("MAIN/A-02")
    page.screenshot(path=pictures / "scan-put-away.png")
    keeper.scan("MAIN/A-02")
    keeper.booked()
    assert keeper.stock(lamp) == {"MAIN/A-02": 6}


def plan_at_the_desk(office: Visitor, pictures: Path) -> str:
    """What is owed becomes a delivery, and the delivery a wave."""
    page = office.page
    office.go("/inventory/shipping")
    row = page.get_by_role("row").filter(has_text="Bright homes")
    expect(row).to_contain_text("Ready")
    page.screenshot(path=pictures / "shipping-desk.png")
    row.get_by_role("checkbox").check()
    office.press("Make 1 delivery")
    expect(row).to_contain_text("DN-")
    row.get_by_role("checkbox").check()
    office.press("Make a picking wave")
    page.get_by_role("tab", name="Picking").click()
    expect(row).to_contain_text("DN-")
    page.screenshot(path=pictures / "shipping-desk-picking.png")
    return str(office.ask("/api/v1/inventory/deliveries/")["results"][0]["number"])


def pick(keeper: Keeper, lamp: int, pictures: Path) -> None:
    page = keeper.page
    keeper.go("/inventory/scan/pick")
    page.get_by_role("button").filter(has_text="WV-").click()
    keeper.sees("MAIN/A-02")
    keeper.scan(BARCODE)
    keeper.booked()
    page.context.set_offline(True)
    keeper.scan(BARCODE)
    keeper.scan(BARCODE)
    keeper.sees("2 waiting")
    page.screenshot(path=pictures / "scan-pick-offline.png")
    page.context.set_offline(False)
    keeper.booked()
    assert keeper.stock(lamp)["MAIN/PACK"] == 3
    keeper.press("Undo the last scan")
    keeper.booked()
    assert keeper.stock(lamp)["MAIN/PACK"] == 2
    keeper.press("Take all 2")
    keeper.sees("Everything is picked")
    keeper.booked()


def pack_and_ship(keeper: Keeper, lamp: int, note: str, pictures: Path) -> None:
    page = keeper.page
    keeper.go("/inventory/scan/pack")
    keeper.sees(note)
    keeper.scan(note)
    keeper.sees("LAMP")
    for _ in range(3):
        keeper.scan(BARCODE)
    keeper.sees("3 of 4")
    keeper.press("Close box")
    keeper.sees("Box closed")
    keeper.scan(BARCODE)
    keeper.sees("1 of 1")
    page.screenshot(path=pictures / "scan-pack.png")
    keeper.press("Close box")
    keeper.sees("Everything is packed")
    keeper.booked()
    lose_the_next_answer(page, "/actions/post/")
    keeper.press("Ship")
    keeper.sees("1 waiting")
    keeper.booked()
    assert lost_answers(page) == 1
    assert keeper.stock(lamp) == {"MAIN/A-02": 2}
    left = keeper.ask("/api/v1/inventory/deliveries/")["results"]
    assert [(one["number"], one["status"], one["work"]) for one in left] == [(note, "posted", "packed")]
    assert len(keeper.ask("/api/v1/inventory/parcels/")["results"]) == 2
    keeper.go("/inventory/scan/lookup")
    keeper.sees("A place, goods, a lot or a document.")
    keeper.scan("LAMP")
    keeper.sees("MAIN/A-02")
    keeper.fits()


def test_a_count_through_a_lost_network(keeper: Keeper, pictures: Path) -> None:
    """By thumb and by scan; every count arrives, and each one once."""
    page, codes = keeper.page, ("WHEEL-1", "4006381333948", "BELL-3", "CHAIN-4")
    sheet = a_sheet(keeper, codes)
    keeper.go(f"/inventory/count/{sheet}")
    keeper.sees("0 / 4")
    lose_the_next_answer(page, "/counting/")
    keeper.scan(codes[0])
    expect(page.get_by_role("heading", name="Part 1")).to_be_visible()
    for figure in "10":
        page.get_by_role("button", name=figure, exact=True).click()
    page.screenshot(path=pictures / "count-phone.png")
    keeper.press("Next")
    expect(page.get_by_text("not sent")).to_be_visible()
    expect(page.get_by_text("not sent")).to_have_count(0)
    assert lost_answers(page) == 1
    # The network goes; the work goes on. Every scan is a piece, whichever product is in sight; a number may be typed.
    page.context.set_offline(True)
    for _ in range(3):
        keeper.scan(codes[2])
    expect(page.get_by_role("heading", name="Part 3")).to_be_visible()
    keeper.press("Next")
    keeper.scan(codes[1])
    expect(page.get_by_role("heading", name="Part 2")).to_be_visible()
    page.keyboard.press("7")
    expect(page.get_by_label("Counted", exact=True)).to_contain_text("7")
    page.keyboard.press("Enter")
    keeper.sees("3 / 4")
    page.screenshot(path=pictures / "count-phone-offline.png")
    page.context.set_offline(False)
    expect(page.get_by_text("not sent")).to_have_count(0)
    lines = keeper.ask(f"/api/v1/inventory/count-lines/?sheet={sheet}&limit=50")["results"]
    counted = {line["product"]["label"].rpartition(" · ")[2]: line["counted"] for line in lines}
    assert {code: found and float(found) for code, found in counted.items()} == {
        "WHEEL-1": 10, "PART-2": 7, "BELL-3": 3, "CHAIN-4": None,
    }  # fmt: skip
    page.get_by_role("button", name="All lines").click()
    keeper.fits()
    page.screenshot(path=pictures / "count-phone-list.png")


def a_sheet(keeper: Keeper, codes: tuple[str, ...]) -> int:
    """Four products with ten pieces each, all of their kind to be counted."""
    unit = keeper.ask("/api/v1/shared/units/?code=EA")["results"][0]["id"]
    kind = keeper.tell("/api/v1/shared/product-categories/", {"name": "Parts"})["id"]
    for n, code in enumerate(codes, 1):
        named = {"code": f"PART-{n}", "barcode": code} if code.isdigit() else {"code": code}
        product = keeper.tell(
            "/api/v1/shared/products/", {"name": f"Part {n}", "unit": unit, "category": kind, **named}
        )
        stock = {"product": product["id"], "quantity": "10", "unit_cost": "4"}
        keeper.tell("/api/v1/inventory/opening-stock/", stock)
    plan = keeper.tell("/api/v1/inventory/count-plans/", {"name": "Parts", "category": kind})
    keeper.tell(f"/api/v1/inventory/count-plans/{plan['id']}/actions/make_sheets/", {})
    return int(keeper.ask("/api/v1/inventory/count-sheets/")["results"][0]["id"])
