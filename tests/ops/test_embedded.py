"""The embedded services: made once, kept, reachable with their passwords only, and started after any accident."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from ops.embedded.postgres import EmbeddedPostgres
from ops.embedded.process import choose_port, is_alive, port_is_free
from ops.embedded.valkey import EmbeddedValkey
from ops.paths import ROOT
from ops.report import OpsError
from tests.ops.programs import gone, python_environment


@pytest.fixture
def postgres(state: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(state / "test", "test")


@pytest.fixture
def valkey(state: Path) -> EmbeddedValkey:
    return EmbeddedValkey(state / "demo", "demo")


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def test_a_second_start_finds_the_same_server_and_data(state: Path) -> None:
    postgres = EmbeddedPostgres(state / "demo", "demo")
    first = postgres.start()
    pid = postgres.running()
    rows(first["DATABASE_OWNER_URL"], "create table kept (a int)")
    assert postgres.start() == first
    assert postgres.running() == pid

    postgres.stop()
    assert postgres.running() is None
    assert postgres.start() == first, "the address survives a restart"
    assert rows(first["DATABASE_OWNER_URL"], "select * from kept") == []


def test_the_logins_may_do_what_they_must_and_no_more(postgres: EmbeddedPostgres) -> None:
    urls = postgres.start()
    owner, app = urls["DATABASE_OWNER_URL"], urls["DATABASE_URL"]
    rows(owner, "create role tr_1 nologin")
    rows(owner, "grant tr_1 to tenon_app with inherit false, set true")
    rows(owner, "create schema t_1; create table t_1.x (a int); grant usage on schema t_1 to tr_1")
    rows(owner, "grant select on t_1.x to tr_1; insert into t_1.x values (7)")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(app, "select * from t_1.x")
    rows(owner, "create table public.outbox (a int); grant insert on public.outbox to tr_1")
    with psycopg.connect(app, autocommit=True) as connection:
        connection.execute("set role tr_1")
        assert connection.execute("select a from t_1.x").fetchall() == [(7,)]
        connection.execute("insert into public.outbox values (1)")
        for forbidden in ("select * from public.outbox", "create table public.mine (a int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)
    for forbidden in (
        "create table public.mine (a int)",
        "create role other",
        "create database other",
        "set role tenon_owner",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            rows(app, forbidden)
    rows(owner, "create database copy template tenon_template")  # how tests get a fresh database
    assert rows(
        owner.removesuffix("tenon") + "copy", "select count(*) from pg_extension where extname = 'pg_trgm'"
    ) == [(1,)]


def test_the_demo_owner_may_not_create_databases(state: Path) -> None:
    urls = EmbeddedPostgres(state / "demo", "demo").start()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(urls["DATABASE_OWNER_URL"], "create database other")


def test_chinese_is_searchable_by_trigram(postgres: EmbeddedPostgres) -> None:
    owner = postgres.start()["DATABASE_OWNER_URL"]
    assert rows(owner, "select similarity('山地自行车', '自行车') > 0.2, lower('É')") == [(True, "é")]


def test_no_other_user_of_the_machine_gets_in(postgres: EmbeddedPostgres) -> None:
    url = postgres.start()["DATABASE_URL"]
    port = url.rpartition(":")[2].partition("/")[0]
    for user in ("postgres", "tenon_owner", "tenon_app"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host="127.0.0.1", port=port, user=user, dbname="tenon", passfile="/dev/null").close()
    secrets = postgres.state.parent / "secrets.json"
    assert secrets.stat().st_mode & 0o077 == 0
    assert postgres.data.stat().st_mode & 0o077 == 0
    password = url.partition("://tenon_app:")[2].partition("@")[0]
    assert password not in Path(f"/proc/{postgres.running()}/cmdline").read_text()


def test_a_server_that_was_killed_comes_back_with_its_data(state: Path) -> None:
    postgres = EmbeddedPostgres(state / "demo", "demo")
    owner = postgres.start()["DATABASE_OWNER_URL"]
    rows(owner, "create table kept as select 42 as a")
    pid = postgres.running()
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)
    assert (postgres.data / "postmaster.pid").exists(), "the crash left its pid file"
    # The worst case: the number in the stale file is that of another living process of ours.
    file = postgres.data / "postmaster.pid"
    file.write_text("\n".join([str(os.getpid()), *file.read_text().splitlines()[1:]]) + "\n")

    assert postgres.running() is None
    urls = postgres.start()
    assert rows(urls["DATABASE_OWNER_URL"], "select a from kept") == [(42,)]


def test_it_waits_for_sessions_that_outlive_a_killed_server(state: Path) -> None:
    postgres = EmbeddedPostgres(state / "demo", "demo")
    owner = postgres.start()["DATABASE_OWNER_URL"]
    rows(owner, "create table kept as select 42 as a")
    pid = postgres.running()
    assert pid

    def busy() -> None:
        with contextlib.suppress(psycopg.OperationalError):
            rows(owner, "select count(*) from generate_series(1, 25000000)")

    with ThreadPoolExecutor(1) as pool:
        session = pool.submit(busy)
        while not rows(owner, "select 1 from pg_stat_activity where query like 'select count%' and state = 'active'"):
            assert not session.done()
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
        urls = postgres.start()
        assert session.done(), "two servers were at work on the same files"
    assert rows(urls["DATABASE_OWNER_URL"], "select a from kept") == [(42,)]


def test_a_remembered_port_that_is_taken_gives_way(postgres: EmbeddedPostgres) -> None:
    postgres.state.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        postgres.port_file.write_text(f"{port}\n")
        urls = postgres.start()
        assert f":{port}/" not in urls["DATABASE_URL"]
        assert rows(urls["DATABASE_URL"], "select 1") == [(1,)]


def test_a_half_made_cluster_is_made_anew(postgres: EmbeddedPostgres) -> None:
    for name in ("data", "data.partial"):
        (postgres.state / name / "base").mkdir(parents=True)
        (postgres.state / name / "base" / "rubbish").write_text("from a killed initdb")
    assert rows(postgres.start()["DATABASE_URL"], "select 1") == [(1,)]


def test_a_test_cluster_starts_empty_whatever_happened_to_the_last_one(postgres: EmbeddedPostgres) -> None:
    urls = postgres.start()
    rows(urls["DATABASE_OWNER_URL"], "create role left_behind")
    postgres.stop()
    (postgres.data / "global" / "pg_control").write_bytes(b"\0" * 8192)
    assert postgres.start() == urls
    assert rows(urls["DATABASE_OWNER_URL"], "select 1 from pg_roles where rolname = 'left_behind'") == []


def test_a_damaged_demo_is_never_thrown_away(state: Path) -> None:
    postgres = EmbeddedPostgres(state / "demo", "demo")
    postgres.start()
    postgres.stop()
    (postgres.data / "global" / "pg_control").write_bytes(b"\0" * 8192)
    with pytest.raises(OpsError, match="PostgreSQL did not start"):
        postgres.start()
    assert (postgres.data / "base").exists()


def test_data_of_another_postgresql_release_is_refused_with_the_way_out(state: Path) -> None:
    postgres = EmbeddedPostgres(state / "demo", "demo")
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(OpsError, match="written by PostgreSQL 16"):
        postgres.start()


# --- Valkey -----------------------------------------------------------------------------------------------------------


def test_valkey_keeps_its_queues_and_wants_its_password(valkey: EmbeddedValkey) -> None:
    url = valkey.start()["VALKEY_URL"]
    with redis.Redis.from_url(url) as client:
        client.lpush("queue", "job")
    port = int(url.rpartition(":")[2])
    with redis.Redis(port=port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    assert valkey.config.stat().st_mode & 0o077 == 0

    pid = valkey.running()
    assert pid
    os.kill(pid, signal.SIGTERM)
    assert gone(pid)
    valkey.pid_file.write_text(f"{os.getpid()}\n")  # the number now belongs to somebody else
    assert valkey.running() is None
    assert valkey.start() == {"VALKEY_URL": url}
    with redis.Redis.from_url(url) as client:
        assert client.llen("queue") == 1


def test_valkey_moves_from_a_taken_port(valkey: EmbeddedValkey) -> None:
    valkey.state.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        valkey.port_file.write_text(f"{taken.getsockname()[1]}\n")
        url = valkey.start()["VALKEY_URL"]
        assert not url.endswith(f":{taken.getsockname()[1]}")
        with redis.Redis.from_url(url) as client:
            assert client.ping()


# --- both -------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent-death signal is Linux's")
def test_services_bound_to_a_supervisor_end_with_it(
    state: Path, background: Callable[..., subprocess.Popen[str]]
) -> None:
    supervisor = background(
        "import os, time; from ops import services\n"
        "services.ensure('demo', die_with=os.getpid()); print('up'); time.sleep(600)"
    )
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline().strip() == "up"
    pids = [EmbeddedPostgres(state / "demo").running(), EmbeddedValkey(state / "demo").running()]
    assert all(pids)
    supervisor.kill()
    assert all(gone(pid) for pid in pids if pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else; as anybody else, all tests do this")
def test_an_ordinary_user_owns_everything_it_makes(state: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    python = _python_for(nobody)
    home = state / "nobody"
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)

    def services(action: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-m", "ops.services", action, "--profile", "demo"],
            cwd=ROOT,
            env=python_environment(TENON_STATE_DIR=str(home), HOME="/nonexistent"),
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )

    up = services("up")
    assert up.returncode == 0, up.stderr
    exported = dict(line.removeprefix("export ").split("=", 1) for line in up.stdout.splitlines())
    assert rows(exported["DATABASE_URL"], "select current_user::text") == [("tenon_app",)]
    pid = EmbeddedPostgres(home / "demo").running()
    assert pid
    assert Path(f"/proc/{pid}").stat().st_uid == nobody.pw_uid
    strangers = [path for path in home.rglob("*") if path.lstat().st_uid != nobody.pw_uid]
    assert strangers == []
    assert services("down").returncode == 0
    assert not is_alive(pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs PostgreSQL as itself")
def test_as_root_the_server_is_not_root_and_its_files_have_one_owner(postgres: EmbeddedPostgres) -> None:
    """Root's own in a namespace; `nobody`'s where namespaces are forbidden (containers)."""
    postgres.start()
    pid = postgres.running()
    assert pid
    namespaced = os.readlink(f"/proc/{pid}/ns/user") != os.readlink("/proc/self/ns/user")
    owner = 0 if namespaced else pwd.getpwnam("nobody").pw_uid
    assert Path(f"/proc/{pid}").stat().st_uid == owner
    assert {path.lstat().st_uid for path in postgres.data.rglob("*")} == {owner}
    assert {path.lstat().st_uid for path in postgres.state.iterdir() if path != postgres.data} == {0}


def test_a_chosen_port_is_free() -> None:
    assert port_is_free(choose_port(None))


def _python_for(user: pwd.struct_passwd) -> str:
    """A Python that this user can run: ours may live in root's home."""
    for path in (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        if path is None:
            continue
        try:
            trial = subprocess.run(
                [path, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"],
                user=user.pw_uid,
                group=user.pw_gid,
                extra_groups=[],
                cwd="/",
                check=False,
                capture_output=True,
            )
        except PermissionError:
            continue
        if trial.returncode == 0:
            return path
    pytest.skip("no Python on this machine that an ordinary user can run")
