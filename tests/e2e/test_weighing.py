"""Goods of variable weight: received piece by piece at a phone, with the figure of the scale, picked, packed and
counted by weight; the desk sees both quantities, and is told what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "weigh-story"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


def test_a_side_of_beef_from_the_scale_to_the_stock_page(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    sign_up(office, "founder@weigh.example", "Weigh Story")
    office.tell("/api/v1/modules/features/inventory.purchasing/actions/enable/", {})
    for feature in ("wms", "counting"):
        office.tell(f"/api/v1/modules/features/inventory.{feature}/actions/enable/", {})
    units = {row["code"]: row["id"] for row in office.ask("/api/v1/shared/units/?limit=200")["results"]}
    beef = office.tell(
        "/api/v1/shared/products/",
        {
            "code": "BEEF", "name": "Side of beef", "unit": units["EA"], "second_unit": units["KG"],
            "category": office.tell("/api/v1/shared/product-categories/", {"name": "Meat"})["id"],
            "second_nominal": "22", "second_tolerance": "30", "priced_by_second": True,
        },
    )  # fmt: skip
    supplier = office.tell("/api/v1/shared/parties/", {"name": "Stockyard", "is_supplier": True})
    order = office.tell(
        "/api/v1/shared/purchase-orders/",
        {"supplier": supplier["id"], "lines": [{"product": beef["id"], "quantity": "3", "unit_price": "8"}]},
    )
    assert float(order["subtotal"]) == 528  # 3 × 22 kg expected, at 8.00
    office.tell(f"/api/v1/shared/purchase-orders/{order['id']}/actions/confirm/", {}, version=order["version"])
    office.go(f"/shared/products/{beef['id']}/edit")
    office.sees("Goods of variable weight")
    office.page.screenshot(path=pictures / "weigh-product.png", full_page=True)

    phone = browser.new_context(
        viewport=PHONE, has_touch=True, locale="en-GB", timezone_id="Asia/Shanghai",
        storage_state=context.storage_state(),
    )  # fmt: skip
    keeper = Visitor(phone.new_page(), site, SLUG)
    keeper.go("/inventory/scan/receive")
    keeper.page.get_by_role("button", name=order["number"]).click()
    keeper.page.get_by_role("button", name="Side of beef").click()
    scale = keeper.page.get_by_label("Weight, KG")
    for weight in ("22.4", "21.9", "22.1"):
        scale.fill(weight)
        keeper.page.get_by_role("button", name="One piece").click()
    expect(keeper.page.get_by_text("66.4 KG")).to_be_visible()
    keeper.page.screenshot(path=pictures / "weigh-receive.png")
    assert keeper.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    keeper.page.get_by_role("button", name="Book receipt").click()
    expect(keeper.page.get_by_text("waiting")).to_have_count(0)

    office.go("/inventory/stock")
    row = office.page.get_by_role("row").filter(has_text="Side of beef")
    expect(row).to_contain_text("66.4 KG")
    office.page.screenshot(path=pictures / "weigh-stock.png")
    (receipt,) = office.ask("/api/v1/inventory/receipts/")["results"]
    office.go(f"/inventory/receipts/{receipt['id']}")
    office.sees("66.4 KG")
    office.page.screenshot(path=pictures / "weigh-receipt.png")

    two_sold(office, beef["id"])
    picked_and_packed(keeper, pictures)
    assert [(float(row["on_hand"]), float(row["second_on_hand"])) for row in there(office, beef["id"])] == [(1, 22.1)]
    counted(office, keeper, pictures)
    phone.close()
    context.close()


def there(office: Visitor, beef: int) -> Any:
    return office.ask(f"/api/v1/inventory/stock/?product__in={beef}&on_hand__gt=0")["results"]


def two_sold(office: Visitor, beef: int) -> None:
    """Two of the three, on a delivery that is picked to the packing bench."""
    house = office.ask("/api/v1/inventory/warehouses/")["results"][0]
    bench = {"name": "PACK", "parent": house["stock_place"]["id"], "purpose": "packing", "pick_order": 900}
    office.tell("/api/v1/inventory/locations/", bench)
    customer = office.tell("/api/v1/shared/parties/", {"name": "Grill house", "is_customer": True})
    line = {"product": beef, "quantity": "2", "unit_price": "12"}
    sold = office.tell("/api/v1/shared/sales-orders/", {"customer": customer["id"], "lines": [line]})
    office.tell(f"/api/v1/shared/sales-orders/{sold['id']}/actions/confirm/", {})
    office.go("/inventory/shipping")
    row = office.page.get_by_role("row").filter(has_text="Grill house")
    row.get_by_role("checkbox").check()
    office.press("Make 1 delivery")
    expect(row).to_contain_text("DN-")
    row.get_by_role("checkbox").check()
    office.press("Make a picking wave")
    office.page.get_by_role("tab", name="Picking").click()
    expect(row).to_contain_text("DN-")


def picked_and_packed(keeper: Visitor, pictures: Path) -> None:
    page = keeper.page
    keeper.go("/inventory/scan/pick")
    page.get_by_role("button").filter(has_text="WV-").click()
    page.get_by_label("Weight, KG").fill("44.3")
    page.screenshot(path=pictures / "weigh-pick.png")
    keeper.press("Take all 2")
    keeper.sees("Everything is picked")
    expect(page.get_by_text("waiting")).to_have_count(0)
    keeper.go("/inventory/scan/pack")
    page.get_by_role("button").filter(has_text="DN-").click()
    page.get_by_role("button", name="Side of beef").click()
    for weight in ("22.4", "21.9"):
        page.get_by_label("Weight, KG").fill(weight)
        page.get_by_role("button", name="One piece").click()
    expect(page.get_by_text("44.3 KG")).to_be_visible()
    page.screenshot(path=pictures / "weigh-pack.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    keeper.press("Close box")
    keeper.sees("Everything is packed")
    keeper.press("Ship")
    expect(page.get_by_text("waiting")).to_have_count(0)


def counted(office: Visitor, keeper: Visitor, pictures: Path) -> None:
    """Pieces first, then what they weigh."""
    kind = office.ask("/api/v1/shared/product-categories/?search=Meat")["results"][0]["id"]
    plan = office.tell("/api/v1/inventory/count-plans/", {"name": "Meat", "category": kind})
    office.tell(f"/api/v1/inventory/count-plans/{plan['id']}/actions/make_sheets/", {})
    sheet = office.ask("/api/v1/inventory/count-sheets/")["results"][0]["id"]
    keeper.go(f"/inventory/count/{sheet}")
    keeper.sees("0 / 1")
    keys = keeper.page.get_by_role("group", name="Number")
    keys.get_by_role("button", name="1", exact=True).click()
    keeper.press("Next")
    keeper.sees("now what they weigh")
    for figure in ("2", "2"):
        keys.get_by_role("button", name=figure, exact=True).click()
    keeper.page.screenshot(path=pictures / "weigh-count.png")
    keeper.press("Next")
    keeper.sees("1 / 1")
    expect(keeper.page.get_by_text("not sent")).to_have_count(0)
    (line,) = office.ask(f"/api/v1/inventory/count-lines/?sheet={sheet}")["results"]
    assert (float(line["counted"]), float(line["second_counted"])) == (1, 22)
    office.go(f"/inventory/count-sheets/{sheet}")
    office.sees("22 KG")
    office.page.screenshot(path=pictures / "weigh-count-sheet.png", full_page=True)
