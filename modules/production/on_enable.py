"""What production does when it is switched on: a ledger that was opened meanwhile takes its work in progress over."""

from __future__ import annotations

from modules.shared.contracts.valuation import LedgerCatchUp
from tenon import ports
from tenon.access.actor import Actor
from tenon.tenancy.context import Company


def on_enable(*, actor: Actor, company: Company) -> None:
    """Idempotent."""
    ledger = ports.find(LedgerCatchUp)
    if ledger is not None:
        ledger.catch_up(actor=actor)
