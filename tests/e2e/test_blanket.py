"""A buyer agrees deliveries by day with a supplier and calls the first ones off; the supplier sees on the phone what is
still to come."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import have_everything_on, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "scheduling-supply"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


def test_deliveries_by_day(browser: Browser, site: Site, pictures: Path) -> None:
    desk = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    buyer = Visitor(desk.new_page(), site, SLUG)
    page = buyer.page
    try:
        sign_up(buyer, "buyer@schedule.example", "Scheduling Supply")
        have_everything_on(buyer)
        blanket, supplier = agreed(buyer)
        buyer.go(f"/inventory/blanket-orders/{blanket}")
        page.get_by_role("tab", name="Call-offs").click()
        buyer.sees("No days are agreed yet")
        first = date.today() + timedelta(days=10)
        buyer.fill("First delivery", first.isoformat())
        page.keyboard.press("Enter")
        buyer.fill("Quantity each", "200")
        buyer.fill("Times", "4")
        buyer.press("Add 4 deliveries")
        buyer.press("Save schedule")
        buyer.sees("The schedule is saved")
        page.screenshot(path=pictures / "blanket-schedule.png", full_page=True)
        planned = buyer.ask("/api/v1/inventory/blanket-deliveries/?order_line__isnull=true")["results"]
        assert [float(row["quantity"]) for row in planned] == [200] * 4
        buyer.fill("Call off up to", (first + timedelta(days=35)).isoformat())
        page.keyboard.press("Enter")
        buyer.press("Call off as scheduled")
        buyer.sees(re.compile("Draft order PO-"))
        buyer.sees("Called off so far")
        left = buyer.ask("/api/v1/inventory/blanket-deliveries/?order_line__isnull=true")["results"]
        assert len(left) == 2
        link = buyer.tell("/api/v1/inventory/supplier-links/new/", {"supplier": supplier})["address"]

        phone = browser.new_context(
            viewport=PHONE, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark"
        )
        phone.add_init_script("localStorage.setItem('tenon.language', 'zh')")
        theirs = phone.new_page()
        theirs.goto(site.url(SLUG, "/portal#" + link.partition("#")[2]))
        expect(theirs.get_by_text("计划交货")).to_be_visible()
        expect(theirs.get_by_text("200 ")).to_have_count(2)
        theirs.screenshot(path=pictures / "blanket-portal-zh.png", full_page=True)
        phone.close()

        in_chinese = browser.new_context(
            viewport=PHONE, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark",
            storage_state=desk.storage_state(),
        )  # fmt: skip
        in_chinese.add_init_script("localStorage.setItem('tenon.language', 'zh')")
        walker = Visitor(in_chinese.new_page(), site, SLUG)
        walker.go(f"/inventory/blanket-orders/{blanket}")
        walker.page.get_by_role("tab", name="叫货").click()
        expect(walker.page.get_by_role("heading", name="交货计划")).to_be_visible()
        assert walker.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        walker.page.screenshot(path=pictures / "blanket-phone-zh.png", full_page=True)
        walker.page.set_viewport_size(DESK)
        walker.page.screenshot(path=pictures / "blanket-desk-zh.png", full_page=True)
        in_chinese.close()
    except BaseException:
        page.screenshot(path=pictures / "blanket-failed.png")
        print(page.url, buyer.complaints[-10:])  # noqa: T201 - shown with the failure
        raise
    finally:
        desk.close()


def agreed(buyer: Visitor) -> tuple[int, int]:
    """1,000 tubes at 4.00 within a year, in force."""
    unit = next(u["id"] for u in buyer.ask("/api/v1/shared/units/?limit=200")["results"] if u["code"] == "EA")
    tube = buyer.tell("/api/v1/shared/products/", {"code": "TUBE", "name": "Steel tube", "unit": unit})["id"]
    supplier = buyer.tell("/api/v1/shared/parties/", {"name": "Tube works", "is_supplier": True})["id"]
    lines = [{"product": tube, "quantity": "1000", "unit_price": "4"}]
    until = (date.today() + timedelta(days=365)).isoformat()
    made = buyer.tell("/api/v1/inventory/blanket-orders/", {"supplier": supplier, "valid_until": until, "lines": lines})
    buyer.tell(f"/api/v1/inventory/blanket-orders/{made['id']}/actions/activate/", {}, version=made["version"])
    return int(made["id"]), int(supplier)
