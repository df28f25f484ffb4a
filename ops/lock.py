"""`make lock`: compile requirements/*.in to *.txt, with hashes and without the address of any package index."""

from __future__ import annotations

import os
import subprocess
import sys

from ops.owner import act_as_owner_of_tree
from ops.paths import ROOT, VENV
from ops.report import OpsError, fail, say

_COMPILE = [
    *("pip", "compile", "--python-version", "3.11", "--universal", "--generate-hashes", "--quiet"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header"),
]


def main() -> None:
    try:
        act_as_owner_of_tree()
        # `make lock` keeps what is locked and adds or removes what changed; `make lock UPGRADE=1` moves everything.
        upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
        compile_requirements("dev", *upgrade)
        compile_requirements("base", "-c", "requirements/dev.txt", *upgrade)
    except OpsError as error:
        fail(str(error))


def compile_requirements(name: str, *options: str) -> None:
    """Raises OpsError with what the resolver said."""
    target = f"requirements/{name}.txt"
    say(f"Locking {target}.")
    uv = VENV / "bin" / "uv"
    command = [str(uv), *_COMPILE, f"requirements/{name}.in", "-o", target, *options]
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False, env=_pip_as_uv())
    if result.returncode != 0:
        raise OpsError(f"Locking {target} failed.")


def _pip_as_uv() -> dict[str, str]:
    """uv does not read pip's settings: hand over which index replaces the public one, if any.

    Additional indexes and folders of wheels stay out: they often hold a few files of a package, and the lock must have
    the hashes of every platform.
    """
    env = dict(os.environ)
    if "UV_DEFAULT_INDEX" in env or "UV_INDEX_URL" in env:
        return env
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if index := os.environ.get("PIP_INDEX_URL") or said.stdout.strip():
        env["UV_DEFAULT_INDEX"] = index
    return env


if __name__ == "__main__":
    main()
