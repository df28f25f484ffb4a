"""Root in somebody else's folder goes on as that somebody, so that `sudo make …` leaves nothing they cannot remove.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys

from ops.paths import ROOT, state_root
from ops.report import OpsError, say


def act_as_owner_of_tree() -> None:
    """Give root up where the project belongs to an ordinary user of this machine; otherwise change nothing.

    Raises OpsError where an ordinary user cannot write into the project.
    """
    if os.geteuid() != 0:
        _check_writable()
        return
    owner = ROOT.stat().st_uid
    if owner == 0:
        return
    try:
        entry = pwd.getpwuid(owner)
    except KeyError:  # a mounted folder in a container: nobody here by that number, so root's files harm nobody here
        return
    if not _can_run_python(entry):
        say(f"This folder belongs to {entry.pw_name}, who cannot run {sys.executable}; going on as root.")
        return
    say(f"This folder belongs to {entry.pw_name}; going on as {entry.pw_name}, not as root.")
    os.initgroups(entry.pw_name, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    home = entry.pw_dir if os.access(entry.pw_dir, os.W_OK) else str(state_root() / "home")
    os.environ.update(HOME=home, USER=entry.pw_name, LOGNAME=entry.pw_name)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        os.environ.pop(name, None)
    _check_writable()


def _check_writable() -> None:
    for path in (ROOT, *(path for path in (ROOT / ".venv", state_root()) if path.exists())):
        if not os.access(path, os.W_OK):
            raise OpsError(
                f"{path} is not writable for you; it may come from an earlier run as root. Give it back with\n"
                f"  sudo chown -R $(id -u):$(id -g) {path}"
            )


def _can_run_python(entry: pwd.struct_passwd) -> bool:
    try:
        trial = subprocess.run(
            [sys.executable, "-c", "import sys, ssl, venv"],
            user=entry.pw_uid,
            group=entry.pw_gid,
            extra_groups=[],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except PermissionError:
        return False
    return trial.returncode == 0
