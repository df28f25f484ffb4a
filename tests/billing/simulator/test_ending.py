"""How the simulator ends: cleanly, whatever it is at."""

from __future__ import annotations

import socket
import threading
import time

import httpx

from tests.billing.simulator.conftest import start

KEY = {"Authorization": "Bearer sk_test_of_the_tests"}


def test_it_ends_at_once_while_requests_and_deliveries_are_under_way() -> None:
    """Its webhooks hang (nobody answers), requests keep coming, and still: exit code 0, every time."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)  # takes connections, never answers
        for _ in range(4):
            running = start("--webhook", f"http://127.0.0.1:{silent.getsockname()[1]}/", "--secret", "whsec_x")
            over = threading.Event()

            def ask(url: str = running.url, over: threading.Event = over) -> None:
                while not over.is_set():
                    try:
                        httpx.post(f"{url}/v1/customers", headers=KEY, data={"name": "x"}, trust_env=False, timeout=5)
                    except httpx.TransportError:
                        return

            threads = [threading.Thread(target=ask) for _ in range(3)]
            for thread in threads:
                thread.start()
            time.sleep(0.5)
            began = time.monotonic()
            running.stop()
            assert time.monotonic() - began < 12
            over.set()
            for thread in threads:
                thread.join()
