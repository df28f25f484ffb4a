"""`manage.py dispatch_events`: the dispatcher process."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from tenon.events.dispatcher import deliver_due, spread


class Command(BaseCommand):
    help = "Delivers events from the outbox until stopped. Any number may run side by side."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due and stop")
        parser.add_argument("--interval", type=float, default=0.25, help="seconds to rest when nothing is due")

    def handle(self, *args: Any, **options: Any) -> None:
        running = True

        def stop(*_: Any) -> None:
            nonlocal running
            running = False

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while running:
            close_old_connections()
            done = spread() + deliver_due()
            if options["once"] and not done:
                return
            if not done:
                time.sleep(options["interval"])
