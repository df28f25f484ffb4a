"""Where things are on disk. Standard library only: the bootstrap reads this before anything is installed."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
FRONTEND = ROOT / "frontend"
# The folders whose Python the product runs.
CODE = ("platform", "tenants", "billing", "console", "modules", "demo")


def state_root() -> Path:
    """The folder of everything a run leaves behind (databases, logs, stamps); TENON_STATE_DIR moves it."""
    return Path(os.environ.get("TENON_STATE_DIR") or ROOT / ".tenon").resolve()


def state_dir(profile: str) -> Path:
    return state_root() / profile


def venv_python() -> Path:
    return VENV / "bin" / "python"
