"""A database server of one story's own, so that it can be killed without hurting the tests beside it: a cluster in a
folder of its own, with what is committed on the disk, as at a customer's."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import psycopg

from ops.embedded.postgres import EmbeddedPostgres
from ops.embedded.process import is_alive, wait_until
from ops.paths import ROOT, state_root


class OwnDatabase:
    """Named by `environment`, in which processes of the story run. Use it as a context."""

    def __init__(self) -> None:
        self.home = state_root() / f"story-{os.getpid()}"
        self.server = EmbeddedPostgres(self.home, "demo")
        self.environment: dict[str, str] = {}

    def __enter__(self) -> OwnDatabase:
        shutil.rmtree(self.home, ignore_errors=True)
        try:
            self.start()
            self.run("manage.py", "tenants", "migrate")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        urls = self.server.start(die_with=os.getpid())
        self.environment = {
            **os.environ, **urls, "TENON_CACHE_PREFIX": self.home.name, "TENON_SCHEMA_POOL": "1",
            "TENON_DB_POOL_MAX": "10", "DJANGO_SETTINGS_MODULE": "tenon_site.settings",
            "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
        }  # fmt: skip

    def run(self, *command: str) -> str:
        """A Python program to its end; what it said."""
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, (command, done.stdout[-3000:], done.stderr[-3000:])
        return done.stdout

    def _sessions(self, application: str) -> list[int]:
        """Server processes that are at work for `application`."""
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as login:
            found = login.execute(
                "select pid from pg_stat_activity where application_name = %s and state <> 'idle'", [application]
            )
            return [pid for (pid,) in found.fetchall()]

    def _one_at_work(self, application: str) -> int:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if found := self._sessions(application):
                return found[0]
            time.sleep(0.01)
        raise AssertionError("nobody is at work")

    def end_session(self, application: str) -> None:
        """One session dies in the middle of what it does; the others do not notice."""
        pid = self._one_at_work(application)
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as login:
            login.execute("select pg_terminate_backend(%s)", [pid])

    def kill_session(self, application: str) -> None:
        """SIGKILL of one server process: PostgreSQL throws everybody out, replays its log and goes on by itself."""
        os.kill(self._one_at_work(application), signal.SIGKILL)
        assert wait_until(self._answers, 30), "the database does not come back"

    def kill_server(self) -> None:
        """SIGKILL of the server. Whoever is in the middle of a statement loses it; then it is started again."""
        pid = self.server.running()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: not is_alive(pid), 10)
        self.start()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.environment["DATABASE_URL"]).close()
        except psycopg.OperationalError:
            return False
        return True
