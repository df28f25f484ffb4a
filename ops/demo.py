"""`make demo`: the whole product on this machine as one group that stops cleanly.

python -m ops.demo           start (PORT chooses the port, default 8000)
python -m ops.demo stop      stop a demo that runs in another terminal
python -m ops.demo reset     stop it and forget its data
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ops import services
from ops.embedded.process import LOOPBACK, is_alive, port_is_free, private_dir, secret, wait_until, write_atomically
from ops.owner import act_as_owner_of_tree
from ops.paths import ROOT, state_dir
from ops.report import OpsError, colour, fail, say
from ops.supervisor import Died, Group, Interrupted, Program

DEFAULT_PORT = 8000
HEALTH = "/health/ready"
# Ambiguous letters (0/o, 1/l/i) are left out: people type this one.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def main() -> None:
    action = sys.argv[1] if len(sys.argv) > 1 else "start"
    try:
        act_as_owner_of_tree()
        {"start": start, "stop": stop, "reset": reset}[action]()
    except KeyError:
        fail(f"Unknown action {action}: start, stop or reset.")
    except OpsError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("Interrupted.", 130)


# --- start ------------------------------------------------------------------------------------------------------------


def start() -> None:
    """Run the demo until Ctrl-C. Raises OpsError when it cannot start or a part of it dies."""
    began = time.monotonic()
    port = _port()
    state = private_dir(state_dir("demo"))
    with _only_one(state, port):
        if not port_is_free(port, "0.0.0.0"):
            raise OpsError(
                f"Port {port} is in use by another program. Stop that one, or choose another port:\n"
                f"  make demo PORT={_free_port_near(port)}"
            )
        env = _environment(state, port)
        till = payments(state, port, env)
        try:
            with Group(state / "logs", env, ROOT) as group:
                _run(group, state, env, port, began, till)
        except Interrupted:
            say("Stopped. The data is kept; `make demo` goes on with it, `make demo-reset` starts over.")
        finally:
            services.stop("demo")


def _run(group: Group, state: Path, env: dict[str, str], port: int, began: float, till: Program | None) -> None:
    say("Starting the database and the cache.")
    env.update(services.ensure("demo", die_with=os.getpid()))
    write_atomically(state / "env", "".join(f"export {name}={_quoted(env[name])}\n" for name in _ours(env)))
    group.check()
    say("Migrating the database (the first time takes a minute).")
    _manage(group, "migrate", "tenants", "migrate")
    loaded = state / "loaded"
    if not loaded.exists():
        say("Loading the demo company (once; a minute or two).")
        _manage(group, "demo data", "demo_load")
        write_atomically(loaded, time.strftime("%Y-%m-%dT%H:%M:%SZ\n", time.gmtime()))
    if till is not None:
        group.start(till)
        where = urlsplit(env["STRIPE_API_BASE"])
        group.wait_until(lambda: not port_is_free(where.port or 0), 60, "The payment simulator did not start.")
        _manage(group, "catalogue", "billing_sync")
    for program in programs(port):
        group.start(program)
    group.wait_until(
        lambda: _is_healthy(port), 120, f"The web server did not answer on port {port} within two minutes."
    )
    group.check()
    _welcome(group, port, began)
    group.watch(also=_services_alive)


def programs(port: int) -> list[Program]:
    """The group in the order of starting; it stops in the reverse order, the web server first."""
    python = sys.executable
    processors = os.cpu_count() or 2
    celery = [python, "-m", "celery", "--quiet", "-A", "tenon_site.celery_app"]
    return [
        Program("events", [python, "manage.py", "dispatch_events"], patience=15),
        Program(
            "worker",
            [
                *(*celery, "worker", "--queues", "interactive,bulk", "--hostname", "demo@%h", "--without-gossip"),
                "--without-mingle",
                *("--concurrency", os.environ.get("TENON_WORKERS") or str(min(4, processors)), "--loglevel", "INFO"),
            ],
            patience=30,
        ),
        Program("scheduler", [*celery, "beat", "--pidfile=", "--loglevel", "INFO"], patience=10),
        Program(
            "web",
            [
                *(python, "-m", "granian", "--interface", "asgi", "--host", LOOPBACK, "--port", str(port)),
                *("--workers", os.environ.get("TENON_WEB_WORKERS") or str(min(2, processors))),
                *("--workers-kill-timeout", "5", "tenon_site.asgi:application"),
            ],
            patience=10,
        ),
    ]


def payments(state: Path, port: int, env: dict[str, str]) -> Program | None:
    """A local Stripe, with its webhooks going to the demo's own address, and `env` pointed at it. None when the
    operator's environment names a key: then the real one is used."""
    if env.get("STRIPE_SECRET_KEY"):
        return None
    at = _free_port_near(port)
    signing = secret(state, "payment webhooks", lambda: "whsec_" + secrets.token_hex(16))
    env |= {
        "STRIPE_SECRET_KEY": secret(state, "payment key", lambda: "sk_test_" + secrets.token_hex(16)),
        "STRIPE_API_BASE": f"http://{LOOPBACK}:{at}",
        "STRIPE_WEBHOOK_SECRET": signing,
    }
    return Program(
        "payments",
        [
            *(sys.executable, "-m", "billing.simulator", "--port", str(at), "--state", str(state / "stripe")),
            *("--key", env["STRIPE_SECRET_KEY"], "--secret", signing),
            *("--webhook", f"http://localhost:{port}/api/v1/billing/stripe/webhook/"),
        ],
        patience=10,
    )


