"""`manage.py billing_events`: Stripe events that could not be dealt with; `--replay` tries them again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.services.events import dead_letters, events_replay


class Command(BaseCommand):
    help = "Lists Stripe events that failed; --replay tries them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--replay", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["replay"]:
            self.stdout.write(f"{events_replay()} done")
        left = dead_letters()
        for row in left:
            self.stdout.write(f"{row.created:%Y-%m-%d %H:%M} {row.id} {row.type} ({row.attempts} tries): {row.error}")
        self.stdout.write(f"{len(left)} waiting")
