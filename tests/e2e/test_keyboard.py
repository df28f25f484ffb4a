"""Without a mouse: signing up, shaping the menu (rename, move, hide, preview as a role, publish, bring a version back),
a role of one's own. Every focus is seen. The pages are looked at in both languages and themes."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e.keyboard import Keyboard, sign_up_by_keys
from tests.e2e.site import Site
from tests.e2e.visitor import SLOW, Visitor

SLUG = "key-story"
DESK = ViewportSize(width=1440, height=900)


def test_menu_and_roles_by_keyboard_alone(browser: Browser, site: Site, pictures: Path) -> None:
    page = browser.new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    visitor = Visitor(page, site, SLUG)
    keyboard = Keyboard(visitor)
    try:
        sign_up_by_keys(keyboard, "founder@keys.example", "Key Story")
        page.wait_for_url(re.compile(rf"//{SLUG}\."))
        shape_the_menu(keyboard, pictures)
        make_a_role(keyboard, pictures)
        pictures_of(keyboard, pictures)
    except BaseException:
        page.screenshot(path=pictures / "failed.png")
        print(page.url, visitor.complaints[-10:])  # noqa: T201 - shown with the failure
        raise


def shape_the_menu(keyboard: Keyboard, pictures: Path) -> None:
    page, visitor = keyboard.page, keyboard.visitor
    visitor.go("/admin/menu")
    areas, groups, pages = (page.get_by_role("listbox", name=n) for n in ("1 Module", "2 Group", "3 Page"))
    admin = areas.get_by_role("option").filter(has_text="Administration")
    keyboard.reach(areas.get_by_role("option").first)
    for _ in range(areas.get_by_role("option").count()):
        if keyboard.has_focus(admin):
            break
        keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")  # into its groups
    people = groups.get_by_role("option").filter(has_text="People and rights")
    expect(people).to_be_visible()
    page.wait_for_timeout(150)
    keyboard.sees_focus()
    while not keyboard.has_focus(people):
        keyboard.press("ArrowDown")
    keyboard.press("ArrowRight")
    members = pages.get_by_role("option").filter(has_text="Members")
    expect(members).to_be_visible()
    page.wait_for_timeout(150)
    while not keyboard.has_focus(members):
        keyboard.press("ArrowDown" if keyboard.has_focus(pages.get_by_role("option").first) else "ArrowUp")
    keyboard.press("Space", "ArrowDown")  # lifted, one place down
    page.wait_for_timeout(150)
    assert keyboard.has_focus(members), "what is moved keeps the focus"
    keyboard.press("Space")
    expect(pages.get_by_role("option").nth(1)).to_contain_text("Members")
    keyboard.press("F2")
    expect(page.get_by_label("Name, English")).to_be_focused()
    keyboard.type("Colleagues")
    roles = pages.get_by_role("option").filter(has_text="Roles")
    keyboard.reach(roles, back=True)
    keyboard.press("h")
    expect(page.get_by_role("button", name="Show Roles", exact=True)).to_be_attached()
    page.screenshot(path=pictures / "menu-editor-keys.png")
    expect(page.get_by_text("draft kept")).to_be_visible(timeout=SLOW)
    page.reload()  # the draft is there again
    expect(page.get_by_text("3 changes, not published")).to_be_visible(timeout=SLOW)
    keyboard.reach(page.get_by_role("button", name="Preview as role"))
    keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Viewer")).to_be_visible()
    for _ in range(20):
        if keyboard.has_focus(page.get_by_role("menuitem", name="Viewer")):
            break
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(visitor.dialog).to_contain_text("Colleagues")
    expect(visitor.dialog).not_to_contain_text("Roles")
    page.screenshot(path=pictures / "menu-preview.png")
    keyboard.press("Escape")
    keyboard.push("Publish menu")
    expect(page.get_by_text("The menu is published as you see it.")).to_be_visible()
    assert "Colleagues" in str(visitor.ask("/api/v1/bootstrap/")["menu"])
    # a second version, then the first one back
    row = pages.get_by_role("option").first
    visitor.go("/admin/menu")
    keyboard.reach(row)
    keyboard.press("F2")
    keyboard.type("Anything else")
    keyboard.push("Publish menu")
    expect(page.get_by_text("The menu is published as you see it.")).to_be_visible()
    keyboard.push("Versions")
    expect(visitor.dialog.get_by_role("listitem")).to_have_count(2)
    page.screenshot(path=pictures / "menu-versions.png")
    keyboard.push("Publish version 1 again", within=visitor.dialog)
    expect(visitor.dialog).to_have_count(0)
    menu = str(visitor.ask("/api/v1/bootstrap/")["menu"])
    assert "Colleagues" in menu
    assert "Anything else" not in menu
    assert [v["restored"] for v in visitor.ask("/api/v1/access/menu/versions/")["results"]] == [1, None, None]


def make_a_role(keyboard: Keyboard, pictures: Path) -> None:
    page, visitor = keyboard.page, keyboard.visitor
    visitor.go("/access/roles/new")
    keyboard.fill("Name", "Front desk")
    keyboard.choose("Compare with shipped role", "Sales")
    keyboard.fill("Find a right", "customers and sup")
    see = page.get_by_role("checkbox", name=re.compile(r"Customers and suppliers: See"))
    keyboard.reach(see)
    keyboard.press("Space")
    expect(see).to_be_checked()
    keyboard.choose("Whose records: Customers and suppliers", "Own")
    page.screenshot(path=pictures / "role-editor.png")
    keyboard.reach(page.get_by_role("button", name="Create role"), back=True)
    keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/access/roles/\d+$"))
    made = visitor.ask("/api/v1/access/roles/?key=front-desk")["results"][0]
    assert made["permissions"] == ["shared.party.view"]
    assert made["scopes"] == {"shared.party": "own"}


def pictures_of(keyboard: Keyboard, pictures: Path) -> None:
    """To be looked at: English light, Chinese dark."""
    page, visitor = keyboard.page, keyboard.visitor
    member = visitor.ask("/api/v1/access/members/")["results"][0]["id"]
    shown = {
        "menu-editor": "/admin/menu", "my-menu": "/account/menu", "rights": "/admin/rights",
        "departments": "/access/departments", "member": f"/access/members/{member}", "role": "/access/roles/2",
        "modules": "/admin/modules",
    }  # fmt: skip
    for suffix in ("", "-zh-dark"):
        if suffix:
            page.emulate_media(color_scheme="dark")
            page.evaluate("fetch('/api/v1/me/', {method: 'PATCH', headers: {'Content-Type': 'application/json',"
                          "'X-CSRFToken': document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? ''},"
                          "body: JSON.stringify({language: 'zh-hans'})})")  # fmt: skip
            page.evaluate("localStorage.setItem('tenon.language', 'zh')")
        for name, path in shown.items():
            visitor.go(path)
            expect(page.locator(".page").first).to_be_visible(timeout=SLOW)
            page.wait_for_timeout(900)
            page.screenshot(path=pictures / f"{name}{suffix}.png")
