"""`manage.py billing_sync`: brings the catalogue to Stripe. Idempotent."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from billing.services.catalogue_sync import catalogue_sync


class Command(BaseCommand):
    help = "Brings products and prices to Stripe; says what it changed."

    def handle(self, *args: Any, **options: Any) -> None:
        done = catalogue_sync()
        for what in ("created", "updated", "archived"):
            for name in getattr(done, what):
                self.stdout.write(f"{what} {name}")
        if not done:
            self.stdout.write("Nothing to do.")
