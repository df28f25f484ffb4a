"""A salesperson opens a customer and knows where things stand; on the phone, too."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import have_everything_on, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "customer-story"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


def test_a_customer_at_a_glance(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    sign_up(office, "founder@customer.example", "Customer Story")
    have_everything_on(office)
    unit = next(u["id"] for u in office.ask("/api/v1/shared/units/?limit=200")["results"] if u["code"] == "EA")
    fitting = office.tell(
        "/api/v1/shared/products/", {"code": "FIT", "name": "Fitting", "unit": unit, "kind": "service"}
    )
    shop = office.tell("/api/v1/shared/parties/", {"code": "SHOP", "name": "The shop", "is_customer": True})
    desk = {"name": "Purchasing desk", "phone": "+86 21 5555 0100", "email": "desk@shop.example"}
    office.tell("/api/v1/shared/contacts/", {**desk, "party": shop["id"], "role": "Buyer"})
    lines = [{"product": fitting["id"], "quantity": "10", "unit_price": "120"}]
    sold = office.tell("/api/v1/shared/sales-orders/", {"customer": shop["id"], "lines": lines})
    office.tell(f"/api/v1/shared/sales-orders/{sold['id']}/actions/confirm/", {}, version=sold["version"])
    quote = office.tell("/api/v1/crm/quotes/", {"party": shop["id"], "lines": lines})
    office.tell(f"/api/v1/crm/quotes/{quote['id']}/actions/send/", {}, version=quote["version"])
    doing = {"party": shop["id"], "kind": "call"}
    office.tell("/api/v1/crm/activities/", {**doing, "subject": "Ask about the offer", "due_on": "2026-01-05"})
    office.tell("/api/v1/crm/activities/", {**doing, "subject": "First visit", "kind": "visit", "done": True})

    office.go(f"/shared/parties/{shop['id']}")
    page = office.page.locator(".cu")
    for text in ("Ask about the offer", "Purchasing desk", "First visit", sold["number"], quote["number"]):
        expect(page.get_by_text(text).first).to_be_visible()
    expect(page.locator("time.t-bad").first).to_be_visible()  # what was due in January
    office.page.screenshot(path=pictures / "customer-desk.png", full_page=True)
    office.press("Plan", within=page)
    office.page.wait_for_url(re.compile(r"/activities/new"))
    office.sees("The shop")

    phone = browser.new_context(
        viewport=PHONE, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark",
        storage_state=context.storage_state(),
    )  # fmt: skip
    phone.add_init_script("localStorage.setItem('tenon.language', 'zh')")
    walker = Visitor(phone.new_page(), site, SLUG)
    walker.go(f"/shared/parties/{shop['id']}")
    walker.sees("往来记录")
    assert walker.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    walker.page.screenshot(path=pictures / "customer-phone.png", full_page=True)
    assert not [c for c in office.complaints + walker.complaints if "401" not in c]
    phone.close()
    context.close()
