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
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Step:
    name: str
    run: Callable[[dict[str, str]], bool]


def command(*words: str, cwd: Path = ROOT) -> Callable[[dict[str, str]], bool]:
    """A step that is a program: it passes when the program ends with 0."""

    def run(env: dict[str, str]) -> bool:
        return subprocess.run(words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, check=False).returncode == 0

    return run


def tool(name: str, *words: str) -> Callable[[dict[str, str]], bool]:
    return command(str(VENV / "bin" / name), *words)


def manage(*words: str) -> Callable[[dict[str, str]], bool]:
    return command(sys.executable, "manage.py", *words)


def npm(*words: str) -> Callable[[dict[str, str]], bool]:
    def run(env: dict[str, str]) -> bool:
        node = find_node()
        return command(*node.npm, *words, cwd=FRONTEND)({**env, "PATH": node.path})

    return run


# --- what is checked --------------------------------------------------------------------------------------------------


def write_openapi(env: dict[str, str]) -> bool:
    return manage("spectacular", "--validate", "--file", str(OPENAPI))(env)


def openapi_drift(env: dict[str, str]) -> bool:
    """docs/openapi.yaml says what the code serves."""
    fresh = state_dir("test") / "openapi.yaml"
    if not manage("spectacular", "--validate", "--file", str(fresh))(env):
        return False
    before = OPENAPI.read_text().splitlines() if OPENAPI.exists() else []
    changes = list(
        difflib.unified_diff(before, fresh.read_text().splitlines(), "docs/openapi.yaml", "the code", "", "", 2)
    )
    if changes:
        print("\n".join(line.rstrip() for line in changes[:60]))
        print("docs/openapi.yaml is out of date; write it anew with `make openapi`, and look at the difference.")
    return not changes


def pytest(*words: str) -> Callable[[dict[str, str]], bool]:
    return command(sys.executable, "-m", "pytest", *words)


def _workers() -> str:
    return os.environ.get("TENON_TEST_WORKERS") or str(max(2, min(4, os.cpu_count() or 2)))


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


def _all() -> list[Step]:
    return [
        *QUICK,
        *WEB,
        Step("pytest", pytest("tests", "--ignore=tests/e2e", "-n", _workers())),
        # A story mostly waits for its browser: two at a time, each file with a site of its own.
        *([Step("browser stories", pytest("tests/e2e", "-n", "2", "--dist", "loadfile"))] if E2E.exists() else []),
    ]


def _benchmarks(*, web: bool) -> list[Step]:
    """Every file of bench/ that runs alone; those that drive a browser are called web….py.

    Raises OpsError when there is none.
    """
    files = sorted(path for path in (ROOT / "bench").glob("*.py") if "__main__" in path.read_text())
    names = [path.stem for path in files if path.stem.startswith("web") is web]
    if not names:
        raise OpsError("There is nothing to measure: bench/ has no such file.")
    return [Step(name, command(sys.executable, "-m", f"bench.{name}")) for name in names]


PLANS: dict[str, Callable[[], list[Step]]] = {
    "quick": lambda: QUICK,
    "all": _all,
    "write-openapi": lambda: [Step("write docs/openapi.yaml", write_openapi)],
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
        return _run_steps(PLANS[plan](), env)
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


def _run_steps(steps: list[Step], env: dict[str, str]) -> list[str]:
    began, failed, lines = time.monotonic(), [], []
    only = shlex.split(os.environ.get("ONLY", ""))
    for step in steps:
        if only and not any(word in step.name for word in only):
            continue
        print(colour(f"\n── {step.name} " + "─" * max(4, 100 - len(step.name)), "1;36"), flush=True)
        start = time.monotonic()
        passed = step.run(env)
        took = time.monotonic() - start
        lines.append(f"{'ok    ' if passed else 'FAILED'}  {took:7.1f} s  {step.name}")
        print(colour(lines[-1], "32" if passed else "31"), flush=True)
        if not passed:
            failed.append(step.name)
    if len(lines) > 1:
        print(flush=True)
        for line in lines:
            say(line)
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    say(f"{'Failed: ' + ', '.join(failed) if failed else 'All is well'} after {minutes} min {seconds} s.")
    return failed


if __name__ == "__main__":
    main()
