"""A cardholder takes a payment back through the bank: the money goes at once, and comes back when the bank decides so.

Invoice and subscription stay as they are, as at Stripe: what a dispute means for the service is the seller's to say."""

from __future__ import annotations

from billing.simulator.cards import card_numbered
from billing.simulator.problems import invalid
from billing.simulator.rules.periods import DAY
from billing.simulator.store import Doc
from billing.simulator.world import World

TIME_TO_ANSWER = 20 * DAY  # roughly what Visa gives
FEE = 1_500
OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")
# What a reason is called in the network's own lists (Visa's).
NETWORK_REASONS = {"fraudulent": "10.4", "product_not_received": "13.1", "subscription_canceled": "13.2"}


def begin(world: World, charge: Doc, reason: str, *, inquiry: bool = False, amount: int | None = None) -> Doc:
    """Raises StripeProblem for what was not paid, or is disputed already."""
    if not charge["paid"] or charge["disputed"]:
        raise invalid("Only a paid charge that is not disputed yet can be disputed.", "charge")
    now, card = world.time_of(charge), charge["payment_method_details"]["card"]
    code = NETWORK_REASONS.get(reason, "10.4")
    dispute = world.create(
        "dispute",
        clock=charge["_clock"],
        amount=amount or charge["amount_captured"] - charge["amount_refunded"],
        charge=charge["id"],
        currency=charge["currency"],
        is_charge_refundable=inquiry,
        network_reason_code=code,
        payment_intent=charge["payment_intent"],
        payment_method_details={
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": card["network"],
                "network_reason_code": code,
            },
            "type": "card",
        },
        reason=reason,
        status="warning_needs_response" if inquiry else "needs_response",
        _owner=charge["id"],
    )
    dispute["evidence_details"]["due_by"] = now + TIME_TO_ANSWER
    world.save(dispute)
    with world.changing(charge, "charge.updated"):
        charge["disputed"] = True
    world.emit("charge.dispute.created", dispute)
    if not inquiry:
        _move(world, dispute, -dispute["amount"], FEE)
        world.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def after_payment(world: World, charge: Doc, number: str) -> None:
    """Some test cards pay, and take the payment back at once."""
    card = card_numbered(number)
    if card is not None and card.dispute:
        begin(world, charge, card.dispute, inquiry=card.inquiry)


def answer(world: World, dispute: Doc, *, submit: bool) -> None:
    """Evidence has been put down. In test mode its text decides: winning_evidence, losing_evidence."""
    _still_open(dispute)
    details, warning = dispute["evidence_details"], dispute["status"].startswith("warning_")
    with world.changing(dispute, "charge.dispute.updated"):
        details["has_evidence"] = True
        if submit:
            details["submission_count"] += 1
            details["submission_method"] = "manual"
            dispute["status"] = "warning_under_review" if warning else "under_review"
    said = dispute["evidence"]["uncategorized_text"]
    if submit and said in ("winning_evidence", "losing_evidence"):
        close(world, dispute, won=said == "winning_evidence")


def close(world: World, dispute: Doc, *, won: bool) -> None:
    """The bank has decided, or the seller gives in. Raises StripeProblem when it is over already."""
    _still_open(dispute)
    warning = dispute["status"].startswith("warning_")
    dispute["status"] = "warning_closed" if warning else "won" if won else "lost"
    world.save(dispute)
    if won and not warning:
        _move(world, dispute, dispute["amount"], -FEE)
        world.emit("charge.dispute.funds_reinstated", dispute)
    world.emit("charge.dispute.closed", dispute)


def time_is_up(world: World, dispute: Doc, at: int) -> None:
    """Nobody has answered: the cardholder keeps the money."""
    dispute["evidence_details"]["past_due"] = True
    close(world, dispute, won=False)


def _still_open(dispute: Doc) -> None:
    if dispute["status"] not in OPEN:
        raise invalid("This dispute is already closed", code="dispute_already_closed")


def _move(world: World, dispute: Doc, amount: int, fee: int) -> None:
    entry = world.create(
        "balance_transaction",
        clock=dispute["_clock"],
        amount=amount,
        available_on=world.time_of(dispute),
        currency=dispute["currency"],
        description=f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {dispute['charge']}",
        fee=fee,
        net=amount - fee,
        reporting_category="dispute" if amount < 0 else "dispute_reversal",
        source=dispute["id"],
        type="adjustment",
        _owner=dispute["id"],
    )
    dispute["_moved"] = [*dispute.get("_moved", []), entry["id"]]
    world.save(dispute)
