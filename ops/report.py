"""What an operator reads: plain sentences, and failures that say what to do. Standard library only."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


class OpsError(Exception):
    """Something the operator must do before we can go on; the text says what."""


def colour(text: str, code: str) -> str:
    if os.environ.get("NO_COLOR") is not None or not (sys.stdout.isatty() or os.environ.get("FORCE_COLOR")):
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def say(text: str) -> None:
    print(colour("tenon", "1;36") + "  " + text, file=sys.stderr, flush=True)


def fail(text: str, status: int = 1) -> NoReturn:
    lines = text.rstrip().splitlines() or [""]
    print(colour("tenon", "1;31") + "  " + "\n       ".join(lines), file=sys.stderr, flush=True)
    raise SystemExit(status)
