"""What finance does when it is switched on: the ledger takes over what stands there."""

from __future__ import annotations

from modules.finance.services.catch_up import ledger_catch_up
from tenon.access.actor import Actor
from tenon.tenancy.context import Company


def on_enable(*, actor: Actor, company: Company) -> None:
    """Idempotent: a ledger that agrees with stock and production is left alone."""
    ledger_catch_up(actor=actor)
