"""A buyer and a supplier: an inquiry sent from the desk, answered on a phone by its link, opened, compared,
awarded; the order confirmed on the phone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.opening import have_everything_on, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "asking"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
SELLER = "sales@rims.example"


def test_a_buyer_asks_and_a_supplier_answers(browser: Browser, site: Site, pictures: Path) -> None:
    desk = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai", color_scheme="dark")
    phone = browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True)
    page, mobile = desk.new_page(), phone.new_page()
    buyer = Visitor(page, site, SLUG)
    mobile.on("console", lambda m: buyer.complaints.append(m.text) if m.type == "error" else None)
    try:
        sign_up(buyer, "buyer@asking.example", "Asking")
        have_everything_on(buyer)
        inquiry = asked(buyer)
        given_a_drawing(buyer)
        link = given_link(buyer)
        answered(mobile, link, pictures)
        decided(buyer, inquiry, pictures)
        confirmed(buyer, mobile, link, pictures)
        in_daylight(browser, buyer, inquiry, pictures)
    except BaseException:
        page.screenshot(path=pictures / "inquiry-failed-desk.png")
        mobile.screenshot(path=pictures / "inquiry-failed-phone.png")
        print(page.url, mobile.url, buyer.complaints[-10:])  # noqa: T201 - shown with the failure
        raise
    finally:
        desk.close()
        phone.close()


def given_link(buyer: Visitor) -> str:
    """The link that the mail brings, too, from the page: for a supplier that is written to elsewhere."""
    page = buyer.page
    page.get_by_role("tab", name="Suppliers").click()
    row = page.get_by_role("listitem").filter(has_text="Rims & Hubs")
    row.get_by_role("button", name="Link").click()
    address = buyer.dialog.locator("code").inner_text()
    page.keyboard.press("Escape")
    return address


def given_a_drawing(buyer: Visitor) -> None:
    """Of two files one is meant for suppliers."""
    page = buyer.page
    page.get_by_role("tab", name="Files").click()
    for name in ("drawing.pdf", "our calculation.xlsx"):
        page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": b"of a rim"}
        )
        buyer.sees(name)
    page.get_by_role("tab", name="Suppliers").click()
    page.get_by_role("checkbox", name="drawing.pdf").click()
    expect(page.get_by_role("checkbox", name="drawing.pdf")).to_be_checked()


def asked(buyer: Visitor) -> int:
    """Two products, two suppliers; sent by the button of the inquiry's page."""
    unit = buyer.ask("/api/v1/shared/units/?code=EA")["results"][0]["id"]
    products = [
        buyer.tell("/api/v1/shared/products/", {"code": code, "name": name, "name_zh": zh, "unit": unit})["id"]
        for code, name, zh in (("RIM-28", "Rim 28 inch", "28 寸轮圈"), ("HUB-36", "Hub, 36 holes", "36 孔花鼓"))
    ]
    suppliers = [
        buyer.tell("/api/v1/shared/parties/", {"name": name, "is_supplier": True, "email": email})["id"]
        for name, email in (("Rims & Hubs", SELLER), ("Wheel Works", "office@wheels.example"))
    ]
    made = buyer.tell(
        "/api/v1/inventory/inquiries/",
        {
            "title": "Wheels for spring", "terms": "Packed ten in a box, please.",
            "lines": [
                {"product": product, "quantity": "500", "needed_on": day(60)} for product in products
            ],
            "suppliers": [{"supplier": supplier} for supplier in suppliers],
        },
    )  # fmt: skip
    buyer.tell(
        f"/api/v1/inventory/inquiries/{made['id']}/actions/send/",
        {"closes_at": (datetime.now(UTC) + timedelta(days=5)).isoformat()},
    )  # fmt: skip
    buyer.go(f"/inventory/inquiries/{made['id']}")
    buyer.sees("Collecting answers")
    # our own freight and duty are entered for each supplier, on their tab
    expect(buyer.page.get_by_role("button", name="Freight and duty")).to_have_count(0)
    return int(made["id"])


def day(away: int) -> str:
    return (datetime.now(UTC) + timedelta(days=away)).date().isoformat()


