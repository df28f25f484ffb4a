"""A planner's morning: exceptions first, why something is wanted, proposals firmed and released in bulk; then, at a
quote line, a promise with its reasons, held until a day; in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import have_everything_on, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "planner-story"
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)


def _works(office: Visitor) -> dict[str, int]:
    """A bicycle is welded for two hours and assembled for one; of frames, bought in ten days, four are there; wheels
    are there. Three bicycles are ordered for in two weeks."""
    shared, made = "/api/v1/shared", "/api/v1/production"
    unit = next(r["id"] for r in office.ask(f"{shared}/units/?limit=200")["results"] if r["code"] == "EA")
    weld, assembly = (
        office.tell(f"{made}/work-centres/", {"code": code, "name": name, "hours_per_week": "40"})["id"]
        for code, name in (("WELD", "Welding"), ("ASM", "Assembly"))
    )
    bike, frame, wheel = (
        office.tell(
            f"{shared}/products/",
            {"code": code, "name": name, "unit": unit, "source": source, "lead_time_days": 3, "list_price": price},
        )["id"]
        for code, name, source, price in (
            ("BK-T", "Touring bicycle", "make", "900"), ("FR-T", "Touring frame", "buy", "300"),
            ("WH-T", "Touring wheel", "buy", "60"),
        )
    )  # fmt: skip
    office.tell(
        f"{made}/boms/",
        {"product": bike, "lines": [{"component": frame, "quantity": "1"}, {"component": wheel, "quantity": "2"}]},
    )
    for position, name, centre, minutes in ((10, "Weld", weld, "120"), (20, "Assemble", assembly, "60")):
        office.tell(
            f"{made}/operations/",
            {"product": bike, "position": position, "name": name, "work_centre": centre, "run_minutes": minutes,
             "setup_minutes": "15"},
        )  # fmt: skip
    supplier = office.tell(f"{shared}/parties/", {"name": "Frame maker", "is_supplier": True})["id"]
    for product, price, days in ((frame, "280", 10), (wheel, "50", 5)):
        office.tell(
            f"{shared}/supplier-prices/",
            {"supplier": supplier, "product": product, "price": price, "lead_time_days": days},
        )
    place = office.ask("/api/v1/inventory/locations/?kind=stock")["results"][0]["id"]
    stock = office.tell(
        "/api/v1/inventory/adjustments/",
        {"kind": "opening", "lines": [
            {"product": frame, "location": place, "quantity": "9", "unit_cost": "280"},
            {"product": wheel, "location": place, "quantity": "60", "unit_cost": "50"},
        ]},
    )  # fmt: skip
    office.tell(f"/api/v1/inventory/adjustments/{stock['id']}/actions/post/", {}, version=stock["version"])
    customer = office.tell(f"{shared}/parties/", {"name": "A bicycle shop", "is_customer": True})["id"]
    for quantity, days in (("3", 14), ("2", 1)):
        order = office.tell(
            f"{shared}/sales-orders/",
            {"customer": customer, "requested_on": (date.today() + timedelta(days=days)).isoformat(),
             "lines": [{"product": bike, "quantity": quantity}]},
        )  # fmt: skip
        office.tell(f"{shared}/sales-orders/{order['id']}/actions/confirm/", {}, version=order["version"])
    quote = office.tell("/api/v1/crm/quotes/", {"party": customer, "lines": [{"product": bike, "quantity": "4"}]})
    return {"quote": quote["id"], "bike": bike}


def test_a_planner_firms_releases_and_holds_a_promise(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    page = office.page
    sign_up(office, "founder@planner.example", "Planner Story")
    have_everything_on(office)
    ids = _works(office)

    office.go("/production/planning")
    page.get_by_role("button", name="Run planning").first.click()
    rows = page.get_by_role("row").filter(has_text="BK-T")
    expect(rows).to_have_count(2, timeout=60_000)
    expect(page.get_by_role("complementary", name="Exceptions")).to_be_visible()
    rows.first.click()
    expect(page.get_by_role("heading", name=re.compile("What covers"))).to_be_visible()
    page.screenshot(path=pictures / "workbench.png")
    for row in rows.all():
        row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Firm 2 proposals").click()
    expect(page.get_by_text(re.compile("Firmed as WO"))).to_be_visible()

    office.go("/production/orders")
    drafts = page.get_by_role("row").filter(has_text="BK-T")
    expect(drafts).to_have_count(2)
    for row in drafts.all():
        row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Release", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Released")).to_have_count(2, timeout=30_000)

    office.go(f"/crm/quotes/{ids['quote']}")
    expect(page.get_by_role("heading", name="Promises")).to_be_visible()
    page.screenshot(path=pictures / "quote-promises.png")
    page.get_by_role("button", name="Why, and how sooner").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Hold this promise")).to_be_visible()
    expect(dialog.get_by_text("Touring frame")).to_be_visible()
    page.screenshot(path=pictures / "promise-hold.png")
    dialog.get_by_role("button", name="Hold", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".so-panel").get_by_text(re.compile("Held until"))).to_be_visible()
    page.screenshot(path=pictures / "quote-held.png")

    page.evaluate("localStorage.setItem('tenon.language', 'zh')")
    page.emulate_media(color_scheme="dark")
    office.go("/production/promise-holds")
    expect(page.get_by_role("row").filter(has_text="BK-T")).to_have_count(1)
    page.screenshot(path=pictures / "holds-zh-dark.png")
    office.go("/production/planning")
    expect(page.locator(".pr-plan")).to_be_visible()
    page.screenshot(path=pictures / "workbench-zh-dark.png")
    office.go("/production/schedule")
    expect(page.locator(".sch-bar").first).to_be_visible()
    page.screenshot(path=pictures / "schedule-held-zh-dark.png")
    page.set_viewport_size(PHONE)
    office.go(f"/crm/quotes/{ids['quote']}")
    page.get_by_role("button", name="为何，如何更早").click()
    expect(page.get_by_role("dialog").get_by_text("已为本行保留")).to_be_visible()
    page.screenshot(path=pictures / "promise-zh-phone.png")
    context.close()
