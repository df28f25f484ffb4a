"""Subscriptions and their items."""

from __future__ import annotations

from typing import Any

from billing.simulator.api.catalogue import price_of
from billing.simulator.api.invoiceitems import row_of_price
from billing.simulator.api.routing import Ready, endpoint, page, rates_of, retrieved
from billing.simulator.engine import changing, discounting, invoices, schedules, standing, starting
from billing.simulator.engine.changing import Change
from billing.simulator.engine.customers import living
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules.periods import DAY
from billing.simulator.store import Doc
from billing.simulator.world import World

BEHAVIORS = ("create_prorations", "none", "always_invoice")
PAYMENT_BEHAVIORS = ("allow_incomplete", "default_incomplete", "error_if_incomplete")


def new_items(world: World, rows: list[Params] | None) -> list[starting.NewItem]:
    return [
        starting.NewItem(
            price_of(world, row),
            row.count("quantity", 1),
            rates_of(world, row, "tax_rates") or [],
            row.rows("discounts"),
            row.metadata(),
        )
        for row in rows or []
    ]


def changes_of(world: World, subscription: Doc, rows: list[Params] | None) -> list[Change]:
    """The `items` parameter of an update. Raises StripeProblem for an item of another subscription."""
    changes = []
    for row in rows or []:
        item = None
        if id := row.text("id"):
            item = world.get("subscription_item", id, row.named("id"))
            if item["subscription"] != subscription["id"]:
                raise invalid(f"No such subscription item: '{id}'", row.named("id"), "resource_missing")
        named = row.has("price") or row.has("price_data") or row.has("plan")
        row.flag("clear_usage")
        quantity = row.count("quantity", 1) if row.has("quantity") else None
        changes.append(
            Change(
                item,
                price_of(world, row) if named or item is None else None,
                quantity,
                bool(row.flag("deleted")),
                rates_of(world, row, "tax_rates"),
                row.rows("discounts"),
                row.metadata(item["metadata"] if item else None) if row.has("metadata") else None,
            )
        )
    return changes


def trial_end_of(p: Params, now: int) -> int | None:
    days = p.few("trial_period_days", 730)
    if p.has("trial_end"):
        end = p.time("trial_end", now)
        if end is not None and end < now:
            raise invalid("Invalid timestamp: must be an integer Unix timestamp in the future.", "trial_end")
        return end
    return now + days * DAY if days else None


def read_trial_settings(p: Params) -> Doc | None:
    given = p.map("trial_settings")
    end = given.map("end_behavior") if given else None
    if end is None:
        return None
    wish = end.need("missing_payment_method", ("create_invoice", "pause", "cancel"))
    return {"end_behavior": {"missing_payment_method": wish}}


def read_mode(p: Params) -> None:
    """Only the flexible billing mode, the default of the pinned API version, is simulated."""
    if mode := p.map("billing_mode"):
        mode.need("type", ("flexible",))
        if flexible := mode.map("flexible"):
            flexible.text("proration_discounts", choices=("included",))


def own_method(world: World, p: Params, customer: Doc, name: str = "default_payment_method") -> str | None:
    """Raises StripeProblem for a card that is not the customer's."""
    id = p.text(name)
    if id and world.get("payment_method", id, name)["customer"] != customer["id"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {id}. The payment method must be attached to the "
            "customer.",
            name,
            "resource_missing",
        )
    return id


def extra_rows(world: World, p: Params, currency: str, now: int) -> list[Doc]:
    """add_invoice_items: one-time lines on the next invoice."""
    return [
        row_of_price(world, price_of(world, row), row.count("quantity", 1), currency, now)
        for row in p.rows("add_invoice_items") or []
    ]


