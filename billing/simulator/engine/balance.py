"""A customer's balance: credit (negative) or debt (positive) that the next invoices take up."""

from __future__ import annotations

from typing import Any

from billing.simulator.store import Doc
from billing.simulator.world import World


def enter(world: World, customer: Doc, amount: int, currency: str, type: str, **values: Any) -> Doc:
    """Add to the balance, with a line that says why."""
    with world.changing(customer, "customer.updated"):
        customer["balance"] += amount
        customer["currency"] = customer["currency"] or currency
    return world.create(
        "customer_balance_transaction",
        clock=customer["_clock"],
        amount=amount,
        currency=currency,
        customer=customer["id"],
        ending_balance=customer["balance"],
        type=type,
        **values,
    )


def apply(world: World, customer: Doc, invoice: Doc) -> None:
    """At finalisation: credit pays, debt is added, and an invoice below zero becomes credit."""
    after = min(0, invoice["total"] + customer["balance"])
    moved = after - customer["balance"]
    invoice["ending_balance"] = after
    if moved:
        enter(world, customer, moved, invoice["currency"], "applied_to_invoice", invoice=invoice["id"])


def restore(world: World, invoice: Doc) -> None:
    """A voided invoice gives back the credit it used."""
    moved = (invoice["ending_balance"] or 0) - invoice["starting_balance"]
    if moved:
        customer = world.get("customer", invoice["customer"])
        enter(world, customer, -moved, invoice["currency"], "unapplied_from_invoice", invoice=invoice["id"])
