"""The services Tenon stands on, for tests and for the demo: up, down, and the environment that points at them.

    python -m ops.services up|down|env|status --profile test|demo

`ensure("test")` is what tests call; any number of processes may call it at the same time. Services named by the
environment (DATABASE_URL with DATABASE_OWNER_URL, VALKEY_URL) are used as they are and nothing is started for them.
"""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path

from ops.embedded.postgres import EmbeddedPostgres
from ops.embedded.process import locked, private_dir, secret
from ops.embedded.valkey import EmbeddedValkey
from ops.paths import state_dir
from ops.report import OpsError, fail, say

PROFILES = ("test", "demo")


def ensure(profile: str, *, die_with: int | None = None) -> dict[str, str]:
    """Start what is not running and return the whole environment of `profile`.

    Raises OpsError, with what to do, when a service cannot run.
    """
    state = private_dir(state_dir(profile))
    with locked(state / "services.lock"):
        return {
            **(_given_database() or EmbeddedPostgres(state, profile).start(die_with=die_with)),
            **(_given_valkey() or EmbeddedValkey(state, profile).start(die_with=die_with)),
            **_conveniences(state, profile),
        }


def stop(profile: str) -> None:
    """Stop the embedded services of `profile`; those named by the environment are not ours to stop."""
    state = state_dir(profile)
    if not state.exists():
        return
    with locked(state / "services.lock"):
        EmbeddedValkey(state, profile).stop()
        EmbeddedPostgres(state, profile).stop()


def running(profile: str) -> dict[str, int | None]:
    state = state_dir(profile)
    return {"postgres": EmbeddedPostgres(state, profile).running(), "valkey": EmbeddedValkey(state, profile).running()}


def environment(profile: str) -> dict[str, str]:
    """The environment of services that run already. Raises OpsError when they do not."""
    state = state_dir(profile)
    missing = [
        name
        for name, pid in running(profile).items()
        if not pid and not (_given_database() if name == "postgres" else _given_valkey())
    ]
    if missing:
        raise OpsError(f"Not running: {', '.join(missing)}. Start it with `make {_TARGET[profile]}`.")
    return {
        **(_given_database() or EmbeddedPostgres(state, profile).urls()),
        **(_given_valkey() or EmbeddedValkey(state, profile).urls()),
        **_conveniences(state, profile),
    }


_TARGET = {"test": "services", "demo": "demo"}


def _given_database() -> dict[str, str] | None:
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    if not app and not owner:
        return None
    if not app or not owner:
        raise OpsError(
            f"{'DATABASE_URL' if app else 'DATABASE_OWNER_URL'} is set without its sister. Tenon uses two logins: "
            "set both (ops/sql/roles.sql makes them), or neither for the embedded PostgreSQL."
        )
    return {"DATABASE_URL": app, "DATABASE_OWNER_URL": owner}


def _given_valkey() -> dict[str, str] | None:
    url = os.environ.get("VALKEY_URL") or os.environ.get("REDIS_URL")
    return {"VALKEY_URL": url} if url else None


def _conveniences(state: Path, profile: str) -> dict[str, str]:
    """Folders in the place of the mail server and the file store, and a secret key, unless the environment has them."""
    mail, files = private_dir(state / "mail"), private_dir(state / "files")
    defaults = {
        "EMAIL_URL": f"file://{mail}",
        "FILES_URL": f"file://{files}",
        "TENON_SECRET_KEY": secret(state, "django"),
        "TENON_DEV": "1",
        **({"TENON_TEST": "1"} if profile == "test" else {}),
    }
    return {name: os.environ.get(name) or value for name, value in defaults.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ops.services", description=__doc__.partition("\n")[0])
    parser.add_argument("action", choices=("up", "down", "env", "status"))
    parser.add_argument("--profile", choices=PROFILES, default="test")
    chosen = parser.parse_args()
    try:
        if chosen.action == "up":
            _print_exports(ensure(chosen.profile))
        elif chosen.action == "env":
            _print_exports(environment(chosen.profile))
        elif chosen.action == "down":
            stop(chosen.profile)
            say(f"The {chosen.profile} services are stopped.")
        else:
            for name, pid in running(chosen.profile).items():
                print(f"{name:10} {'process ' + str(pid) if pid else 'stopped'}")
    except OpsError as error:
        fail(str(error))


def _print_exports(values: dict[str, str]) -> None:
    for name, value in values.items():
        print(f"export {name}={shlex.quote(value)}")


if __name__ == "__main__":
    main()
