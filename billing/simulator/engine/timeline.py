"""What happens by itself: trials end, periods renew, payments are tried again; each at its own time, in order.

`DUE` says for each kind when an object next wants something, `_HAPPENS` what is then done. A test clock that is
advanced, and the ticking of real time, both walk from one such moment to the next.
"""

from __future__ import annotations

from collections.abc import Callable

from billing.simulator.engine import changing, discounting, disputes, invoices, lines, schedules, standing, starting
from billing.simulator.rules.periods import DAY
from billing.simulator.rules.retries import next_attempt
from billing.simulator.store import Doc
from billing.simulator.world import DUE, World

INCOMPLETE_FOR = 23 * 3600
TRIAL_NOTICE = 3 * DAY


def run_until(world: World, clock: str | None, until: int) -> int:
    """Let everything happen that is due in this scope. Returns how much that was."""
    happened = 0
    while found := world.store.next_due(clock, until):
        id, due = found
        doc = world.store.get(id)
        assert doc is not None
        with world.at(clock, due):
            _HAPPENS[doc["object"]](world, doc, due)
            if fresh := world.store.get(id):
                world.save(fresh)
        if (again := world.store.next_due(clock, until)) == found:
            raise RuntimeError(f"{id} is still due at {again} after what was due has happened")
        happened += 1
    return happened


# --- subscriptions ----------------------------------------------------------------------------------------------------


def _subscription_due(world: World, subscription: Doc) -> int | None:
    if subscription["status"] in standing.ENDED:
        return None
    times = [subscription["cancel_at"]]
    if subscription["status"] == "incomplete":
        times.append(subscription["created"] + INCOMPLETE_FOR)
    elif subscription["status"] != "paused":
        end = next_renewal(world, subscription)
        times.append(end)
        if subscription["status"] == "trialing" and subscription.get("_told_trial") != subscription["trial_end"]:
            times.append(max(subscription["trial_end"] - TRIAL_NOTICE, subscription["created"]))
        elif subscription["status"] == "active" and end and subscription.get("_told_renewal") != end:
            start = end - world.options.renewal_notice_days * DAY
            times.append(max(start, subscription["created"]))
    if (subscription["pause_collection"] or {}).get("resumes_at"):
        times.append(subscription["pause_collection"]["resumes_at"])
    return min((t for t in times if t is not None), default=None)


def next_renewal(world: World, subscription: Doc) -> int | None:
    return min((i["current_period_end"] for i in changing.items_of(world, subscription)), default=None)


def _subscription_happens(world: World, subscription: Doc, at: int) -> None:
    if subscription["status"] == "incomplete" and subscription["created"] + INCOMPLETE_FOR <= at:
        latest = world.find("invoice", subscription["latest_invoice"])
        if latest and latest["status"] == "open":
            invoices.void(world, latest)
        else:
            standing.end(world, subscription, "incomplete_expired", None)
        return
    pause = subscription["pause_collection"]
    if pause and pause.get("resumes_at") and pause["resumes_at"] <= at:
        with world.changing(subscription, "customer.subscription.updated"):
            subscription["pause_collection"] = None
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= at:
        standing.end(world, subscription, "canceled", "cancellation_requested")
        return
    end = next_renewal(world, subscription)
    if end is not None and end <= at and subscription["status"] not in ("paused", "incomplete"):
        roll(world, subscription, at)
        return
    if subscription["status"] == "trialing" and subscription["trial_end"] - TRIAL_NOTICE <= at:
        if subscription.get("_told_trial") != subscription["trial_end"]:
            subscription["_told_trial"] = subscription["trial_end"]
            world.save(subscription)
            world.emit("customer.subscription.trial_will_end", subscription)
    elif subscription["status"] == "active" and end is not None:
        _announce(world, subscription, end)


def _announce(world: World, subscription: Doc, end: int) -> None:
    """invoice.upcoming: the invoice there will be, some days before."""
    subscription["_told_renewal"] = end
    world.save(subscription)
    if subscription["cancel_at_period_end"] or world.quiet:
        return
    id = subscription["id"]
    with world.store.trial(keep=False):
        world.quiet = True
        try:
            with world.at(subscription["_clock"], end):
                coming = roll(world, world.get("subscription", id), end)
                shown = world.render(coming) if coming else None
        finally:
            world.quiet = False
    if shown:
        shown.pop("id")
        world.emit("invoice.upcoming", subscription, shown=shown)


