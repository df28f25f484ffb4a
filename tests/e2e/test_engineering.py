"""Engineering at the desk and on the phone: a by-product on the bill, a component replaced by an engineering change,
what the change does, both versions beside each other, and a bill as a tree with its costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ViewportSize

from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "engineering-story"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)


def test_a_lighter_spoke(browser: Browser, site: Site, pictures: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai", color_scheme="light")
    office = Visitor(context.new_page(), site, SLUG)
    sign_up(office, "founder@engineering.example", "Engineering Story")
    office.tell("/api/v1/modules/features/production.shop_floor/actions/enable/", {})
    unit = next(u["id"] for u in office.ask("/api/v1/shared/units/?limit=200")["results"] if u["code"] == "EA")

    def product(code: str, name: str, source: str) -> dict[str, Any]:
        values = {"code": code, "name": name, "unit": unit, "source": source}
        if source == "buy":
            values["standard_cost"] = "0.5"
        return office.tell("/api/v1/shared/products/", values)

    steel, alloy = product("STEEL", "Spoke", "buy"), product("ALLOY", "Light spoke", "buy")
    rest, wheel = product("OFFCUT", "Off-cut", "buy"), product("WHEEL", "Wheel", "make")
    lines = [{"component": steel["id"], "quantity": "32"}]
    bom = office.tell("/api/v1/production/boms/", {"product": wheel["id"], "lines": lines})

    office.go(f"/production/boms/{bom['id']}?tab=outputs")
    office.sees("Nothing is made besides")
    office.tell(
        "/api/v1/production/bom-outputs/",
        {"bom": bom["id"], "product": rest["id"], "quantity": "2", "cost_share": "4"},
    )
    office.go(f"/production/boms/{bom['id']}?tab=outputs")
    office.sees("4 % of the cost")
    office.page.screenshot(path=pictures / "engineering-outputs.png")

    order = office.tell("/api/v1/production/orders/", {"product": wheel["id"], "quantity": "10"})
    made = office.tell(
        "/api/v1/production/component-replacement/",
        {"component": steel["id"], "replacement": alloy["id"], "ratio": "0.875", "effective_on": "2099-01-04",
         "preview": False},
    )  # fmt: skip
    office.go(f"/production/changes/{made['change']['id']}?tab=effect")
    office.sees("Keeps version 1")
    office.page.screenshot(path=pictures / "engineering-effect.png")
    office.go(f"/production/boms/{made['results'][0]['made']['id']}?tab=compare")
    office.sees("Added")
    office.page.screenshot(path=pictures / "engineering-compare.png")
    office.go("/production/replace")
    office.sees("Show bills")
    office.page.screenshot(path=pictures / "engineering-replace.png")
    office.go(f"/production/orders/{order['id']}")
    office.sees("Off-cut")
    office.page.screenshot(path=pictures / "engineering-order.png")
    office.go(f"/shared/products/{steel['id']}?tab=bom")
    office.sees("Wheel")
    office.page.screenshot(path=pictures / "engineering-used.png")

    frame, bike = product("FRAME", "Frame", "buy"), product("BIKE", "Bicycle", "make")
    wheels = {"component": wheel["id"], "quantity": "2", "scrap": "2.5", "valid_until": "2098-12-31"}
    bicycle = [{"component": frame["id"], "quantity": "1", "designators": "F1"}, wheels]
    office.tell("/api/v1/production/boms/", {"product": bike["id"], "lines": bicycle})
    tree = f"/shared/products/{bike['id']}?tab=bom"
    office.go(tree)
    office.sees("Cost per EA")
    office.page.screenshot(path=pictures / "engineering-tree.png")
    below = office.page.get_by_role("button", name="Below WHEEL")
    spoke = office.page.get_by_role("link", name="STEEL")
    spoke.wait_for()
    below.focus()
    office.page.keyboard.press("Enter")
    spoke.wait_for(state="hidden")
    office.page.get_by_role("button", name="Open all").click()
    spoke.wait_for()

    phone = browser.new_context(
        viewport=PHONE, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark",
        storage_state=context.storage_state(),
    )  # fmt: skip
    phone.add_init_script("localStorage.setItem('tenon.language', 'zh')")
    walker = Visitor(phone.new_page(), site, SLUG)
    for name, path in (
        ("effect", f"/production/changes/{made['change']['id']}?tab=effect"),
        ("compare", f"/production/boms/{made['results'][0]['made']['id']}?tab=compare"),
        ("outputs", f"/production/boms/{bom['id']}?tab=outputs"),
        ("tree", tree),
    ):
        walker.go(path)
        walker.page.wait_for_load_state("networkidle")
        assert walker.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        walker.page.screenshot(path=pictures / f"engineering-phone-{name}.png")
    walker.sees("计入成本")
    walker.page.set_viewport_size(DESK)
    walker.page.screenshot(path=pictures / "engineering-tree-dark.png")
    phone.close()
    context.close()
