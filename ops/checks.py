"""`make check`, `make test` and their like: one step after another, each with its name, its time and its own words.

A failing step does not hide the others: all of them run, and the failures are named at the end. Tests that run in the
browser come last, so that the closing line of pytest is the last thing said before the summary.
"""

from __future__ import annotations

import difflib
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO

from ops import services
from ops.browser import find_browser
from ops.node import find_node
from ops.owner import act_as_owner_of_tree
from ops.paths import CODE, FRONTEND, ROOT, VENV, state_dir
from ops.report import OpsError, colour, fail, say

OPENAPI = ROOT / "docs" / "openapi.yaml"
E2E = ROOT / "tests" / "e2e"
PYTHON_FOLDERS = [
    name
    for name in (*CODE, "ops", "bench", "tests", "manage.py")
    if next((ROOT / name).rglob("*.py"), None) or (ROOT / name).is_file()
]


Run = Callable[[dict[str, str], IO[str]], bool]  # environment, where its words go → passed


@dataclass(frozen=True)
class Step:
    name: str
    run: Run


def command(*words: str, cwd: Path = ROOT) -> Run:
    """A step that is a program: it passes when the program ends with 0."""

    def run(env: dict[str, str], out: IO[str]) -> bool:
        errors = None if out is sys.stdout else subprocess.STDOUT
        done = subprocess.run(words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, check=False)
        return done.returncode == 0

    return run


def tool(name: str, *words: str) -> Run:
    return command(str(VENV / "bin" / name), *words)


def manage(*words: str) -> Run:
    return command(sys.executable, "manage.py", *words)


def npm(*words: str) -> Run:
    def run(env: dict[str, str], out: IO[str]) -> bool:
        node = find_node()
        return command(*node.npm, *words, cwd=FRONTEND)({**env, "PATH": node.path}, out)

    return run


# --- what is checked --------------------------------------------------------------------------------------------------


def write_openapi(env: dict[str, str], out: IO[str]) -> bool:
    return manage("spectacular", "--validate", "--file", str(OPENAPI))(env, out)


def openapi_drift(env: dict[str, str], out: IO[str]) -> bool:
    """docs/openapi.yaml says what the code serves."""
    fresh = state_dir("test") / "openapi.yaml"
    if not manage("spectacular", "--validate", "--file", str(fresh))(env, out):
        return False
    before = OPENAPI.read_text().splitlines() if OPENAPI.exists() else []
    changes = list(
        difflib.unified_diff(before, fresh.read_text().splitlines(), "docs/openapi.yaml", "the code", "", "", 2)
    )
    if changes:
        print("\n".join(line.rstrip() for line in changes[:60]), file=out)
        print("docs/openapi.yaml is out of date: write it anew with `make openapi`, look at the change.", file=out)
    return not changes


def pytest(*words: str) -> Run:
    return command(sys.executable, "-m", "pytest", *words)


def _workers() -> str:
    """One more than there are cores: a test waits for its database, its browser or a process that it started."""
    return os.environ.get("TENON_TEST_WORKERS") or str(max(2, min(4, (os.cpu_count() or 2) + 1)))


QUICK = [
    Step("ruff check", tool("ruff", "check", *PYTHON_FOLDERS)),
    Step("ruff format", tool("ruff", "format", "--check", "--quiet", *PYTHON_FOLDERS)),
    Step("import-linter", tool("lint-imports")),
    Step("mypy", tool("mypy", *PYTHON_FOLDERS)),
    Step("migration drift", manage("makemigrations", "--check", "--dry-run")),
    Step("OpenAPI drift", openapi_drift),
]
WEB = [
    Step("TypeScript", npm("run", "--silent", "typecheck")),
    Step("ESLint", npm("run", "--silent", "lint")),
    Step("Vitest", npm("exec", "--", "vitest", "run")),
    Step("page weights", npm("run", "--silent", "size")),
]


Lanes = list[list[Step]]  # run side by side; the steps of one lane one after another


def _all() -> list[Lanes]:
    tests = [
        Step(
            "pytest",
            # By file, in order: what a file sets up (the demo company takes 45 s) is set up once, and the long files
            # at the end of the alphabet do not wait for one another.
            pytest(
                "tests",
                "--ignore=tests/e2e",
                "-n",
                _workers(),
                "--dist",
                "loadfile",
                "--no-loadscope-reorder",
                "--durations",
                "40",
            ),
        ),
        # Each worker has a site of its own.
        *(
            [Step("browser stories", pytest("tests/e2e", "-n", _workers(), "--dist", "loadfile", "--durations", "15"))]
            if E2E.exists()
            else []
        ),
    ]
    # mypy and the type checker of the web app take a core each; what the tests leave free is nothing.
    return [[QUICK, WEB], [tests]]


