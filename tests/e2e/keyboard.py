"""A person without a mouse: Tab, arrows and letters, and what has the focus must be seen to have it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.visitor import SLOW, Visitor

MOST = 220  # presses of Tab before giving up

VISIBLE = """
(element) => {
  const style = getComputedStyle(element), box = element.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  return inside && (ring || style.boxShadow !== 'none' || ['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName));
}
"""


class Keyboard:
    """Drives a visitor's page by keys alone; no method here presses a mouse."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page, self.site = visitor, visitor.page, visitor.site

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def reach(self, target: Locator, *, back: bool = False) -> None:
        """Tabs until the element has the focus, and sees that a person could tell."""
        expect(target).to_be_visible(timeout=SLOW)
        for _ in range(MOST):
            if self.has_focus(target):
                break
            self.press("Shift+Tab" if back else "Tab")
        else:
            raise AssertionError(f"Tab does not lead to {target}")
        self.sees_focus()

    def has_focus(self, target: Locator) -> bool:
        return bool(target.evaluate("(element) => element === document.activeElement"))

    def sees_focus(self) -> None:
        focused = self.page.evaluate_handle("document.activeElement")
        assert self.page.evaluate(VISIBLE, focused), self.page.evaluate(
            "document.activeElement.outerHTML.slice(0, 300)"
        )

    def push(self, name: str, within: Locator | None = None) -> None:
        """Reaches a button or link by Tab and presses Enter."""
        where = within or self.page
        button, link = (where.get_by_role(role, name=name, exact=True) for role in ("button", "link"))
        self.reach(button.or_(link).first)
        self.press("Enter")

    def fill(self, label: str, text: str, within: Locator | None = None) -> None:
        self.reach((within or self.page).get_by_label(label, exact=True).first)
        self.press("ControlOrMeta+a")
        self.type(text)

    def choose(self, label: str, option: str) -> None:
        """Of a native select: the first letters choose."""
        self.reach(self.page.get_by_label(label, exact=True).first)
        self.type(option)


def sign_up_by_keys(keyboard: Keyboard, address: str, company: str) -> None:
    """From the first page into a company of one's own, without a mouse."""
    page, site = keyboard.page, keyboard.site
    page.goto(site.url("", "/signup"))
    keyboard.reach(page.locator("input[name=email]"))
    keyboard.type(address)
    keyboard.reach(page.locator("input[name=password]"))
    keyboard.type("a bicycle for the mind")
    keyboard.press("Enter")
    keyboard.reach(page.locator("input[name=code]"))
    keyboard.type(site.code(address))
    keyboard.press("Enter")
    keyboard.reach(page.locator("input[name=organization]"))
    keyboard.type(company)
    expect(page.locator("form button[type=submit]:not([disabled])")).to_be_visible(timeout=SLOW)
    keyboard.press("Enter")
    expect(page.locator("nav").first).to_be_visible(timeout=SLOW)
