"""Goods of variable weight: received piece by piece at a phone, with the figure of the scale; the desk sees both
quantities, and is told what is missing."""

from __future__ import annotations

from pathlib import Path

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
    office.tell("/api/v1/modules/features/inventory.wms/actions/enable/", {})
    units = {row["code"]: row["id"] for row in office.ask("/api/v1/shared/units/?limit=200")["results"]}
    beef = office.tell(
        "/api/v1/shared/products/",
        {
            "code": "BEEF", "name": "Side of beef", "unit": units["EA"], "second_unit": units["KG"],
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
    phone.close()

    office.go("/inventory/stock")
    row = office.page.get_by_role("row").filter(has_text="Side of beef")
    expect(row).to_contain_text("66.4 KG")
    office.page.screenshot(path=pictures / "weigh-stock.png")
    (receipt,) = office.ask("/api/v1/inventory/receipts/")["results"]
    office.go(f"/inventory/receipts/{receipt['id']}")
    office.sees("66.4 KG")
    office.page.screenshot(path=pictures / "weigh-receipt.png")
    context.close()
