"""Documents of the shop floor in the browser: a process engineer writes a work instruction with a picture; parts go to
a supplier and come back with what was lost and what it cost; piece work is settled and printed in both languages. In
English by day, in Chinese by night, and on a phone."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import have_everything_on, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
MAKE, DATA = "/api/v1/production", "/api/v1/shared"
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "add": "Add step", "caution": "What to look out for 1", "order": "Order 1 operation", "send": "Send",
        "receive": "Receive", "good": "Good", "rejected": "Rejected", "reason": "Reason",
        "back": re.compile("8 of 10 EA back"), "lies": "What of ours lies at whom", "print": "Print",
        "approve": "Approve",
    },
    "zh": {
        "add": "添加步骤", "caution": "注意事项 1", "order": "下单 1 道工序", "send": "发料", "receive": "收货",
        "good": "合格", "rejected": "工废", "reason": "原因", "back": re.compile("已回 8/10 EA"),
        "lies": "在供应商处的我方物料与在制件", "print": "打印", "approve": "审核",
    },
}  # fmt: skip


def works(office: Visitor) -> dict[str, Any]:
    """Covers of two plates each are pressed outside at 8.00 and packed here, by the piece at 1.50."""
    unit = office.ask(f"{DATA}/units/?code=EA")["results"][0]["id"]
    plate = office.tell(f"{DATA}/products/", {"code": "PLATE", "name": "Plate", "unit": unit, "source": "buy"})["id"]
    cover = office.tell(f"{DATA}/products/", {"code": "COVER", "name": "Cover", "unit": unit, "source": "make"})["id"]
    office.tell(f"{MAKE}/boms/", {"product": cover, "lines": [{"component": plate, "quantity": "2"}]})
    presser = office.tell(f"{DATA}/parties/", {"name": "Press shop", "is_supplier": True})["id"]
    bench = office.tell(f"{MAKE}/work-centres/", {"code": "PACK", "name": "Packing"})["id"]
    first = office.tell(
        f"{MAKE}/operations/",
        {"product": cover, "position": 10, "name": "Press", "supplier": presser, "outside_price": "8",
         "outside_days": 3},
    )  # fmt: skip
    office.tell(
        f"{MAKE}/operations/",
        {"product": cover, "position": 20, "name": "Pack", "work_centre": bench, "run_minutes": "2"},
    )
    place = office.ask("/api/v1/inventory/warehouses/")["results"][0]["stock_place"]["id"]
    line = {"product": plate, "location": place, "quantity": "100", "unit_cost": "5"}
    stock = office.tell("/api/v1/inventory/adjustments/", {"kind": "opening", "lines": [line]})
    office.tell(f"/api/v1/inventory/adjustments/{stock['id']}/actions/post/", {})
    order = office.tell(f"{MAKE}/orders/", {"product": cover, "quantity": "10"})
    office.tell(f"{MAKE}/orders/{order['id']}/actions/release/", {})
    today = office.ask("/api/v1/bootstrap/")["tenant"]["today"]
    office.tell(f"{MAKE}/pay-rates/", {"kind": "piece", "rate": "1.50", "work_centre": bench, "valid_from": today})
    return {"operation": first["id"], "order": order["id"], "today": today}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_documents_of_the_shop_floor(browser: Browser, site: Site, pictures: Path, language: str) -> None:
    say = WORDS[language]
    context = browser.new_context(
        viewport=DESK, locale="zh-CN" if language == "zh" else "en-GB", timezone_id="Asia/Shanghai",
        color_scheme="dark" if language == "zh" else "light",
    )  # fmt: skip
    office = Visitor(context.new_page(), site, f"papers-{language}")
    page = office.page
    sign_up(office, f"founder-{language}@papers.example", f"Papers {language}")
    page.add_init_script(f"localStorage.setItem('tenon.language', '{language}')")
    have_everything_on(office)
    made = works(office)

    _instruction(office, say, made, pictures, language)
    _outside(office, say, pictures, language)
    _wages(office, say, made, pictures, language)

    phone = browser.new_context(
        viewport=PHONE, has_touch=True, locale="zh-CN" if language == "zh" else "en-GB", timezone_id="Asia/Shanghai",
        storage_state=context.storage_state(), color_scheme="light" if language == "zh" else "dark",
    )  # fmt: skip
    phone.add_init_script(f"localStorage.setItem('tenon.language', '{language}')")
    walker = Visitor(phone.new_page(), site, office.slug)
    instruction = office.ask(f"{MAKE}/instructions/")["results"][0]["id"]
    for name, path in (
        ("instruction", f"/production/instructions/{instruction}"), ("outside", "/production/outside"),
        ("kitting", "/production/kitting"), ("slips", "/production/wage-slips"),
        ("delivery", "/production/delivery"),
    ):  # fmt: skip
        walker.go(path)
        walker.page.wait_for_load_state("networkidle")
        assert walker.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        walker.page.screenshot(path=pictures / f"papers-phone-{name}-{language}.png")
    assert [text for text in office.complaints if not re.search("40[0-9]", text)] == []
    phone.close()
    context.close()


def _instruction(office: Visitor, say: dict[str, Any], made: dict[str, Any], pictures: Path, language: str) -> None:
    """Three steps out of a pasted list, a picture on the first before anything is saved; the writer cannot approve."""
    page = office.page
    office.go(f"/production/instructions/new?operation={made['operation']}&operation_label=Press&title=Pressing")
    office.press(say["add"])
    page.evaluate(
        """(text) => {
          const data = new DataTransfer(); data.setData("text/plain", text);
          document.querySelector(".es-step textarea").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        "1. Lay the plate in\n2. Close the guard\n3. Press",
    )
    expect(page.locator(".es-step")).to_have_count(3)
    page.get_by_label(say["caution"]).fill("Both hands")
    page.locator(".es-step input[type=file]").first.set_input_files(
        {"name": "press.png", "mimeType": "image/png", "buffer": DOT}
    )
    expect(page.locator(".es-step img")).to_be_visible()
    page.screenshot(path=pictures / f"papers-editor-{language}.png")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/production/instructions/\d+$"))
    office.sees("Close the guard")
    expect(page.locator(".es-doc img")).to_be_visible()
    page.screenshot(path=pictures / f"papers-instruction-{language}.png")
    [written] = office.ask(f"{MAKE}/instructions/")["results"]
    found = office.ask(f"{MAKE}/instructions/{written['id']}/")
    assert [step["text"] for step in found["steps"]] == ["Lay the plate in", "Close the guard", "Press"]
    [file] = office.ask(f"{MAKE}/instructions/{written['id']}/attachments/")["results"]
    assert file["name"] == found["steps"][0]["picture"]


