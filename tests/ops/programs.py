"""Running our own programs in tests: with which environment, and whether they are gone."""

from __future__ import annotations

import os
import sys
import time

from ops.embedded.process import is_alive
from ops.paths import ROOT

SERVICE_VARIABLES = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL", "REDIS_URL", "CELERY_BROKER_URL", "EMAIL_URL", "FILES_URL"),
    *("TENON_SECRET_KEY", "TENON_TEST", "TENON_DEV"),
)


def gone(pid: int, timeout: float = 15) -> bool:
    deadline = time.monotonic() + timeout
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def python_environment(**more: str) -> dict[str, str]:
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    return {
        **{name: value for name, value in os.environ.items() if name not in SERVICE_VARIABLES},
        "PYTHONPATH": os.pathsep.join((str(ROOT), packages)),
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }
