"""The matching desk by keyboard: a statement is read, lines are matched by their proposals and by hand, one is undone,
and the account is reconciled to zero. Looked at in both languages and themes, on the desk and on the phone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FilePayload, ViewportSize, expect

from tests.e2e.keyboard import Keyboard, sign_up_by_keys
from tests.e2e.opening import have_everything_on
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "bank-desk"
DESK = ViewportSize(width=1440, height=900)
API = "/api/v1/finance"


def test_a_statement_is_matched(browser: Browser, site: Site, pictures: Path) -> None:
    """1,130 + 2,250 − 20 − 20 − 75 + 3.21 = 3,268.21: by invoice, with a fee kept, by rule of words, by hand."""
    page = browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    visitor = Visitor(page, site, SLUG)
    keyboard = Keyboard(visitor)
    sign_up_by_keys(keyboard, "accountant@bank.example", "Bank Desk")
    page.wait_for_url(re.compile(rf"//{SLUG}\."))
    try:
        have_everything_on(visitor)
        first, second = _opened(visitor)
        visitor.go("/finance/bank")
        visitor.sees("No statement was read yet")
        _read(visitor, first, second, pictures)
        lines = page.get_by_role("list", name="Bank lines to match")
        expect(lines.get_by_role("listitem")).to_have_count(6)
        page.screenshot(path=pictures / "bank-en.png")
        _looked_at(visitor, pictures)
        keyboard.reach(lines.get_by_role("button").first)
        keyboard.press("Enter")
        expect(lines.get_by_role("listitem")).to_have_count(5)
        page.get_by_role("button", name="Undo").click()
        expect(lines.get_by_role("listitem")).to_have_count(6)
        # who takes back by mouse has the line again, and no ring that only those who type need
        expect(lines.get_by_role("button").first).to_be_focused()
        for left in (5, 4, 3, 2, 1):
            if left == 1:
                break
            keyboard.press("Enter")
            expect(lines.get_by_role("listitem")).to_have_count(left)
            expect(lines.get_by_role("button").first).to_be_focused()
        # What is nobody's: to an account, by hand.
        page.get_by_role("tab", name="To an account").click()
        page.get_by_role("button", name="5603.02").first.click()
        page.get_by_role("button", name="Match", exact=True).click()
        expect(lines.get_by_role("listitem")).to_have_count(1)
        expect(lines.get_by_role("button").first).to_be_focused()
        keyboard.press("Enter")
        visitor.sees("Everything is matched")
        page.get_by_role("button", name="Reconciliation").click()
        visitor.sees("The two agree")
        page.screenshot(path=pictures / "bank-reconciled.png")
        account = visitor.ask(f"{API}/bank/desk/")["account"]
        assert (account["statement"], account["ledger"]) == ("3268.21", "3268.21")
        assert visitor.ask(f"{API}/check/")["findings"] == []
        assert [c for c in visitor.complaints if "401" not in c] == []  # before signing up there is nobody
    except BaseException:
        page.screenshot(path=pictures / "failed.png")
        print(page.url, visitor.complaints[-10:])  # noqa: T201 - shown with the failure
        raise


def _opened(visitor: Visitor) -> tuple[dict[str, Any], dict[str, Any]]:
    """A bank account and two invoices of two customers."""
    accounts = {
        code: visitor.ask(f"{API}/accounts/?code={code}")["results"][0]["id"] for code in ("1002", "5603.01", "5603.02")
    }
    visitor.tell(
        f"{API}/cash-accounts/",
        {"name": "Operating account", "account": accounts["1002"], "currency": "CNY",
         "fee_account": accounts["5603.02"], "interest_account": accounts["5603.01"]},
    )  # fmt: skip
    issued = (date.today() - timedelta(days=20)).isoformat()
    made = []
    for name, amount in (("Alpha Trading", "1130"), ("Beta Works", "2260")):
        party = visitor.tell("/api/v1/shared/parties/", {"name": name, "is_customer": True})
        invoice = visitor.tell(
            f"{API}/invoices/",
            {"kind": "sales_invoice", "party": party["id"], "issued_on": issued,
             "lines": [{"description": "Service", "quantity": "1", "unit_price": amount}]},
        )  # fmt: skip
        visitor.tell(f"{API}/invoices/{invoice['id']}/actions/post/", {})
        made.append(visitor.ask(f"{API}/invoices/{invoice['id']}/"))
    return made[0], made[1]


def _read(visitor: Visitor, first: dict[str, Any], second: dict[str, Any], pictures: Path) -> None:
    page, day = visitor.page, date.today() - timedelta(days=6)
    rows = [
        ("1130.00", "ALPHA TRADING LTD", f"Invoice {first['number']}"),
        ("2250.00", "Beta Works", f"Re {second['number']} less charges"), ("-20.00", "", "Account fee"),
        ("-20.00", "", "Account fee"), ("-75.00", "Courier", "parcels"), ("3.21", "", "Interest of the quarter"),
    ]  # fmt: skip
    text, balance = "Date,Amount,Counterparty,Description,Balance\n", 0.0
    for amount, who, words in rows:
        balance += float(amount)
        text += f"{day.isoformat()},{amount},{who},{words},{balance:.2f}\n"
    page.get_by_role("button", name="Read statement").click()
    file = FilePayload(name="statement.csv", mimeType="text/csv", buffer=text.encode())
    page.get_by_label("Statement file").set_input_files(file)
    visitor.sees("3,268.21")
    page.screenshot(path=pictures / "bank-import.png")
    page.get_by_role("button", name="Take 6 lines").click()


def _looked_at(visitor: Visitor, pictures: Path) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 390, "height": 844})
    visitor.go("/finance/bank")
    visitor.sees("ALPHA TRADING LTD")
    page.screenshot(path=pictures / "bank-phone.png")
    page.get_by_role("button", name=re.compile("Beta Works")).first.click()
    page.screenshot(path=pictures / "bank-phone-line.png")
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    visitor.tell("/api/v1/me/", {"language": "zh-hans"}, method="PATCH")
    page.evaluate("localStorage.setItem('tenon.language', 'zh')")
    visitor.go("/finance/bank")
    visitor.sees("ALPHA TRADING LTD")
    page.screenshot(path=pictures / "bank-zh.png")
    page.emulate_media(color_scheme="light")
    visitor.tell("/api/v1/me/", {"language": "en"}, method="PATCH")
    page.evaluate("localStorage.setItem('tenon.language', 'en')")
    visitor.go("/finance/bank")
    visitor.sees("ALPHA TRADING LTD")
