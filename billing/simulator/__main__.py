"""python -m billing.simulator --port 12111 --state var/stripe --webhook http://127.0.0.1:8000/… --secret whsec_…"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from billing.simulator.api.administration import add_endpoint
from billing.simulator.app import make_app
from billing.simulator.store import Store
from billing.simulator.world import Options, World

HOST = "127.0.0.1"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m billing.simulator", description="A local Stripe on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--state", type=Path, help="folder that keeps its data (default: memory)")
    parser.add_argument("--webhook", help="address that gets the events")
    parser.add_argument("--secret", action="append", default=[], help="signs the events; twice for an old one as well")
    parser.add_argument("--key", help="the one API key it takes (default: every sk_test_…)")
    parser.add_argument("--base-url", help="where browsers reach its pages (default: http://127.0.0.1:PORT)")
    parser.add_argument("--retries", default="3,7,14", help="days after the first failure on which payment is retried")
    parser.add_argument("--after-retries", default="unpaid", choices=("cancel", "unpaid", "past_due"))
    parser.add_argument("--verbose", action="store_true", help="say what is delivered and what is not")
    return parser.parse_args()


def build(options: argparse.Namespace) -> World:
    path = None
    if options.state:
        options.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = options.state / "stripe.sqlite3"
    world = World(
        Store(path),
        Options(
            base_url=(options.base_url or f"http://{HOST}:{options.port}").rstrip("/"),
            key=options.key,
            retry_days=tuple(int(day) for day in options.retries.split(",") if day),
            after_retries=options.after_retries,
        ),
    )
    if options.webhook:
        _point_webhooks(world, options.webhook, options.secret)
    return world


def _point_webhooks(world: World, url: str, secrets: list[str]) -> None:
    """The endpoint of the command line: one, its address and secrets those of this start."""
    with world.store.transaction():
        held = next((e for e in world.all("webhook_endpoint") if e.get("_from_command_line")), None)
        held = held or add_endpoint(world, url, ["*"], description="From the command line")
        held.update(url=url, _from_command_line=True)
        if secrets:
            held["_secrets"] = [{"secret": secret, "until": None} for secret in secrets]
        world.save(held)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


async def serve(world: World, port: int) -> None:
    server = Server(make_app(world), address=HOST, port=port, interface=Interfaces.ASGI, log_enabled=False)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, server.stop)
    await server.serve()


def main() -> None:
    options = arguments()
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s")
    if not port_is_free(options.port):
        sys.exit(f"Port {options.port} is in use by another program: choose another with --port.")
    asyncio.run(serve(build(options), options.port))
    # Not through the interpreter's own end: threads of the web server, which is no Python, may still come back to it,
    # and a thread that is ended there takes the process with it (SIGABRT). Our own are over, the data is closed.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
