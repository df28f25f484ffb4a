"""Whom things belong to: a new customer, and one that was not deleted."""

from __future__ import annotations

from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.shapes import ADDRESS
from billing.simulator.store import Doc
from billing.simulator.world import World


def new_customer(world: World, clock: str | None, **values: str | None) -> Doc:
    customer = world.create("customer", clock=clock, test_clock=clock, **values)
    customer["invoice_prefix"] = customer["id"].removeprefix("cus_")[:8].upper()
    world.save(customer)
    return customer


def living(world: World, id: str, param: str = "id") -> Doc:
    """A customer that was not deleted. Raises StripeProblem."""
    customer = world.get("customer", id, param)
    if customer.get("_deleted"):
        raise invalid(f"No such customer: '{id}'", param, "resource_missing", 404 if param == "id" else 400)
    return customer


def read_address(p: Params, name: str) -> Doc | None:
    given = p.map(name)
    return {field: given.text(field) for field in ADDRESS} if given else None
