"""Disputes: listed, answered, given in to; and begun, which at Stripe a cardholder's bank does."""

from __future__ import annotations

from billing.simulator.api.routing import endpoint, listed, retrieved
from billing.simulator.engine import disputes
from billing.simulator.params import Params
from billing.simulator.shapes.basics import EVIDENCE
from billing.simulator.store import Doc
from billing.simulator.world import World

listed("/v1/disputes", "dispute", owner="charge", texts=("payment_intent",))


retrieved("/v1/disputes", "dispute")


@endpoint("POST", "/v1/disputes/{id}")
def update(world: World, p: Params, id: str) -> Doc:
    dispute = world.get("dispute", id)
    dispute["metadata"] = p.metadata(dispute["metadata"])
    world.save(dispute)
    submit = bool(p.flag("submit", True))
    if given := p.map("evidence"):
        for name in EVIDENCE:
            if name != "enhanced_evidence" and given.has(name):
                dispute["evidence"][name] = given.text(name)
        disputes.answer(world, dispute, submit=submit)
    return dispute


@endpoint("POST", "/v1/disputes/{id}/close")
def close(world: World, p: Params, id: str) -> Doc:
    """Gives in: the dispute is lost."""
    dispute = world.get("dispute", id)
    disputes.close(world, dispute, won=False)
    return dispute


@endpoint("POST", "/simulator/disputes")
def begin(world: World, p: Params) -> Doc:
    """The cardholder's bank takes a payment back, some time after it was made."""
    charge = world.get("charge", p.need("charge"), "charge")
    reason = p.text("reason", "fraudulent", choices=tuple(disputes.NETWORK_REASONS)) or ""
    return disputes.begin(world, charge, reason, inquiry=bool(p.flag("inquiry")), amount=p.whole("amount"))
