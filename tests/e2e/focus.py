"""Working without a mouse: what has the focus, going there with Tab, choosing with letters and arrows."""

from __future__ import annotations

import re

from playwright.sync_api import Page

Words = str | re.Pattern[str]
# The name that a screen reader would say of what has the focus, and what it is.
_FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return ["", "", ""];
  const label = node.getAttribute("aria-label")
    || (node.labels && node.labels.length ? [...node.labels].map((l) => l.innerText).join(" ") : "")
    || node.innerText || node.value || "";
  const said = node.tagName === "INPUT" ? node.type : node.tagName.toLowerCase();
  return [label.trim(), said, String(node.value ?? "")];
}"""


def focused(page: Page) -> tuple[str, str, str]:
    """(name, kind, value) of what has the focus."""
    name, kind, value = page.evaluate(_FOCUS)
    return str(name), str(kind), str(value)


def says(name: str, words: Words) -> bool:
    return words.search(name) is not None if isinstance(words, re.Pattern) else words in name


def tab_to(page: Page, words: Words, kind: str = "", *, most: int = 150, back: bool = False) -> None:
    """Presses Tab until the focus is on what is called so; everything must be reachable like that."""
    passed: list[str] = []
    for _n in range(most):
        name, is_, _value = focused(page)
        if says(name, words) and (not kind or kind == is_):
            return
        passed.append(f"{is_}: {name[:40]}")
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the Tab key does not lead to {words!r}; it passed {passed}")


def choose(page: Page, letters: str) -> None:
    """In a list box that has the focus: the first letters of an option."""
    page.keyboard.type(letters, delay=20)


def go_to_page(page: Page, name: str) -> None:
    """By the command palette."""
    palette = page.get_by_role("dialog")
    for _n in range(30):  # the key is heard once the page has come alive
        page.keyboard.press("Control+k")
        page.wait_for_timeout(500)
        if palette.is_visible():
            break
    page.keyboard.type(name, delay=10)
    page.get_by_role("option", name=re.compile(re.escape(name))).first.wait_for()
    page.keyboard.press("Enter")
