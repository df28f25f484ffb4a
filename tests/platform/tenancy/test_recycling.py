"""Connections are replaced, so that no backend keeps the catalogues of all companies in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from tenon.access.models import Department
from tenon.tenancy.backend.base import visited
from tenon.tenancy.context import Company, serving


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _visit(company: Company) -> tuple[int, set[str]]:
    """One request's use of a connection: taken from the pool, given back."""
    with serving(company):
        Department.objects.count()
        pid, seen = _backend(), set(visited(connection.connection))
    connection.close()
    return pid, seen


def in_a_thread_of_its_own(work: Callable[[], Any]) -> Any:
    """With a pool of one connection, so that each visit is on the same one while it lives."""
    found: list[Any] = []

    def run() -> None:
        # A pool of its own: in the process's there are connections that other tests hold or have used.
        pools = connection._connection_pools  # type: ignore[attr-defined]
        kept = pools.pop(connection.alias, None)
        try:
            connection.pool.resize(1, 1)  # type: ignore[attr-defined]
            found.append(work())
        finally:
            connections.close_all()
            connection.close_pool()  # type: ignore[attr-defined]
            if kept is not None:
                pools[connection.alias] = kept

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found
    return found[0]


@pytest.fixture
def two(fresh_company: Callable[..., Company]) -> tuple[Company, Company]:
    return fresh_company("One"), fresh_company("Two")


def test_a_connection_that_visited_many_companies_is_replaced(two: tuple[Company, Company], settings: Any) -> None:
    settings.DB_MAX_COMPANIES = 2
    one, other = two

    def visits() -> list[tuple[int, set[str]]]:
        return [_visit(one), _visit(one), _visit(other), _visit(one)]

    first, again, both, after = in_a_thread_of_its_own(visits)
    assert first[0] == again[0] == both[0]  # the same company over and over costs nothing more
    assert both[1] == {one.role, other.role}
    assert after[0] != both[0]
    assert after[1] == {one.role}


def test_below_the_limit_it_stays(two: tuple[Company, Company], settings: Any) -> None:
    settings.DB_MAX_COMPANIES = 3
    one, other = two
    pids = in_a_thread_of_its_own(lambda: [_visit(company)[0] for company in (one, other, one, other)])
    assert len(set(pids)) == 1
