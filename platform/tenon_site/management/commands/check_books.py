"""`manage.py check_books [slug …]`: proves the books of one or all companies.

Every module may bring `checks.py` with `check(company) -> list[str]`: findings in plain words, none when all is well.
Each company is looked at in one read-only snapshot, so people may work on."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from importlib import import_module, util
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from tenants.selectors import companies_live, company_by_slug
from tenon.tenancy.context import Company, serving

Check = Callable[[Company], list[str]]


def checks() -> Iterator[tuple[str, Check]]:
    """(app, check) of every company app that has one."""
    for config in apps.get_app_configs():
        if config.name in settings.TENANT_APPS and util.find_spec(f"{config.name}.checks") is not None:
            yield config.name, import_module(f"{config.name}.checks").check


def check_company(company: Company) -> list[str]:
    """All findings of one company, in one snapshot."""
    with serving(company):
        with connection.cursor() as cursor:
            cursor.execute("select 1")  # role and search path stand before the transaction begins
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
            return [finding for _app, check in checks() for finding in check(company)]


class Command(BaseCommand):
    help = "Proves the invariants of one or all companies' books."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("companies", nargs="*", metavar="slug", help="addresses of companies; none: all")

    def handle(self, *args: Any, **options: Any) -> None:
        found, bad = self._companies(options["companies"]), 0
        if not found:
            self.stdout.write("There is no company yet.")
        for company in found:
            start = time.monotonic()
            findings = check_company(company)
            took = time.monotonic() - start
            self.stdout.write(f"{company.slug}: {'ok' if not findings else f'{len(findings)} findings'} ({took:.2f} s)")
            for finding in findings:
                self.stdout.write(f"  {finding}")
            bad += bool(findings)
        if bad:
            raise CommandError(f"The books of {bad} of {len(found)} companies contradict themselves.")

    def _companies(self, slugs: list[str]) -> list[Company]:
        if not slugs:
            return companies_live()
        found = []
        for slug in slugs:
            company = company_by_slug(slug)
            if company is None:
                raise CommandError(f"There is no company {slug!r}.")
            found.append(company)
        return found
