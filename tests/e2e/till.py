"""A site that takes payments: the simulator beside it, everything living by one test clock that stands still until a
story moves it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.billing.simulator.conftest import SECRET, Running, start
from tests.e2e.site import NAME, Site, free_port, running_site

KEY = "sk_test_of_the_story"


@dataclass
class Till:
    running: Running
    clock: str

    @property
    def api(self) -> Any:
        return self.running.client(KEY)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.api.test_helpers.test_clocks.retrieve(self.clock).frozen_time, UTC)

    def advance(self, to: datetime) -> None:
        """Moves the clock to a moment; what is due until then has happened when it returns."""
        self.api.test_helpers.test_clocks.advance(self.clock, {"frozen_time": int(to.timestamp())})

    def pass_days(self, days: float) -> None:
        self.advance(self.now() + timedelta(days=days))


@contextmanager
def site_with_till(folder: Path) -> Iterator[tuple[Site, Till]]:
    port = free_port()
    hook = f"http://localhost:{port}/api/v1/billing/stripe/webhook/"
    running = start("--webhook", hook, "--secret", SECRET, "--key", KEY)
    try:
        # A little ahead of the machine's clock: what is written at sign-up is in force by the test clock too.
        ahead = int(time.time()) + 3_600
        clock = running.client(KEY).test_helpers.test_clocks.create({"frozen_time": ahead}).id
        more = {
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_API_BASE": running.url,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_TEST_CLOCK": clock,
            "STRIPE_IDEMPOTENCY_PREFIX": f"{NAME}-{os.getpid()}",
        }
        with running_site(folder, f"{NAME}_till", port, more) as site:
            site.manage("billing_sync")
            yield site, Till(running, clock)
    finally:
        running.process.terminate()
        running.process.wait(15)
