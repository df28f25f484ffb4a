"""Whose name PostgreSQL runs under. It refuses root, and its tools refuse a user without an entry in the user list."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

from ops.embedded.process import guarded
from ops.report import OpsError


def server_identity(data_parent: Path, program: Path) -> list[str]:
    """The guard options under which the server may run.

    An ordinary user runs it as itself. Root appears as an ordinary user in a namespace of its own (its files stay
    root's); where namespaces are forbidden, root hands the data folder to `nobody` and gives root up.

    Raises OpsError when neither is possible.
    """
    uid = os.geteuid()
    if uid != 0 and _has_entry(uid):
        return []
    stand_in = _stand_in()
    namespace = ["--namespace", f"{stand_in.pw_uid}:{stand_in.pw_gid}"]
    if _works(namespace, program):
        return namespace
    if uid == 0:
        substitute = ["--as", f"{stand_in.pw_uid}:{stand_in.pw_gid}"]
        if _works([*substitute], program, data_parent):
            return substitute
    raise OpsError(
        "PostgreSQL does not run as root, and this machine lets us neither use a user namespace nor reach "
        f"{data_parent} as the user {stand_in.pw_name}.\n"
        "Run as an ordinary user, move the state with TENON_STATE_DIR=/var/tmp/tenon, or set DATABASE_URL and "
        "DATABASE_OWNER_URL to a PostgreSQL of yours (docs/deploy.md)."
    )


def owner_of_files(options: list[str]) -> tuple[int, int] | None:
    """Who must own the data folder on disk when it is not ourselves."""
    if options[:1] == ["--as"]:
        uid, gid = options[1].split(":")
        return int(uid), int(gid)
    return None


def give_to(path: Path, owner: tuple[int, int]) -> None:
    os.chown(path, *owner)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(os.path.join(folder, name), *owner, follow_symlinks=False)


def _has_entry(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _stand_in() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        for entry in pwd.getpwall():
            if entry.pw_uid != 0:
                return entry
    raise OpsError("The user list of this machine has no user but root; PostgreSQL needs one. Add one with useradd.")


def _works(options: list[str], program: Path, reachable: Path | None = None) -> bool:
    """Try it: start the program and, where the file owner changes, enter the folder the data lives in."""
    trials = [[str(program), "--version"]]
    if reachable is not None:
        trials.append(["/bin/sh", "-c", 'cd "$0"', str(reachable)])
    return all(
        subprocess.run(
            guarded(trial, *options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            cwd="/",
        ).returncode
        == 0
        for trial in trials
    )
