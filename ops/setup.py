"""What `make setup` does: the Python environment, Node and the web app's packages, the built web app, translations.

Each part keeps a stamp: a hash of what it was made from, written last. A part whose stamp matches is left alone, so a
second run takes a moment; a part that was interrupted has no stamp and is made again. Standard library only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from ops.node import find_node
from ops.owner import act_as_owner_of_tree
from ops.paths import CODE, FRONTEND, ROOT, VENV, state_root, venv_python
from ops.report import OpsError, fail, say

LOCK_FILE = ROOT / "requirements" / "dev.txt"
SOURCES_NOT_BUILT = {"node_modules", "dist", "coverage", "test-results", ".vite"}


def main(arguments: list[str]) -> None:
    try:
        act_as_owner_of_tree()
        set_up(arguments[0] if arguments else "all")
    except OpsError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("Interrupted. The next run goes on where this one stopped.", 130)


def set_up(what: str = "all") -> None:
    """Make everything that is missing or out of date. Raises OpsError with what to do."""
    stamps = state_root() / "stamps"
    stamps.mkdir(parents=True, exist_ok=True)
    with (stamps / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another setup is running; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        python_environment()
        compile_translations()
        (ROOT / ".tenon" / "static").mkdir(parents=True, exist_ok=True)  # WhiteNoise warns when STATIC_ROOT is missing
        if what == "all":
            web_app(stamps)


# --- stamps -----------------------------------------------------------------------------------------------------------


def digest(paths: Iterable[Path], *also: str) -> str:
    """A hash of the contents and names of files, and of what else matters."""
    total = hashlib.sha256()
    for word in also:
        total.update(word.encode() + b"\0")
    for path in paths:
        total.update(str(path).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_stamped(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text().strip() == wanted


def put_stamp(stamp: Path, wanted: str) -> None:
    partial = stamp.with_name(stamp.name + ".partial")
    partial.write_text(wanted + "\n")
    partial.replace(stamp)


# --- Python -----------------------------------------------------------------------------------------------------------


def python_environment() -> None:
    """.venv with exactly the locked packages."""
    version = ".".join(map(str, sys.version_info[:2]))
    stamp, unfinished = VENV / ".tenon-packages", VENV / ".tenon-unfinished"
    if venv_python().exists():
        theirs = _venv_version()
        version = theirs or version
        wanted = digest([], LOCK_FILE.read_text(), version)
        if theirs and is_stamped(stamp, wanted) and not unfinished.exists():
            return
        if unfinished.exists() or not theirs:
            say("The Python environment was left half-finished or its Python is gone; making it anew.")
            _remove(VENV)
    if not venv_python().exists():
        version = ".".join(map(str, sys.version_info[:2]))
        _create_venv()
    stamp.unlink(missing_ok=True)
    unfinished.touch()
    say("Installing the locked Python packages (once, and when the lock changes).")
    run(
        [
            *(str(venv_python()), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"),
            *("--disable-pip-version-check", "--no-warn-script-location", "-r", str(LOCK_FILE)),
        ],
        "Installing the Python packages failed. Is the package index reachable from here? pip's own settings "
        "(pip config list, PIP_* variables) are used as they are.",
        env={
            **{
                name: value
                for name, value in os.environ.items()
                if name not in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX")
            },
            "PIP_REQUIRE_VIRTUALENV": "1",
        },
    )
    put_stamp(stamp, digest([], LOCK_FILE.read_text(), version))
    unfinished.unlink()


def _venv_version() -> str | None:
    """The Python of the environment, or None when it does not run (its system Python was removed or upgraded) or is
    the system's own in disguise (the folder was half removed)."""
    code = "import sys, pip; assert sys.prefix != sys.base_prefix; print('%d.%d' % sys.version_info[:2])"
    try:
        result = subprocess.run([str(venv_python()), "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def _remove(folder: Path) -> None:
    """Out of the way in one step, then file by file: killed halfway, it leaves nothing that looks whole."""
    doomed = folder.with_name(f"{folder.name}.removing")
    shutil.rmtree(doomed, ignore_errors=True)
    if folder.exists():
        folder.rename(doomed)
        shutil.rmtree(doomed)


def _create_venv() -> None:
    say(f"Creating the Python environment with Python {'.'.join(map(str, sys.version_info[:3]))}.")
    _remove(VENV)
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        if maker := shutil.which("virtualenv"):
            run([maker, "--quiet", "--python", sys.executable, str(VENV)], "virtualenv failed.")
            return
        raise OpsError(
            f"This Python ({sys.executable}) comes without venv and pip. Install them:\n"
            f"  Debian, Ubuntu:  sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv\n"
            "or name a Python that has them: make setup PYTHON=/path/to/python3"
        ) from None
    run([sys.executable, "-m", "venv", str(VENV)], "Creating the Python environment failed.")


# --- translations -----------------------------------------------------------------------------------------------------


def compile_translations() -> None:
    """Every *.po whose *.mo is missing or older. Django reads only the compiled form."""
    stale = []
    for folder in CODE:
        for source in sorted((ROOT / folder).glob("**/locale/*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime:
                stale.append(str(source))
    if stale:
        run([str(venv_python()), "-m", "ops.catalogues", *stale], "Compiling the translations failed.")


# --- the web app ------------------------------------------------------------------------------------------------------


def web_app(stamps: Path) -> None:
    """frontend/node_modules and frontend/dist."""
    package_lock = FRONTEND / "package-lock.json"
    if not package_lock.exists():
        say("There is no frontend/package-lock.json here: the web app is not built.")
        return
    node = find_node()
    node_modules = FRONTEND / "node_modules"
    stamp = node_modules / ".tenon-packages"
    manifests = [path for path in (FRONTEND / "package.json", package_lock, FRONTEND / ".npmrc") if path.exists()]
    wanted = digest(manifests, node.major)
    if not is_stamped(stamp, wanted):
        say(f"Installing the web app's packages with Node {node.version} (once, and when the lock changes).")
        stamp.unlink(missing_ok=True)
        run(
            [*node.npm, "ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"],
            "Installing the web app's packages failed. npm's own settings (npm config list) are used as they are.",
            cwd=FRONTEND,
            env=node.environment(),
        )
        put_stamp(stamp, wanted)
    build = stamps / "web-build"
    wanted = digest(_web_sources(), node.major)
    if is_stamped(build, wanted) and (FRONTEND / "dist" / "index.html").exists():
        return
    say("Building the web app.")
    began = time.monotonic()
    build.unlink(missing_ok=True)
    run(
        [*node.npm, "run", "--silent", "build"],
        "Building the web app failed.",
        cwd=FRONTEND,
        env=node.environment(),
        quiet=True,
    )
    put_stamp(build, wanted)
    say(f"Built the web app in {time.monotonic() - began:.1f} seconds.")


def _web_sources() -> list[Path]:
    found = []
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = sorted(name for name in folders if name not in SOURCES_NOT_BUILT)
        found += [Path(folder, name) for name in sorted(files) if not name.endswith(".tsbuildinfo")]
    return found


def run(
    command: list[str],
    otherwise: str,
    *,
    cwd: Path = ROOT,
    env: dict[str, str] | None = None,
    quiet: bool = False,
) -> None:
    """Run a tool; `quiet` shows its output only when it fails. Raises OpsError with `otherwise`."""
    result = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        said = f"\n{result.stdout.strip()}" if quiet else ""
        raise OpsError(f"{otherwise}{said}\nThe command was: {shlex.join(command)}")
