"""Somebody leaves, and the mouse stays where it is: the wizard found, filled in and confirmed by keyboard alone; their
open window closes, what they looked after has an heir, the report is there to print, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.e2e.focus import choose, focused, go_to_page, tab_to
from tests.e2e.opening import joined, sign_up
from tests.e2e.site import Site
from tests.e2e.visitor import SLOW, Visitor

SLUG = "hand-over"
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
BOSS, LEAVER = "boss@handover.example", "sales@handover.example"
POST = """async ([path, body]) => {
  const csrf = /csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const r = await fetch(path, { method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf } });
  return [r.status, await r.text()];
}"""


def test_a_handover_by_keyboard_alone(browser: Browser, site: Site, pictures: Path) -> None:
    desk = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    theirs = browser.new_context(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai")
    page = desk.new_page()
    boss = Visitor(page, site, SLUG)
    try:
        sign_up(boss, BOSS, "Hand Over")
        leaver = joined(boss, theirs, LEAVER, "sales")
        created = with_work(leaver)
        expect(leaver.page.locator("nav").first).to_be_visible()
        # From here on, keys only.
        wizard(page, boss, pictures)
        handed_over(page, boss, created, pictures)
        thrown_out(leaver)
        in_chinese_and_dark(desk, boss, pictures)
    except BaseException:
        page.screenshot(path=pictures / "handover-failed.png")
        print(page.url, focused(page), boss.complaints[-10:])  # noqa: T201 - shown with the failure
        raise
    finally:
        desk.close()
        theirs.close()


def post(visitor: Visitor, path: str, body: object) -> dict[str, object]:
    status, text = visitor.page.evaluate(POST, [path, body])
    assert status < 300, (path, status, text)
    return json.loads(text) if text else {}  # type: ignore[no-any-return]


def with_work(leaver: Visitor) -> dict[str, list[int]]:
    """What they look after: customers, and leads, one of them lost."""
    parties = [
        post(leaver, "/api/v1/shared/parties/", {"name": f"Customer {n}", "is_customer": True})["id"] for n in range(3)
    ]
    leads = [post(leaver, "/api/v1/crm/leads/", {"name": f"Lead {n}"})["id"] for n in range(2)]
    post(leaver, f"/api/v1/crm/leads/{leads[1]}/actions/lose/", {"reason": "No budget"})
    return {"parties": parties, "leads": leads}  # type: ignore[dict-item]


def wizard(page: Page, boss: Visitor, pictures: Path) -> None:
    boss.go("/")
    expect(page.locator("nav").first).to_be_visible()
    go_to_page(page, "Handover")
    page.wait_for_url(re.compile("/admin/handover$"))
    expect(page.get_by_text("Nobody has handed anything over yet")).to_be_visible()
    tab_to(page, "New handover", "button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/admin/handover/new"))
    member = page.get_by_label("Member", exact=True)
    expect(member.locator("option").nth(1)).to_be_attached()
    expect(member).to_be_focused()
    choose(page, LEAVER[:5])
    expect(page.get_by_text("Leaves at once")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Lead")).to_be_visible()
    # Leaves at once: arrows go through the answers and back.
    tab_to(page, re.compile("Leaves at once"), "radio")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Last day", exact=True)).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Last day", exact=True)).to_have_count(0)
    tab_to(page, "Takes over", "select")
    choose(page, BOSS[:4])
    # One customer of their own choosing: the drawer, by keyboard too.
    tab_to(page, re.compile("choose records"), "button")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    choose(page, BOSS[:4])
    tab_to(page, re.compile("Customer 1|Lead 0"), "checkbox")
    page.keyboard.press("Space")
    expect(drawer.get_by_text("1 chosen")).to_be_visible()
    page.screenshot(path=pictures / "handover-pick.png")
    tab_to(page, "Assign", "button")
    page.keyboard.press("Enter")
    expect(drawer).to_have_count(0)
    expect(page.get_by_text("1 chosen →")).to_be_visible()
    tab_to(page, "Note", "text")
    page.keyboard.type("Moves to the coast")
    page.screenshot(path=pictures / "handover-wizard.png", full_page=True)
    tab_to(page, "End access and hand over", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.screenshot(path=pictures / "handover-confirm.png")
    tab_to(page, "End access and hand over", "button", most=6)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/admin/handover/\d+$"))


def handed_over(page: Page, boss: Visitor, created: dict[str, list[int]], pictures: Path) -> None:
    expect(page.get_by_text("Done", exact=True).first).to_be_visible(timeout=SLOW)
    me = boss.ask("/api/v1/me/")["member_id"]
    owners = [boss.ask(f"/api/v1/shared/parties/{pk}/")["owner"]["id"] for pk in created["parties"]]
    assert owners == [me, me, me]
    leads = [boss.ask(f"/api/v1/crm/leads/{pk}/")["owner"]["id"] for pk in created["leads"]]
    assert leads[0] == me
    assert leads[1] != me, "what was lost keeps the name of who lost it"
    expect(page.get_by_text("Moves to the coast")).to_be_visible()
    history = boss.ask(f"/api/v1/shared/parties/{created['parties'][0]}/history/")
    assert "handover-" in json.dumps(history)
    page.screenshot(path=pictures / "handover-report.png", full_page=True)
    csv = page.evaluate(
        "async (p) => (await fetch(p)).text()", f"/api/v1/handovers/{page.url.rpartition('/')[2]}/report.csv"
    )
    assert "Customer 1" in csv
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    page.screenshot(path=pictures / "handover-print.png", full_page=True)
    page.emulate_media(media="screen")


def thrown_out(leaver: Visitor) -> None:
    """The window that stood open all the while: its socket was closed, and nothing more opens."""
    status = leaver.page.evaluate("async () => (await fetch('/api/v1/me/')).status")
    assert status in (401, 403)
    leaver.go("/")
    expect(leaver.page.get_by_text(re.compile("Sign in|Your companies|companies", re.I)).first).to_be_visible()


def in_chinese_and_dark(context: BrowserContext, boss: Visitor, pictures: Path) -> None:
    page = boss.page
    page.evaluate("() => localStorage.clear()")
    chinese = context.browser.new_context(  # type: ignore[union-attr]
        viewport=DESK,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="dark",
        storage_state=context.storage_state(),
    )
    try:
        shown = chinese.new_page()
        shown.add_init_script("localStorage.setItem('tenon.language', 'zh')")
        for name, path in (
            ("handover-list", "/admin/handover"), ("handover-report", page.url.partition(str(boss.site.port))[2]),
            ("security", "/admin/security"), ("security-sessions", "/admin/security?tab=sessions"),
            ("security-logins", "/admin/security?tab=logins"), ("security-changes", "/admin/security?tab=changes"),
            ("webhooks", "/admin/webhooks"), ("account", "/account"), ("handover-new", "/admin/handover/new"),
        ):  # fmt: skip
            shown.goto(boss.site.url(SLUG, path))
            expect(shown.locator(".page").first).to_be_visible()
            shown.wait_for_load_state("networkidle")
            shown.screenshot(path=pictures / f"{name}-zh-dark.png", full_page=True)
            shown.set_viewport_size(PHONE)
            shown.screenshot(path=pictures / f"{name}-zh-phone.png", full_page=True)
            shown.set_viewport_size(DESK)
    finally:
        chinese.close()
