"""Building, migrating and dropping schemas, and the pool of ready ones. Runs over the owner's connection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, InternalError, ProgrammingError, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg import sql

from tenon.tenancy import blueprint, steps
from tenon.tenancy.backend.base import APPLICATION, OWNER
from tenon.tenancy.context import outside, owning
from tenon.tenancy.models import Slot

# What all companies' roles may do outside their schemas hangs on this one. A grant to each of them on the outbox would
# lengthen one row of pg_class by every company: PostgreSQL refuses it at some hundreds, and two grants at once clash.
COMPANIES = "tenon_companies"
REMAINS = timedelta(hours=1)  # a slot that is still being built after so long belongs to a process that died


class SchemaGone(RuntimeError):
    """A slot's schema is not there: somebody dropped it by hand, or a restore left it out."""


def _labels(names: Iterable[str]) -> set[str]:
    wanted = set(names)
    return {c.label for c in apps.get_app_configs() if c.name in wanted}


def company_labels() -> set[str]:
    """The apps whose tables lie in companies' schemas."""
    return _labels(settings.TENANT_APPS)


def _targets(loader: MigrationLoader, schema: str) -> list[tuple[str, str]]:
    labels = _labels(settings.SHARED_APPS if schema == "public" else settings.TENANT_APPS)
    return [key for key in loader.graph.leaf_nodes() if key[0] in labels]


@cache
def fingerprint() -> str:
    """Names the state of the code's company migrations and triggers; equal fingerprints need no migration."""
    from tenon.records.triggers import wanted_triggers

    leaves = sorted("/".join(key) for key in _targets(steps.loader(), "tenant"))
    return hashlib.sha256(json.dumps([leaves, sorted(wanted_triggers())]).encode()).hexdigest()


def migrate_schema(schema: str) -> None:
    """Brings one schema to the code's state. Resumable: Django's own history says what is done."""
    with owning(schema):
        connection = connections[OWNER]
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
        steps.migrate(connection, _targets(steps.loader(), schema))
        if schema == "public":
            _grant_public()
        else:
            from tenon.records.triggers import ensure_triggers

            ensure_triggers(connection)


def _make_role(cursor: Any, role: str) -> None:
    cursor.execute("select 1 from pg_roles where rolname = %s", [role])
    if cursor.fetchone() is None:
        # Roles belong to the whole server: another database (a test's, a copy's) may be making the same one just now.
        with suppress(ProgrammingError, IntegrityError), transaction.atomic(using=OWNER):
            cursor.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))


def _grant_public() -> None:
    """The application reads and writes public tables; companies' roles may add events to the outbox, nothing more."""
    app = sql.Identifier(settings.APPLICATION_ROLE)
    with connections[OWNER].cursor() as cursor:
        _make_role(cursor, COMPANIES)
        cursor.execute(sql.SQL("grant insert on events_outbox to {}").format(sql.Identifier(COMPANIES)))
        for statement in (
            "grant usage on schema public to {}",
            "grant select, insert, update, delete on all tables in schema public to {}",
            "grant usage, select on all sequences in schema public to {}",
            "revoke insert, update, delete on django_migrations from {}",
        ):
            cursor.execute(sql.SQL(statement).format(app))
        # The dispatcher reads everybody's events; companies' roles are held to their own name by another policy.
        cursor.execute(
            "select 1 from pg_policies where tablename = 'events_outbox' and policyname = 'events_outbox_app'"
        )
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("create policy events_outbox_app on events_outbox to {} using (true) with check (true)").format(
                    app
                )
            )


def migrate_public() -> None:
    migrate_schema("public")


def migrate_template() -> None:
    migrate_schema(blueprint.TEMPLATE)


_OPEN = (
    "grant {role} to {app} with inherit false, set true",
    "grant usage on schema {schema} to {role}",
    "alter default privileges for role {owner} in schema {schema}"
    " grant select, insert, update, delete on tables to {role}",
    "alter default privileges for role {owner} in schema {schema} grant usage, select on sequences to {role}",
)
_WHAT_IS_THERE = (
    "grant select, insert, update, delete on all tables in schema {schema} to {role}",
    "grant usage, select on all sequences in schema {schema} to {role}",
)
_CLOSE = (
    "revoke insert, update, delete on {schema}.django_migrations from {role}",
    # Last: it locks the group until the end of the transaction.
    "grant {companies} to {role} with inherit true, set false",
)
_GRANTED = """
select exists (
         select from pg_default_acl d cross join aclexplode(d.defaclacl) a join pg_roles r on r.oid = a.grantee
          where d.defaclnamespace = to_regnamespace(%(schema)s) and d.defaclobjtype = 'r' and r.rolname = %(role)s)
   and coalesce(has_table_privilege(%(role)s, to_regclass(%(schema)s || '.django_migrations')::oid, 'select'), false)
   and pg_has_role(%(app)s, %(role)s, 'set') and pg_has_role(%(role)s, %(companies)s, 'usage')
"""


def _grant(cursor: Any, schema: str, role: str, statements: Iterable[str]) -> None:
    names = {
        "schema": sql.Identifier(schema), "role": sql.Identifier(role),
        "app": sql.Identifier(settings.APPLICATION_ROLE), "companies": sql.Identifier(COMPANIES),
        "owner": sql.Identifier(connections[OWNER].settings_dict["USER"]),
    }  # fmt: skip
    for statement in statements:
        cursor.execute(sql.SQL(statement).format(**names))


