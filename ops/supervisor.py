"""Several programs as one: started in order, their output side by side, stopped together and in order.

Nothing is restarted silently. When one program ends by itself, the group says which and why, and stops. Every program
has a process group of its own, so stopping it stops what it started; and where the kernel can (Linux), a program ends
with the supervisor even if that is killed outright.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ops.embedded.process import guarded
from ops.report import OpsError, colour

LOG_LIMIT = 5_000_000
_COLOURS = ("36", "33", "32", "35", "34", "31")


class Interrupted(Exception):
    """The operator asked us to stop (Ctrl-C, SIGTERM, the terminal closed)."""


class Died(OpsError):
    """A program of the group ended by itself."""


@dataclass
class Program:
    """One member of the group: how it is started, and how long it may take to finish what it is doing."""

    name: str
    command: list[str]
    patience: float = 10
    silent: bool = False  # its lines go to the log and to whoever asked, not to the console
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    reader: threading.Thread | None = field(default=None, init=False)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=40), init=False)


class Group:
    """The programs that run now. Use as a context manager; leaving it stops them in the reverse order of starting."""

    def __init__(self, logs: Path, env: dict[str, str], cwd: Path) -> None:
        self.logs = logs
        self.env = env
        self.cwd = cwd
        self.programs: list[Program] = []
        self.width = 9
        self._stop_asked = 0
        self._console_open = True
        self._console = threading.Lock()
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        if isinstance(error, Died):
            self._say("tenon", f"{str(error).partition('. ')[0]}; stopping the others", "1;31")
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    # --- running ----------------------------------------------------------------------------------------------------

    def start(self, program: Program) -> Program:
        """Start a member. Its death is noticed by the next `check`."""
        self._start(program)
        self.programs.append(program)
        return program

    def run(self, program: Program) -> list[str]:
        """Run a program to its end before going on, and return its last lines.

        Raises OpsError when it fails, Interrupted when we are stopped.
        """
        process = self._start(program)
        try:
            while process.poll() is None:
                self.check()
                time.sleep(0.05)
        except BaseException:
            self._terminate(program)
            raise
        self._join(program)
        if process.returncode != 0:
            said = "\n" + "\n".join(program.last) if program.silent else " See its lines above."
            raise OpsError(f"{program.name} failed ({_how_it_ended(process.returncode)}).{said}")
        return list(program.last)

    def check(self) -> None:
        """Raises Interrupted when the operator wants us to stop, Died when a program ended by itself."""
        if self._stop_asked:
            raise Interrupted
        for program in self.programs:
            assert program.process is not None
            status = program.process.poll()
            if status is not None:
                self._join(program)
                lines = "\n".join(f"  {line}" for line in list(program.last)[-25:]) or "  (it said nothing)"
                raise Died(
                    f"{program.name} ended by itself ({_how_it_ended(status)}). Its last lines:\n{lines}\n"
                    f"The whole log: {self._log(program)}"
                )

    def wait_until(self, done: Callable[[], bool], timeout: float, otherwise: str) -> None:
        """Wait for something while watching everybody. Raises as `check`, and OpsError(`otherwise`) when too late."""
        deadline = time.monotonic() + timeout
        while not done():
            self.check()
            if time.monotonic() > deadline:
                raise OpsError(otherwise)
            time.sleep(0.1)

    def watch(self, every: float = 0.25, also: Callable[[], None] | None = None) -> None:
        """Stay until something ends: returns never, raises as `check` (or as `also`, asked every two seconds)."""
        beat = 0
        while True:
            self.check()
            if also and beat % 8 == 0:
                also()
            beat += 1
            time.sleep(every)

    # --- stopping ---------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop everybody, the last started first; a second Ctrl-C makes it short."""
        asked = self._stop_asked
        for program in reversed(self.programs):
            if program.process is not None and program.process.poll() is None:
                self._say(program.name, "stopping", "2")
            self._terminate(program, hurry=lambda: self._stop_asked > max(asked, 1))
        self.programs.clear()

    def _terminate(self, program: Program, hurry: Callable[[], bool] = lambda: False) -> None:
        process = program.process
        if process is None:
            return
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + program.patience
            while process.poll() is None and time.monotonic() < deadline and not hurry():
                time.sleep(0.05)
            if process.poll() is None:
                self._say(program.name, "does not stop; ending it by force", "2")
        # What it started and left behind goes too: they share its process group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._join(program)

    # --- output -----------------------------------------------------------------------------------------------------

    def _start(self, program: Program) -> subprocess.Popen[bytes]:
        options = ["--die-with", f"{os.getpid()}:{int(signal.SIGTERM)}"]
        process = subprocess.Popen(
            guarded(program.command, *options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.env,
            cwd=self.cwd,
            start_new_session=True,
        )
        program.process = process
        program.reader = threading.Thread(target=self._read, args=(program,), name=program.name, daemon=True)
        program.reader.start()
        return process

    def _read(self, program: Program) -> None:
        assert program.process is not None
        assert program.process.stdout is not None
        path = self._log(program)
        with contextlib.suppress(OSError):
            if path.exists() and path.stat().st_size > LOG_LIMIT:
                path.replace(path.with_suffix(".log.1"))
        with path.open("a") as log:
            for raw in program.process.stdout:
                line = raw.decode(errors="replace").rstrip()
                program.last.append(line)
                with contextlib.suppress(OSError):  # a full disk must not stop the reading, or the program would block
                    log.write(f"{line}\n")
                    log.flush()
                if not program.silent:
                    self._say(program.name, line, self._colour(program))

    def _join(self, program: Program) -> None:
        if program.reader is not None:
            program.reader.join(timeout=2)

    def _log(self, program: Program) -> Path:
        return self.logs / f"{program.name.replace(' ', '-')}.log"

    def _colour(self, program: Program) -> str:
        return _COLOURS[self.programs.index(program) % len(_COLOURS)] if program in self.programs else "2"

    def _say(self, name: str, line: str, code: str) -> None:
        with self._console:
            if not self._console_open:
                return
            try:
                print(colour(f"{name:>{self.width}} │ ", code) + line, flush=True)
            except OSError:  # whoever read our output is gone (a closed terminal or pipe); the logs go on
                self._console_open = False
                sys.stdout = open(os.devnull, "w")  # noqa: SIM115

    def _on_signal(self, number: int, _frame: object) -> None:
        self._stop_asked += 1
        if number == signal.SIGHUP:
            self._console_open = False


def _how_it_ended(status: int) -> str:
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-status).name}"
    return f"exit status {status}"
