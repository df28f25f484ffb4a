"""Runs one program as a well-behaved child: `python guard.py [options] -- program args…`.

It sets what must be set after the fork and before the program, and then becomes it:

--die-with PID:SIGNAL  the kernel sends SIGNAL when the parent PID dies (Linux), so that a killed supervisor leaves
                       no orphan;
--as UID:GID           gives root up (PostgreSQL refuses to be root);
--namespace UID:GID    appears as UID:GID in a user namespace of its own: the same files, no longer called root.

Standard library only, started with `-I -S` so that it costs a few milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def enter_namespace(uid: int, gid: int) -> None:
    """Map our own user and group to `uid` and `gid` in a new user namespace; OSError where the system forbids it."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    if not sys.platform.startswith("linux"):
        raise OSError("user namespaces exist on Linux only")
    if _libc().unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare: " + os.strerror(ctypes.get_errno()))
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/gid_map", f"{gid} {outer_gid} 1")
    _write("/proc/self/uid_map", f"{uid} {outer_uid} 1")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def drop_to(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, signal_number: int) -> None:
    if sys.platform.startswith("linux"):
        _libc().prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:  # it died between the fork and the call above
        raise SystemExit(1)


def main(argv: list[str]) -> None:
    options = argv[: argv.index("--")]
    command = argv[argv.index("--") + 1 :]
    parent = ""
    while options:
        name, value = options.pop(0), options.pop(0)
        first, second = value.split(":")
        if name == "--namespace":
            enter_namespace(int(first), int(second))
        elif name == "--as":
            drop_to(int(first), int(second))
        elif name == "--die-with":
            parent = value
        else:
            raise SystemExit(f"guard: unknown option {name}")
    if parent:  # last: a change of user or namespace clears the setting
        first, second = parent.split(":")
        die_with(int(first), int(second))
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    try:
        os.execvp(command[0], command)
    except OSError as error:
        raise SystemExit(f"cannot run {command[0]}: {error.strerror}") from None


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        raise SystemExit(f"guard: {error}") from None
