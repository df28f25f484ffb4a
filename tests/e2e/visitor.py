"""A person at the browser: what they press, type and choose, in the words that stand on the page."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.site import Site

SLOW = 60_000  # a shared machine with two cores may be busy with other tests
Words = str | re.Pattern[str]
TELL = """async ([method, path, body, version]) => {
  const csrf = /csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  if (version !== null) headers["If-Match"] = `"${version}"`;
  const r = await fetch(path, { method, body: body === null ? undefined : JSON.stringify(body), headers });
  return [r.status, await r.text()];
}"""


class Visitor:
    def __init__(self, page: Page, site: Site, slug: str) -> None:
        self.page, self.site, self.slug = page, site, slug
        page.set_default_timeout(SLOW)
        expect.set_options(timeout=SLOW)
        self.complaints: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.complaints.append(str(e)))

    # --- going and pressing

    def go(self, path: str) -> None:
        self.page.goto(self.site.url(self.slug, path))

    def press(self, name: Words, within: Locator | None = None) -> None:
        """The first button or link of this name."""
        where, exact = within or self.page, isinstance(name, str)
        button, link = (where.get_by_role(role, name=name, exact=exact) for role in ("button", "link"))
        button.or_(link).first.click()

    def open_row(self, text: Words) -> None:
        """Opens the record of a list whose row says so."""
        row = self.page.get_by_role("row").filter(has_text=text).first
        row.click()
        self.page.wait_for_url(re.compile(r"/\d+$"))

    def sees(self, text: Words) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    # --- typing

    def fill(self, label: str, text: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_label(label, exact=True).first.fill(text)

    def choose(self, text: str) -> None:
        """Types into the search select that has the focus and takes the option that says so."""
        self.page.keyboard.type(text)
        self.page.locator(".ant-select-item-option:visible", has_text=text).first.click()

    def cell(self, row: int, column: str) -> Locator:
        """A cell of the lines that are typed like a sheet."""
        sheet = self.page.get_by_role("table", name="Lines")
        expect(sheet.get_by_role("columnheader", name=column, exact=True)).to_be_visible()
        heads = [head.strip() for head in sheet.locator("thead th").all_inner_texts()]
        return sheet.locator("tbody tr").nth(row).locator("td").nth(heads.index(column))

    def type_in(self, row: int, column: str, text: str) -> None:
        self.cell(row, column).click()
        self.page.keyboard.type(text)

    # --- at the server: to compare, and for what others had entered before the story begins

    def ask(self, path: str) -> Any:
        answer = self.page.evaluate(
            "async (path) => { const r = await fetch(path); return [r.status, await r.text()]; }", path
        )
        assert answer[0] < 300, (path, answer)
        return json.loads(answer[1])

    def tell(self, path: str, body: Any = None, method: str = "POST", version: int | None = None) -> Any:
        answer = self.page.evaluate(TELL, [method, path, body, version])
        assert answer[0] < 300, (path, answer)
        return json.loads(answer[1]) if answer[1] else None
