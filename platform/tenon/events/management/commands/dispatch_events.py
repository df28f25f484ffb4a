"""`manage.py dispatch_events`: the dispatcher process."""

from __future__ import annotations

import logging
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from tenon.events.dispatcher import deliver_due, spread

log = logging.getLogger(__name__)
REST = 1.0  # seconds between two attempts at a database that is away


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
            try:
                done = spread() + deliver_due()
            except (OperationalError, InterfaceError):
                # The database restarts, or a connection broke: what we held is due again when its lease ends.
                if options["once"]:
                    raise
                log.warning("the database does not answer; trying again", exc_info=True)
                connection.close()
                time.sleep(REST)
                continue
            if options["once"] and not done:
                return
            if not done:
                time.sleep(options["interval"])
