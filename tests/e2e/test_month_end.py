"""The accountant's month end, without a mouse: vouchers by pinyin, the statements, the closing desk, the month closed
and opened again. The pages are looked at in both languages and themes, on the desk and on the phone."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.keyboard import Keyboard, sign_up_by_keys
from tests.e2e.site import Site
from tests.e2e.visitor import SLOW, Visitor

SLUG = "month-end"
DESK = ViewportSize(width=1440, height=900)
PAGES = {
    "voucher": "/finance/voucher", "statements": "/finance/statements", "closing": "/finance/closing",
    "books": "/finance/books",
}  # fmt: skip


def test_the_month_end_by_keyboard(browser: Browser, site: Site, pictures: Path) -> None:
    page = browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    visitor = Visitor(page, site, SLUG)
    keyboard = Keyboard(visitor)
    try:
        sign_up_by_keys(keyboard, "accountant@month.example", "Month End")
        page.wait_for_url(re.compile(rf"//{SLUG}\."))
        vouchers(keyboard, pictures)
        statements(keyboard, pictures)
        closing(keyboard, pictures)
        looked_at(keyboard, pictures)
        assert [c for c in visitor.complaints if "401" not in c] == []  # before signing up there is nobody
    except BaseException:
        page.screenshot(path=pictures / "failed.png")
        print(page.url, visitor.complaints[-10:])  # noqa: T201 - shown with the failure
        raise


def line(keyboard: Keyboard, row: int, account: str, side: str, amount: str = "") -> None:
    """Types an account as it is found, and the amount where the voucher does not know it already."""
    page = keyboard.page
    cell = page.get_by_label(f"Account of line {row}", exact=True)
    expect(cell).to_be_focused()
    keyboard.type(account)
    found = page.get_by_role("listbox", name=f"Account of line {row}").get_by_role("option")
    expect(found.first).to_be_visible()
    keyboard.press("Enter")
    target = page.get_by_label(f"{side} of line {row}", exact=True)
    if amount:
        if not keyboard.has_focus(target):
            keyboard.reach(target)
        keyboard.type(amount)
    else:
        expect(target).to_be_focused()
        expect(target).not_to_have_value("")
    keyboard.press("Enter")


def vouchers(keyboard: Keyboard, pictures: Path) -> None:
    page, visitor = keyboard.page, keyboard.visitor
    visitor.go("/finance/voucher")
    line(keyboard, 1, "yhck", "Debit", "50000")  # 银行存款 by its initials
    line(keyboard, 2, "sszb", "Credit")  # 实收资本: what balances stands there already
    expect(page.get_by_role("button", name="Post voucher")).to_be_focused()
    keyboard.press("Control+Enter")
    visitor.sees("Posted as")
    # By number and by name; the amount over two lines, the second by what is missing.
    line(keyboard, 1, "5602", "Debit", "1,200.50")
    line(keyboard, 2, "bank dep", "Credit")
    page.screenshot(path=pictures / "voucher-typed.png")
    keyboard.press("Control+s")
    visitor.sees("Kept. It is not in the ledger yet.")
    keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="0002")).to_be_visible()
    drafts = visitor.ask("/api/v1/finance/vouchers/")["results"]
    assert [d["status"] for d in drafts] == ["posted"]
    found = visitor.ask("/api/v1/finance/journal-entries/")["results"]
    entries = sorted(found, key=lambda e: str(e["number"]))
    assert [(e["voucher"], e["total"]) for e in entries] == [("记-0001", "50000.00"), ("记-0002", "1200.50")]


def statements(keyboard: Keyboard, pictures: Path) -> None:
    page, visitor = keyboard.page, keyboard.visitor
    visitor.go("/finance/statements")
    visitor.sees("Assets equal liabilities and equity")
    total = page.get_by_role("row").filter(has_text="Total assets").first
    expect(total).to_contain_text("48,799.50")
    figure = page.get_by_role("row").filter(has_text="Cash and bank").get_by_role("button").first
    keyboard.reach(figure)
    keyboard.press("Enter")
    account = page.get_by_role("button").filter(has_text="Bank deposits")
    keyboard.reach(account)
    page.screenshot(path=pictures / "statement-behind.png")
    keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("^JE-"))).to_have_count(2)


def closing(keyboard: Keyboard, pictures: Path) -> None:
    page, visitor = keyboard.page, keyboard.visitor
    visitor.go("/finance/closing")
    visitor.sees("The profit is carried forward")
    keyboard.push("Carry forward")
    expect(page.get_by_role("button", name="Carry forward")).to_have_count(0)
    keyboard.push("Close softly")
    visitor.sees("Softly closed")
    # The months before are open: the desk says so, and the month does not close before them.
    expect(page.get_by_role("button", name=re.compile("^Close 20"))).to_be_disabled()
    keyboard.push("Open again")
    keyboard.type("The rent was missing")
    keyboard.press("Enter")
    expect(page.get_by_text("Softly closed")).to_have_count(0)
    page.screenshot(path=pictures / "closing.png")
    visitor.go("/finance/books")
    expect(page.get_by_text("All is proved")).to_be_visible(timeout=SLOW)


def looked_at(keyboard: Keyboard, pictures: Path) -> None:
    """Both languages and themes, desk and phone."""
    page, visitor = keyboard.page, keyboard.visitor
    for name, path in PAGES.items():
        visitor.go(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=pictures / f"{name}-en.png")
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("voucher", "statements", "closing"):
        visitor.go(PAGES[name])
        page.wait_for_load_state("networkidle")
        page.screenshot(path=pictures / f"{name}-phone.png")
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    visitor.tell("/api/v1/me/", {"language": "zh-hans"}, method="PATCH")
    page.evaluate("localStorage.setItem('tenon.language', 'zh')")
    for name, path in PAGES.items():
        visitor.go(path)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=pictures / f"{name}-zh.png")