def _environment(state: Path, port: int) -> dict[str, str]:
    """What every program of the group gets; what the operator's own environment says goes first."""
    paths = [str(ROOT / "platform"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    demo_password = secret(state, "demo login", lambda: "tenon-" + "".join(secrets.choice(_LETTERS) for _ in range(8)))
    return {
        "TENON_BASE_DOMAIN": "localhost",
        "TENON_DEBUG": "0",
        "TENON_DEMO_PASSWORD": demo_password,
        **os.environ,
        "TENON_BASE_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE") or "tenon_site.settings",
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
    }


def _manage(group: Group, name: str, *arguments: str) -> None:
    group.run(Program(name, [sys.executable, "manage.py", *arguments]))


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", HEALTH, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _services_alive() -> None:
    external = {"postgres": "DATABASE_URL" in os.environ, "valkey": "VALKEY_URL" in os.environ}
    for name, pid in services.running("demo").items():
        if not pid and not external[name]:
            log = state_dir("demo") / name / "server.log"
            raise Died(f"{name} ended by itself. Its log: {log}")


def _welcome(group: Group, port: int, began: float) -> None:
    logins = group.run(Program("logins", [sys.executable, "manage.py", "demo_load", "--show-logins"], silent=True))
    print(flush=True)
    say(colour(f"Tenon is ready after {time.monotonic() - began:.0f} seconds.", "1"))
    say(f"Open  http://localhost:{port}")
    for line in logins:
        say(line)
    say(f"Mail that Tenon sends is shown at http://localhost:{port}/dev/mail. Stop with Ctrl-C.")
    print(flush=True)


def _ours(env: dict[str, str]) -> list[str]:
    names = {"DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL", "CELERY_BROKER_URL", "EMAIL_URL", "FILES_URL"}
    return sorted(name for name in env if name in names or name.startswith(("TENON_", "STRIPE_")))


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def _port() -> int:
    said = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not said.isdigit() or not 1 <= int(said) <= 65535:
        raise OpsError(f"PORT={said} is not a port; choose one from 1024 to 65535.")
    if int(said) < 1024 and os.geteuid() != 0:
        raise OpsError(f"Port {said} is for root only; choose one from 1024 to 65535: make demo PORT={DEFAULT_PORT}")
    return int(said)


def _free_port_near(port: int) -> int:
    return next((p for p in range(port + 10, min(port + 1000, 65536), 10) if port_is_free(p, "0.0.0.0")), port + 10)


# --- one at a time ----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _only_one(state: Path, port: int) -> Iterator[None]:
    """Hold the demo's lock. The kernel gives it back even when we are killed. Raises OpsError when another has it."""
    path = state / "demo.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = _running_demo() or {}
            raise OpsError(
                f"The demo runs already (process {other.get('pid', '?')}): http://localhost:{other.get('port', '?')}\n"
                "Stop it with Ctrl-C in its terminal or with `make demo-stop`."
            ) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "port": port}))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _running_demo() -> dict[str, int] | None:
    path = state_dir("demo") / "demo.lock"
    try:
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                known: dict[str, int] = json.loads(file.read() or "{}")
                return known if known.get("pid") else None
    except FileNotFoundError:
        pass
    return None


# --- stop and reset ---------------------------------------------------------------------------------------------------


def stop() -> None:
    """Stop a running demo, wherever it was started. Raises OpsError when it does not stop."""
    other = _running_demo()
    if other:
        pid = other["pid"]
        say(f"Stopping the demo (process {pid}).")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not is_alive(pid) or _running_demo() is None, 90):
            raise OpsError(f"The demo (process {pid}) does not stop; look at it, then `kill -9 {pid}`.")
    services.stop("demo")
    if not other:
        say("No demo is running.")


def reset() -> None:
    """Stop the demo and remove its data. A database named by DATABASE_URL is not touched."""
    stop()
    state = state_dir("demo")
    if state.exists():
        shutil.rmtree(state)
    say("The demo's data is gone; `make demo` makes it anew.")
    if os.environ.get("DATABASE_URL"):
        say("DATABASE_URL is set: that database was left as it is.")


if __name__ == "__main__":
    main()
