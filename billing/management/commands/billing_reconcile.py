"""`manage.py billing_reconcile`: makes every account equal to what Stripe says, and lets the clock do its part."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.services.reviewing import reconcile, review_due


class Command(BaseCommand):
    help = "Fetches every customer's subscription from Stripe and repairs what no event has told."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reconcile()
        review_due()
        self.stdout.write(f"{done.seen} seen, {done.changed} repaired")
        for slug in done.repaired:
            self.stdout.write(f"repaired {slug}")
        if done.failed:
            raise CommandError("not reached: " + ", ".join(done.failed))
