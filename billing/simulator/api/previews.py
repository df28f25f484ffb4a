"""What an invoice would be: the change is really made, its invoice read, and everything undone.

So a preview and the invoice made afterwards come from the same steps and cannot differ (at the same proration date).
"""

from __future__ import annotations

import secrets

from billing.simulator.api.routing import Ready, endpoint, rates_of
from billing.simulator.api.subscriptions import BEHAVIORS, apply_changes, keep_on, new_items, read_mode, running
from billing.simulator.engine import changing, discounting, invoices, starting, timeline
from billing.simulator.engine.customers import living, new_customer
from billing.simulator.params import Params
from billing.simulator.problems import StripeProblem, invalid
from billing.simulator.rendering import list_of
from billing.simulator.store import Doc
from billing.simulator.world import World


def _nothing_coming(customer: str) -> StripeProblem:
    return invalid(f"No upcoming invoices for customer: {customer}", None, "invoice_upcoming_none", 404)


@endpoint("POST", "/v1/invoices/create_preview")
def create_preview(world: World, p: Params) -> Doc:
    world.quiet = True
    try:
        with world.store.trial(keep=False):
            invoice = _made(world, p)
            return Ready(_shown(world, invoice))
    finally:
        world.quiet = False


def _made(world: World, p: Params) -> Doc:
    details = p.map("subscription_details") or Params({}, "subscription_details")
    p.text("preview_mode", choices=("next",))
    currency = p.text("currency")
    name, customer_name = p.text("subscription"), p.text("customer")
    if p.text("schedule") or p.map("schedule_details"):
        raise invalid("The simulator previews subscriptions, not schedules.", "schedule")
    if name:
        return _of_subscription(world, p, details, running(world, name))
    customer = living(world, customer_name, "customer") if customer_name else new_customer(world, None)
    if details.has("items"):
        return _of_new(world, p, details, customer, currency)
    subscriptions = [s for s in world.all("subscription", customer["id"]) if not starting.ended(s)]
    if not subscriptions:
        raise _nothing_coming(customer["id"])
    return _of_subscription(world, p, details, subscriptions[0])


def _of_new(world: World, p: Params, details: Params, customer: Doc, currency: str | None) -> Doc:
    now = world.now(customer["_clock"])
    read_mode(details)
    details.text("proration_behavior", choices=BEHAVIORS)
    trial_end = details.time("trial_end", now)
    subscription = starting.start(
        world,
        customer,
        new_items(world, details.rows("items")),
        currency=currency,
        trial_end=trial_end,
        anchor=details.time("billing_cycle_anchor", now),
        rates=rates_of(world, details, "default_tax_rates") or [],
        discounts=p.rows("discounts"),
        collect=False,
    )
    return world.get("invoice", subscription["latest_invoice"])


def _of_subscription(world: World, p: Params, details: Params, subscription: Doc) -> Doc:
    """The invoice of a change when it is billed at once, else the next renewal with what the change leaves for it."""
    now = world.time_of(subscription)
    customer = world.get("customer", subscription["customer"])
    rates = rates_of(world, details, "default_tax_rates")
    if rates is not None:
        subscription["_rates"] = rates
    rows = p.rows("discounts")
    kept = discounting.given(world, rows, customer, subscription["discounts"], subscription=subscription["id"])
    if kept is not None:
        subscription["discounts"] = kept
    world.save(subscription)
    before = {item["id"] for item in world.all("invoice", customer["id"])}
    if details.flag("cancel_now"):
        changing.cancel(world, subscription, invoice_now=False, prorate=details.text("proration_behavior") != "none")
        return invoices.draft(world, customer, reason="upcoming", subscription=subscription)
    ends = details.flag("cancel_at_period_end")
    cancel_at = details.time("cancel_at")
    if ends is False:
        keep_on(subscription)
    invoice = apply_changes(world, subscription, details, now, collect=False)
    if invoice is not None and invoice["id"] not in before:
        return invoice
    if ends or cancel_at or subscription["cancel_at_period_end"]:
        raise _nothing_coming(customer["id"])
    end = timeline.next_renewal(world, subscription)
    if end is None:
        raise _nothing_coming(customer["id"])
    with world.at(subscription["_clock"], end):
        coming = timeline.roll(world, subscription, end)
    if coming is None:
        raise _nothing_coming(customer["id"])
    return coming


def _shown(world: World, invoice: Doc) -> Doc:
    shown = world.render(invoice)
    rows = [world.render(line) for line in invoices.lines_of(world, invoice)]
    id = f"upcoming_in_{secrets.token_urlsafe(18)}"
    for row in rows:
        row["id"] = row["id"].replace("il_", "il_tmp_", 1)
        row["invoice"] = id
    lines = list_of(rows, f"/v1/invoices/upcoming/lines?customer={invoice['customer']}")
    return {**shown, "id": id, "lines": lines, "automatically_finalizes_at": None}
