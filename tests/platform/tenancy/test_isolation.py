"""The database itself refuses what a mistake in the code would leak."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import DatabaseError, ProgrammingError, connection, transaction

from tenants.models import Tenant
from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.events.models import Outbox
from tenon.records.service import acting
from tenon.tenancy.context import Company, NoCompany, current, current_or_none, outside, serving


def refused(statement: str, *parameters: Any) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return str(caught.value)


def test_outside_no_company_table_is_reachable(acme: Company) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        Department.objects.count()
    assert "permission denied" in refused(f"select * from {acme.schema}.access_department")


def test_inside_no_public_table_is_reachable(serving_acme: Company) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        Tenant.objects.count()
    assert "permission denied" in refused("select * from public.tenants_tenant")
    assert "permission denied" in refused("select * from public.events_outbox")
    assert "permission denied" in refused("delete from public.events_outbox")
    assert "permission denied" in refused("select * from public.django_session")


def test_inside_no_neighbours_table_is_reachable(serving_acme: Company, globex: Company) -> None:
    assert "permission denied" in refused(f"select * from {globex.schema}.access_member")
    assert "permission denied" in refused(f"insert into {globex.schema}.records_sequence (key, value) values ('x', 1)")


def test_a_forged_search_path_reaches_nothing(serving_acme: Company, globex: Company) -> None:
    # PostgreSQL does not even look into a schema that the role may not use.
    with pytest.raises(DatabaseError, match="does not exist"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local search_path = {globex.schema}")
        cursor.execute("select * from access_member")


def test_a_company_cannot_speak_in_anothers_name(serving_acme: Company, globex: Company) -> None:
    message = refused(
        """insert into public.events_outbox (event_id, role, name, payload, actor, created_at)
           values (gen_random_uuid(), %s, 'x', '{}', '', now())""",
        globex.role,
    )
    assert "row-level security" in message


def test_a_company_cannot_take_a_neighbours_role(serving_acme: Company, globex: Company) -> None:
    """SET ROLE is checked against the login, so this is a wall against mistakes only; what counts is that the next
    statement of our own goes back to the context's company."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == (serving_acme.role,)
    with outside(), connection.cursor() as cursor:
        cursor.execute("select current_user, session_user")
        mine, session = cursor.fetchone()
        assert mine == session


def test_nested_contexts_come_back(acme: Company, globex: Company) -> None:
    def schema() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select current_schema()")
            return str(cursor.fetchone()[0])

    with serving(acme):
        assert schema() == acme.schema
        with serving(globex):
            assert schema() == globex.schema
            with outside():
                assert schema() == "public"
            assert schema() == globex.schema
        assert schema() == acme.schema
    assert schema() == "public"
    assert current_or_none() is None
    with pytest.raises(NoCompany):
        current()


def test_an_error_inside_a_transaction_leaves_the_right_company(acme: Company, globex: Company) -> None:
    with serving(acme):
        refused("select 1/0")
        assert Department.objects.count() == 0
        with pytest.raises(RuntimeError), serving(globex), transaction.atomic():
            Department.objects.count()
            raise RuntimeError
        with connection.cursor() as cursor:
            cursor.execute("select current_user, current_schema()")
            assert cursor.fetchone() == (acme.role, acme.schema)


def test_a_rolled_back_savepoint_does_not_confuse_the_backend(acme: Company, globex: Company) -> None:
    """Role and path set after a savepoint are undone with it; the backend must notice."""
    with transaction.atomic():
        with pytest.raises(RuntimeError), transaction.atomic():
            with serving(globex):
                Department.objects.count()
            raise RuntimeError
        with serving(globex), connection.cursor() as cursor:
            cursor.execute("select current_user")
            assert cursor.fetchone() == (globex.role,)


def test_a_write_without_an_actor_is_refused(serving_acme: Company) -> None:
    assert "needs an actor" in refused(
        """insert into access_department (version, created_at, changed_at, custom, name, path)
           values (1, now(), now(), '{}', 'Sales', '')"""
    )


def test_same_context_costs_no_extra_statement(serving_acme: Company, django_assert_num_queries: object) -> None:
    Department.objects.count()
    with django_assert_num_queries(3):  # type: ignore[operator]
        for _ in range(3):
            Department.objects.count()


def test_threads_each_follow_their_own_company(fresh_company: object) -> None:
    first, second = fresh_company("First"), fresh_company("Second")  # type: ignore[operator]
    seen: dict[str, set[str]] = {first.schema: set(), second.schema: set()}

    def visit(company: Company) -> None:
        for _ in range(25):
            with serving(company), connection.cursor() as cursor:
                cursor.execute("select current_schema()")
                seen[company.schema].add(cursor.fetchone()[0])
            connection.close()  # back to the pool, to be given to the other

    threads = [threading.Thread(target=visit, args=(c,)) for c in (first, second, first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {first.schema: {first.schema}, second.schema: {second.schema}}


def test_a_connection_rests_without_role(fresh_company: object) -> None:
    company = fresh_company()  # type: ignore[operator]
    with serving(company), connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
    pool = connection.pool  # type: ignore[attr-defined]
    connection.close()
    with pool.connection() as raw:
        role, path = raw.execute("select current_setting('role'), current_setting('search_path')").fetchone()
    assert (role, path) == ("none", "public, extensions")


def test_async_views_keep_their_company(fresh_company: object) -> None:
    first, second = fresh_company("Async one"), fresh_company("Async two")  # type: ignore[operator]

    def schema() -> str:
        with connection.cursor() as cursor:
            cursor.execute("select current_schema()")
            return str(cursor.fetchone()[0])

    async def view(company: Company) -> list[str]:
        found = []
        for _ in range(5):
            with serving(company):
                found.append(await sync_to_async(schema, thread_sensitive=True)())
                await asyncio.sleep(0)
        return found

    async def both() -> list[list[str]]:
        return list(await asyncio.gather(view(first), view(second)))

    assert asyncio.run(both()) == [[first.schema] * 5, [second.schema] * 5]


def test_events_carry_the_writers_role(acme: Company, actor: Actor) -> None:
    with serving(acme), acting(actor), connection.cursor() as cursor:
        cursor.execute(
            """insert into public.events_outbox (event_id, role, name, payload, actor, created_at)
               values (gen_random_uuid(), current_user, 'Told', '{}', '', now())"""
        )
    assert list(Outbox.objects.values_list("role", flat=True)) == [acme.role]
