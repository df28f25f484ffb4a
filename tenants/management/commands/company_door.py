"""Opens the door of a company whose people have shut themselves out: no network list, no second factor asked for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenants.services.security import door_reset
from tenon.problems import NotFound


class Command(BaseCommand):
    help = "Takes back a company's network list and its demand for a second factor; written into its log."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            tenant = door_reset(options["slug"])
        except NotFound:
            raise CommandError(f"there is no company {options['slug']}") from None
        self.stdout.write(f"{tenant.slug}: reached from anywhere, no second factor asked for")
