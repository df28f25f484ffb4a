"""A list page over HTTP, in one company and in all of them; and what the backends keep in memory meanwhile."""

from __future__ import annotations

import random
import time
from pathlib import Path

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.middleware.csrf import _get_new_csrf_string

from bench.browser import Browser
from bench.crowd.worker import CUSTOMERS, slug_of
from tenants.identity import SESSION_SINCE
from tenants.models import Person
from tenon.tenancy.context import outside

PAGE = "/api/v1/shared/parties/?limit=50"
BLOCK = 100  # requests to one company, then to all, and so on: what else runs on the machine meets both alike


def cookies() -> dict[str, str]:
    """One session that any company accepts: the bench's person is a member of each, and its session names none."""
    with outside():
        person = Person.objects.get(email="everywhere@bench.example")
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session[SESSION_SINCE] = time.time()
        session.save()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key), settings.CSRF_COOKIE_NAME: _get_new_csrf_string()}


class Visitor:
    """One connection to the web server, whichever company it asks."""

    def __init__(self, port: int, held: dict[str, str]) -> None:
        self.browser = Browser(port, slug_of(0), held)
        self.port = port

    def page(self, number: int) -> float:
        """Seconds of one page; its rows are the company's own."""
        host = f"{slug_of(number)}.{settings.BASE_DOMAIN}:{self.port}"
        self.browser.headers.update(Host=host, Origin=f"http://{host}")
        began = time.perf_counter()
        body = self.browser.call("GET", PAGE)
        took = time.perf_counter() - began
        rows = body["results"]
        assert len(rows) == min(50, CUSTOMERS), len(rows)
        assert all(row["name"].endswith(slug_of(number)) for row in rows), rows[0]
        return took


def spread(visitor: Visitor, companies: int, requests: int) -> tuple[list[float], list[float]]:
    """Sorted seconds: asked of one company, and of all in random order, in turns."""
    chance = random.Random(7)
    order = [n for _ in range(requests // companies + 1) for n in chance.sample(range(companies), companies)]
    one: list[float] = []
    over_all: list[float] = []
    for at in range(0, requests, BLOCK):
        one += [visitor.page(0) for _ in range(BLOCK)]
        over_all += [visitor.page(n) for n in order[at : at + BLOCK]]
    return sorted(one), sorted(over_all)


def backends(owner_url: str, database: str) -> dict[int, int]:
    """Memory of its own (bytes: resident, less what is shared) of each server process of the application's login."""
    found: dict[int, int] = {}
    with psycopg.connect(owner_url) as connection:
        pids = connection.execute(
            "select pid from pg_stat_activity where datname = %s and usename = 'tenon_app'", [database]
        ).fetchall()
    for (pid,) in pids:
        try:
            fields = Path(f"/proc/{pid}/statm").read_text().split()
        except OSError:
            continue  # replaced in between
        found[pid] = (int(fields[1]) - int(fields[2])) * 4096
    return found
