"""The warehouse with a scanner on a phone: receive, put away, pick through a lost network, fill a box. The
scanner types and presses Enter, as handhelds do. Nothing is booked twice, and stock is where the screens say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import sign_up, switch_everything_on
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "scan-story"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


class Shop(Visitor):
    """What the office had entered before the truck came."""

    def post(self, path: str, **body: Any) -> Any:
        answer = self.page.evaluate(
            """async ([path, body]) => {
              const token = /csrftoken=([^;]+)/.exec(document.cookie)[1];
              const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
              const r = await fetch("/api/v1/" + path, { method: "POST", headers, body: JSON.stringify(body) });
              return [r.status, await r.json()];
            }""",
            [path, body],
        )
        assert answer[0] < 300, (path, answer)
        return answer[1]

    def scan(self, code: str) -> None:
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def booked(self) -> None:
        """Nothing waits for the network any more."""
        expect(self.page.get_by_text("waiting")).to_have_count(0)

    def stock(self, product: int) -> dict[str, tuple[str, str]]:
        rows = self.ask(f"/api/v1/inventory/stock/?product__in={product}&on_hand__gt=0")["results"]
        return {r["location"]["label"]: (r["on_hand"].rstrip("0").rstrip("."), r["reserved"]) for r in rows}


def test_a_warehouse_with_a_scanner(browser: Browser, site: Site, pictures: Path) -> None:
    page = browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Shop(page, site, SLUG)
    try:
        sign_up(office, "founder@scan.example", "Scan Story")
        switch_everything_on(office)
        office.go("/")
        office.sees("Stock")
        lamp, order = before_the_truck(office)
        page.set_viewport_size(PHONE)
        receive_and_put_away(office, lamp, order, pictures)
        pick_and_pack(office, lamp, pictures)
    except BaseException:
        page.screenshot(path=pictures / "failed.png")
        print(page.url, office.complaints[-10:])  # noqa: T201 - shown with the failure
        raise


def before_the_truck(office: Shop) -> tuple[int, str]:
    """A dock, a bin, where lamps belong; an order for six lamps to come, and one for four to go."""
    unit = office.ask("/api/v1/shared/units/?code=EA")["results"][0]["id"]
    supplier = office.post("shared/parties/", code="SUP", name="Lamp works", is_supplier=True)["id"]
    customer = office.post("shared/parties/", code="CUS", name="Bright homes", is_customer=True)["id"]
    lamp = office.post(
        "shared/products/", code="LAMP", name="Desk lamp", unit=unit, barcode="4006381333931", list_price="20"
    )["id"]
    site = office.ask("/api/v1/inventory/warehouses/")["results"][0]
    top = site["stock_place"]["id"]
    dock = office.post("inventory/locations/", name="IN", parent=top, purpose="receiving")
    office.post(f"inventory/locations/{top}/actions/add_bins/", pattern="A-{01..03}", purpose="picking")
    a_02 = office.ask("/api/v1/inventory/locations/?search=A-02")["results"][0]["id"]
    office.post("inventory/locations/", name="PACK", parent=top, purpose="packing", pick_order=900)
    office.post("inventory/put-away-rules/", product=lamp, place=a_02)
    page = office.page
    page.evaluate(
        """async ([id, place, version]) => {
          const token = /csrftoken=([^;]+)/.exec(document.cookie)[1];
          const headers = { "Content-Type": "application/json", "X-CSRFToken": token, "If-Match": `"${version}"` };
          const r = await fetch(`/api/v1/inventory/warehouses/${id}/`,
            { method: "PATCH", headers, body: JSON.stringify({ stock_place: place }) });
          if (!r.ok) throw new Error(await r.text());
        }""",
        [site["id"], dock["id"], site["version"]],
    )
    order = office.post(
        "shared/purchase-orders/",
        supplier=supplier,
        lines=[{"product": lamp, "quantity": "6", "unit_price": "11", "tax": None}],
    )
    office.post(f"shared/purchase-orders/{order['id']}/actions/confirm/")
    sale = office.post("shared/sales-orders/", customer=customer, lines=[{"product": lamp, "quantity": "4"}])
    office.post(f"shared/sales-orders/{sale['id']}/actions/confirm/")
    return lamp, order["number"]


def receive_and_put_away(office: Shop, lamp: int, order: str, pictures: Path) -> None:
    page = office.page
    office.go("/inventory/scan")
    page.screenshot(path=pictures / "scan-home.png")
    office.press("Receive")
    office.sees(order)
    office.scan(order)
    office.sees("LAMP")
    for _ in range(2):
        office.scan("4006381333931")
    office.sees("2 of 6")
    office.press("Undo the last scan")
    office.scan("NO-SUCH-CODE")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is called NO-SUCH-CODE")
    page.screenshot(path=pictures / "scan-receive.png")
    for count in range(2, 7):
        office.scan("4006381333931")
        office.sees(f"{count} of 6")
    office.press("Book receipt")
    office.booked()
    assert list(office.stock(lamp)) == ["MAIN/IN"]

    office.go("/inventory/scan/put-away")
    office.sees("LAMP")
    office.scan("4006381333931")
    office.sees("MAIN/A-02")
    page.screenshot(path=pictures / "scan-put-away.png")
    office.scan("MAIN/A-02")
    office.booked()
    assert office.stock(lamp)["MAIN/A-02"][0] == "6"


def pick_and_pack(office: Shop, lamp: int, pictures: Path) -> None:
    page = office.page
    sale = office.ask("/api/v1/shared/sales-orders/")["results"][0]
    note = office.post("inventory/deliveries/", order=sale["id"])
    page.set_viewport_size(DESK)
    office.go("/inventory/shipping")
    office.sees(note["number"])
    page.get_by_role("row").filter(has_text=note["number"]).get_by_role("checkbox").check()
    page.screenshot(path=pictures / "shipping-desk.png")
    office.press("Make a picking wave")
    office.sees("Picking")
    page.set_viewport_size(PHONE)
    office.go("/inventory/scan/pick")
    page.get_by_role("button").filter(has_text="WV-").click()
    office.sees("MAIN/A-02")
    office.scan("4006381333931")
    office.booked()
    page.context.set_offline(True)
    office.scan("4006381333931")
    office.scan("4006381333931")
    office.sees("2 waiting")
    page.screenshot(path=pictures / "scan-pick-offline.png")
    page.context.set_offline(False)
    office.booked()
    assert office.stock(lamp)["MAIN/PACK"][0] == "3"
    office.press("Undo the last scan")
    office.booked()
    assert office.stock(lamp)["MAIN/PACK"][0] == "2"
    office.press("Take all 2")
    office.sees("Everything is picked")
    office.booked()

    office.go("/inventory/scan/pack")
    office.sees(note["number"])
    office.scan(note["number"])
    office.sees("LAMP")
    for _ in range(3):
        office.scan("4006381333931")
    office.sees("3 of 4")
    page.screenshot(path=pictures / "scan-pack.png")