def answered(mobile: Page, link: str, pictures: Path) -> None:
    mobile.goto(link)
    expect(mobile.get_by_text("待报价")).to_be_visible()
    mobile.screenshot(path=pictures / "portal-home-zh-phone.png")
    mobile.get_by_text("Wheels for spring").click()
    expect(mobile.get_by_text("28 寸轮圈")).to_be_visible()
    prices = mobile.get_by_label("单价", exact=True)
    prices.nth(0).fill("31.5")
    prices.nth(1).fill("18")
    mobile.get_by_label("交货周期").nth(0).fill("21")
    with mobile.expect_download() as download:
        mobile.get_by_role("button", name="drawing.pdf").click()
    assert Path(download.value.path()).read_bytes() == b"of a rim"
    expect(mobile.get_by_text("our calculation.xlsx")).to_have_count(0)
    mobile.locator("input[type=file]").set_input_files(
        {"name": "certificate.pdf", "mimeType": "text/plain", "buffer": b"we have one"}
    )
    expect(mobile.get_by_role("button", name="certificate.pdf", exact=True)).to_be_visible()
    mobile.screenshot(path=pictures / "portal-inquiry-zh-phone.png", full_page=True)
    mobile.get_by_role("button", name="提交报价").click()
    expect(mobile.get_by_text("报价已提交")).to_be_visible()
    expect(mobile.get_by_text(re.compile("已于 .* 报价"))).to_be_visible()


def decided(buyer: Visitor, inquiry: int, pictures: Path) -> None:
    page = buyer.page
    buyer.go(f"/inventory/inquiries/{inquiry}")
    page.get_by_role("tab", name="Comparison").click()
    buyer.sees(re.compile("Sealed until"))
    expect(page.get_by_text("31.5")).to_have_count(0)
    expect(page.get_by_text("certificate.pdf")).to_have_count(0)
    page.screenshot(path=pictures / "inquiry-sealed-en-dark.png")
    buyer.tell(f"/api/v1/inventory/inquiries/{inquiry}/actions/open/", {"reason": "Everybody has answered"})
    page.reload()
    page.get_by_role("tab", name="Comparison").click()
    buyer.sees("15,750.00")
    buyer.press("Take the best of each line")
    page.screenshot(path=pictures / "inquiry-comparison-en-dark.png")
    buyer.press("Make purchase orders")
    buyer.sees(re.compile("Draft orders: PO-"))
    page.get_by_role("tab", name="Suppliers").click()
    buyer.sees("Everybody has answered")
    buyer.sees("certificate.pdf")
    page.screenshot(path=pictures / "inquiry-suppliers-en-dark.png")


def confirmed(buyer: Visitor, mobile: Page, link: str, pictures: Path) -> None:
    order = buyer.ask("/api/v1/shared/purchase-orders/")["results"][0]
    buyer.tell(f"/api/v1/shared/purchase-orders/{order['id']}/actions/confirm/", {})
    mobile.goto("about:blank")
    mobile.goto(link)
    mobile.get_by_text(order["number"]).click()
    expect(mobile.get_by_role("button", name="确认订单")).to_be_visible()
    mobile.screenshot(path=pictures / "portal-order-zh-phone.png")
    mobile.get_by_role("button", name="确认订单").click()
    expect(mobile.get_by_text("订单已确认")).to_be_visible()
    lines = buyer.ask(f"/api/v1/shared/purchase-orders/{order['id']}/")["lines"]
    assert all(line["confirmed_on"] for line in lines)
    # A supplier's page asks nobody else for anything.
    assert mobile.evaluate("performance.getEntriesByType('resource').every((e) => e.name.startsWith(location.origin))")


def in_daylight(browser: Browser, buyer: Visitor, inquiry: int, pictures: Path) -> None:
    """The same pages in Chinese by day: for those who look at pictures."""
    context = browser.new_context(
        viewport=DESK, locale="zh-CN", color_scheme="light", storage_state=buyer.page.context.storage_state()
    )
    try:
        page = context.new_page()
        page.add_init_script("localStorage.setItem('tenon.language', 'zh')")
        page.goto(buyer.site.url(SLUG, f"/inventory/inquiries/{inquiry}"))
        page.get_by_role("tab", name="比价").click()
        expect(page.get_by_text("最优").first).to_be_visible()
        page.screenshot(path=pictures / "inquiry-comparison-zh-light.png")
        page.goto(buyer.site.url(SLUG, "/inventory/purchase-costs"))
        expect(page.get_by_text("采购价格差异").first).to_be_visible()
        expect(page.get_by_text("24,750.00").first).to_be_visible()
        page.screenshot(path=pictures / "purchase-costs-zh-light.png")
    finally:
        context.close()
