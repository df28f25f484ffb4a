"""What inventory does when it is switched on: it catches up with the orders of the time without it."""

from __future__ import annotations

from modules.inventory.services.catch_up import reservations_catch_up
from tenon.access.actor import Actor
from tenon.tenancy.context import Company


def on_enable(*, actor: Actor, company: Company) -> None:
    """Idempotent: orders that hold what is due to them are left alone."""
    reservations_catch_up(actor=actor)
