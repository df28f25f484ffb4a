"""Steel that comes is inspected: its lot is held, the inspector types readings, what is refused stays out of use."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "inspect-story"
DESK = ViewportSize(width=1280, height=860)


def test_steel_from_the_truck_to_the_verdict(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    inspector = Visitor(context.new_page(), site, SLUG)
    sign_up(inspector, "founder@inspect.example", "Inspect Story")
    for feature in ("inventory.purchasing", "inventory.lots", "production.quality"):
        inspector.tell(f"/api/v1/modules/features/{feature}/actions/enable/", {})
    units = {row["code"]: row["id"] for row in inspector.ask("/api/v1/shared/units/?limit=200")["results"]}
    steel = inspector.tell(
        "/api/v1/shared/products/", {"code": "STEEL", "name": "Steel rod", "unit": units["EA"], "tracking": "lot"}
    )
    width = {"name": "Diameter", "kind": "measured", "unit": "mm", "lower": "9.95", "upper": "10.05"}
    plan = {"name": "Steel rods", "stage": "incoming", "product": steel["id"], "sampling": "fixed", "sample_size": 3}
    lines = [width, {"name": "No cracks", "kind": "attribute"}]
    inspector.tell("/api/v1/production/inspection-plans/", {**plan, "characteristics": lines})
    supplier = inspector.tell("/api/v1/shared/parties/", {"name": "Steelworks", "is_supplier": True})
    order = inspector.tell(
        "/api/v1/shared/purchase-orders/",
        {"supplier": supplier["id"], "lines": [{"product": steel["id"], "quantity": "40", "unit_price": "8"}]},
    )
    inspector.tell(f"/api/v1/shared/purchase-orders/{order['id']}/actions/confirm/", {}, version=order["version"])
    line = {"order_line": order["lines"][0]["id"], "quantity": "40", "lots": "HEAT-7"}
    receipt = inspector.tell("/api/v1/inventory/receipts/", {"order": order["id"], "lines": [line]})
    inspector.tell(f"/api/v1/inventory/receipts/{receipt['id']}/actions/post/", {}, version=receipt["version"])
    (lot,) = inspector.ask("/api/v1/inventory/lots/")["results"]
    assert lot["quality"] == "held"

    inspector.go("/production/inspections")
    inspector.open_row("HEAT-7")
    inspector.press("Enter readings")
    dialog = inspector.dialog
    dialog.get_by_label("Diameter").fill("9.98 10.20 9.90")
    expect(dialog.get_by_text("2 bad, only 0 allowed: the lot would be rejected")).to_be_visible()
    dialog.get_by_label("Looked at, none is bad").check()
    inspector.page.screenshot(path=pictures / "inspect-readings.png")
    inspector.press("Save readings", within=dialog)
    expect(dialog).to_have_count(0)
    inspector.press("Give the verdict")
    expect(inspector.page.get_by_text("Rejected").first).to_be_visible()
    inspector.page.screenshot(path=pictures / "inspect-rejected.png", full_page=True)
    assert inspector.ask("/api/v1/inventory/lots/")["results"][0]["quality"] == "rejected"
    assert [text for text in inspector.complaints if not re.search("40[0-9]", text)] == []
