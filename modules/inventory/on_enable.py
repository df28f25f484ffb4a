"""What inventory does when it is switched on: it catches up with the time without it."""

from __future__ import annotations

from modules.inventory.services.catch_up import reservations_catch_up
from modules.inventory.services.cost_method import cost_methods_apply
from modules.shared.contracts.valuation import LedgerCatchUp
from tenon import ports
from tenon.access.actor import Actor
from tenon.tenancy.context import Company


def on_enable(*, actor: Actor, company: Company) -> None:
    """Stock is valued by the cost methods of today, orders that ended are let go, orders that came get what is free,
    and a ledger that was opened meanwhile takes the stock over. Idempotent."""
    reservations_catch_up(actor=actor)
    cost_methods_apply(actor=actor)
    ledger = ports.find(LedgerCatchUp)
    if ledger is not None:
        ledger.catch_up(actor=actor)
