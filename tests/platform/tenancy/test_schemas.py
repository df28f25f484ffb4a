"""The pool of ready schemas: built from the blueprint, claimed once, migrated and dropped."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection, connections, transaction

from tenon.records.triggers import wanted_triggers
from tenon.tenancy import blueprint, schemas
from tenon.tenancy.context import owning
from tenon.tenancy.models import Slot

_SHAPE = """
select 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
       coalesce(replace(pg_get_expr(d.adbin, d.adrelid), %(schema)s || '.', ''), a.attidentity::text)
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where c.relnamespace = %(schema)s::regnamespace and c.relkind = 'r'
union all
select 'constraint', c.relname, k.conname, replace(pg_get_constraintdef(k.oid), %(schema)s || '.', ''), '', ''
  from pg_constraint k join pg_class c on c.oid = k.conrelid where k.connamespace = %(schema)s::regnamespace
union all
select 'index', tablename, indexname, replace(indexdef, %(schema)s || '.', ''), '', '' from pg_indexes
 where schemaname = %(schema)s
union all
select 'trigger', c.relname, t.tgname, replace(pg_get_triggerdef(t.oid), %(schema)s || '.', ''), '', ''
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = %(schema)s::regnamespace and not t.tgisinternal
"""


def shape(schema: str) -> set[tuple[str, ...]]:
    with owning(schema), connections["owner"].cursor() as cursor:
        cursor.execute(_SHAPE, {"schema": schema})
        return {tuple(_plain(str(value)) for value in row) for row in cursor.fetchall()}


def _plain(text: str) -> str:
    """Without the casts and brackets that PostgreSQL writes differently after reading its own output once."""
    return re.sub(r"::(character varying|text)(\[\])?|[()]", "", text)


@pytest.fixture
def unblocked(django_db_setup: None, django_db_blocker: object) -> object:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield
        for each in connections.all(initialized_only=True):
            each.close()


def test_a_built_schema_equals_the_blueprint(unblocked: object) -> None:
    slot = schemas.build_slot()
    wanted, got = shape(blueprint.TEMPLATE), shape(slot.schema)
    assert got == wanted
    assert sum(1 for row in got if row[0] == "trigger") >= len(wanted_triggers()) > 0
    schemas.drop_slot(slot)


def test_a_dropped_slot_leaves_neither_schema_nor_role(unblocked: object) -> None:
    slot = schemas.build_slot()
    schema, role = slot.schema, slot.role
    schemas.drop_slot(slot)
    with connection.cursor() as cursor:
        cursor.execute("select to_regnamespace(%s)", [schema])
        assert cursor.fetchone() == (None,)
        # Roles belong to the whole server: another database may have one of the same name. This one has no trace.
        cursor.execute(
            """select count(*) from pg_shdepend d join pg_roles r on r.oid = d.refobjid
                where r.rolname = %s and d.dbid = (select oid from pg_database where datname = current_database())""",
            [role],
        )
        assert cursor.fetchone() == (0,)


def test_parallel_claims_take_different_schemas(unblocked: object) -> None:
    schemas.refill(4)
    claimed: list[int] = []
    barrier = threading.Barrier(4)

    def take() -> None:
        barrier.wait()
        with transaction.atomic():
            claimed.append(schemas.claim().pk)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(claimed)) == 4
    assert Slot.objects.filter(pk__in=claimed, state=Slot.State.CLAIMED).count() == 4


def test_an_empty_pool_builds_on_demand(unblocked: object) -> None:
    Slot.objects.filter(state=Slot.State.READY).update(state=Slot.State.CLAIMED)
    slot = schemas.claim()
    assert slot.state == Slot.State.CLAIMED
    assert shape(slot.schema) == shape(blueprint.TEMPLATE)


def test_a_schema_that_is_behind_is_found_and_migrated(unblocked: object) -> None:
    slot = schemas.build_slot()
    with owning(slot.schema), connections["owner"].cursor() as cursor:
        # As an older release left it: no jobs, and no trigger on a table.
        cursor.execute("drop table jobs_job")
        cursor.execute("delete from django_migrations where app = 'jobs'")
        cursor.execute("drop trigger records_audit_v1 on access_role")
    Slot.objects.filter(pk=slot.pk).update(migrated_to="older")
    assert slot.pk in [s.pk for s in schemas.behind()]
    schemas.migrate_slot(slot)
    assert shape(slot.schema) == shape(blueprint.TEMPLATE)
    assert schemas.behind() == []
    schemas.drop_slot(slot)


def test_a_failed_migration_is_remembered_and_resumed(unblocked: object, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = schemas.build_slot()
    Slot.objects.filter(pk=slot.pk).update(migrated_to="older")

    def fail(schema: str) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(schemas, "migrate_schema", fail)
        with pytest.raises(RuntimeError):
            schemas.migrate_slot(slot)
    slot.refresh_from_db()
    assert (slot.migrated_to, slot.error) == ("older", "disk full")
    schemas.migrate_slot(slot)
    slot.refresh_from_db()
    assert (slot.migrated_to, slot.error) == (schemas.fingerprint(), "")
    schemas.drop_slot(slot)
