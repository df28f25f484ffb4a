"""A salesperson's day on the phone: what is late first, a visit checked in with its place, done with the next step;
then the month at the desk, and the card of the customer."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.opening import have_everything_on, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import Visitor

SLUG = "walking"
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
CRM = "/api/v1/crm"


def test_a_day_on_the_phone(browser: Browser, site: Site, pictures: Path) -> None:
    first = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    owner = Visitor(first.new_page(), site, SLUG)
    sign_up(owner, "seller@walking.example", "Walking")
    have_everything_on(owner)
    customer = planned(owner)
    context = browser.new_context(
        storage_state=first.storage_state(), viewport=PHONE, has_touch=True, locale="en-GB",
        timezone_id="Asia/Shanghai",
        geolocation={"latitude": 31.230416, "longitude": 121.473701, "accuracy": 20}, permissions=["geolocation"],
    )  # fmt: skip
    seller = Visitor(context.new_page(), site, SLUG)
    page = seller.page
    try:
        seller.go("/crm/day")
        seller.sees("Offer for the spring?")
        late = page.get_by_role("region", name="Overdue")
        expect(late.get_by_role("listitem")).to_have_count(1)
        expect(page.get_by_role("link", name="Call 021 555 0100").first).to_have_attribute("href", "tel:0215550100")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.screenshot(path=pictures / "day-phone.png", full_page=True)
        seller.press("Check in: Look at the shop")
        seller.sees("Checked in with the place")
        visit = seller.ask(f"{CRM}/activities/?kind=visit")["results"][0]
        assert (visit["latitude"], visit["longitude"], visit["accuracy"]) == ("31.230416", "121.473701", 20)
        expect(page.get_by_role("button", name="Check in: Look at the shop")).to_have_count(0)
        done_with_a_next_step(seller, pictures)
        page.get_by_role("button", name="Put off: Look at the shop").click()
        page.get_by_role("menuitem").nth(2).click()  # a week
        expect(page.get_by_role("region", name="Today").get_by_role("listitem")).to_have_count(0)
        at_the_desk(browser, seller, customer, pictures)
        assert seller.complaints == []
    except BaseException:
        page.screenshot(path=pictures / "day-failed.png")
        print(page.url, seller.complaints[-10:])  # noqa: T201 - shown with the failure
        raise
    finally:
        context.close()
        first.close()


def planned(seller: Visitor) -> int:
    """A customer with a phone, a call that is three days late and a visit today."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    party = seller.tell(
        "/api/v1/shared/parties/", {"name": "Great Bikes", "is_customer": True, "phone": "021 555 0100"}
    )
    for kind, subject, day in (
        ("call", "Offer for the spring?", today - timedelta(days=3)), ("visit", "Look at the shop", today),
    ):  # fmt: skip
        seller.tell(f"{CRM}/activities/", {"kind": kind, "subject": subject, "due_on": str(day), "party": party["id"]})
    return int(party["id"])


def done_with_a_next_step(seller: Visitor, pictures: Path) -> None:
    page = seller.page
    seller.press("Done: Offer for the spring?")
    seller.fill("What came of it", "Wants two samples first", within=seller.dialog)
    seller.dialog.get_by_role("radio", name="In 7 days").click()
    seller.fill("What", "Bring two samples", within=seller.dialog)
    page.screenshot(path=pictures / "day-done-phone.png")
    seller.press("Done", within=seller.dialog)
    expect(page.get_by_role("region", name="Overdue")).to_have_count(0)
    expect(page.get_by_role("region", name="Next 7 days").get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("region", name="Done").get_by_text("Wants two samples first")).to_be_visible()


def at_the_desk(browser: Browser, seller: Visitor, customer: int, pictures: Path) -> None:
    """In Chinese and at night: the month, the day, and the customer's card."""
    context = browser.new_context(
        viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="dark",
        storage_state=seller.page.context.storage_state(),
    )  # fmt: skip
    context.add_init_script("localStorage.setItem('tenon.language', 'zh')")
    desk = Visitor(context.new_page(), seller.site, SLUG)
    try:
        desk.go("/crm/day")
        expect(desk.page.get_by_role("region", name="未来 7 天").get_by_role("listitem")).to_have_count(2)
        desk.page.screenshot(path=pictures / "day-zh-dark.png")
        desk.go("/crm/calendar")
        expect(desk.page.get_by_text("Offer for the spring? · Great Bikes")).to_be_visible()
        desk.page.screenshot(path=pictures / "calendar-zh-dark.png")
        desk.tell(
            f"{CRM}/customer-cards/",
            {"party": customer, "reach": "decides", "intent": "a", "step": "offer", "amount": "12000"},
        )
        desk.go(f"/shared/parties/{customer}")
        desk.sees("三一客卡")
        desk.sees("A：两周内")
        expect(desk.page.get_by_text("Bring two samples").first).to_be_visible()
        desk.page.screenshot(path=pictures / "card-zh-dark.png")
        assert desk.complaints == []
    finally:
        context.close()
