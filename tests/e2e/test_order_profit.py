"""The owner opens the profit of orders and drills to the bottom; the accountant plans a budget in the sheet and sees
the overhead of the month."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.keyboard import Keyboard, sign_up_by_keys
from tests.e2e.opening import have_everything_on
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "profit-life"
DESK = ViewportSize(width=1440, height=900)
FINANCE, SHARED = "/api/v1/finance", "/api/v1/shared"


def test_down_to_the_bottom(browser: Browser, site: Site, pictures: Path) -> None:
    """An advice of 1,000.00 is sold and invoiced; the carrier asks 45.00 for it long after."""
    page = browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    visitor = Visitor(page, site, SLUG)
    sign_up_by_keys(Keyboard(visitor), "owner@profit.example", "Profit Life")
    page.wait_for_url(re.compile(rf"//{SLUG}\."))
    try:
        have_everything_on(visitor)
        order = sold_with_late_freight(visitor)
        visitor.go("/finance/order-profit")
        row = page.get_by_role("row").filter(has_text=order["number"])
        expect(row).to_contain_text("955.00")
        page.screenshot(path=pictures / "profit-list-en.png")
        row.get_by_text(order["number"]).click()
        page.get_by_role("button", name="Freight").click()
        expect(page.get_by_text("Not in the estimate")).to_be_visible()
        page.screenshot(path=pictures / "profit-order-en.png")
        page.locator(".so-posting").get_by_role("link").first.click()
        expect(page.get_by_text("5601.01").first).to_be_visible()
        plan = planned(visitor)
        visitor.go(f"/finance/budgets/{plan['id']}")
        cell = page.locator('[data-cell="0,0"]')
        cell.click()
        cell.fill("500")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Save 1 cell")).to_be_enabled()
        page.screenshot(path=pictures / "budget-sheet-en.png")
        page.get_by_role("button", name="Save 1 cell").click()
        expect(page.get_by_text("The budget is saved")).to_be_visible()
        rows = visitor.ask(f"{FINANCE}/budgets/{plan['id']}/grid/")["rows"]
        assert rows[0]["amounts"][0] == "500.00"
        fresh = visitor.ask(f"{FINANCE}/budgets/{plan['id']}/")
        visitor.tell(f"{FINANCE}/budgets/{plan['id']}/actions/enforce/", {}, version=fresh["version"])
        order_to_buy = bought(visitor)
        pages = {
            "profit": "/finance/order-profit", "sheet": f"/finance/budgets/{plan['id']}",
            "actual": "/finance/budget-actual", "overhead": "/finance/overhead", "analysis": "/finance/profit-analysis",
            "panel": f"/shared/purchase-orders/{order_to_buy}", "order": f"/shared/sales-orders/{order['id']}",
        }  # fmt: skip
        looked_at(visitor, pages, pictures, "en")
        page.set_viewport_size({"width": 390, "height": 844})
        looked_at(visitor, pages, pictures, "phone")
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="dark")
        visitor.tell("/api/v1/me/", {"language": "zh-hans"}, method="PATCH")
        page.evaluate("localStorage.setItem('tenon.language', 'zh')")
        looked_at(visitor, pages, pictures, "zh")
        assert [c for c in visitor.complaints if "401" not in c] == []  # before signing up there is nobody
    except BaseException:
        page.screenshot(path=pictures / "failed.png")
        print(page.url, visitor.complaints[-10:])  # noqa: T201 - shown with the failure
        raise


def sold_with_late_freight(visitor: Visitor) -> Any:
    unit = visitor.ask(f"{SHARED}/units/?code=EA")["results"][0]["id"]
    advice = visitor.tell(
        f"{SHARED}/products/", {"code": "ADV", "name": "Advice", "kind": "service", "unit": unit, "standard_cost": "0"}
    )["id"]
    buyer = visitor.tell(f"{SHARED}/parties/", {"name": "Bright homes", "is_customer": True})["id"]
    carrier = visitor.tell(f"{SHARED}/parties/", {"name": "Carrier", "is_supplier": True})["id"]
    line = {"product": advice, "quantity": "1", "unit_price": "1000", "tax": None}
    order = visitor.tell(f"{SHARED}/sales-orders/", {"customer": buyer, "lines": [line]})
    visitor.tell(f"{SHARED}/sales-orders/{order['id']}/actions/confirm/", {}, version=order["version"])
    made = visitor.tell(f"{FINANCE}/invoices/from-order/", {"sales_order": order["id"], "basis": "ordered"})
    posted(visitor, made["id"])
    truck = {
        "description": "Truck", "quantity": "1", "unit_price": "45", "account": account(visitor, "5601.01"),
        "cost_order": order["id"], "tax": None,
    }  # fmt: skip
    bill = visitor.tell(f"{FINANCE}/invoices/", {"kind": "purchase_invoice", "party": carrier, "lines": [truck]})
    posted(visitor, bill["id"])
    return order


def posted(visitor: Visitor, invoice: int) -> None:
    version = visitor.ask(f"{FINANCE}/invoices/{invoice}/")["version"]
    visitor.tell(f"{FINANCE}/invoices/{invoice}/actions/post/", {}, version=version)


def account(visitor: Visitor, code: str) -> int:
    return int(visitor.ask(f"{FINANCE}/accounts/?code={code}")["results"][0]["id"])


def planned(visitor: Visitor) -> Any:
    """A budget of freight and administration; a pool of overhead with 100.00 collected."""
    today = date.today()
    year = visitor.ask(f"{FINANCE}/fiscal-years/?name={today.year}")["results"][0]["id"]
    plan = visitor.tell(f"{FINANCE}/budgets/", {"name": "Plan", "year": year, "control": "block", "reach": "to_date"})
    month = today.replace(day=1).isoformat()
    cells = [
        {"account": account(visitor, code), "department": None, "month": month, "amount": amount}
        for code, amount in (("5001", "5000"), ("5601.01", "40"), ("5602", "1200"))
    ]
    visitor.tell(f"{FINANCE}/budgets/{plan['id']}/grid/", {"cells": cells}, method="PUT")
    pool = {
        "name": "Workshop", "account": account(visitor, "4101"), "target_account": account(visitor, "5401.03"),
        "driver": "machine", "share": "orders", "planned": "90", "capacity": "3",
    }  # fmt: skip
    visitor.tell(f"{FINANCE}/overhead-pools/", pool)
    lines = [
        {"account": account(visitor, "4101"), "debit": "100"}, {"account": account(visitor, "1002"), "credit": "100"},
    ]  # fmt: skip
    visitor.tell(f"{FINANCE}/voucher-entry/", {"narration": "Power", "lines": lines})
    return plan


def bought(visitor: Visitor) -> int:
    supplier = visitor.tell(f"{SHARED}/parties/", {"name": "Cleaners", "is_supplier": True})["id"]
    advice = visitor.ask(f"{SHARED}/products/?code=ADV")["results"][0]["id"]
    line = {"product": advice, "quantity": "1", "unit_price": "1300", "tax": None}
    due = date.today().isoformat()
    return int(visitor.tell(f"{SHARED}/purchase-orders/", {"supplier": supplier, "due_on": due, "lines": [line]})["id"])


def looked_at(visitor: Visitor, shots: dict[str, str], pictures: Path, kind: str) -> None:
    for name, path in shots.items():
        visitor.go(path)
        visitor.page.wait_for_load_state("networkidle")
        visitor.page.screenshot(path=pictures / f"costing-{name}-{kind}.png")