@endpoint("POST", "/v1/subscriptions")
def create(world: World, p: Params) -> Doc:
    customer = living(world, p.need("customer"), "customer")
    now = world.now(customer["_clock"])
    method = p.text("collection_method", "charge_automatically", choices=("charge_automatically", "send_invoice"))
    days = p.few("days_until_due", 3_650)
    if method == "send_invoice" and days is None:
        raise invalid("If collection_method=send_invoice, days_until_due must be set.", "days_until_due")
    read_mode(p)
    items = new_items(world, p.rows("items"))
    trial_end = trial_end_of(p, now)
    if p.flag("trial_from_plan") and trial_end is None:
        days_of = ((i.price["recurring"] or {}).get("trial_period_days") or 0 for i in items)
        longest = max(days_of, default=0)
        trial_end = now + longest * DAY if longest else None
    values: Doc = {
        "cancel_at": p.time("cancel_at"),
        "collection_method": method,
        "days_until_due": days,
        "default_payment_method": own_method(world, p, customer),
        "description": p.text("description"),
        "metadata": p.metadata(),
    }
    if settings := read_trial_settings(p):
        values["trial_settings"] = settings
    if payment := p.map("payment_settings"):
        payment.strings("payment_method_types")
        payment.text("save_default_payment_method")
    currency = p.text("currency")
    anchor = p.time("billing_cycle_anchor", now)
    if anchor is not None and anchor < now:
        raise invalid("billing_cycle_anchor cannot be earlier than now.", "billing_cycle_anchor")
    extra = extra_rows(world, p, currency or str(items[0].price["currency"]), now) if items else []
    subscription = starting.start(
        world,
        customer,
        items,
        currency=currency.lower() if currency else None,
        trial_end=trial_end,
        anchor=anchor,
        rates=rates_of(world, p, "default_tax_rates") or [],
        discounts=p.rows("discounts"),
        payment_behavior=p.text("payment_behavior", "allow_incomplete", choices=PAYMENT_BEHAVIORS) or "",
        proration_behavior=p.text("proration_behavior", "create_prorations", choices=BEHAVIORS) or "",
        off_session=bool(p.flag("off_session")),
        extra_rows=extra,
        **values,
    )
    if p.flag("cancel_at_period_end"):
        with world.changing(subscription, "customer.subscription.updated"):
            _cancel_at_period_end(world, subscription)
    return subscription


def _cancel_at_period_end(world: World, subscription: Doc) -> None:
    ends = [item["current_period_end"] for item in changing.items_of(world, subscription)]
    subscription.update(cancel_at_period_end=True, cancel_at=max(ends), canceled_at=world.time_of(subscription))
    subscription["cancellation_details"]["reason"] = "cancellation_requested"


def keep_on(subscription: Doc) -> None:
    """The planned end is called off."""
    subscription.update(cancel_at_period_end=False, cancel_at=None, canceled_at=None)
    subscription["cancellation_details"]["reason"] = None


def end_at_period_end(world: World, subscription: Doc, wish: bool) -> None:
    with world.changing(subscription, "customer.subscription.updated"):
        if wish:
            _cancel_at_period_end(world, subscription)
        else:
            keep_on(subscription)


@endpoint("GET", "/v1/subscriptions")
def list_all(world: World, p: Params) -> Doc:
    rows = world.all("subscription", p.text("customer"), newest_first=True)
    status = p.text("status")
    if status is None:
        rows = [row for row in rows if row["status"] != "canceled"]
    elif status == "ended":
        rows = [row for row in rows if row["status"] in standing.ENDED]
    elif status != "all":
        rows = [row for row in rows if row["status"] == status]
    if price := p.text("price"):
        rows = [row for row in rows if any(i["price"] == price for i in changing.items_of(world, row))]
    if clock := p.text("test_clock"):
        rows = [row for row in rows if row["test_clock"] == clock]
    if method := p.text("collection_method"):
        rows = [row for row in rows if row["collection_method"] == method]
    return page(world, p, rows, "/v1/subscriptions")


retrieved("/v1/subscriptions", "subscription")


def running(world: World, id: str) -> Doc:
    """Raises StripeProblem when it has ended."""
    subscription = world.get("subscription", id)
    if subscription["status"] in standing.ENDED:
        raise invalid(f"No such subscription: '{id}'", "id", "resource_missing", 404)
    return subscription


@endpoint("POST", "/v1/subscriptions/{id}")
def update(world: World, p: Params, id: str) -> Doc:
    subscription = running(world, id)
    customer = world.get("customer", subscription["customer"])
    now = world.time_of(subscription)
    with world.changing(subscription, "customer.subscription.updated"):
        _write(world, subscription, customer, p)
        apply_changes(world, subscription, p, now)
        if (wish := p.flag("cancel_at_period_end")) is not None:
            if wish:
                _cancel_at_period_end(world, subscription)
            elif subscription["cancel_at_period_end"]:
                keep_on(subscription)
        if p.has("cancel_at"):
            at = p.time("cancel_at")
            keep_on(subscription)
            if at is not None:
                subscription.update(cancel_at=at, canceled_at=now)
    return subscription


def apply_changes(world: World, subscription: Doc, p: Params, now: int, *, collect: bool = True) -> Doc | None:
    """The parts of an update that bill: items, trial, anchor. Returns the invoice made, if any."""
    changes = changes_of(world, subscription, p.rows("items"))
    options: dict[str, Any] = {
        "behavior": p.text("proration_behavior", "create_prorations", choices=BEHAVIORS),
        "at": p.time("proration_date"),
        "payment_behavior": p.text("payment_behavior", "allow_incomplete", choices=PAYMENT_BEHAVIORS),
        "off_session": bool(p.flag("off_session")),
    }
    anchor = p.text("billing_cycle_anchor", choices=("now", "unchanged"))
    extra = extra_rows(world, p, subscription["currency"], now)
    check_date(world, subscription, options["at"], now)
    ends_trial = False
    if p.has("trial_end"):
        end = p.time("trial_end", now)
        ends_trial = subscription["status"] == "trialing" and end is not None and end <= now
        if end is not None and end > now:
            changing.to_trial(world, subscription, end, credit=options["behavior"] != "none")
    invoice = None
    if changes or anchor == "now" or extra:
        anchor_now = anchor == "now" and not ends_trial
        invoice = changing.change(
            world, subscription, changes, anchor_now=anchor_now, extra_rows=extra, collect=collect, **options
        )
        schedules.follow(world, subscription)
    if ends_trial:
        invoice = end_trial(world, subscription, now, options["payment_behavior"], collect=collect)
    return invoice


