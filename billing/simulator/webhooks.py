"""Webhooks: events signed as Stripe signs them and posted to the endpoints, again and again until they are taken."""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from billing.simulator.rendering import render
from billing.simulator.store import Doc, printed
from billing.simulator.world import World

log = logging.getLogger("billing.simulator")

# Seconds of real time after which a delivery is tried again; for three days in all, as Stripe does in live mode.
PAUSES = (1, 5, 15, 60, 300, 1800, 3600, 7200, 14400, *([21600] * 11))
TIMEOUT = 20


def signature(body: bytes, secrets: Sequence[str], at: int) -> str:
    """The Stripe-Signature header: one v1 for each secret in force."""
    signed = f"{at}.".encode() + body
    codes = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join([f"t={at}", *(f"v1={code}" for code in codes)])


def post(url: str, body: bytes, header: str) -> tuple[bool, str]:
    """One delivery: whether it was taken (2xx), and what was answered."""
    request = urllib.request.Request(
        url,
        data=body,
        method="POST",
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": header,
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
        },
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            return 200 <= answer.status < 300, str(answer.status)
    except urllib.error.HTTPError as error:
        return False, str(error.code)
    except (OSError, ValueError) as error:
        return False, f"{type(error).__name__}: {error}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class Courier(threading.Thread):
    """Delivers what is due, one after the other. It never holds the lock while it waits for an answer."""

    def __init__(self, world: World, lock: threading.RLock) -> None:
        super().__init__(name="webhooks", daemon=True)
        self.world = world
        self.lock = lock
        self.wake = threading.Event()
        self.stopped = False

    def run(self) -> None:
        while not self.stopped:
            self.wake.wait(timeout=0.5)
            self.wake.clear()
            try:
                while not self.stopped and self.deliver_one():
                    pass
            except Exception:
                if not self.stopped:
                    log.exception("A delivery could not be made.")

    def stop(self) -> None:
        self.stopped = True
        self.wake.set()

    def deliver_one(self) -> bool:
        """False when nothing is due."""
        with self.lock, self.world.store.transaction():
            row = self.world.store.db.execute(
                "select event, endpoint, attempt from deliveries where due <= ? order by due, rowid limit 1",
                (time.time(),),
            ).fetchone()
            if row is None:
                return False
            event, endpoint, attempt = row
            held = self.world.store.get(endpoint)
            told = self.world.store.get(event)
            if held is None or told is None or held.get("_deleted") or held["status"] != "enabled":
                self._forget(event, endpoint)
                return True
            body = printed(render(self.world, told))
            secrets = [s["secret"] for s in held["_secrets"] if s["until"] is None or s["until"] > time.time()]
            url = held["url"]
        taken, answer = post(url, body, signature(body, secrets, int(time.time())))
        with self.lock, self.world.store.transaction():
            if taken:
                self._forget(event, endpoint)
                self._count_down(event)
            elif attempt >= len(PAUSES):
                log.warning("Webhook %s to %s given up after %d attempts: %s", event, url, attempt + 1, answer)
                self._forget(event, endpoint)
            else:
                log.info("Webhook %s to %s not taken (%s); again in %d s.", event, url, answer, PAUSES[attempt])
                self.world.store.db.execute(
                    "update deliveries set attempt = attempt + 1, due = ?, answer = ? where event = ? and endpoint = ?",
                    (time.time() + PAUSES[attempt], answer, event, endpoint),
                )
        return True

    def _forget(self, event: str, endpoint: str) -> None:
        self.world.store.db.execute("delete from deliveries where event = ? and endpoint = ?", (event, endpoint))

    def _count_down(self, event: str) -> None:
        told: Doc | None = self.world.store.get(event)
        if told and told["pending_webhooks"]:
            told["pending_webhooks"] -= 1
            self.world.save(told)
