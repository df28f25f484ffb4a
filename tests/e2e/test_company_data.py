"""A company's data belongs to it, in a real browser: sample data at sign-up, taken away in one go; everything exported
by the worker and downloaded; the company closed by typing its address, its data still there to be had; back again."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.opening import sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import SLOW, Visitor

SLUG = "data-story"
DESK, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)


def test_taking_the_data_along_and_leaving(browser: Browser, site: Site, tmp_path: Path, pictures: Path) -> None:
    page = browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    visitor = Visitor(page, site, SLUG)
    try:
        sign_up_with_samples(visitor)
        exported(page, visitor, tmp_path, pictures)
        restored(page, site, tmp_path, pictures)
        without_samples(page, visitor, pictures)
        closed_and_back(page, visitor, tmp_path, pictures)
        in_chinese(browser, visitor, pictures)
    except BaseException:
        page.screenshot(path=pictures / "failed.png")
        print(page.url, visitor.complaints[-10:])  # noqa: T201 - shown with the failure
        raise


def sign_up_with_samples(visitor: Visitor) -> None:
    sign_up(visitor, "founder@data.example", "Data Story", samples=True)
    visitor.go("/shared/products")
    expect(visitor.page.get_by_text("Touring-1000 Blue, 46").first).to_be_visible()


def exported(page: Page, visitor: Visitor, tmp_path: Path, pictures: Path) -> None:
    visitor.go("/admin/data")
    visitor.press("Export everything")
    archive = download(page, tmp_path / "first.zip")
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        manifest = json.loads(opened.read("manifest.json"))
        assert b"Touring-1000 Blue" in opened.read("tables/data_product.csv")
    assert manifest["company"]["name"] == "Data Story"
    page.screenshot(path=pictures / "company-data.png")
    page.set_viewport_size(PHONE)
    page.screenshot(path=pictures / "company-data-phone.png")
    page.set_viewport_size(DESK)


def download(page: Page, to: Path) -> Path:
    button = page.get_by_role("button", name=re.compile("Download|下载")).first
    expect(button).to_be_visible(timeout=SLOW)
    with page.expect_download() as fetched:
        button.click()
    fetched.value.save_as(to)
    return to


def restored(page: Page, site: Site, tmp_path: Path, pictures: Path) -> None:
    """The archive that was just downloaded becomes another company of the founder's, which is quiet at first."""
    page.get_by_text("New company", exact=True).click()
    page.locator("input[type=file]").set_input_files(tmp_path / "first.zip")
    page.get_by_label("Address of the new company").fill(SLUG)
    page.get_by_role("button", name="Restore as a new company").click()
    expect(page.get_by_text("This address is already taken")).to_be_visible(timeout=SLOW)
    page.get_by_label("Address of the new company").fill("data-again")
    page.get_by_role("button", name="Restore as a new company").click()
    expect(page.get_by_text(re.compile(r"rows in \d+ tables, \d+ files\. All equal to the archive"))).to_be_visible(
        timeout=4 * SLOW
    )
    page.screenshot(path=pictures / "restore-done.png", full_page=True)
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_url(re.compile("//data-again"), timeout=SLOW)
    expect(page.locator("nav").first).to_be_visible(timeout=SLOW)  # signed in there, by the pass that came along
    page.goto(site.url("data-again", "/admin/data"))
    expect(page.get_by_text("Restored, and held back")).to_be_visible(timeout=SLOW)
    page.screenshot(path=pictures / "restore-held.png")
    page.get_by_role("button", name="Switch mails, webhooks and payments on").click()
    expect(page.get_by_text("Restored, and held back")).to_have_count(0)
    page.goto(site.url("data-again", "/shared/products"))
    expect(page.get_by_text("Touring-1000 Blue, 46").first).to_be_visible(timeout=SLOW)
    page.goto(site.url(SLUG, "/admin/data"))


def without_samples(page: Page, visitor: Visitor, pictures: Path) -> None:
    expect(page.get_by_text("Made-up customers")).to_be_visible()
    visitor.press("Remove sample data")
    page.screenshot(path=pictures / "company-data-samples.png")
    visitor.press("Remove sample data", within=visitor.dialog)
    expect(page.get_by_text("Made-up customers")).to_have_count(0)
    products = visitor.ask("/api/v1/shared/products/")
    assert products["results"] == []


def closed_and_back(page: Page, visitor: Visitor, tmp_path: Path, pictures: Path) -> None:
    visitor.press("Delete company…")
    dialog = visitor.dialog
    visitor.fill("Why are you leaving?", "We only tried it out", within=dialog)
    visitor.fill(f"Type the company's address, {SLUG}", SLUG, within=dialog)
    page.screenshot(path=pictures / "company-data-delete.png")
    visitor.press("Close and delete", within=dialog)
    expect(page.get_by_role("heading", name="Data Story is closed")).to_be_visible()
    visitor.sees(re.compile("founder@data.example asked for its deletion"))
    page.screenshot(path=pictures / "company-closed.png")
    # Closed, and its data is still its own: another export runs and is fetched.
    visitor.press("Export everything")
    expect(page.get_by_role("button", name="Download")).to_have_count(2, timeout=SLOW)
    download(page, tmp_path / "last.zip")
    visitor.press("Open the company again")
    expect(page.get_by_role("heading", name="Company data")).to_be_visible()


def in_chinese(browser: Browser, visitor: Visitor, pictures: Path) -> None:
    state = visitor.page.context.storage_state()
    for name, size in (("desk", DESK), ("phone", PHONE)):
        context = browser.new_context(storage_state=state, viewport=size, locale="zh-CN")
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.add_init_script("localStorage.setItem('tenon.language', 'zh')")
        page.goto(visitor.site.url(SLUG, "/admin/data"))
        expect(page.get_by_role("heading", name="公司数据")).to_be_visible()
        expect(page.get_by_role("button", name="下载").first).to_be_visible()
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
        page.screenshot(path=pictures / f"company-data-zh-{name}.png")
        context.close()
