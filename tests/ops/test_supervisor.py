"""The supervised group: it starts in order, says who died and why, and leaves nobody behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.programs import gone

# A member that has a child of its own, tells both numbers, and ends in good order when asked.
MEMBER = """
import os, signal, subprocess, sys, time
name = sys.argv[1]
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
def leave(*_):
    print(f"{name} leaves", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print(f"{name} {os.getpid()} {child.pid}", flush=True)
time.sleep(600)
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
SUPERVISOR = """
import os, sys
from pathlib import Path
from ops.report import OpsError, fail
from ops.supervisor import Group, Interrupted, Program
logs, member, *more = sys.argv[1:]
def start(group):
    for name in ("one", "two"):
        group.start(Program(name, [sys.executable, "-c", member, name]))
    for code in more:
        group.start(Program("extra", [sys.executable, "-c", code], patience=1))
    group.watch(every=0.05)
try:
    with Group(Path(logs), dict(os.environ), Path.cwd()) as group:
        start(group)
except Interrupted:
    print("interrupted")
except OpsError as error:
    fail(str(error), 7)
"""
pytestmark = pytest.mark.usefixtures("state")


def read_pids(supervisor: subprocess.Popen[str], members: int = 2) -> list[int]:
    assert supervisor.stdout is not None
    pids: list[int] = []
    while len(pids) < 2 * members:
        line = supervisor.stdout.readline()
        assert line, "the supervisor ended early"
        words = line.split()
        if words[-1].isdigit() and words[-2].isdigit():
            pids += [int(words[-2]), int(words[-1])]
    return pids


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_stops_everybody_in_the_reverse_order(
    background: Callable[..., subprocess.Popen[str]], tmp_path: Path, how: signal.Signals
) -> None:
    supervisor = background(SUPERVISOR, str(tmp_path), MEMBER)
    pids = read_pids(supervisor)
    supervisor.send_signal(how)
    said, _ = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 0
    assert all(gone(pid) for pid in pids), "children of members included"
    if how != signal.SIGHUP:  # then there is no terminal left to read from
        assert said.index("two leaves") < said.index("one leaves")
        assert said.rstrip().endswith("interrupted")
    assert (tmp_path / "one.log").read_text().splitlines()[-1] == "one leaves"


def test_when_one_dies_all_stop_and_its_last_words_are_shown(
    background: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    dying = "import sys, time; print('no such table: orders'); sys.stdout.flush(); time.sleep(1); sys.exit(3)"
    supervisor = background(SUPERVISOR, str(tmp_path), MEMBER, dying)
    pids = read_pids(supervisor)
    said, _ = supervisor.communicate(timeout=30)
    assert supervisor.returncode == 7
    assert "extra ended by itself (exit status 3)" in said
    assert said.rindex("no such table: orders") > said.index("extra ended by itself")
    assert all(gone(pid) for pid in pids)


def test_a_member_that_was_killed_is_named_with_its_signal(
    background: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    supervisor = background(SUPERVISOR, str(tmp_path), MEMBER, "import os; os.kill(os.getpid(), 9)")
    said, _ = supervisor.communicate(timeout=30)
    assert "killed by SIGKILL" in said


def test_a_member_that_does_not_listen_is_ended_by_force(
    background: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    supervisor = background(SUPERVISOR, str(tmp_path), MEMBER, DEAF)
    pids = read_pids(supervisor)
    wait_for(lambda: "deaf" in _text(tmp_path / "extra.log"))
    supervisor.send_signal(signal.SIGTERM)
    said, _ = supervisor.communicate(timeout=30)
    assert "extra │ does not stop" in said
    assert all(gone(pid) for pid in pids)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's parent-death signal is Linux's")
def test_members_do_not_outlive_a_supervisor_that_was_killed(
    background: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    supervisor = background(SUPERVISOR, str(tmp_path), MEMBER)
    members = read_pids(supervisor)[::2]
    supervisor.kill()
    assert all(gone(pid) for pid in members)


def test_nobody_reading_the_output_is_no_reason_to_stop(
    background: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    chatty = "import time\nfor n in range(10**6): print('line', n, flush=True); time.sleep(0.01)"
    supervisor = background(SUPERVISOR, str(tmp_path), MEMBER, chatty)
    pids = read_pids(supervisor)
    assert supervisor.stdout is not None
    supervisor.stdout.close()
    size = len(_text(tmp_path / "extra.log"))
    wait_for(lambda: len(_text(tmp_path / "extra.log")) > size + 200)
    assert supervisor.poll() is None
    supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(timeout=30)
    assert all(gone(pid) for pid in pids)


def wait_for(done: Callable[[], bool], timeout: float = 15) -> None:
    deadline = time.monotonic() + timeout
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