def end_trial(world: World, subscription: Doc, now: int, payment_behavior: str, *, collect: bool) -> Doc | None:
    """Before its time: the first paid period begins and is billed at once."""
    subscription.update(status="active", trial_end=now)
    return changing.change(
        world, subscription, [], anchor_now=True, behavior="none", payment_behavior=payment_behavior, collect=collect
    )


def check_date(world: World, subscription: Doc, at: int | None, now: int) -> None:
    if at is None:
        return
    starts = [item["current_period_start"] for item in changing.items_of(world, subscription)]
    ends = [item["current_period_end"] for item in changing.items_of(world, subscription)]
    if not min(starts) <= at <= max(ends):
        raise invalid("The proration date must be within the current period of the subscription.", "proration_date")


def _write(world: World, subscription: Doc, customer: Doc, p: Params) -> None:
    if p.has("description"):
        subscription["description"] = p.text("description")
    subscription["metadata"] = p.metadata(subscription["metadata"])
    if p.has("default_payment_method"):
        subscription["default_payment_method"] = own_method(world, p, customer)
    if p.has("collection_method"):
        subscription["collection_method"] = p.need("collection_method", ("charge_automatically", "send_invoice"))
    if p.has("days_until_due"):
        subscription["days_until_due"] = p.few("days_until_due", 3_650)
    if (rates := rates_of(world, p, "default_tax_rates")) is not None:
        subscription["_rates"] = rates
    kept = discounting.given(
        world, p.rows("discounts"), customer, subscription["discounts"], subscription=subscription["id"]
    )
    if kept is not None:
        subscription["discounts"] = kept
    if settings := read_trial_settings(p):
        subscription["trial_settings"] = settings
    if details := p.map("cancellation_details"):
        for name in ("comment", "feedback"):
            if details.has(name):
                subscription["cancellation_details"][name] = details.text(name)
    if p.has("pause_collection"):
        pause = p.map("pause_collection")
        subscription["pause_collection"] = (
            {
                "behavior": pause.need("behavior", ("keep_as_draft", "mark_uncollectible", "void")),
                "resumes_at": pause.time("resumes_at"),
            }
            if pause
            else None
        )
    if payment := p.map("payment_settings"):
        payment.strings("payment_method_types")
        payment.text("save_default_payment_method")


@endpoint("DELETE", "/v1/subscriptions/{id}")
def cancel(world: World, p: Params, id: str) -> Doc:
    subscription = running(world, id)
    if details := p.map("cancellation_details"):
        for name in ("comment", "feedback"):
            subscription["cancellation_details"][name] = details.text(name)
    changing.cancel(world, subscription, invoice_now=bool(p.flag("invoice_now")), prorate=bool(p.flag("prorate")))
    return subscription


@endpoint("POST", "/v1/subscriptions/{id}/resume")
def resume(world: World, p: Params, id: str) -> Doc:
    subscription = running(world, id)
    if subscription["status"] != "paused":
        raise invalid("You cannot resume a subscription that is not paused.")
    p.text("proration_behavior", choices=BEHAVIORS)
    p.text("billing_cycle_anchor", choices=("now", "unchanged"))
    with world.changing(subscription, "customer.subscription.updated"):
        subscription["status"] = "active"
        changing.change(world, subscription, [], anchor_now=True, behavior="none", collect=False)
        invoice = world.get("invoice", subscription["latest_invoice"])
    error = invoices.settle_now(world, invoice)
    if error:
        raise invoices.refuse(error, keep=False)
    world.emit("customer.subscription.resumed", subscription)
    return subscription


@endpoint("DELETE", "/v1/subscriptions/{id}/discount")
def delete_discount(world: World, p: Params, id: str) -> Doc:
    subscription = running(world, id)
    if not subscription["discounts"]:
        raise invalid("No active discount for subscription", status=404, code="resource_missing")
    discount = world.get("discount", subscription["discounts"][-1])
    with world.changing(subscription, "customer.subscription.updated"):
        subscription["discounts"] = subscription["discounts"][:-1]
    return Ready({**world.render(discount), "deleted": True})
