"""The real product for browser stories: web server and worker on a database of their own, on loopback."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests import database
from tests.environment import with_database

ROOT = Path(__file__).resolve().parents[2]
NAME = f"tenon_test_e2e_{os.getpid()}"


@dataclass
class Site:
    port: int
    mail: Path
    environment: dict[str, str] = field(default_factory=dict)

    def url(self, slug: str = "", path: str = "/") -> str:
        return f"http://{slug + '.' if slug else ''}localhost:{self.port}{path}"

    def code(self, address: str) -> str:
        """The newest code mailed to `address`."""
        for _ in range(100):
            for file in sorted(self.mail.glob("*"), key=lambda p: p.stat().st_mtime, reverse=True):
                message = message_from_bytes(file.read_bytes().partition(b"\n-----")[0], policy=policy.default)
                body = message.get_body(("plain",))
                if address in str(message["to"]) and body is not None:
                    found = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", str(body.get_content()), re.MULTILINE)
                    if found:
                        return found[1]
            time.sleep(0.2)
        raise AssertionError(f"no code was mailed to {address}")

    def manage(self, *command: str) -> str:
        """What whoever runs the site types; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])
        return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_site(
    folder: Path, name: str = NAME, port: int | None = None, more: dict[str, str] | None = None
) -> Iterator[Site]:
    """The product with no company in it yet; its database goes when it ends."""
    database.create(name)
    try:
        with site_on(name, folder, port=port, more=more) as site:
            yield site
    finally:
        database.drop(name)


@contextmanager
def site_on(
    name: str, folder: Path, *, web_workers: int = 1, port: int | None = None, more: dict[str, str] | None = None
) -> Iterator[Site]:
    """The product on the database `name`, which is there already; its log is `folder`/site.log. `more` is set in its
    environment."""
    site = Site(port or free_port(), folder / "mail")
    site.mail.mkdir()
    environment = {
        **os.environ,
        "DATABASE_URL": with_database(os.environ["TENON_TEST_BASE_URL"], name),
        "DATABASE_OWNER_URL": with_database(os.environ["TENON_TEST_BASE_OWNER_URL"], name),
        "TENON_BASE_PORT": str(site.port),
        "TENON_CACHE_PREFIX": name,
        "CELERY_BROKER_URL": os.environ["VALKEY_URL"].rstrip("/") + "/7",
        "TENON_QUEUE_PREFIX": f"{name}:",
        "EMAIL_URL": f"file://{site.mail}",
        "FILES_URL": f"file://{folder / 'files'}",
        "TENON_DB_POOL_MAX": "8",
        "TENON_SCHEMA_POOL": "1",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tenon_site.settings",
        **(more or {}),
    }
    site.environment = environment
    log = (folder / "site.log").open("w")
    commands = (
        ["-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(site.port),
         "--workers", str(web_workers), "tenon_site.asgi:application"],
        ["-m", "celery", "-A", "tenon_site.celery_app", "worker", "--pool", "solo", "--queues", "interactive,bulk"],
    )  # fmt: skip
    programs = [
        subprocess.Popen([sys.executable, *c], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        for c in commands
    ]
    try:
        _wait(site, programs, folder / "site.log")
        yield site
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()
        log.close()


def _wait(site: Site, programs: list[subprocess.Popen[bytes]], log: Path) -> None:
    for _ in range(600):
        if any(p.poll() is not None for p in programs):
            raise AssertionError(f"the site did not start:\n{log.read_text()[-4000:]}")
        try:
            with urlopen(site.url("", "/api/v1/signup/options/"), timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the site does not answer:\n{log.read_text()[-4000:]}")
