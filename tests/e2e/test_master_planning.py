"""A planner enters a cell of the master plan by keyboard, sees what it asks of the works, and what it is worth; in both
languages and both themes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "master-story"
DESK = ViewportSize(width=1440, height=900)


def _works(office: Visitor) -> int:
    """A bicycle that is assembled for two hours, of a bought frame, in the master plan with ten frozen days and a
    forecast of 20 a week; and one released order of it."""
    for feature in ("bom", "shop_floor", "mrp"):
        office.tell(f"/api/v1/modules/features/production.{feature}/actions/enable/", {})
    unit = next(r["id"] for r in office.ask("/api/v1/shared/units/?limit=200")["results"] if r["code"] == "EA")
    centre = office.tell("/api/v1/production/work-centres/", {"code": "ASM", "name": "Assembly"})["id"]
    bike, frame = (
        office.tell(
            "/api/v1/shared/products/",
            {"code": code, "name": name, "unit": unit, "source": source, "lead_time_days": 2},
        )["id"]
        for code, name, source in (("BK-T", "Touring bicycle", "make"), ("FR-T", "Touring frame", "buy"))
    )
    office.tell("/api/v1/production/boms/", {"product": bike, "lines": [{"component": frame, "quantity": "1"}]})
    office.tell(
        "/api/v1/production/operations/",
        {"product": bike, "position": 10, "name": "Assemble", "work_centre": centre, "run_minutes": "120"},
    )
    office.tell("/api/v1/production/planning-rules/", {"product": bike, "master": True, "frozen_days": 10})
    today = date.today()
    office.tell(
        "/api/v1/production/planning-forecasts/",
        {"product": bike, "starts_on": (today + timedelta(days=21)).isoformat(),
         "ends_on": (today + timedelta(days=76)).isoformat(), "quantity": "160"},
    )  # fmt: skip
    order = office.tell("/api/v1/production/orders/", {"product": bike, "quantity": "45"})
    office.tell(f"/api/v1/production/orders/{order['id']}/actions/release/", {}, version=order["version"])
    return bike


def test_a_planner_enters_the_master_plan(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    page = office.page
    sign_up(office, "founder@master.example", "Master Story")
    _works(office)
    office.go("/production/master-plan")
    cells = page.locator("input.ah-cell")
    expect(cells).to_have_count(13)
    cells.nth(5).focus()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    expect(cells.nth(5)).to_have_value("40")
    expect(cells.nth(6)).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("Escape")
    expect(cells.nth(6)).to_have_value("")
    cells.nth(1).focus()
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    reason = page.get_by_role("textbox", name="Reason")
    expect(reason).to_be_focused()
    page.keyboard.type("Trade fair")
    page.keyboard.press("Enter")
    expect(reason).to_have_count(0)
    expect(cells.nth(1)).to_have_value("6")
    page.screenshot(path=pictures / "master-plan.png")
    page.get_by_role("button", name="Months").click()
    expect(page.locator("input.ah-cell")).to_have_count(9)
    office.go("/production/load")
    expect(page.get_by_text("h too much")).to_be_visible()
    page.get_by_role("button", name="Assembly").click()
    expect(page.get_by_role("rowheader", name="Touring bicycle")).to_be_visible()
    page.screenshot(path=pictures / "load.png")
    page.get_by_role("tab", name="Stock and cash").click()
    expect(page.get_by_role("rowheader", name="Stock value")).to_be_visible()
    page.screenshot(path=pictures / "worth.png")
    page.evaluate("localStorage.setItem('tenon.language', 'zh')")
    page.emulate_media(color_scheme="dark")
    office.go("/production/master-plan")
    expect(page.get_by_role("heading", name="主生产计划")).to_be_visible()
    expect(page.locator("input.ah-cell")).to_have_count(13)
    expect(cells.nth(5)).to_have_value("40")
    page.screenshot(path=pictures / "master-plan-zh-dark.png")
    context.close()
