"""A manager makes a pool; a free customer is claimed in the list; the phone shows it with its owner."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import have_everything_on, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "pooling"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


def test_customers_are_claimed_and_let_go(browser: Browser, site: Site, pictures: Path) -> None:
    desk = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai", color_scheme="dark")
    page = desk.new_page()
    seller = Visitor(page, site, SLUG)
    try:
        sign_up(seller, "seller@pooling.example", "Pooling")
        have_everything_on(seller)
        _pool_with_customers(seller)
        seller.go("/crm/pool-customers")
        seller.sees("Northwind 1")
        page.screenshot(path=pictures / "pool-desk.png")
        seller.open_row("Northwind 1")
        seller.press("Claim")
        seller.sees("Has an owner")
        page.screenshot(path=pictures / "pool-claimed.png")
        _on_a_phone(browser, seller, pictures)
    except BaseException:
        page.screenshot(path=pictures / "pool-failed.png")
        print(page.url, seller.complaints[-10:])  # noqa: T201 - shown with the failure
        raise
    finally:
        desk.close()


def _pool_with_customers(seller: Visitor) -> None:
    pool = seller.tell("/api/v1/crm/pools/", {"name": "Dealers", "holding_ceiling": 20, "cool_down_days": 0})["id"]
    for number in range(1, 7):
        party = seller.tell("/api/v1/shared/parties/", {"name": f"Northwind {number}", "is_customer": True})["id"]
        row = seller.tell("/api/v1/crm/pool-customers/", {"party": party, "pool": pool})["id"]
        seller.tell(f"/api/v1/crm/pool-customers/{row}/actions/release/", {"reason": "Region has changed"})


def _on_a_phone(browser: Browser, seller: Visitor, pictures: Path) -> None:
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", color_scheme="light", has_touch=True,
        storage_state=seller.page.context.storage_state(),
    )  # fmt: skip
    try:
        page = context.new_page()
        page.add_init_script("localStorage.setItem('tenon.language', 'zh')")
        page.goto(seller.site.url(SLUG, "/crm/pool-customers"))
        expect(page.get_by_text("Northwind 2").first).to_be_visible()
        page.screenshot(path=pictures / "pool-phone-zh.png")
        page.goto(seller.site.url(SLUG, "/crm/ownership"))
        expect(page.get_by_text("退回").first).to_be_visible()
        page.screenshot(path=pictures / "ownership-phone-zh.png")
        page.set_viewport_size(DESK)
        page.goto(seller.site.url(SLUG, "/crm/pools"))
        expect(page.get_by_text("Dealers").first).to_be_visible()
        page.get_by_text("Dealers").first.click()
        expect(page.get_by_text("保护天数").first).to_be_visible()
        page.screenshot(path=pictures / "pool-rules-zh-light.png")
    finally:
        context.close()
