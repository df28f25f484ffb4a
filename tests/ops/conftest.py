"""What the tests of `ops/` share: scratch state folders and programs run in the background."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.embedded.process import is_alive
from ops.paths import ROOT
from tests.ops.programs import SERVICE_VARIABLES, gone, python_environment


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty state folder (its name holds a space on purpose), with no service named by the environment."""
    for name in SERVICE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder = Path(tempfile.mkdtemp(prefix="tenon ops "))
    folder.chmod(0o755)
    monkeypatch.setenv("TENON_STATE_DIR", str(folder))
    yield folder
    for pid_file in [*folder.glob("**/postmaster.pid"), *folder.glob("**/valkey/pid")]:
        pid = int(pid_file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline")
        if is_alive(pid) and (
            not command.exists() or b"postgres" in command.read_bytes() or b"valkey" in command.read_bytes()
        ):
            os.kill(pid, signal.SIGTERM if "valkey" in str(pid_file) else signal.SIGQUIT)
            gone(pid)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def background(state: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start Python code as a program of its own; whatever is left of it is killed afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", code, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env=python_environment(**environment),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
