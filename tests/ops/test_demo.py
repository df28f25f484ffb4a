"""Starting the demo where it cannot start: a clear sentence, what to do, and nothing changed."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ops import demo
from ops.paths import ROOT
from ops.report import OpsError
from tests.ops.programs import python_environment


def run(action: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ops.demo", action],
        cwd=ROOT,
        env=python_environment(**environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_port_in_use_is_named_and_another_offered(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("start", PORT=str(port))
    assert result.returncode == 1
    assert f"Port {port} is in use" in result.stderr
    assert "make demo PORT=" in result.stderr
    assert not (state / "demo" / "postgres").exists(), "nothing was started"


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none(state: Path, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(OpsError, match="is not a port"):
        demo.start()


def test_a_second_demo_is_refused_and_told_where_the_first_is(state: Path) -> None:
    (state / "demo").mkdir()
    with (state / "demo" / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(json.dumps({"pid": os.getpid(), "port": 8123}))
        lock.flush()
        result = run("start", PORT="8124")
    assert result.returncode == 1
    assert f"process {os.getpid()}" in result.stderr
    assert "http://localhost:8123" in result.stderr
    assert "make demo-stop" in result.stderr


def test_a_lock_left_by_a_killed_demo_holds_nobody_up(state: Path) -> None:
    (state / "demo").mkdir()
    (state / "demo" / "demo.lock").write_text(json.dumps({"pid": os.getpid(), "port": 8123}))
    result = run("stop")
    assert result.returncode == 0
    assert "No demo is running" in result.stderr


def test_reset_stops_a_running_demo_before_it_removes_anything(
    state: Path, background: Callable[..., subprocess.Popen[str]]
) -> None:
    (state / "demo").mkdir()
    (state / "demo" / "loaded").touch()
    running = background(
        "import signal, sys, time\n"
        "from ops import demo\nfrom ops.paths import state_dir\n"
        "def leave(*_):\n"
        "    time.sleep(1)\n"
        "    print('data was still there:', (state_dir('demo') / 'loaded').exists(), flush=True)\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, leave)\n"
        "with demo._only_one(state_dir('demo'), 8123):\n"
        "    print('up', flush=True)\n"
        "    time.sleep(600)\n"
    )
    assert running.stdout is not None
    assert running.stdout.readline().strip() == "up"
    result = run("reset")
    assert result.returncode == 0, result.stderr
    assert running.stdout.readline().strip() == "data was still there: True"
    assert not (state / "demo").exists()


def test_a_failing_step_stops_the_database_again(state: Path, tmp_path: Path) -> None:
    """With settings that do not load, the migration fails: the demo says so and leaves no server behind."""
    result = run("start", PORT=str(_free_port()), DJANGO_SETTINGS_MODULE="no_such_settings")
    assert result.returncode == 1
    assert "migrate failed" in result.stderr
    assert "no_such_settings" in result.stdout
    assert not (state / "demo" / "loaded").exists()
    assert not (state / "demo" / "postgres" / "data" / "postmaster.pid").exists()


def test_ctrl_c_while_starting_stops_the_database_again(
    state: Path, background: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    (tmp_path / "slow_settings.py").write_text("import time; print('slow', flush=True); time.sleep(600)")
    code = "import sys; sys.argv = ['demo', 'start']\nfrom ops import demo\ndemo.main()"
    path = os.pathsep.join((str(tmp_path), python_environment()["PYTHONPATH"]))
    starting = background(code, PORT=str(_free_port()), DJANGO_SETTINGS_MODULE="slow_settings", PYTHONPATH=path)
    assert starting.stdout is not None
    while "slow" not in starting.stdout.readline():
        assert starting.poll() is None
    assert (state / "demo" / "postgres" / "data" / "postmaster.pid").exists()
    starting.send_signal(signal.SIGINT)
    began = time.monotonic()
    said, _ = starting.communicate(timeout=60)
    assert "Stopped. The data is kept" in said
    assert time.monotonic() - began < 30
    assert not (state / "demo" / "postgres" / "data" / "postmaster.pid").exists()


def test_the_demo_password_is_made_once_and_kept_private(state: Path) -> None:
    (state / "demo").mkdir()
    first = demo._environment(state / "demo", 8000)["TENON_DEMO_PASSWORD"]
    assert first == demo._environment(state / "demo", 8000)["TENON_DEMO_PASSWORD"]
    assert len(first) >= 12
    assert (state / "demo" / "secrets.json").stat().st_mode & 0o077 == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
