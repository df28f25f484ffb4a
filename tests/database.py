"""Test databases: a template with all migrations and a filled pool is built once per state of the code, then copied."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from ops.paths import state_dir
from tests.environment import with_database

ROOT = Path(__file__).resolve().parents[1]
_SOURCES = (
    "platform/tenon/**/migrations/*.py",
    "tenants/migrations/*.py",
    "billing/migrations/*.py",
    "console/migrations/*.py",
    "modules/**/migrations/*.py",
)
_ALSO = (
    "platform/tenon/records/triggers.py",
    "platform/tenon/tenancy/blueprint.py",
    "platform/tenon/tenancy/schemas.py",
    "tests/database.py",
)
# Tests name colleagues' person numbers by hand (77, 4711, 9001 …); people who are really made must never come by one.
_FIRST_PERSON = 1_000_000


def code_state() -> str:
    """Changes with any migration, trigger or the way schemas are made."""
    digest = hashlib.sha256(os.environ.get("TENON_WITHOUT", "").encode())
    files = sorted({p for pattern in _SOURCES for p in ROOT.glob(pattern)} | {ROOT / p for p in _ALSO})
    for path in [*files, ROOT / "requirements" / "base.txt"]:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _maintenance() -> psycopg.Connection:
    return psycopg.connect(os.environ["TENON_TEST_BASE_OWNER_URL"], autocommit=True)


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None


def _build_template(connection: psycopg.Connection, name: str) -> None:
    building = f"{name}_building"
    connection.execute(f'drop database if exists "{building}" with (force)')
    connection.execute(
        f"create database \"{building}\" template template0 encoding 'UTF8'"
        " locale_provider 'builtin' builtin_locale 'C.UTF-8' locale 'C.UTF-8'"
    )
    owner_url = with_database(os.environ["TENON_TEST_BASE_OWNER_URL"], building)
    with psycopg.connect(owner_url, autocommit=True) as made:
        made.execute("create schema extensions")
        made.execute("grant usage on schema extensions to public")
        for extension in ("pg_trgm", "btree_gist", "unaccent"):
            made.execute(f"create extension {extension} schema extensions")
    environment = {
        **os.environ,
        "DATABASE_URL": with_database(os.environ["TENON_TEST_BASE_URL"], building),
        "DATABASE_OWNER_URL": owner_url,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "tenants", "migrate"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"the test template could not be migrated:\n{done.stdout}\n{done.stderr}")
    with psycopg.connect(owner_url, autocommit=True) as made:
        made.execute("select setval('public.tenants_person_id_seq', %s, false)", [_FIRST_PERSON])
    connection.execute(f'alter database "{building}" rename to "{name}"')


def create(name: str) -> None:
    """A fresh database `name`, copied from the template of the present code."""
    template = f"tenon_template_{code_state()}"
    lock = state_dir("test") / "template.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with _maintenance() as connection:
            if not _exists(connection, template):
                old = connection.execute(
                    """select datname from pg_database where datname like 'tenon\\_template\\_%'
                        order by oid desc offset 3"""
                )
                for (datname,) in old.fetchall():
                    connection.execute(f'drop database if exists "{datname}" with (force)')
                _build_template(connection, template)
            connection.execute(f'drop database if exists "{name}" with (force)')
            connection.execute(f'create database "{name}" template "{template}"')


def drop(name: str) -> None:
    with _maintenance() as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
