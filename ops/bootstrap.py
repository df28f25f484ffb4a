"""Prepare this machine: `python3 ops/bootstrap.py [all|python]`.

This file alone must be readable by any Python 3, however old, so that it can say what is missing: no f-strings, no new
syntax, nothing but the standard library. The work is in ops/setup.py.
"""

# ruff: noqa: UP031, RUF005
import os
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def newer_python() -> "str | None":
    """Another interpreter on the PATH that is new enough, or None."""
    for minor in range(16, OLDEST[1] - 1, -1):
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = os.path.join(folder, "python3.%d" % minor)
            if os.access(path, os.X_OK) and not os.path.isdir(path):
                return path
    return None


def main() -> None:
    if sys.version_info < OLDEST:
        other = newer_python()
        if other and not os.environ.get("TENON_BOOTSTRAP"):
            os.environ["TENON_BOOTSTRAP"] = "1"
            os.execv(other, [other, *sys.argv])
        sys.stderr.write(
            "tenon  Tenon needs Python %d.%d or newer; %s is %d.%d.\n"
            "       Install a newer one (Debian, Ubuntu: apt install python3.11 python3.11-venv) or name it:\n"
            "         make setup PYTHON=/path/to/python3.12\n" % (OLDEST + (sys.executable,) + sys.version_info[:2])
        )
        sys.exit(1)
    sys.path.insert(0, ROOT)
    from ops.setup import main as set_up

    set_up(sys.argv[1:])


if __name__ == "__main__":
    main()
