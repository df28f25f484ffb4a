"""How stories begin: somebody signs up, switches functions on, brings their spreadsheets."""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from tests.e2e.site import Site
from tests.e2e.visitor import Visitor
from tests.stories.sheets import SHEETS


def sign_up(visitor: Visitor, email: str, organization: str, *, samples: bool = False) -> None:
    """From the first visit to the company's first page, with the code out of the mail."""
    page, site = visitor.page, visitor.site
    page.goto(site.url("", "/signup"))
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill("a bicycle for the mind")
    page.locator("form button[type=submit]").click()
    page.locator("input[name=code]").fill(site.code(email))
    page.locator("form button[type=submit]").click()
    page.locator("input[name=organization]").fill(organization)
    if samples:
        page.get_by_label(re.compile("sample")).check()
    page.locator("form button[type=submit]:not([disabled])").click()
    page.wait_for_url(re.compile(rf"//{visitor.slug}\."))
    expect(page.locator("nav").first).to_be_visible()


def mailed_link(site: Site, address: str) -> str:
    for _n in range(100):
        for file in site.mail.glob("*"):
            message = message_from_bytes(file.read_bytes().partition(b"\n-----")[0], policy=policy.default)
            body = message.get_body(("plain",))
            if address in str(message["to"]) and body is not None:
                found = re.search(r"https?://\S*/invitation\S*", str(body.get_content()))
                if found:
                    return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no invitation was mailed to {address}")


def joined(boss: Visitor, context: BrowserContext, email: str, role: str) -> Visitor:
    """Somebody else, invited and come in, in a browser of their own."""
    site = boss.site
    boss.tell("/api/v1/invitations/", {"email": email, "roles": [role]})
    link = mailed_link(site, email)
    page = context.new_page()
    page.goto(site.url("", "/signup"))
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill("a bicycle for the mind")
    page.locator("form button[type=submit]").click()
    page.locator("input[name=code]").fill(site.code(email))
    page.locator("form button[type=submit]").click()
    page.locator("input[name=organization]").wait_for()
    page.goto(link)
    page.get_by_role("button", name="Join company").first.click()
    page.wait_for_url(re.compile(rf"//{boss.slug}\."))
    expect(page.locator("nav").first).to_be_visible()
    return Visitor(page, site, boss.slug)


def switch_everything_on(visitor: Visitor) -> None:
    """Every module and every function of it, by its switch on the modules page."""
    page = visitor.page
    visitor.go("/admin/modules")
    expect(page.get_by_role("heading", name="Modules").first).to_be_visible()
    modules = page.get_by_role("listbox").get_by_role("option")
    expect(modules.first).to_be_visible()
    for index in range(modules.count()):
        modules.nth(index).click()
        expect(modules.nth(index)).to_have_attribute("aria-selected", "true")
        off = page.locator("[role=switch]:not(:checked):not(:disabled)")
        while off.count():
            left = off.count()
            off.first.click()
            # the switches are shut while one of them is on its way
            expect(page.locator("[role=switch][aria-busy]")).to_have_count(0)
            expect(page.locator("[role=switch]:not(:checked)")).not_to_have_count(left)


def have_everything_on(visitor: Visitor) -> None:
    """Every function, for stories that tell of something else than switching: at the server, without the page."""

    def off() -> list[str]:
        modules = visitor.ask("/api/v1/modules/")["modules"]
        return [f["key"] for m in modules for f in m["features"] if f["entitled"] and not f["enabled"]]

    while left := off():
        visitor.tell(f"/api/v1/modules/features/{left[0]}/actions/enable/", {})


def import_sheets(visitor: Visitor, folder: Path, *entities: str) -> None:
    """The spreadsheets of these entities, or all of them, through the import page."""
    known = visitor.ask("/api/v1/bootstrap/")["entities"]
    for entity in entities or SHEETS:
        file = folder / f"{entity}.csv"
        file.write_text(SHEETS[entity])
        visitor.go(f"{known[entity]['route']}/import")
        # The page has asked all it asks at its beginning: nothing is drawn anew under the file.
        visitor.page.wait_for_load_state("networkidle")
        visitor.page.locator("input[type=file]").set_input_files(file)
        visitor.press("Check the file")
        visitor.press(re.compile(r"^Import \d+ rows?$"))
        visitor.sees(re.compile(r"\d+ records? imported"))
