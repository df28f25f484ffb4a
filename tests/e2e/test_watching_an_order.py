"""A salesperson, with that role alone, watches an order: it is made in one press, taken back, made again, and while a
worker reports the words on the page change by themselves. Then the planner looks at what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import have_everything_on, joined, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG, SELLER = "watching-story", "seller@watching.example"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


def _frames(office: Visitor, seller: Visitor) -> dict[str, Any]:
    """A frame of three tubes, cut and welded; the salesperson has sold ten to a customer."""
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
    shop = seller.tell("/api/v1/shared/parties/", {"code": "SHOP", "name": "The shop", "is_customer": True})
    sold: dict[str, Any] = seller.tell(
        "/api/v1/shared/sales-orders/",
        {"customer": shop["id"], "lines": [{"product": frame["id"], "quantity": "10", "unit_price": "120"}]},
    )
    seller.tell(f"/api/v1/shared/sales-orders/{sold['id']}/actions/confirm/", {}, version=sold["version"])
    return sold


def test_a_salesperson_watches_the_order(browser: Browser, site: Site, pictures: Path) -> None:
    """The salesperson has the role "sales" and nothing else: progress and days, nothing of what it costs."""
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    theirs = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    office = Visitor(context.new_page(), site, SLUG)
    sign_up(office, "founder@watching.example", "Watching Story")
    have_everything_on(office)
    seller = joined(office, theirs, SELLER, "sales")
    sold = _frames(office, seller)

    seller.go(f"/shared/sales-orders/{sold['id']}")
    expect(seller.page.get_by_role("button", name="Make 10 of FRAME")).to_have_count(0)
    assert _status(seller, "/api/v1/production/orders/") == 403

    # The planner makes it, the worker reports, each at another screen: the salesperson's page stays where it is.
    office.go(f"/shared/sales-orders/{sold['id']}")
    office.press("Make 10 of FRAME")
    office.sees(re.compile("To be released"))
    office.press("Take back what is made of FRAME")
    office.press("Make 10 of FRAME")
    office.sees(re.compile("To be released"))
    [order] = office.ask("/api/v1/production/orders/?limit=10")["results"]
    panel = seller.page.locator(".po-making")
    expect(panel).to_contain_text("To be released")
    base = f"/api/v1/production/orders/{order['id']}"
    office.tell(f"{base}/actions/release/", {}, version=order["version"])
    expect(panel).to_contain_text("Released")
    operations = office.ask(f"/api/v1/production/order-operations/?order__in={order['id']}&order=position")["results"]
    cut, weld = sorted(operations, key=lambda o: o["position"])

    def report(operation: dict[str, Any], **values: str) -> None:
        version = office.ask(f"{base}/")["version"]
        office.tell(f"{base}/actions/report/", {"operation": operation["id"], **values}, version=version)

    report(cut, good="10", minutes="75")
    expect(panel).to_contain_text("operation 2 of 2 (Weld)")
    report(weld, good="6", minutes="92")
    expect(panel).to_contain_text("6 of 10 done")
    _nothing_of_cost(seller, "Material", "Labour", "Work in process", "Cost")
    seller.page.screenshot(path=pictures / "watching-sales.png", full_page=True)

    office.go(f"/production/orders/{order['id']}")
    office.sees("Efficiency")
    office.sees(re.compile("75 minutes|Cut: 75"))  # fifteen more than standard: an alert
    office.page.screenshot(path=pictures / "watching-order.png")
    office.go(f"/production/orders/{order['id']}?tab=operations")
    office.sees("Standard")
    office.page.screenshot(path=pictures / "watching-operations.png")
    office.go("/production/wip")
    office.sees("Weld")
    office.page.screenshot(path=pictures / "watching-wip.png")

    _on_a_phone(browser, seller, sold, lambda: report(weld, good="4", minutes="50"), pictures)
    assert not [c for c in seller.complaints if "401" not in c and "403" not in c], seller.complaints
    assert not [c for c in office.complaints if "401" not in c], office.complaints
    theirs.close()
    context.close()


def _on_a_phone(
    browser: Browser, seller: Visitor, sold: dict[str, Any], finish: Callable[[], None], pictures: Path
) -> None:
    """The same salesperson on the way, in Chinese, at night: the last four are reported while they look."""
    phone = browser.new_context(
        viewport=PHONE, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark",
        storage_state=seller.page.context.storage_state(),
    )  # fmt: skip
    phone.add_init_script("localStorage.setItem('tenon.language', 'zh')")
    walker = Visitor(phone.new_page(), seller.site, SLUG)
    walker.go(f"/shared/sales-orders/{sold['id']}")
    panel = walker.page.locator(".po-making")
    expect(panel).to_contain_text("6/10")
    finish()
    expect(panel).not_to_contain_text("6/10")
    _nothing_of_cost(walker, "在制品", "人工成本", "材料成本")
    assert walker.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    walker.page.screenshot(path=pictures / "watching-phone-sales.png", full_page=True)
    phone.close()


def _nothing_of_cost(visitor: Visitor, *words: str) -> None:
    shown = visitor.page.locator("main").inner_text()
    assert not [word for word in words if re.search(rf"\b{word}\b", shown)], shown


def _status(visitor: Visitor, path: str) -> int:
    return int(visitor.page.evaluate("async (path) => (await fetch(path)).status", path))
