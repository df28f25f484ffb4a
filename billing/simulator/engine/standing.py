"""How a subscription stands: what payments, failures and endings make of its status."""

from __future__ import annotations

from billing.simulator.store import Doc
from billing.simulator.world import World

ENDED = ("canceled", "incomplete_expired")


def after_payment(world: World, invoice: Doc) -> None:
    """Any payment of the latest invoice restores the service at once."""
    customer = world.get("customer", invoice["customer"])
    subscription = world.find("subscription", invoice.get("_subscription"))
    if subscription and subscription["latest_invoice"] in (invoice["id"], None):
        _restore(world, subscription)
    if customer["delinquent"] and not _owes(world, customer):
        with world.changing(customer, "customer.updated"):
            customer["delinquent"] = False


def after_closing(world: World, invoice: Doc) -> None:
    """A void or uncollectible invoice is no longer owed."""
    subscription = world.find("subscription", invoice.get("_subscription"))
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    if subscription["status"] == "incomplete":
        end(world, subscription, "incomplete_expired", None)
    elif subscription["status"] in ("past_due", "unpaid"):
        _restore(world, subscription)


def _restore(world: World, subscription: Doc) -> None:
    if subscription["status"] in ("incomplete", "past_due", "unpaid"):
        trialing = subscription["trial_end"] and subscription["trial_end"] > world.time_of(subscription)
        with world.changing(subscription, "customer.subscription.updated"):
            subscription["status"] = "trialing" if trialing else "active"


def after_failure(world: World, invoice: Doc, *, exhausted: bool) -> None:
    customer = world.get("customer", invoice["customer"])
    if not customer["delinquent"]:
        with world.changing(customer, "customer.updated"):
            customer["delinquent"] = True
    subscription = world.find("subscription", invoice.get("_subscription"))
    if subscription is None or subscription["status"] in (*ENDED, "incomplete"):
        return
    last_word = world.options.after_retries
    if not exhausted or invoice["billing_reason"] == "manual" or last_word == "past_due":
        _set(world, subscription, "past_due" if subscription["status"] != "unpaid" else "unpaid")
    elif last_word == "cancel":
        end(world, subscription, "canceled", "payment_failed")
    else:
        _set(world, subscription, "unpaid")


def overdue(world: World, invoice: Doc) -> None:
    """A sent invoice was not paid by its due date."""
    world.emit("invoice.overdue", invoice)
    subscription = world.find("subscription", invoice.get("_subscription"))
    if subscription and subscription["status"] in ("active", "trialing"):
        _set(world, subscription, "past_due")


def end(world: World, subscription: Doc, status: str, reason: str | None) -> None:
    """For good. Open invoices are no longer collected by themselves; a schedule ends with it."""
    now = world.time_of(subscription)
    subscription.update(status=status, ended_at=now, canceled_at=subscription["canceled_at"] or now)
    if reason:
        subscription["cancellation_details"]["reason"] = reason
    schedule = world.find("subscription_schedule", subscription["schedule"])
    subscription["schedule"] = None
    world.save(subscription)
    for invoice in world.all("invoice", subscription["customer"]):
        if invoice.get("_subscription") == subscription["id"] and invoice["status"] in ("draft", "open"):
            with world.changing(invoice, "invoice.updated"):
                invoice.update(auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None)
    world.emit("customer.subscription.deleted", subscription)
    if schedule and schedule["status"] in ("active", "not_started"):
        schedule.update(status="canceled", canceled_at=now, current_phase=None)
        world.save(schedule)
        world.emit("subscription_schedule.canceled", schedule)


def _set(world: World, subscription: Doc, status: str) -> None:
    with world.changing(subscription, "customer.subscription.updated"):
        subscription["status"] = status


def _owes(world: World, customer: Doc) -> bool:
    return any(i["status"] == "open" and i["attempted"] for i in world.all("invoice", customer["id"]))