def grant_role(cursor: Any, schema: str, role: str) -> None:
    """Makes the company's role if need be and gives it its own schema, now and for tables to come. Where that is so
    already nothing is granted: PostgreSQL looks for "all tables" of a schema among those of all companies."""
    _make_role(cursor, role)
    cursor.execute(_GRANTED, {"schema": schema, "role": role, "app": settings.APPLICATION_ROLE, "companies": COMPANIES})
    if not cursor.fetchone()[0]:
        _grant(cursor, schema, role, (*_OPEN, *_WHAT_IS_THERE, *_CLOSE))


def build_slot() -> Slot:
    """A new empty schema from the blueprint, with its role, in one transaction."""
    with outside():
        slot = Slot.objects.create()
    try:
        with owning(blueprint.TEMPLATE), connections[OWNER].cursor() as cursor:
            statements = blueprint.capture(cursor)
        with owning(slot.schema), transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            cursor.execute(sql.SQL("create schema {}").format(sql.Identifier(slot.schema)))
            _make_role(cursor, slot.role)
            _grant(cursor, slot.schema, slot.role, _OPEN)
            with connections[OWNER].connection.pipeline():  # sent behind each other: not a thousand round trips
                for statement in statements:
                    cursor.execute(statement)
            _grant(cursor, slot.schema, slot.role, _CLOSE)
    except Exception as error:
        with outside():
            Slot.objects.filter(pk=slot.pk).update(state=Slot.State.FAILED, error=str(error)[:2000])
        raise
    with outside():
        slot.state, slot.migrated_to = Slot.State.READY, fingerprint()
        slot.save()
    return slot


def refill(size: int | None = None) -> int:
    """Fills the pool up to `size` schemas that this code can give away, and clears remains of builds that failed. One
    runner at a time (advisory lock). Returns how many were built."""
    size = settings.SCHEMA_POOL_SIZE if size is None else size
    built = 0
    with connections[OWNER].cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtext('tenon.schema_pool'))")
        if not cursor.fetchone()[0]:
            return 0
        try:
            with outside():
                missing = size - Slot.objects.filter(state=Slot.State.READY, migrated_to=fingerprint()).count()
                remains = Slot.objects.filter(
                    state__in=[Slot.State.BUILDING, Slot.State.FAILED], changed_at__lt=timezone.now() - REMAINS
                )
                for slot in remains:
                    drop_slot(slot)
            for _ in range(missing):
                build_slot()
                built += 1
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext('tenon.schema_pool'))")
    return built


def claim_ready() -> Slot | None:
    """Takes one ready schema for a company, inside the caller's transaction. None when the pool is empty."""
    with transaction.atomic(using=APPLICATION):
        slot = (
            Slot.objects.select_for_update(skip_locked=True)
            .filter(state=Slot.State.READY, migrated_to=fingerprint())
            .order_by("id")
            .first()
        )
        if slot is not None:
            slot.state = Slot.State.CLAIMED
            slot.save(update_fields=["state", "changed_at"])
        return slot


def claim() -> Slot:
    """The same; builds one when the pool is empty. Not inside a transaction that may be rolled back: the schema would
    stay and nobody would know of it."""
    while (slot := claim_ready()) is None:
        build_slot()
    return slot


def schema_exists(schema: str) -> bool:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("select 1 from pg_namespace where nspname = %s", [schema])
        return cursor.fetchone() is not None


def _require_schema(slot: Slot) -> None:
    """Raises SchemaGone. Making it anew would give a company empty books in the place of its own."""
    if schema_exists(slot.schema):
        return
    if slot.state == Slot.State.READY:
        Slot.objects.filter(pk=slot.pk, state=Slot.State.READY).update(state=Slot.State.FAILED)
        raise SchemaGone(f"schema {slot.schema} is gone; it was nobody's yet, and the pool gives it to nobody now")
    raise SchemaGone(
        f"schema {slot.schema} is gone, and a company's data with it: restore it from a backup "
        "(docs/deploy.md, Backups), then migrate again"
    )


def migrate_slot(slot: Slot) -> None:
    """One pooled or live schema to the code's state; the slot remembers success or the error. Raises SchemaGone."""
    try:
        _require_schema(slot)
        migrate_schema(slot.schema)
        with owning(slot.schema), transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            grant_role(cursor, slot.schema, slot.role)
    except Exception as error:
        Slot.objects.filter(pk=slot.pk).update(error=str(error)[:2000])
        raise
    Slot.objects.filter(pk=slot.pk).update(migrated_to=fingerprint(), error="")


def behind() -> list[Slot]:
    """Slots whose schema is not at the code's state: one query."""
    states = [Slot.State.READY, Slot.State.CLAIMED]
    return list(Slot.objects.filter(state__in=states).exclude(migrated_to=fingerprint()).order_by("id"))


def drop_slot(slot: Slot) -> None:
    """Removes a schema and its role for good."""
    with owning("public"), transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(slot.schema)))
        cursor.execute("select 1 from pg_roles where rolname = %s", [slot.role])
        if cursor.fetchone():
            try:
                with transaction.atomic(using=OWNER):
                    cursor.execute(sql.SQL("drop role {}").format(sql.Identifier(slot.role)))
            except InternalError as error:
                # Roles are the server's: another database of Tenon on it may have a company of the same number.
                if not isinstance(error.__cause__, psycopg.errors.DependentObjectsStillExist):
                    raise
    slot.delete()
