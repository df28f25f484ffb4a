"""Early pytest plugin (`-p tests.environment`): real PostgreSQL and Valkey, each test process with its own in them.

It runs before Django reads its settings, which come from the environment only."""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

from ops.services import ensure

_BASE = {"DATABASE_URL": "TENON_TEST_BASE_URL", "DATABASE_OWNER_URL": "TENON_TEST_BASE_OWNER_URL"}


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _prepare() -> None:
    if "TENON_TEST_BASE_URL" not in os.environ:
        for name, value in ensure("test").items():
            os.environ[name] = value
        for name, base in _BASE.items():
            os.environ[base] = os.environ[name]
    # Two runs side by side must not share a worker's database.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")[:8]
    worker = f"{os.environ['PYTEST_XDIST_WORKER']}_{run}" if run else f"p{os.getpid()}"
    for name, base in _BASE.items():
        os.environ[name] = with_database(os.environ[base], f"tenon_test_{worker}")
    # Companies of two workers bear the same numbers, and a company's files lie below its number.
    files = os.environ.setdefault("TENON_TEST_BASE_FILES_URL", os.environ["FILES_URL"])
    os.environ["FILES_URL"] = f"{files}/{worker}"
    os.environ["TENON_TEST"] = "1"
    os.environ["TENON_DEV"] = "1"
    os.environ["TENON_CACHE_PREFIX"] = f"test-{worker}"
    os.environ.setdefault("TENON_DB_POOL_MAX", "70")  # concurrency tests hold real connections
    os.environ.setdefault("TENON_SCHEMA_POOL", "6")


_prepare()
