"""`manage.py operator_create someone@example.com --role support --title "Support engineer"`: an account of the staff,
or a new link for one who lost password or telephone."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from console.services import staff
from tenants.models import Staff
from tenon.problems import Problem


class Command(BaseCommand):
    help = "Makes an account of the operator console. Prints a link to choose password and second factor; no password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", choices=Staff.Role.values, default=Staff.Role.VIEWER)
        parser.add_argument("--title", default="", help="what companies read when this person helps them")
        parser.add_argument("--remove", action="store_true", help="is no longer staff; signed in nowhere as such")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["remove"]:
                staff.staff_remove(email=options["email"])
                self.stdout.write(f"{options['email']} is no longer staff.")
                return
            title = options["title"] or str(Staff.Role(options["role"]).label)
            made = staff.staff_make(email=options["email"], role=options["role"], title=title)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Open within {staff.SETUP_HOURS} hours, once, to choose a password and a second factor:")
        self.stdout.write(staff.setup_link(made))
        if not settings.CONSOLE:
            self.stdout.write("The console is off here (TENON_CONSOLE=0).")