def _outside(office: Visitor, say: dict[str, Any], pictures: Path, language: str) -> None:
    page = office.page
    office.go("/production/outside")
    page.get_by_role("checkbox").first.check()
    office.press(say["order"])
    expect(page.locator(".ou-rows").nth(1).get_by_role("listitem")).to_have_count(1)
    [bought] = office.ask(f"{DATA}/purchase-orders/")["results"]
    office.tell(f"{DATA}/purchase-orders/{bought['id']}/actions/confirm/", {}, version=bought["version"])
    [subcontract] = office.ask(f"{MAKE}/subcontracts/")["results"]
    office.go(f"/production/subcontracts/{subcontract['id']}")
    office.press(say["send"])
    dialog = office.dialog
    dialog.get_by_label(re.compile("PLATE")).fill("26")
    page.screenshot(path=pictures / f"papers-send-{language}.png")
    office.press(say["send"], within=dialog)
    expect(dialog).to_have_count(0)
    office.press(say["receive"])
    dialog.get_by_label(say["good"], exact=True).fill("8")
    dialog.get_by_label(say["rejected"], exact=True).fill("1")
    dialog.get_by_label(say["reason"], exact=True).click()
    page.locator(".ant-select-item-option:visible").first.click()
    page.screenshot(path=pictures / f"papers-receive-{language}.png")
    office.press(say["receive"], within=dialog)
    expect(dialog).to_have_count(0)
    office.go("/production/outside")
    office.sees(say["back"])
    office.sees(say["lies"])
    page.screenshot(path=pictures / f"papers-outside-{language}.png")
    after = office.ask(f"{MAKE}/subcontracts/{subcontract['id']}/")
    assert (after["good"], after["rejected"], after["fee"]) == ("8", "1", "64.00")
    [material] = office.ask(f"{MAKE}/subcontract-materials/")["results"]
    assert (material["sent"], material["consumed"]) == ("26", "18")
    # Six plates too many go back; two are for the piece that is still there.
    office.tell(
        f"{MAKE}/subcontracts/{after['id']}/actions/take_back/", {"items": {str(material["product"]["id"]): "6"}},
        version=after["version"],
    )  # fmt: skip
    [material] = office.ask(f"{MAKE}/subcontract-materials/")["results"]
    assert material["returned"] == "6"


def _wages(office: Visitor, say: dict[str, Any], made: dict[str, Any], pictures: Path, language: str) -> None:
    """Five packed by the founder: 7.50; whose slip it is does not approve it."""
    page = office.page
    member = office.ask("/api/v1/access/members/")["results"][0]["id"]
    operations = office.ask(f"{MAKE}/order-operations/?order__in={made['order']}")["results"]
    pack = next(o for o in operations if o["name"] == "Pack")
    office.tell(f"{MAKE}/terminal/", {"verb": "report", "operation": pack["id"], "good": "5"})
    slip = office.tell(f"{MAKE}/wage-slips/", {"worker": member, "since": made["today"], "until": made["today"]})
    assert slip["total"] == "7.50"
    office.go(f"/production/wage-slips/{slip['id']}")
    office.sees("7.50")
    with page.context.expect_page() as opened:
        office.press(say["print"])
        page.get_by_role("menuitem").first.click()
    opened.value.close()
    for paper in ("en", "zh-hans"):
        first = page.evaluate(
            "async (path) => (await (await fetch(path)).text()).slice(0, 4)",
            f"{MAKE}/wage-slips/{slip['id']}/paper.pdf?language={paper}",
        )
        assert first == "%PDF"
    office.press(say["approve"])
    expect(page.get_by_role("alert").or_(page.locator(".toast")).first).to_be_visible()
    assert office.ask(f"{MAKE}/wage-slips/{slip['id']}/")["status"] == "draft"
    page.screenshot(path=pictures / f"papers-slip-{language}.png")