def roll(world: World, subscription: Doc, at: int) -> Doc | None:
    """Into the next period: the trial ends, a schedule's phase begins, the renewal is drafted."""
    if schedule := world.find("subscription_schedule", subscription["schedule"]):
        schedules.pass_boundary(world, schedule, at)
        subscription = world.get("subscription", subscription["id"])
        if subscription["status"] in standing.ENDED:
            return None
    customer = world.get("customer", subscription["customer"])
    ends_trial = subscription["status"] == "trialing" and subscription["trial_end"] <= at
    if ends_trial and not _trial_may_end(world, subscription, customer):
        return None
    unpaid = subscription["status"] == "unpaid"
    with world.changing(subscription, "customer.subscription.updated"):
        if ends_trial:
            subscription["status"] = "active"
        subscription["discounts"] = discounting.running(world, subscription["discounts"], at)
        rows, since = [], at
        for item in changing.items_of(world, subscription):
            if item["current_period_end"] > at:
                continue
            since = min(since, item["current_period_start"])
            item["discounts"] = discounting.running(world, item["discounts"], at)
            free = subscription["status"] == "trialing"
            period = starting.first_period if free else starting.full_period
            start, end = period(subscription, world.get("price", item["price"]), at)
            item["current_period_start"], item["current_period_end"] = start, end
            world.save(item)
            rows.append(lines.of_period(world, subscription, item, start, end, trial=free))
        pause = subscription["pause_collection"]
        held = unpaid or (pause or {}).get("behavior") == "keep_as_draft"
        invoice = invoices.draft(
            world,
            customer,
            reason="subscription_cycle",
            subscription=subscription,
            rows=rows,
            auto_advance=not held,
            finalizes_at=None if held else at + invoices.DRAFT_FOR,
            period_start=since,
            period_end=at,
        )
        subscription["latest_invoice"] = invoice["id"]
        starting.record_debits(world, invoice)
    if pause and pause["behavior"] != "keep_as_draft":
        invoices.finalize(world, invoice)
        if invoice["status"] == "open":
            (invoices.void if pause["behavior"] == "void" else invoices.write_off)(world, invoice)
    return invoice


def _trial_may_end(world: World, subscription: Doc, customer: Doc) -> bool:
    """Without a card a trial ends as its settings say: cancelled, paused, or billed all the same."""
    if subscription["collection_method"] == "send_invoice":
        return True
    named = (subscription["default_payment_method"], customer["invoice_settings"]["default_payment_method"])
    if any(named):
        return True
    wish = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if wish == "cancel":
        standing.end(world, subscription, "canceled", None)
    elif wish == "pause":
        with world.changing(subscription, "customer.subscription.updated"):
            subscription["status"] = "paused"
        world.emit("customer.subscription.paused", subscription)
    return wish == "create_invoice"


# --- invoices, schedules, Checkout ------------------------------------------------------------------------------------


def _invoice_due(world: World, invoice: Doc) -> int | None:
    if invoice["status"] == "draft":
        return invoice["automatically_finalizes_at"] if invoice["auto_advance"] else None
    if invoice["status"] != "open":
        return None
    if invoice["collection_method"] == "send_invoice":
        return None if invoice.get("_overdue") else invoice["due_date"]
    return invoice["next_payment_attempt"]


def _invoice_happens(world: World, invoice: Doc, at: int) -> None:
    if invoice["status"] == "draft":
        invoices.settle_now(world, invoice)
    elif invoice["collection_method"] == "send_invoice":
        invoice["_overdue"] = True
        world.save(invoice)
        standing.overdue(world, invoice)
    elif invoice.get("_hard") and invoices.method_for(world, invoice) == _refused_method(world, invoice):
        # A stolen card is not asked again: the attempt is left out, the calendar goes on.
        failures = [*invoice["_failures"], at]
        upcoming = next_attempt(failures[0], len(failures), world.options.retry_days)
        invoice.update(_failures=failures, next_payment_attempt=upcoming)
        world.save(invoice)
        if upcoming is None:
            standing.after_failure(world, invoice, exhausted=True)
    else:
        invoices.collect(world, invoice)


def _refused_method(world: World, invoice: Doc) -> Doc | None:
    intent = world.find("payment_intent", invoice["_intent"])
    charge = world.find("charge", intent["latest_charge"]) if intent else None
    return world.find("payment_method", charge["payment_method"]) if charge else None


def _schedule_due(world: World, schedule: Doc) -> int | None:
    return schedules.next_boundary(schedule)


def _dispute_due(world: World, dispute: Doc) -> int | None:
    """Unanswered it is lost when its time is up; what the bank looks at stays open until the bank has decided."""
    waits = dispute["status"] in ("needs_response", "warning_needs_response")
    return dispute["evidence_details"]["due_by"] if waits else None


def _checkout_due(world: World, session: Doc) -> int | None:
    return session["expires_at"] if session["status"] == "open" else None


def _checkout_happens(world: World, session: Doc, at: int) -> None:
    session.update(status="expired", url=None)
    world.save(session)
    world.emit("checkout.session.expired", session)


DUE.update(
    {
        "subscription": _subscription_due,
        "invoice": _invoice_due,
        "subscription_schedule": _schedule_due,
        "checkout.session": _checkout_due,
        "dispute": _dispute_due,
    }
)
_HAPPENS: dict[str, Callable[[World, Doc, int], None]] = {
    "subscription": _subscription_happens,
    "invoice": _invoice_happens,
    "subscription_schedule": schedules.pass_boundary,
    "checkout.session": _checkout_happens,
    "dispute": disputes.time_is_up,
}
