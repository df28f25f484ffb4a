"""A company's whole life in a real browser, against the simulator: visit, trial, import, subscription by card, a module
more, a card that fails, read-only, paid again, a module less, export, gone, restored with every hash as it was."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from playwright.sync_api import Browser, ViewportSize, expect

from tenants.archive.reading import open_archive
from tests.e2e.opening import have_everything_on, import_sheets, sign_up
from tests.e2e.site import Site
from tests.e2e.till import Till, site_with_till
from tests.e2e.visitor import SLOW, Visitor

SLUG, AGAIN = "whole-life", "second-life"
GOOD, REFUSED, ANOTHER = "4242424242424242", "4000000000000002", "5555555555554444"
EMPTY = "4000000000000341"  # can be kept, cannot be charged
PRODUCTION, SEATS = Decimal("129.00"), 3  # a month and seat, from the price file
DESK = ViewportSize(width=1280, height=900)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Till]]:
    with site_with_till(tmp_path_factory.mktemp("till")) as made:
        yield made


def test_the_whole_life(browser: Browser, shop: tuple[Site, Till], tmp_path: Path, pictures: Path) -> None:
    site, till = shop
    page = browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    customer = Customer(Visitor(page, site, SLUG), till, pictures)
    try:
        customer.begins(tmp_path)
        customer.subscribes()
        customer.adds_production()
        customer.does_not_pay(tmp_path)
        customer.pays_again()
        customer.drops_production()
        customer.leaves(tmp_path)
        customer.comes_back(tmp_path)
        same_to_the_last_row(site, tmp_path)
    except BaseException:
        page.screenshot(path=pictures / "failed.png")
        print(page.url, customer.visitor.complaints[-10:])  # noqa: T201 - shown with the failure
        raise


class Customer:
    """Whoever looks after the company, at their browser."""

    def __init__(self, visitor: Visitor, till: Till, pictures: Path) -> None:
        self.visitor, self.page, self.till, self.pictures = visitor, visitor.page, till, pictures

    # --- from the first visit to the first payment

    def begins(self, folder: Path) -> None:
        sign_up(self.visitor, "founder@life.example", "Whole Life")
        have_everything_on(self.visitor)
        import_sheets(self.visitor, folder, "shared.product", "shared.party", "production.bom_line")
        self.visitor.go("/admin/subscription")
        self.visitor.sees(re.compile(r"1\d days of the trial left"))
        self.page.screenshot(path=self.pictures / "life-1-trial.png")

    def subscribes(self) -> None:
        page, visitor = self.page, self.visitor
        for module in ("CRM", "Inventory"):
            page.get_by_role("checkbox", name=module, exact=True).check()
        visitor.fill("Seats", str(SEATS))
        page.get_by_role("checkbox", name=re.compile("Use up the trial")).uncheck()
        visitor.press("To payment")
        page.wait_for_url(re.compile("/c/pay/"))
        for number in (REFUSED, GOOD):
            self.types_card(number)
            page.get_by_role("button", name="Subscribe", exact=True).click()
            if number == REFUSED:
                visitor.sees("Your card was declined.")
                page.screenshot(path=self.pictures / "life-2-checkout.png")
        page.wait_for_url(re.compile(rf"//{SLUG}\..*/admin/subscription"))
        visitor.sees("Active")
        status = self.status()
        assert (status["standing"], status["seats"], status["total"]) == ("active", SEATS, "534.00")  # (99 + 79) × 3
        assert {row["key"]: row["most"] for row in status["limits"]}["access.members"] == SEATS

    def types_card(self, number: str) -> None:
        for field, text in (("#number", number), ("#expiry", "12 / 39"), ("#cvc", "123"), ("#name", "Founder")):
            self.page.locator(field).fill(text)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.visitor.ask("/api/v1/billing/status/")
        return found

    # --- a module more: previewed to the cent

    def adds_production(self) -> None:
        """Ten days into the month, by hand: what is left of it, of 129 for each of three. The clock stands still, so
        there is nothing to round but the cent."""
        page, visitor = self.page, self.visitor
        began = self.till.now()
        self.till.pass_days(10)
        month = (began + relativedelta(months=1) - began).days  # to the same day, or to the end of a shorter month
        by_hand = (PRODUCTION * SEATS * (month - 10) / month).quantize(Decimal("0.01"), ROUND_HALF_UP)
        visitor.go("/admin/subscription")
        page.get_by_role("checkbox", name="Production", exact=True).check()
        visitor.press("Show the price")
        expect(visitor.dialog.get_by_text(f"{by_hand:,}").first).to_be_visible()
        page.screenshot(path=self.pictures / "life-3-price.png")
        visitor.press(re.compile(rf"^Pay .*{re.escape(f'{by_hand:,}')}$"), visitor.dialog)
        visitor.sees("The subscription is changed")
        bill = visitor.ask("/api/v1/billing/invoices/")["results"][0]
        assert (bill["status"], bill["total"]) == ("paid", str(by_hand))
        assert self.status()["total"] == "921.00"  # (99 + 79 + 129) × 3
        visitor.go("/production/orders/new")
        visitor.page.get_by_label("Product", exact=True).first.click()
        visitor.choose("BIKE")
        visitor.fill("Quantity", "2")
        visitor.press("Save draft")
        page.wait_for_url(re.compile(r"/production/orders/\d+"))

    def exchanges_card(self, number: str, picture: str) -> None:
        """In the billing portal: another card, which pays from now on; and back."""
        page, visitor = self.page, self.visitor
        visitor.go("/admin/subscription")
        visitor.press("Card, address, tax number")
        page.wait_for_url(re.compile("/p/session/"))
        self.types_card(number)
        page.get_by_role("button", name="Add card").click()
        expect(page.get_by_text(number[-4:]).first).to_be_visible()
        page.screenshot(path=self.pictures / picture)
        page.get_by_role("link", name=re.compile("Back")).click()
        page.wait_for_url(re.compile(rf"//{SLUG}\..*/admin/subscription"))

    # --- a card that fails

    def does_not_pay(self, folder: Path) -> None:
        visitor = self.visitor
        self.exchanges_card(EMPTY, "life-3-other-card.png")  # taken in, and refused when it is charged
        self.till.advance(self.period_end())
        self.till.pass_days(0.1)
        self.stands("past_due")
        visitor.go("/shared/products")
        visitor.sees(re.compile("A payment has failed and will be tried again"))
        self.page.screenshot(path=self.pictures / "life-4-past-due.png")
        self.till.pass_days(14)
        self.stands("grace")
        self.writes("In grace")  # everything still works
        self.till.pass_days(7)
        self.stands("read_only")
        visitor.go("/shared/products")
        visitor.sees(re.compile("exported, nothing written"))
        self.page.screenshot(path=self.pictures / "life-5-read-only.png")
        self.nothing_is_written(folder)

    def period_end(self) -> datetime:
        return datetime.fromisoformat(self.status()["period_end"])

    def stands(self, standing: str) -> None:
        """After the webhooks, and the look at the clock that a site takes every quarter of an hour."""
        self.visitor.site.manage("billing_reconcile")
        assert self.status()["standing"] == standing

    def writes(self, company: str) -> None:
        self.types_lead(company)
        self.page.wait_for_url(re.compile(r"/crm/leads/\d+"))

    def types_lead(self, company: str) -> None:
        visitor = self.visitor
        visitor.go("/crm/leads")
        visitor.press("New lead")
        visitor.fill("Company", company)
        visitor.fill("Contact", "Purchasing manager")
        visitor.press("Create lead")

    def nothing_is_written(self, folder: Path) -> None:
        """By the form, by the API, by an import, by a job."""
        page, visitor = self.page, self.visitor
        self.types_lead("Never")
        visitor.sees(re.compile("can only be read until its subscription is paid"))
        asked = """async ([method, path, body]) => {
            const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
            const answer = await fetch(path, {method, body: JSON.stringify(body),
                headers: {"Content-Type": "application/json", "X-CSRFToken": token}});
            return [answer.status, await answer.json()];
        }"""
        status, told = page.evaluate(asked, ["POST", "/api/v1/shared/products/", {"code": "P-NEVER", "name": "Part"}])
        assert (status, told["type"].rpartition("/")[2]) == (403, "read-only")
        sheet = folder / "never.csv"
        sheet.write_text("code,name\nP-NEVER,Part\n")
        visitor.go("/shared/products/import")
        page.locator("input[type=file]").set_input_files(sheet)
        visitor.sees("The company can only be read until its subscription is paid")
        status, job = page.evaluate(asked, ["POST", "/api/v1/production/planning/", {}])
        assert status == 202
        ended = self.job_ended(job["id"])
        assert ended["state"] == "failed"
        assert "subscription" in ended["message"]
        assert visitor.ask("/api/v1/crm/leads/?search=Never")["results"] == []
        assert visitor.ask("/api/v1/shared/products/?search=P-NEVER")["results"] == []

    def job_ended(self, pk: int) -> dict[str, Any]:
        for _ in range(120):
            job: dict[str, Any] = self.visitor.ask(f"/api/v1/jobs/{pk}/")
            if job["state"] not in ("queued", "running"):
                return job
            self.page.wait_for_timeout(250)
        raise AssertionError(f"the job does not end: {job}")

    def pays_again(self) -> None:
        """The card is put right in the portal; paying opens everything at once."""
        visitor = self.visitor
        self.exchanges_card(ANOTHER, "life-6-portal.png")
        visitor.press("Pay what is open")
        visitor.sees("What was open is paid")
        assert self.status()["standing"] == "active"
        self.writes("Paid again")

    # --- a module less

    def drops_production(self) -> None:
        page, visitor = self.page, self.visitor
        visitor.go("/admin/subscription")
        page.get_by_role("checkbox", name="Production", exact=True).uncheck()
        visitor.press("Show the price")
        expect(visitor.dialog.get_by_text("1 open production order becomes read-only")).to_be_visible()
        page.screenshot(path=self.pictures / "life-7-impact.png")
        visitor.press("Confirm", visitor.dialog)
        visitor.sees(re.compile("A smaller plan begins on"))
        self.till.advance(self.period_end())
        self.till.pass_days(0.1)
        self.stands("active")
        assert {item["key"] for item in self.status()["items"]} == {"crm", "inventory"}
        visitor.go("/production/orders")
        visitor.open_row("BIKE")
        visitor.sees(re.compile("^Production: can be read until"))
        page.screenshot(path=self.pictures / "life-8-dropped.png")
        assert page.get_by_role("button", name="Release", exact=True).count() == 0
        self.writes("Without production")

    # --- and away

    def leaves(self, folder: Path) -> None:
        page, visitor = self.page, self.visitor
        visitor.go("/admin/data")
        visitor.press("Delete company…")
        visitor.fill("Why are you leaving?", "The story is over", within=visitor.dialog)
        visitor.fill(f"Type the company's address, {SLUG}", SLUG, within=visitor.dialog)
        visitor.press("Close and delete", within=visitor.dialog)
        expect(page.get_by_role("heading", name="Whole Life is closed")).to_be_visible()
        # Closed, and its data is still its own.
        visitor.press("Export everything")
        button = page.get_by_role("button", name="Download").first
        expect(button).to_be_visible(timeout=SLOW)
        with page.expect_download() as fetched:
            button.click()
        fetched.value.save_as(folder / "life.zip")
        page.screenshot(path=self.pictures / "life-9-closed.png")

    def comes_back(self, folder: Path) -> None:
        """As another company, from the archive alone."""
        page = self.page
        page.goto(self.visitor.site.url("", "/companies/restore"))
        page.locator("input[type=file]").set_input_files(folder / "life.zip")
        page.get_by_label("Address of the new company").fill(AGAIN)
        self.visitor.press("Restore as a new company")
        self.visitor.sees(re.compile(r"rows in \d+ tables, \d+ files?\. All equal to the archive"))
        page.screenshot(path=self.pictures / "life-10-restored.png")


def same_to_the_last_row(site: Site, folder: Path) -> None:
    """The new company, exported again, has every table with the hash it had."""
    with zipfile.ZipFile(folder / "life.zip") as archive:
        assert archive.testzip() is None
    site.manage("tenants", "export", AGAIN, str(folder / "second.zip"))
    with open_archive(folder / "life.zip") as first, open_archive(folder / "second.zip") as second:
        then, now = ({t.name: (t.rows, t.sha256) for t in a.manifest.tables} for a in (first, second))
        assert then == now
        assert first.manifest.content == second.manifest.content
