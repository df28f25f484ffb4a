"""A worker at a tablet on the shop floor, in English by day and in Chinese by night: badge and PIN, start, report,
scrap with a reason, a machine that stands, a call for help that the office sees live. The network goes away and an
answer gets lost; nothing is reported twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.e2e.network import lose_the_next_answer, lost_answers
from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "floor-story"
DESK, TABLET = ViewportSize(width=1440, height=900), ViewportSize(width=1180, height=820)
MAKE = "/api/v1/production"


class Worker(Visitor):
    def scan(self, code: str) -> None:
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def keys(self, figures: str) -> None:
        for figure in figures:
            self.page.get_by_role("group").get_by_role("button", name=figure, exact=True).click()

    def sent(self) -> None:
        """Nothing waits for the network any more."""
        expect(self.page.locator(".fl-online b")).to_have_count(0)

    def fits(self) -> None:
        wide, high = "document.documentElement.scrollWidth", "document.documentElement.scrollHeight"
        assert self.page.evaluate(f"{wide} <= innerWidth && {high} <= innerHeight"), "the page scrolls"


def factory(office: Visitor) -> dict[str, Any]:
    """Frames of two tubes, welded and painted; an order for fifteen, and one for which tubes are missing."""
    office.tell("/api/v1/modules/features/production.shop_floor/actions/enable/", {})
    unit = office.ask("/api/v1/shared/units/?code=EA")["results"][0]["id"]
    products = "/api/v1/shared/products/"
    frame = office.tell(products, {"code": "FRAME", "name": "Road frame 62", "unit": unit, "source": "make"})["id"]
    tube = office.tell(products, {"code": "TUBE", "name": "Steel tube", "unit": unit, "source": "buy"})["id"]
    office.tell(f"{MAKE}/boms/", {"product": frame, "lines": [{"component": tube, "quantity": "2"}]})
    centres = [
        office.tell(f"{MAKE}/work-centres/", {"code": code, "name": name, "cost_rate": "60", "overhead_rate": "30"})[
            "id"
        ]
        for code, name in (("WELD", "Frame welding 2"), ("PAINT", "Paint shop"))
    ]
    jig = office.tell(f"{MAKE}/resources/", {"code": "J-62", "name": "J-62R", "kind": "tool"})["id"]
    for position, name, centre, more in ((10, "Weld", centres[0], {"tool": jig}), (20, "Paint", centres[1], {})):
        office.tell(
            f"{MAKE}/operations/",
            {"product": frame, "position": position, "name": name, "work_centre": centre, "run_minutes": "18", **more},
        )
    place = office.ask("/api/v1/inventory/warehouses/")["results"][0]["stock_place"]["id"]
    line = {"product": tube, "location": place, "quantity": "40", "unit_cost": "12"}
    stock = {"kind": "opening", "lines": [line]}
    made = office.tell("/api/v1/inventory/adjustments/", stock)
    office.tell(f"/api/v1/inventory/adjustments/{made['id']}/actions/post/", {})
    orders = []
    for quantity in ("15", "12"):
        order = office.tell(f"{MAKE}/orders/", {"product": frame, "quantity": quantity})
        office.tell(f"{MAKE}/orders/{order['id']}/actions/release/", {})
        orders.append(order)
    member = office.ask("/api/v1/access/members/")["results"][0]["id"]
    badge = office.tell(f"{MAKE}/badges/", {"member": member, "code": "W-0042"})
    office.tell(f"{MAKE}/badges/{badge['id']}/actions/set_pin/", {"pin": "4711"})
    return {"weld": centres[0], "order": orders[0]}


@pytest.fixture(scope="module")
def office(browser: Browser, site: Site) -> Iterator[tuple[BrowserContext, dict[str, Any]]]:
    context = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    boss = Visitor(context.new_page(), site, SLUG)
    sign_up(boss, "founder@floor.example", "Floor Story")
    yield context, factory(boss)
    context.close()


@pytest.fixture
def worker(
    browser: Browser, site: Site, office: tuple[BrowserContext, dict[str, Any]], pictures: Path
) -> Iterator[Worker]:
    tablet = browser.new_context(
        viewport=TABLET, has_touch=True, locale="en-GB", timezone_id="Asia/Shanghai",
        storage_state=office[0].storage_state(),
    )  # fmt: skip
    person = Worker(tablet.new_page(), site, SLUG)
    yield person
    person.page.screenshot(path=pictures / "floor-last.png")
    tablet.close()


def test_a_shift_at_the_tablet(
    worker: Worker, office: tuple[BrowserContext, dict[str, Any]], site: Site, pictures: Path
) -> None:
    context, made = office
    page = worker.page
    worker.go("/production/terminal")
    worker.press("Frame welding 2 0 running, 2 waiting")
    worker.sees("Scan your badge")
    worker.fits()
    page.screenshot(path=pictures / "floor-badge.png")
    worker.scan("W-0042")
    worker.keys("0815")
    worker.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    worker.keys("4711")
    worker.press("Enter")

    worker.sees("Operation 1 of 2, Weld")
    page.screenshot(path=pictures / "floor-before.png")
    worker.press("Start")
    worker.sees("now, 15 left")
    worker.sent()
    worker.keys("3")
    worker.fits()
    page.screenshot(path=pictures / "floor-work.png")
    lose_the_next_answer(page, "/production/terminal/")
    worker.press("Report 3 good")
    worker.sees("3 of 15")
    worker.sent()
    assert lost_answers(page) == 1
    assert done(worker, made) == (3, 0), "reported once, though it was sent twice"

    # Scrap says why; beyond what is there it is not offered.
    worker.keys("2")
    page.get_by_label("One Scrap more", exact=True).click()
    worker.press("Report 2 good, 1 bad")
    worker.sees("What was wrong?")
    page.wait_for_timeout(300)  # the dialog fades in
    page.screenshot(path=pictures / "floor-why.png")
    page.get_by_role("button", name="Out of size").click()
    worker.sees("6 of 15")
    worker.keys("99")
    expect(page.get_by_role("button", name="Only 9 left")).to_be_disabled()
    for _ in range(2):
        page.get_by_role("button", name="Delete", exact=True).click()

    # Two reports without a network: they wait, are shown as done, and are sent in turn.
    page.context.set_offline(True)
    for _ in range(2):
        worker.keys("1")
        worker.press("Report 1 good")
    worker.sees("8 of 15")
    worker.sees("2 waiting")
    page.screenshot(path=pictures / "floor-offline.png")
    page.context.set_offline(False)
    worker.sent()
    assert done(worker, made) == (7, 1)

    # A call and a stop: the office sees both without loading anything anew.
    board = Visitor(context.pages[0], site, SLUG)
    board.go("/production/board")
    board.sees("Frame welding 2")
    worker.press("Call for help")
    page.get_by_role("button", name="Maintenance", exact=True).click()
    worker.press("Machine down")
    page.get_by_role("button", name="Breakdown", exact=True).click()
    board.sees("Maintenance")
    board.sees("Breakdown")
    board.page.screenshot(path=pictures / "floor-board.png")
    board.press("On my way")
    worker.sees("is coming")
    page.screenshot(path=pictures / "floor-down.png")
    worker.press("Runs again")
    expect(page.get_by_text("Machine down: Breakdown")).to_have_count(0)
    worker.press("Pause")
    worker.sees("paused, 7 left")
    worker.sent()
    page.get_by_label("Sign out").click()
    worker.sees("Scan your badge")
    board.go("/production/losses")
    board.sees("Out of size")
    board.page.screenshot(path=pictures / "floor-losses.png")


def done(worker: Worker, made: dict[str, Any]) -> tuple[float, float]:
    rows = worker.ask(f"{MAKE}/order-operations/?order__in={made['order']['id']}")["results"]
    weld = next(row for row in rows if row["position"] == 10)
    return float(weld["good"]), float(weld["scrap"])


def test_the_same_in_chinese_at_night(
    browser: Browser, office: tuple[BrowserContext, dict[str, Any]], site: Site, pictures: Path
) -> None:
    tablet = browser.new_context(
        viewport=TABLET, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark",
        storage_state=office[0].storage_state(),
    )  # fmt: skip
    worker = Worker(tablet.new_page(), site, SLUG)
    worker.page.add_init_script("localStorage.setItem('tenon.language', 'zh')")
    worker.go(f"/production/terminal/{office[1]['weld']}")
    worker.sees("请刷工牌")
    worker.page.screenshot(path=pictures / "floor-badge-zh.png")
    worker.scan("W-0042")
    worker.keys("4711")
    worker.press("确认")
    worker.sees("后续任务")
    worker.keys("1")
    worker.fits()
    worker.page.screenshot(path=pictures / "floor-zh.png")
    worker.press("报工 1 件合格")
    worker.sent()
    tablet.close()
