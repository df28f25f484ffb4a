"""A planner at the schedule board: an order put in between, everything placed in the background, a bar moved with its
slips seen first, by keyboard and by hand; why orders are late; from a week to a quarter, also on a phone at night."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "schedule-story"
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)


def _factory(office: Visitor) -> list[dict]:
    """Two work centres, two frames that are formed and welded, six orders released, two of which are due too soon."""
    for feature in ("bom", "shop_floor", "scheduling"):
        office.tell(f"/api/v1/modules/features/production.{feature}/actions/enable/", {})
    unit = next(r["id"] for r in office.ask("/api/v1/shared/units/?limit=200")["results"] if r["code"] == "EA")
    centres = [
        office.tell("/api/v1/production/work-centres/", {"code": code, "name": name, "machines": machines})["id"]
        for code, name, machines in (("FORM", "Frame forming", 1), ("WELD", "Frame welding", 2))
    ]
    orders = []
    for code, name, minutes in (("FR-R", "Road frame", "45"), ("FR-M", "Mountain frame", "60")):
        product = office.tell("/api/v1/shared/products/", {"code": code, "name": name, "unit": unit, "source": "make"})[
            "id"
        ]
        part = office.tell("/api/v1/shared/products/", {"code": f"{code}-T", "name": f"{name} tubes", "unit": unit})[
            "id"
        ]
        office.tell("/api/v1/production/boms/", {"product": product, "lines": [{"component": part, "quantity": "3"}]})
        for position, (step, centre) in enumerate(zip(("Form", "Weld"), centres, strict=True), 1):
            office.tell(
                "/api/v1/production/operations/",
                {"product": product, "position": position * 10, "name": step, "work_centre": centre,
                 "setup_minutes": "20", "run_minutes": minutes},
            )  # fmt: skip
        for quantity in ("8", "12", "6"):
            # The company's day, which is another one than ours for eight hours.
            due = {"due_on": datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()} if quantity == "12" else {}
            order = office.tell("/api/v1/production/orders/", {"product": product, "quantity": quantity, **due})
            path = f"/api/v1/production/orders/{order['id']}/actions/release/"
            orders.append(office.tell(path, {}, version=order["version"]))
    return orders


def test_a_planner_places_moves_and_rushes(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    page = office.page
    sign_up(office, "founder@schedule.example", "Schedule Story")
    _factory(office)
    office.go("/production/schedule")
    expect(page.get_by_role("heading", name="Waiting to be placed")).to_be_visible()
    page.get_by_role("button", name="Rush: put before others").first.click()
    expect(page.get_by_role("dialog", name="Move proposed")).to_be_visible()
    page.get_by_role("button", name="Put in between").click()
    expect(page.get_by_role("dialog", name="Move proposed")).to_have_count(0)
    page.get_by_role("button", name="Schedule", exact=True).click()
    expect(page.get_by_role("heading", name="Waiting to be placed")).to_have_count(0, timeout=60_000)
    page.screenshot(path=pictures / "schedule.png")
    bar = page.locator(".sch-bar").first
    bar.focus()
    page.keyboard.press("Alt+ArrowRight")
    proposal = page.get_by_role("dialog", name="Move proposed")
    expect(proposal).to_be_visible()
    page.screenshot(path=pictures / "schedule-move.png")
    page.get_by_role("button", name="Keep move").click()
    expect(proposal).to_have_count(0)
    expect(page.locator(".sch-bar svg").first).to_be_visible()  # fixed now, with a lock
    for zoom in ("Month", "Quarter"):
        page.get_by_role("button", name=zoom, exact=True).click()
        expect(page.locator(".sch-bar").first).to_be_visible()
    page.screenshot(path=pictures / "schedule-quarter.png")
    page.get_by_role("button", name="Week", exact=True).click()
    late = page.get_by_role("region", name="Late, and why")
    expect(late.get_by_text("late", exact=False).first).to_be_visible()
    expect(late.get_by_text("waits for Frame").first).to_be_visible()

    bar = page.locator(".sch-bar:not(.still):not(.thin)").last
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 14, steps=6)
    expect(page.locator(".sch-bar.moving")).to_have_count(1)
    page.screenshot(path=pictures / "schedule-drag.png")
    page.mouse.up()
    expect(proposal).to_be_visible()
    expect(page.locator(".sch-bar.moving")).to_have_count(0)
    page.get_by_role("button", name="Put back").click()

    page.evaluate("localStorage.setItem('tenon.language', 'zh')")
    page.emulate_media(color_scheme="dark")
    office.go("/production/schedule")
    expect(page.get_by_role("region", name="逾期工单及原因")).to_be_visible()
    page.screenshot(path=pictures / "schedule-late-zh-dark.png")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="季", exact=True).click()
    expect(page.locator(".sch-days > div")).to_have_count(91)
    page.screenshot(path=pictures / "schedule-quarter-zh-dark-phone.png", full_page=True)
    context.close()
