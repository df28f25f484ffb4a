"""The web app in a browser: how much script each page loads first, and how soon a change shows in another browser.

    make bench-web

Bars (design: frontend, quality): gzip script at first load: signing in 180 KB, a list 300 KB, a form 370 KB; a change
is seen elsewhere in ≤ 0.5 s p95. The result is checked: a page shows what it is for, a change is the one just made."""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from bench.browser import Browser as Caller
from bench.browser import cookies_of
from bench.company import fresh_company
from bench.measure import Measurement, keep, seconds_of
from ops.browser import LAUNCH_FLAGS, find_browser
from tenants.models import Person
from tenon.tenancy.context import outside
from tests.e2e.site import Site, site_on

KB = 1024
# (title, whether somebody is signed in, address, what shows that the page is there, bar). A stranger asks for a page
# of the company, as people do, and is shown where to sign in.
PAGES = [
    ("signing in", False, "/shared/parties", "input[type=email]", 180),
    ("a list", True, "/shared/parties", "text=Renamed", 300),
    ("a form", True, "/shared/sales-orders/new", "form", 370),
]
CHANGES = 40


def _context(browser: Browser, site: Site, cookies: dict[str, str] | None) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    for name, value in (cookies or {}).items():
        context.add_cookies([{"name": name, "value": value, "url": site.url("bench", "/")}])
    return context


def _script_size(context: BrowserContext, url: str, sign: str) -> int:
    """Bytes of script, gzip, that a first visit loads until the page shows `sign`; what is fetched ahead afterwards,
    for pages to come, is not counted."""
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # playwright marks its handlers: no built-in
    page.goto(url, timeout=60_000)
    page.locator(sign).first.wait_for(timeout=60_000)
    scripts = [answer for answer in answers if answer.request.resource_type == "script" and answer.ok]
    sizes = [len(gzip.compress(script.body(), 6)) for script in scripts]
    page.close()
    assert sizes, f"{url} loaded no script"
    return sum(sizes)


def _sizes(browser: Browser, site: Site, cookies: dict[str, str]) -> bool:
    kept = True
    for title, signed_in, path, sign, bar in PAGES:
        context = _context(browser, site, cookies if signed_in else None)
        size = _script_size(context, site.url("bench", path), sign) / KB
        context.close()
        kept &= size <= bar
        print(
            f"script at first load, {title:12} {size:6.0f} KB gzip  bar {bar} KB  {'ok' if size <= bar else 'MISSED'}"
        )
    return kept


def _changes(browser: Browser, site: Site, cookies: dict[str, str]) -> list[Measurement]:
    """Somebody renames a customer over the API; how long until the list in another browser says so."""
    caller = Caller(site.port, "bench", cookies)
    made = {"code": "C-1", "name": "Before", "is_customer": True}
    party = caller.call("POST", "/api/v1/shared/parties/", made, expect=201)
    context = _context(browser, site, cookies)
    page: Page = context.new_page()
    page.goto(site.url("bench", "/shared/parties"), timeout=60_000)
    page.get_by_text("Before").first.wait_for(timeout=60_000)
    page.wait_for_timeout(2000)  # the socket is open by then
    walls = []
    for n in range(CHANGES):
        name = f"Renamed {n:03d}"
        caller.headers["If-Match"] = f'"{party["version"]}"'
        began = time.perf_counter()
        party = caller.call("PATCH", f"/api/v1/shared/parties/{party['id']}/", {"name": name})
        page.get_by_text(name).first.wait_for(timeout=20_000)
        walls.append(time.perf_counter() - began)
    context.close()
    walls.sort()
    return [
        seconds_of("a change seen in another browser, p50", statistics.median(walls), changes=CHANGES),
        seconds_of("a change seen in another browser, p95", walls[int(0.95 * CHANGES)], bar=0.5, changes=CHANGES),
    ]


def main() -> int:
    name = settings.DATABASES["default"]["NAME"]
    with fresh_company(), tempfile.TemporaryDirectory() as folder, site_on(name, Path(folder), web_workers=2) as site:
        with outside():
            cookies = cookies_of(Person.objects.get(email="owner@bench.example"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=LAUNCH_FLAGS)
            found = _changes(browser, site, cookies)
            kept = _sizes(browser, site, cookies)
            browser.close()
    return 0 if keep("web", found) and kept else 1


if __name__ == "__main__":
    sys.exit(main())
