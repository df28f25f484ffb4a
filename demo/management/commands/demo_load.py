"""`manage.py demo_load`: the demo company, loaded through the importer; run again, it changes nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import load, making, operator, people


class Command(BaseCommand):
    help = "Makes the demo company Adventure Works and its logins, and imports its spreadsheets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--show-logins", action="store_true", help="only say who can sign in, and where")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["show_logins"]:
            self._logins()
            return
        try:
            load.load(self.stdout.write)
        except load.LoadFailed as failure:
            raise CommandError(str(failure)) from failure
        self._logins()

    def _logins(self) -> None:
        if load.company() is None:
            raise CommandError("The demo company is not there yet: run `manage.py demo_load`.")
        port = f":{settings.BASE_PORT}" if settings.BASE_PORT else ""
        self.stdout.write(f"Company   {settings.BASE_SCHEME}://{load.SLUG}.{settings.BASE_DOMAIN}{port}")
        self.stdout.write(f"Password  {people.password()}  (the same for all)")
        for login in people.ALL:
            self.stdout.write(f"{login.name:<16}{login.email}")
        self.stdout.write(f"Shop-floor terminal (demo only)  badge {making.BADGE}, PIN {making.PIN}")
        if settings.CONSOLE and settings.DEV:
            operator.operator_ready()
            here = f"{settings.BASE_SCHEME}://{settings.BASE_DOMAIN}{port}"
            self.stdout.write(f"Operator console (demo only)  {here}/operator/  as {operator.OPERATOR.email},")
            self.stdout.write(f"  same password, the code of the moment is at {here}{operator.CODE_PAGE}")
