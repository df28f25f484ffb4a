"""The cache of a process: one set of connections for all that it serves, one space of keys for each company."""

from __future__ import annotations

from contextvars import Context, copy_context

import pytest
from django.core.cache import cache, caches

from tenon.tenancy.context import Company, serving


def test_every_request_uses_the_same_connections() -> None:
    """Each is worked on in a context of its own, in which Django makes a cache anew."""

    def client() -> tuple[int, int]:
        cache.get("nothing")
        made = caches["default"]
        return id(made), id(made._cache.get_client("nothing").connection_pool)  # type: ignore[attr-defined]

    kept = [copy_context().run(Context().run, client) for _ in range(3)]
    assert len({pool for _made, pool in kept}) == 1


@pytest.mark.usefixtures("db")
def test_what_one_company_keeps_no_other_reads(acme: Company, globex: Company) -> None:
    with serving(acme):
        cache.set("test-only", "acme's", 60)
    with serving(globex):
        assert cache.get("test-only") is None
    assert cache.get("test-only") is None
    with serving(acme):
        assert cache.get("test-only") == "acme's"
        cache.delete("test-only")
