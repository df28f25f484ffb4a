"""A planner asks what overtime would bring, sees it beside the plan, is told of a conflict and applies the rest; in
Chinese by night and on a phone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "what-if-story"
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)


def _works(office: Visitor) -> tuple[dict[str, Any], int]:
    """A frame that takes an hour on the only machine; 60 of them are wanted in two weeks: they take longer."""
    for feature in ("bom", "shop_floor", "mrp", "scheduling"):
        office.tell(f"/api/v1/modules/features/production.{feature}/actions/enable/", {})
    unit = next(r["id"] for r in office.ask("/api/v1/shared/units/?limit=200")["results"] if r["code"] == "EA")
    centre = office.tell(
        "/api/v1/production/work-centres/", {"code": "WELD", "name": "Welding", "cost_rate": "60"}
    )["id"]  # fmt: skip
    frame = office.tell(
        "/api/v1/shared/products/",
        {"code": "FR-T", "name": "Touring frame", "unit": unit, "source": "make", "lead_time_days": 5},
    )["id"]
    office.tell(
        "/api/v1/production/operations/",
        {"product": frame, "position": 10, "name": "Weld", "work_centre": centre, "run_minutes": "60"},
    )
    shop = office.tell("/api/v1/shared/parties/", {"code": "SHOP", "name": "The shop", "is_customer": True})["id"]
    sold = office.tell(
        "/api/v1/shared/sales-orders/",
        {"customer": shop, "requested_on": (date.today() + timedelta(days=14)).isoformat(),
         "lines": [{"product": frame, "quantity": "60", "unit_price": "120"}]},
    )  # fmt: skip
    office.tell(f"/api/v1/shared/sales-orders/{sold['id']}/actions/confirm/", {}, version=sold["version"])
    return sold, centre


def test_a_planner_asks_what_if(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    page = office.page
    sign_up(office, "founder@whatif.example", "What-if Story")
    sold, centre = _works(office)
    scenario = office.tell("/api/v1/production/scenarios/", {"name": "Weld in the evenings"})["id"]
    address = f"/production/scenarios/{scenario}"
    office.go(address)
    page.get_by_role("button", name="Add a change").click()
    page.get_by_label("What", exact=True).select_option("line")
    page.screenshot(path=pictures / "what-if-dialog.png")
    page.get_by_role("button", name="Cancel").click()
    start = date.today() + timedelta(days=4)
    for day in range(12):
        on = (start + timedelta(days=day)).isoformat()
        office.tell(
            f"/api/v1/production/scenarios/{scenario}/changes/",
            {"kind": "overtime", "work_centre": centre, "starts_at": f"{on}T16:00:00+08:00",
             "ends_at": f"{on}T22:00:00+08:00", "price": "90"},
        )  # fmt: skip
    line = office.ask(f"/api/v1/shared/sales-order-lines/?order__in={sold['id']}")["results"][0]
    office.tell(
        f"/api/v1/production/scenarios/{scenario}/changes/",
        {"kind": "line", "order_line": line["id"], "quantity": "58"},
    )
    office.go(address)
    page.get_by_role("button", name="Calculate").click()
    expect(page.get_by_text("What comes of it")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("earlier").first).to_be_visible()
    page.screenshot(path=pictures / "what-if.png", full_page=True)
    order = office.ask(f"/api/v1/shared/sales-orders/{sold['id']}/")
    office.tell(
        f"/api/v1/shared/sales-orders/{sold['id']}/", {"lines": [{"id": line["id"], "quantity": "59"}]}, "PATCH",
        order["version"],
    )  # fmt: skip
    page.get_by_role("button", name="Apply 13 changes").click()
    expect(page.get_by_text("changed since")).to_be_visible()
    page.screenshot(path=pictures / "what-if-conflict.png")
    page.get_by_role("button", name="Only the 12 without conflict").click()
    page.get_by_role("button", name="Apply all").click()
    expect(page.get_by_role("button", name="Apply 1 change")).to_be_visible()
    assert len(office.ask("/api/v1/production/work-time-changes/?limit=50")["results"]) == 12
    page.evaluate("localStorage.setItem('tenon.language', 'zh')")
    page.emulate_media(color_scheme="dark")
    office.go(address)
    expect(page.get_by_text("推演结果")).to_be_visible()
    page.screenshot(path=pictures / "what-if-zh-dark.png", full_page=True)
    page.set_viewport_size(PHONE)
    office.go(address)
    expect(page.get_by_text("推演结果")).to_be_visible()
    page.screenshot(path=pictures / "what-if-phone.png", full_page=True)
    context.close()
