"""The pool of ready schemas: built from the blueprint, claimed once, migrated and dropped."""

from __future__ import annotations

import re
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from tenon.records.triggers import wanted_triggers
from tenon.tenancy import blueprint, schemas
from tenon.tenancy.context import owning
from tenon.tenancy.models import Slot
from tests.committed import committing

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
union all
select 'function', proname, replace(pg_get_functiondef(oid), %(schema)s || '.', ''), '', '', '' from pg_proc
 where pronamespace = %(schema)s::regnamespace
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
    with committing(django_db_blocker):
        yield


def test_a_built_schema_equals_the_blueprint(unblocked: object) -> None:
    slot = schemas.build_slot()
    wanted, got = shape(blueprint.TEMPLATE), shape(slot.schema)
    assert got == wanted
    assert sum(1 for row in got if row[0] == "trigger") >= len(wanted_triggers()) > 0
    schemas.drop_slot(slot)


def privileges(slot: Slot) -> set[tuple[str, ...]]:
    """What the company's role may do with each table and sequence of its schema."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """select c.relname, string_agg(a.privilege_type, ' ' order by a.privilege_type)
                 from pg_class c cross join aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
                where c.relnamespace = %(s)s::regnamespace and r.rolname = %(r)s group by 1""",
            {"s": slot.schema, "r": slot.role},
        )
        return set(cursor.fetchall())


def test_a_company_may_write_its_tables_and_read_their_history(unblocked: object) -> None:
    slot = schemas.build_slot()
    found = privileges(slot)
    tables = {name for kind, name, *_rest in shape(blueprint.TEMPLATE) if kind == "column"}
    assert {(t, "DELETE INSERT SELECT UPDATE") for t in tables - {"django_migrations"}} <= found
    assert ("django_migrations", "SELECT") in found
    assert ("access_department_id_seq", "SELECT USAGE") in found
    schemas.drop_slot(slot)


def test_what_a_migration_adds_belongs_to_the_company_too(unblocked: object) -> None:
    """Also where a backup came back without its grants."""
    slot = schemas.build_slot()
    before = privileges(slot)
    with owning(slot.schema), connections["owner"].cursor() as cursor:
        cursor.execute("drop table jobs_job")
        cursor.execute("delete from django_migrations where app = 'jobs'")
    schemas.migrate_slot(slot)
    assert privileges(slot) == before
    with owning(slot.schema), connections["owner"].cursor() as cursor:
        for kind in ("tables", "sequences"):
            cursor.execute(f"revoke all on all {kind} in schema {slot.schema} from {slot.role}")
    assert not privileges(slot)
    schemas.migrate_slot(slot)
    assert privileges(slot) == before
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
        # As an older release left it: no jobs.
        cursor.execute("drop table jobs_job")
        cursor.execute("delete from django_migrations where app = 'jobs'")
        # And as one release back audited, with a function for all tables; that of other columns is still on roles.
        cursor.execute(
            "create function records_audit_v2() returns trigger language plpgsql as 'begin return null; end'"
        )
        (ours,) = (t for t in wanted_triggers() if t.table == "access_department")
        cursor.execute(f"drop trigger {ours.name} on access_department")
        cursor.execute(f"drop function {ours.name}")
        cursor.execute(
            "create trigger records_audit_v2 after insert or update or delete on access_department"
            " for each row execute function records_audit_v2('access_department', 'id', 'name')"
        )
        (ours,) = (t for t in wanted_triggers() if t.table == "access_role")
        cursor.execute(f"alter function {ours.name} rename to records_audit_000000000000")
        cursor.execute(f"alter trigger {ours.name} on access_role rename to records_audit_000000000000")
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


def test_grants_on_the_outbox_do_not_grow_with_the_companies(unblocked: object) -> None:
    """Every grant to a company by name lengthens one row of pg_class, which has room for some hundreds."""
    slot = schemas.build_slot()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            """select array_agg(distinct a.grantee::regrole::text) from pg_class c, aclexplode(c.relacl) a
                where c.oid = 'public.events_outbox'::regclass"""
        )
        (grantees,) = cursor.fetchone()
        assert not [name for name in grantees if name.startswith("tr_")]
        cursor.execute(
            "select has_table_privilege(%s, 'public.events_outbox', 'insert'),"
            " has_table_privilege(%s, 'public.events_outbox', 'select')",
            [slot.role, slot.role],
        )
        assert cursor.fetchone() == (True, False)
    schemas.drop_slot(slot)


def test_schemas_may_be_built_side_by_side(unblocked: object) -> None:
    """As by four sign-ups at once that find the pool empty."""
    made: list[object] = []
    barrier = threading.Barrier(4)

    def build() -> None:
        barrier.wait()
        try:
            made.append(schemas.build_slot())
        except Exception as error:
            made.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [m for m in made if not isinstance(m, Slot)] == []
    for slot in made:
        assert isinstance(slot, Slot)
        schemas.drop_slot(slot)


@pytest.mark.parametrize(
    ("state", "afterwards"), [(Slot.State.CLAIMED, Slot.State.CLAIMED), (Slot.State.READY, Slot.State.FAILED)]
)
def test_a_schema_that_somebody_dropped_is_not_made_anew(unblocked: object, state: str, afterwards: str) -> None:
    slot = schemas.build_slot()
    Slot.objects.filter(pk=slot.pk).update(state=state, migrated_to="older")
    slot.refresh_from_db()
    with owning("public"), connections["owner"].cursor() as cursor:
        cursor.execute(f"drop schema {slot.schema} cascade")
    with pytest.raises(CommandError, match=f"{slot.schema} is gone"):
        call_command("tenants", "check")
    with pytest.raises(schemas.SchemaGone, match=slot.schema):
        schemas.migrate_slot(slot)
    assert not schemas.schema_exists(slot.schema)
    slot.refresh_from_db()
    assert (slot.state, "is gone" in slot.error) == (afterwards, True)
    schemas.drop_slot(slot)


def test_refilling_clears_what_failed_long_ago_and_counts_what_this_code_can_give(unblocked: object) -> None:
    old, fresh, stale = (Slot.objects.create(state=Slot.State.FAILED) for _ in range(3))
    Slot.objects.filter(pk=old.pk).update(changed_at="2020-01-01T00:00Z")
    Slot.objects.filter(pk=stale.pk).update(state=Slot.State.READY, migrated_to="older")
    ready = Slot.objects.filter(state=Slot.State.READY, migrated_to=schemas.fingerprint()).count()
    assert schemas.refill(ready + 1) == 1, "the one of an older release fills no place"
    assert set(Slot.objects.filter(pk__in=[old.pk, fresh.pk]).values_list("pk", flat=True)) == {fresh.pk}
    Slot.objects.filter(pk__in=[fresh.pk, stale.pk]).delete()
