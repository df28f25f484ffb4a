"""Processes, ports, locks and secrets: what both embedded services need from the operating system."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ops.report import OpsError

GUARD = Path(__file__).resolve().parent.parent / "guard.py"
LOOPBACK = "127.0.0.1"


def private_dir(path: Path, *, passable: bool = False) -> Path:
    """A folder only its owner can read; `passable` lets another user's server walk through to a folder of its own."""
    mode = 0o711 if passable else 0o700
    try:
        path.mkdir(parents=True, exist_ok=True)
        if path.stat().st_mode & 0o066 or passable:
            path.chmod(mode)
    except PermissionError as error:
        raise OpsError(
            f"Cannot write to {path}: {error.strerror}.\n"
            "It belongs to another user, probably from an earlier run as root. Give it back with\n"
            f"  sudo chown -R $(id -u):$(id -g) {path}\n"
            "or choose another place with TENON_STATE_DIR."
        ) from error
    return path


def write_atomically(path: Path, text: str, mode: int = 0o600) -> None:
    """Whole or not at all, even if we are killed halfway."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    partial.replace(path)


@contextlib.contextmanager
def locked(path: Path, timeout: float = 300) -> Iterator[None]:
    """One process at a time, also across crashes: the kernel drops the lock with its holder."""
    private_dir(path.parent)
    with path.open("a") as file:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise OpsError(f"Another process has held {path} for {timeout:.0f} seconds.") from None
                time.sleep(0.05)
        yield


def secret(state: Path, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """A random password made once and kept for its owner's eyes only."""
    path = private_dir(state) / "secrets.json"
    with locked(state / "secrets.lock"):
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = make()
            write_atomically(path, json.dumps(known, indent=1) + "\n")
        return known[name]


def port_is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def choose_port(remembered: int | None) -> int:
    """The port of last time when it is still free, so that addresses people kept go on working; else a free one."""
    if remembered and port_is_free(remembered):
        return remembered
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def read_int(path: Path) -> int | None:
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[:1] == ["Z"]


def command_line(pid: int) -> str:
    """How a process was started; empty when there is none (a pid file may outlive its process and its number)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            return ""
        listing = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return listing.stdout.strip()


def guarded(command: list[str], *options: str) -> list[str]:
    return [sys.executable, "-I", "-S", str(GUARD), *options, "--", *command]


def spawn(command: list[str], log: Path, *options: str, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, its output in `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            guarded(command, *options),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
        )


def wait_until(done: Callable[[], bool], timeout: float, every: float = 0.05) -> bool:
    deadline = time.monotonic() + timeout
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def last_lines(path: Path, count: int = 20) -> str:
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
