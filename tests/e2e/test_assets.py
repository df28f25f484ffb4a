"""An accountant takes a machine into use, posts a month of depreciation and sees what it is worth."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.keyboard import Keyboard, sign_up_by_keys
from tests.e2e.opening import have_everything_on
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "asset-life"
DESK = ViewportSize(width=1440, height=900)
API = "/api/v1/finance"


def test_a_machine_is_depreciated(browser: Browser, site: Site, pictures: Path) -> None:
    """12,000.00 less 600.00 over 36 months: 316.67 in the first, 11,683.33 are left."""
    page = browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    visitor = Visitor(page, site, SLUG)
    sign_up_by_keys(Keyboard(visitor), "accountant@assets.example", "Asset Life")
    page.wait_for_url(re.compile(rf"//{SLUG}\."))
    try:
        have_everything_on(visitor)
        accounts = {
            code: visitor.ask(f"{API}/accounts/?code={code}")["results"][0]["id"]
            for code in ("1601", "1602", "1604", "5602")
        }
        year = date.today().year - 1
        made = visitor.tell(
            f"{API}/assets/",
            {
                "name": "Milling machine", "asset_account": accounts["1601"], "depreciation_account": accounts["1602"],
                "expense_account": accounts["5602"], "in_use_on": f"{year}-01-10", "cost": "12000", "residual": "600",
                "life_months": 36,
            },
        )  # fmt: skip
        visitor.tell(f"{API}/assets/{made['id']}/actions/put_in_use/", {"against": accounts["1604"]})
        run = visitor.tell(f"{API}/depreciation-runs/", {"month": f"{year}-02-01"})
        visitor.go("/finance/assets")
        expect(page.get_by_text("11,683.33").first).to_be_visible()
        shots = {"register": "/finance/assets", "card": f"/finance/assets/{made['id']}",
                 "run": f"/finance/depreciation-runs/{run['id']}"}  # fmt: skip
        looked_at(visitor, shots, pictures, "en")
        page.set_viewport_size({"width": 390, "height": 844})
        looked_at(visitor, shots, pictures, "phone")
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="dark")
        visitor.tell("/api/v1/me/", {"language": "zh-hans"}, method="PATCH")
        page.evaluate("localStorage.setItem('tenon.language', 'zh')")
        looked_at(visitor, shots, pictures, "zh")
        expect(page.get_by_text("316.67").first).to_be_visible()
        assert [c for c in visitor.complaints if "401" not in c] == []  # before signing up there is nobody
    except BaseException:
        page.screenshot(path=pictures / "failed.png")
        print(page.url, visitor.complaints[-10:])  # noqa: T201 - shown with the failure
        raise


def looked_at(visitor: Visitor, shots: dict[str, str], pictures: Path, kind: str) -> None:
    for name, path in shots.items():
        visitor.go(path)
        visitor.page.wait_for_load_state("networkidle")
        visitor.page.screenshot(path=pictures / f"asset-{name}-{kind}.png")