def _benchmarks(*, web: bool) -> list[Lanes]:
    """Every file of bench/ that runs alone; those that drive a browser are called web….py.

    Raises OpsError when there is none.
    """
    files = sorted(path for path in (ROOT / "bench").glob("*.py") if "__main__" in path.read_text())
    names = [path.stem for path in files if path.stem.startswith("web") is web]
    if not names:
        raise OpsError("There is nothing to measure: bench/ has no such file.")
    return [[[Step(name, command(sys.executable, "-m", f"bench.{name}")) for name in names]]]


PLANS: dict[str, Callable[[], list[Lanes]]] = {
    "quick": lambda: [[QUICK]],
    "all": _all,
    "write-openapi": lambda: [[[Step("write docs/openapi.yaml", write_openapi)]]],
    "bench": lambda: _benchmarks(web=False),
    "bench-web": lambda: _benchmarks(web=True),
}


# --- running them -----------------------------------------------------------------------------------------------------


def main() -> None:
    plan = sys.argv[1] if len(sys.argv) > 1 else ""
    if plan not in PLANS:
        fail(f"Which one? {', '.join(PLANS)}")
    try:
        act_as_owner_of_tree()
        failed = run_plan(plan)
    except OpsError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("Interrupted.", 130)
    raise SystemExit(1 if failed else 0)


def run_plan(plan: str) -> list[str]:
    """Run the steps of a plan with the test services; the names of those that failed."""
    ours_to_stop = not any(services.running("test").values())
    try:
        env = _environment()
        if plan in ("all", "bench-web"):
            env["TENON_BROWSER"] = find_browser()
        return _run_plan(PLANS[plan](), env)
    finally:
        if ours_to_stop:
            services.stop("test")


def _environment() -> dict[str, str]:
    paths = [str(ROOT / "platform"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        **services.ensure("test"),
        "PYTHONPATH": os.pathsep.join(paths),
        "DJANGO_SETTINGS_MODULE": "tenon_site.settings",
        "PATH": os.pathsep.join((str(VENV / "bin"), os.environ.get("PATH", os.defpath))),
    }


@dataclass
class Account:
    """What ran, with its time; the words of steps that run beside others are shown when each ends."""

    only: list[str]
    lock: Lock
    lines: list[str]
    failed: list[str]

    def run(self, lane: list[Step], env: dict[str, str], beside: bool) -> None:
        for step in lane:
            if self.only and not any(word in step.name for word in self.only):
                continue
            if not beside:
                print(_head(step), flush=True)
                self.note(step, *_timed(step, env, sys.stdout))
                continue
            with tempfile.TemporaryFile("w+") as words:
                result = _timed(step, env, words)
                words.seek(0)
                with self.lock:
                    print(_head(step), words.read(), sep="\n", end="", flush=True)
                    self.note(step, *result)

    def note(self, step: Step, passed: bool, took: float) -> None:
        self.lines.append(f"{'ok    ' if passed else 'FAILED'}  {took:7.1f} s  {step.name}")
        print(colour(self.lines[-1], "32" if passed else "31"), flush=True)
        if not passed:
            self.failed.append(step.name)


def _head(step: Step) -> str:
    return colour(f"\n── {step.name} " + "─" * max(4, 100 - len(step.name)), "1;36")


def _timed(step: Step, env: dict[str, str], out: IO[str]) -> tuple[bool, float]:
    start = time.monotonic()
    return step.run(env, out), time.monotonic() - start


def _run_plan(parts: list[Lanes], env: dict[str, str]) -> list[str]:
    began = time.monotonic()
    account = Account(shlex.split(os.environ.get("ONLY", "")), Lock(), [], [])
    for lanes in parts:
        with ThreadPoolExecutor(len(lanes)) as pool:
            for done in [pool.submit(account.run, lane, env, len(lanes) > 1) for lane in lanes]:
                done.result()
    if len(account.lines) > 1:
        print(flush=True)
        for line in account.lines:
            say(line)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    failed = account.failed
    say(f"{'Failed: ' + ', '.join(failed) if failed else 'All is well'} after {minutes} min {seconds} s.")
    return failed


if __name__ == "__main__":
    main()
