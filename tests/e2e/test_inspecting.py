"""Steel that comes is inspected: its lot is held, the inspector types readings, what is refused stays out of use; in
both languages at a tablet from the quality desk through the nonconformance to the return to the supplier."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "inspect-story"
DESK = ViewportSize(width=1280, height=860)
TABLET = ViewportSize(width=1024, height=768)


def receive(inspector: Visitor) -> dict[str, Any]:
    """A plan for steel rods, and forty of them in from the steelworks as lot HEAT-7."""
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
    return steel


def test_steel_from_the_truck_to_the_verdict(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    inspector = Visitor(context.new_page(), site, SLUG)
    sign_up(inspector, "founder@inspect.example", "Inspect Story")
    receive(inspector)
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


WORDS = {
    "en": {
        "desk": "Quality desk", "held": "Held", "readings": "Enter readings", "save": "Save readings",
        "none": "Looked at, none is bad", "verdict": "Give the verdict", "rejected": "Rejected",
        "open": "Open a nonconformance", "wrong": "What is wrong", "decide": "Decide", "decision": "Decision",
        "back": "Return to supplier", "close": "Close", "closed": "Closed", "title": "Too thick by a tenth",
        "charts": "Control charts", "trace": "Trace", "figures": "Quality figures",
    },
    "zh": {
        "desk": "质量工作台", "held": "冻结", "readings": "录入检验结果", "save": "保存检验结果",
        "none": "已检，全部合格",
        "verdict": "判定", "rejected": "不合格", "open": "开不合格品单", "wrong": "不合格描述", "decide": "处置",
        "decision": "处置方式", "back": "退供应商", "close": "关闭", "closed": "已关闭", "title": "直径超差 0.1",
        "charts": "控制图", "trace": "追溯", "figures": "质量统计",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_the_desk_to_the_supplier_at_a_tablet(browser: Browser, site: Site, pictures: Path, language: str) -> None:
    say = WORDS[language]
    context = browser.new_context(
        viewport=TABLET, has_touch=True, locale="zh-CN" if language == "zh" else "en-GB",
        timezone_id="Asia/Shanghai", color_scheme="dark" if language == "zh" else "light",
    )  # fmt: skip
    inspector = Visitor(context.new_page(), site, f"inspect-{language}")
    sign_up(inspector, f"founder-{language}@inspect.example", f"Inspect {language}")
    receive(inspector)
    page = inspector.page
    page.add_init_script(f"localStorage.setItem('tenon.language', '{language}')")
    inspector.go("/production/quality")
    expect(page.get_by_role("heading", name=say["desk"])).to_be_visible()
    waiting = page.get_by_role("listitem").filter(has_text="HEAT-7")
    expect(waiting.get_by_text(say["held"])).to_be_visible()
    page.screenshot(path=pictures / f"quality-desk-waiting-{language}.png")
    waiting.get_by_role("link").first.click()
    inspector.press(say["readings"])
    dialog = inspector.dialog
    dialog.get_by_label("Diameter").fill("10.00 10.15 10.20")
    dialog.get_by_label(say["none"]).check()
    inspector.press(say["save"], within=dialog)
    expect(dialog).to_have_count(0)
    inspector.press(say["verdict"])
    expect(page.get_by_text(say["rejected"], exact=True).first).to_be_visible()
    inspector.press(say["open"])
    inspector.fill(say["wrong"], say["title"], within=inspector.dialog)
    inspector.press(say["open"], within=inspector.dialog)
    expect(inspector.dialog).to_have_count(0)
    inspector.go("/production/quality")
    row = page.get_by_role("listitem").filter(has_text=say["title"])
    expect(row).to_be_visible()
    page.screenshot(path=pictures / f"quality-desk-{language}.png", full_page=True)
    row.get_by_role("link").first.click()
    inspector.press(say["decide"])
    inspector.dialog.get_by_label(say["decision"]).click()
    page.screenshot(path=pictures / f"quality-decide-{language}.png")
    page.locator(".ant-select-item-option:visible", has_text=say["back"]).first.click()
    inspector.press(say["decide"], within=inspector.dialog)
    expect(inspector.dialog).to_have_count(0)
    expect(page.get_by_text(say["back"]).first).to_be_visible()
    page.screenshot(path=pictures / f"quality-decided-{language}.png", full_page=True)
    page.get_by_role("tab", name=say["trace"]).click()
    inspector.sees("HEAT-7")
    inspector.sees("Steelworks")
    page.screenshot(path=pictures / f"quality-trace-{language}.png", full_page=True)
    inspector.press(say["close"])
    expect(page.get_by_text(say["closed"], exact=True).first).to_be_visible()
    assert inspector.ask("/api/v1/inventory/stock/?on_hand__gt=0")["results"] == []
    (returned,) = inspector.ask("/api/v1/inventory/receipts/?kind=return")["results"]
    assert returned["status"] == "posted"
    inspector.go("/production/quality/figures")
    expect(page.get_by_role("heading", name=say["figures"])).to_be_visible()
    inspector.sees("Steelworks")
    page.screenshot(path=pictures / f"quality-figures-{language}.png", full_page=True)
    assert [text for text in inspector.complaints if not re.search("40[0-9]", text)] == []
    context.close()
