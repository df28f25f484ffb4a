"""The world of one simulator: its objects, its times and its events. Everything else is done to it.

Real time is the machine's clock plus an offset one can move (`/simulator/time`); a test clock has its own. An object
lives by the clock of its customer: `_clock` on the object names it, None is real time.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from billing.simulator.problems import no_such
from billing.simulator.rendering import render
from billing.simulator.shapes import MODELESS, PREFIXES, UNDATED, shape_of
from billing.simulator.store import Doc, Store, copied

API_VERSION = "2026-10-28.endive"
_LETTERS = string.ascii_letters + string.digits

NOUNS = {
    "checkout.session": "checkout.session",
    "invoiceitem": "invoiceitem",
    "payment_method": "PaymentMethod",
    "payment_intent": "payment_intent",
    "setup_intent": "setupintent",
    "tax_rate": "tax rate",
    "promotion_code": "promotion code",
    "subscription_item": "subscription item",
    "subscription_schedule": "subscription schedule",
    "test_helpers.test_clock": "test clock",
    "webhook_endpoint": "webhook endpoint",
}


@dataclass
class Options:
    """How the simulated account is set up: what a real one chooses in its dashboard."""

    base_url: str = "http://127.0.0.1:12111"
    key: str | None = None  # None accepts every sk_test_…
    retry_days: tuple[int, ...] = (3, 7, 14)  # after the first failure
    after_retries: str = "unpaid"  # or cancel, past_due
    renewal_notice_days: int = 7  # invoice.upcoming


@dataclass
class Asked:
    """The request being answered, for the events it causes."""

    id: str | None = None
    idempotency_key: str | None = None


@dataclass
class World:
    store: Store
    options: Options = field(default_factory=Options)
    asked: Asked = field(default_factory=Asked)
    quiet: bool = False  # inside a preview nothing is told
    _moment: int | None = None  # real time while something due in the past is made up for

    # --- time ---------------------------------------------------------------------------------------------------------

    def real_time(self) -> int:
        return self._moment if self._moment is not None else int(time.time()) + int(self.store.setting("offset", 0))

    def now(self, clock: str | None = None) -> int:
        if clock is None:
            return self.real_time()
        held = self.store.get(clock)
        return int(held["frozen_time"]) if held else self.real_time()

    def time_of(self, doc: Doc) -> int:
        return self.now(doc.get("_clock"))

    @contextmanager
    def at(self, clock: str | None, moment: int) -> Iterator[None]:
        """Do something at its own time: moves the test clock, or pretends for real time."""
        if clock is not None:
            held = self.get("test_helpers.test_clock", clock)
            held["frozen_time"] = max(held["frozen_time"], moment)
            self.save(held)
            yield
        else:
            before, self._moment = self._moment, moment
            try:
                yield
            finally:
                self._moment = before

    # --- objects ------------------------------------------------------------------------------------------------------

    def create(self, kind: str, *, id: str | None = None, clock: str | None = None, **values: Any) -> Doc:
        doc: Doc = {"id": id or self.new_id(kind), "object": kind, **shape_of(kind)}
        if kind not in UNDATED:
            doc["created"] = self.now(clock)
        if kind not in MODELESS:
            doc["livemode"] = False
        doc["_clock"] = clock
        doc.update(values)
        self.save(doc)
        return doc

    def new_id(self, kind: str) -> str:
        if not (prefix := PREFIXES[kind]):
            return "".join(secrets.choice(_LETTERS) for _ in range(8))
        size = 58 if kind == "checkout.session" else 24
        return prefix + "_" + "".join(secrets.choice(_LETTERS) for _ in range(size))

    def save(self, doc: Doc) -> None:
        due = DUE[doc["object"]](self, doc) if doc["object"] in DUE else None
        owner = next((doc[name] for name in OWNERS if isinstance(doc.get(name), str)), None)
        self.store.put(doc, owner=owner, scope=doc.get("_clock"), due=due)

    def find(self, kind: str, id: str | None) -> Doc | None:
        doc = self.store.get(id) if id else None
        return doc if doc is not None and doc["object"] == kind else None

    def get(self, kind: str, id: str, param: str = "id") -> Doc:
        """Raises StripeProblem (resource_missing)."""
        doc = self.find(kind, id)
        if doc is None or (doc.get("_deleted") and kind != "customer"):
            raise no_such(NOUNS.get(kind, kind), id, param)
        return doc

    def all(self, kind: str, owner: str | None = None, *, newest_first: bool = False) -> list[Doc]:
        return [d for d in self.store.all(kind, owner, newest_first=newest_first) if not d.get("_deleted")]

    def render(self, doc: Doc) -> Doc:
        return render(self, doc)

    # --- events -------------------------------------------------------------------------------------------------------

    def emit(self, type: str, doc: Doc, previous: Doc | None = None, *, shown: Doc | None = None) -> None:
        """Say that something happened: an event with the object as it is now, sent to the webhook endpoints."""
        if self.quiet:
            return
        data: Doc = {"object": copied(shown or self.render(doc))}
        if previous:
            data["previous_attributes"] = previous
        event = self.create(
            "event",
            created=self.time_of(doc),
            api_version=API_VERSION,
            data=data,
            _owner=type,  # lists are asked for by type
            request={"id": self.asked.id, "idempotency_key": self.asked.idempotency_key},
            type=type,
        )
        wanted = 0
        for endpoint in self.all("webhook_endpoint"):
            if endpoint["status"] == "enabled" and ({"*", type} & set(endpoint["enabled_events"])):
                wanted += 1
                self.store.db.execute(
                    "insert into deliveries values (?, ?, 0, ?, null)", (event["id"], endpoint["id"], time.time())
                )
        if wanted:
            event["pending_webhooks"] = wanted
            self.save(event)

    @contextmanager
    def changing(self, doc: Doc, event: str | None) -> Iterator[Doc]:
        """Save at the end; when something visible has changed, say so with the values it had before."""
        before = copied(self.render(doc))
        yield doc
        self.save(doc)
        previous = difference(before, self.render(doc))
        if previous and event:
            self.emit(event, doc, previous)


def difference(before: Doc, after: Doc) -> Doc:
    """What the changed fields held before, nested objects only where they differ (as in previous_attributes)."""
    changed: Doc = {}
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        both = isinstance(old, dict) and isinstance(new, dict) and old.get("object") != "list"
        changed[key] = difference(old, new) if both else copied(old)  # type: ignore[arg-type]
    return changed


# What an object belongs to, for lists: the first of these that it has.
OWNERS = ("_owner", "customer", "invoice", "subscription")
# When something happens to an object by itself. Filled by engine/timeline.py.
DUE: dict[str, Callable[[World, Doc], int | None]] = {}
