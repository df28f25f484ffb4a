"""A salesperson watches an order: it is made in one press, taken back, made again, and while a worker reports the words
on the page change by themselves. Then the planner looks at what it costs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import have_everything_on, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "watching-story"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


def _frames(office: Visitor) -> dict[str, Any]:
    """A frame of three tubes, cut and welded; a customer has ordered ten."""
    unit = next(u["id"] for u in office.ask("/api/v1/shared/units/?limit=200")["results"] if u["code"] == "EA")
    values = {"unit": unit, "source": "buy", "standard_cost": "4"}
    tube = office.tell("/api/v1/shared/products/", {"code": "TUBE", "name": "Tube", **values})
    frame = office.tell(
        "/api/v1/shared/products/", {"code": "FRAME", "name": "Road frame", "unit": unit, "source": "make"}
    )
    office.tell(
        "/api/v1/production/boms/", {"product": frame["id"], "lines": [{"component": tube["id"], "quantity": "3"}]}
    )
    for position, (code, name, minutes) in enumerate((("CUT", "Cut", "4"), ("WELD", "Weld", "12")), 1):
        centre = office.tell(
            "/api/v1/production/work-centres/",
            {"code": code, "name": f"{name}: station", "cost_rate": "60", "machine_rate": "15",
             "overhead_rate": "30"},
        )  # fmt: skip
        office.tell(
            "/api/v1/production/operations/",
            {"product": frame["id"], "position": position * 10, "name": name, "work_centre": centre["id"],
             "setup_minutes": "20", "run_minutes": minutes},
        )  # fmt: skip
    [place] = office.ask("/api/v1/inventory/locations/?kind=stock&limit=1")["results"]
    stock = office.tell(
        "/api/v1/inventory/adjustments/",
        {
            "kind": "opening",
            "lines": [{"product": tube["id"], "location": place["id"], "quantity": "40", "unit_cost": "4"}],
        },
    )
    office.tell(f"/api/v1/inventory/adjustments/{stock['id']}/actions/post/", {}, version=stock["version"])
    shop = office.tell("/api/v1/shared/parties/", {"code": "SHOP", "name": "The shop", "is_customer": True})
    sold = office.tell(
        "/api/v1/shared/sales-orders/",
        {"customer": shop["id"], "lines": [{"product": frame["id"], "quantity": "10", "unit_price": "120"}]},
    )
    office.tell(f"/api/v1/shared/sales-orders/{sold['id']}/actions/confirm/", {}, version=sold["version"])
    return sold


def test_a_salesperson_watches_the_order(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    sign_up(office, "founder@watching.example", "Watching Story")
    have_everything_on(office)
    sold = _frames(office)

    office.go(f"/shared/sales-orders/{sold['id']}")
    office.press("Make 10 of FRAME")
    office.sees(re.compile("To be released"))
    office.press("Take back what is made of FRAME")
    office.press("Make 10 of FRAME")
    office.sees(re.compile("To be released"))
    [order] = office.ask("/api/v1/production/orders/?limit=10")["results"]

    # The worker, at another screen: the salesperson's page stays where it is.
    floor = Visitor(context.new_page(), site, SLUG)
    floor.go("/production/orders")
    base = f"/api/v1/production/orders/{order['id']}"
    floor.tell(f"{base}/actions/release/", {}, version=order["version"])
    panel = office.page.locator(".po-making")
    expect(panel).to_contain_text("Released")
    operations = floor.ask(f"/api/v1/production/order-operations/?order__in={order['id']}&order=position")["results"]
    cut, weld = sorted(operations, key=lambda o: o["position"])

    def report(operation: dict[str, Any], **values: str) -> None:
        version = floor.ask(f"{base}/")["version"]
        floor.tell(f"{base}/actions/report/", {"operation": operation["id"], **values}, version=version)

    report(cut, good="10", minutes="75")
    expect(panel).to_contain_text("operation 2 of 2 (Weld)")
    report(weld, good="6", minutes="92")
    expect(panel).to_contain_text("6 of 10 done")
    office.page.screenshot(path=pictures / "watching-sales.png", full_page=True)

    floor.go(f"/production/orders/{order['id']}")
    floor.sees("Efficiency")
    floor.sees(re.compile("75 minutes|Cut: 75"))  # fifteen more than standard: an alert
    floor.page.screenshot(path=pictures / "watching-order.png")
    floor.go(f"/production/orders/{order['id']}?tab=operations")
    floor.sees("Standard")
    floor.page.screenshot(path=pictures / "watching-operations.png")
    floor.go("/production/wip")
    floor.sees("Weld")
    floor.page.screenshot(path=pictures / "watching-wip.png")

    phone = browser.new_context(
        viewport=PHONE, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark",
        storage_state=context.storage_state(),
    )  # fmt: skip
    phone.add_init_script("localStorage.setItem('tenon.language', 'zh')")
    walker = Visitor(phone.new_page(), site, SLUG)
    for name, path in (
        ("order", f"/production/orders/{order['id']}"),
        ("sales", f"/shared/sales-orders/{sold['id']}"),
        ("wip", "/production/wip"),
    ):
        walker.go(path)
        walker.page.wait_for_load_state("networkidle")
        assert walker.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        walker.page.screenshot(path=pictures / f"watching-phone-{name}.png", full_page=True)
    assert not [c for c in office.complaints if "401" not in c], office.complaints
    phone.close()
    context.close()
