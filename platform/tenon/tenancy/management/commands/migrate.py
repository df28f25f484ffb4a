"""`manage.py migrate` is `manage.py tenants migrate`: there is one way to migrate."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db.migrations.autodetector import MigrationAutodetector


class Command(BaseCommand):
    autodetector = MigrationAutodetector  # a system check compares it with makemigrations
    help = "Migrates the public, blueprint, pooled and live schemas (see `manage.py tenants migrate`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parallel", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("tenants", "migrate", parallel=options["parallel"])
