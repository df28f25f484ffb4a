"""The process: what it keeps over a restart, real time moved by hand, its own switches."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import httpx

from tests.billing.simulator.conftest import DAY, ROOT, free_port, start

KEY = {"Authorization": "Bearer sk_test_x"}


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    port = free_port()
    running = start("--state", str(tmp_path / "stripe"), port=port)
    api = running.client()
    customer = api.customers.create({"name": "Kept"}, {"idempotency_key": "kept"})
    api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    running.stop()
    again = start("--state", str(tmp_path / "stripe"), port=port)
    try:
        api = again.client()
        assert api.customers.retrieve(customer.id).name == "Kept"
        assert len(api.customers.payment_methods.list(customer.id).data) == 1
        assert api.customers.create({"name": "Kept"}, {"idempotency_key": "kept"}).id == customer.id
    finally:
        again.stop()
    assert (tmp_path / "stripe").stat().st_mode & 0o077 == 0, "its folder is the owner's alone"


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "billing.simulator", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "is in use" in done.stderr
    assert done.stderr.count("\n") == 1


def test_real_time_is_moved_by_hand() -> None:
    running = start()
    try:
        api = running.client()
        product = api.products.create({"name": "CRM"})
        recurring = {"interval": "month"}
        price = api.prices.create(
            {"product": product.id, "currency": "usd", "unit_amount": 1_000, "recurring": recurring}
        )
        customer = api.customers.create({"email": "buyer@example.com"})
        method = api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        subscription = api.subscriptions.create(
            {"customer": customer.id, "items": [{"price": price.id}], "default_payment_method": method.id}
        )
        before = httpx.get(f"{running.url}/simulator", headers=KEY, trust_env=False).json()["now"]
        moved = httpx.post(
            f"{running.url}/simulator/time", headers=KEY, data={"advance": str(32 * DAY)}, trust_env=False
        )
        assert abs(moved.json()["now"] - before - 32 * DAY) <= 5
        seen = api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
        assert (seen.status, seen.latest_invoice.billing_reason) == ("active", "subscription_cycle")
        assert seen.latest_invoice.status == "paid"
        paid = api.events.list({"type": "invoice.paid"}).data[0]
        assert paid.created == subscription["items"].data[0].current_period_end + 3_600, "at its own time"
        assert abs(api.customers.create({"name": "Later"}).created - before - 32 * DAY) <= 5
    finally:
        running.stop()


def test_what_follows_failed_payments_can_be_set(tmp_path: Path) -> None:
    running = start("--state", str(tmp_path))
    settings = {"after_retries": "cancel", "retry_days": "1,4"}
    shown = httpx.post(f"{running.url}/simulator/settings", headers=KEY, data=settings, trust_env=False).json()
    assert (shown["after_retries"], shown["retry_days"]) == ("cancel", [1, 4])
    running.stop()
    again = start("--state", str(tmp_path))
    try:
        shown = httpx.get(f"{again.url}/simulator", headers=KEY, trust_env=False).json()
        assert (shown["after_retries"], shown["retry_days"]) == ("cancel", [1, 4])
    finally:
        again.stop()
