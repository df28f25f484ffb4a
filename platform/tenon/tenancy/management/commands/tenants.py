"""`manage.py tenants …`: list, create, migrate, refill, check companies' schemas; export and restore one company."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.module_loading import import_string

from tenon.problems import Problem
from tenon.tenancy import schemas
from tenon.tenancy.migrating import migrate_all
from tenon.tenancy.models import Slot


class Command(BaseCommand):
    help = "Looks after companies' schemas: list, create, migrate, refill, check, export, restore."
    requires_system_checks: list[str] = []  # `manage.py check` asks; a deploy that has nothing to do need not

    def add_arguments(self, parser: ArgumentParser) -> None:
        sub = parser.add_subparsers(dest="verb", required=True)
        sub.add_parser("list", help="every schema, its state and company")
        create = sub.add_parser("create", help="a company as sign-up makes it, for an owner who may be new")
        create.add_argument("slug")
        create.add_argument("--name", required=True)
        create.add_argument("--owner", required=True, help="e-mail; signs in with a code sent there")
        for name, default in (("industry", "general"), ("language", "en"), ("currency", "CNY"), ("time-zone", "UTC")):
            create.add_argument(f"--{name}", default=default)
        migrate = sub.add_parser("migrate", help="public, blueprint, pooled and live schemas; resumable")
        migrate.add_argument("--parallel", type=int, default=2)
        migrate.add_argument("--no-pool", action="store_true", help="do not fill the pool afterwards")
        refill = sub.add_parser("refill", help="fill the pool of ready schemas")
        refill.add_argument("--size", type=int, default=None)
        export = sub.add_parser("export", help="everything of one company as an archive that can be restored")
        export.add_argument("slug")
        export.add_argument("path", type=Path, help="a file that does not exist yet")
        restore = sub.add_parser("restore", help="a new company from an archive, after checking every hash in it")
        restore.add_argument("path", type=Path)
        restore.add_argument("slug", help="the address of the new company")
        restore.add_argument("--name", default="", help="instead of the archive's")
        restore.add_argument("--copy", action="store_true", help="for trying out: no mails, schedules or payments")
        sub.add_parser("check", help="every schema at the code's state, every role in place; non-zero when not")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        from django.apps import apps

        tenants = {t.slot_id: t for t in apps.get_model("tenants", "Tenant").objects.all()}
        for slot in Slot.objects.order_by("id"):
            tenant = tenants.get(slot.pk)
            current = "current" if slot.migrated_to == schemas.fingerprint() else "behind"
            self.stdout.write(f"{slot.schema:10} {slot.state:9} {current:8} {tenant.slug if tenant else '-'}")

    def _create(self, options: dict[str, Any]) -> None:
        wanted = ("slug", "name", "owner", "industry", "language", "currency", "time_zone")
        try:
            made = import_string(settings.COMPANY_CREATE)(**{name: options[name] for name in wanted})
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(made)

    def _export(self, options: dict[str, Any]) -> None:
        try:
            made = import_string(settings.COMPANY_EXPORT)(options["slug"], options["path"])
        except (Problem, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{len(made.tables)} tables, {made.rows} rows, {made.files} files; content {made.content}")

    def _restore(self, options: dict[str, Any]) -> None:
        wanted = {name: options[name] for name in ("path", "slug", "name", "copy")}
        try:
            self.stdout.write(import_string(settings.COMPANY_RESTORE)(**wanted))
        except (Problem, OSError) as problem:
            raise CommandError(str(problem)) from problem

    def _migrate(self, options: dict[str, Any]) -> None:
        started = time.monotonic()
        schemas.migrate_public()
        behind = schemas.behind()
        schemas.migrate_template()
        connections.close_all()
        failed: list[tuple[str, str]] = []
        for schema, error in migrate_all([s.pk for s in behind], options["parallel"]):
            self.stdout.write(f"{schema} {error or 'migrated'}")
            if error:
                failed.append((schema, error))
        if not options["no_pool"]:
            schemas.refill()
        self.stdout.write(f"{len(behind)} schemas migrated in {time.monotonic() - started:.1f} s")
        if failed:
            raise CommandError(f"{len(failed)} schemas failed; run the command again to resume: {failed[0]}")

    def _refill(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{schemas.refill(options['size'])} schemas built")

    def _check(self, options: dict[str, Any]) -> None:
        problems = [f"{slot.schema} is behind the code" for slot in schemas.behind()]
        problems += [f"{s.schema} failed: {s.error}" for s in Slot.objects.filter(state=Slot.State.FAILED)]
        with connections["owner"].cursor() as cursor:
            cursor.execute("select rolname from pg_roles union all select nspname from pg_namespace")
            there = {name for (name,) in cursor.fetchall()}
        for slot in Slot.objects.filter(state__in=[Slot.State.READY, Slot.State.CLAIMED]):
            if slot.schema not in there:
                problems.append(f"{slot.schema} is gone; restore it from a backup (docs/deploy.md, Backups)")
            if slot.role not in there:
                problems.append(f"{slot.schema} has no role {slot.role}")
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write("all schemas are at the code's state")
