"""A subscription begins: its items, its trial, its first invoice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from billing.simulator.engine import discounting, invoices, lines, payments, standing
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules import amounts
from billing.simulator.rules.periods import period_at
from billing.simulator.store import Doc
from billing.simulator.world import World


@dataclass
class NewItem:
    price: Doc
    quantity: int = 1
    rates: list[str] = field(default_factory=list)
    discounts: list[Params] | None = None
    metadata: Doc = field(default_factory=dict)


def currency_for(prices: Sequence[Doc], asked: str | None) -> str:
    """The currency they are all billed in. Raises StripeProblem when they have none in common."""
    currency = asked or str(prices[0]["currency"])
    for price in prices:
        if currency != price["currency"] and currency not in price["_currency_options"]:
            raise invalid(
                f"The price specified only supports `{price['currency']}`. This doesn't match the expected currency: "
                f"`{currency}`.",
                "items",
            )
    return currency


def start(
    world: World,
    customer: Doc,
    items: Sequence[NewItem],
    *,
    currency: str | None = None,
    trial_end: int | None = None,
    anchor: int | None = None,
    rates: Sequence[str] = (),
    discounts: list[Params] | None = None,
    payment_behavior: str = "allow_incomplete",
    proration_behavior: str = "create_prorations",
    off_session: bool = False,
    collect: bool = True,
    authenticated: bool = False,
    by_itself: bool = False,
    extra_rows: Sequence[Doc] = (),
    **values: Any,
) -> Doc:
    """Raises StripeProblem: declined with error_if_incomplete, no card, mixed currencies, the same price twice."""
    clock = customer["_clock"]
    now = world.now(clock)
    if not items:
        raise invalid("Missing required param: items.", "items", "parameter_missing")
    _distinct([item.price["id"] for item in items])
    currency = currency_for([item.price for item in items], currency or customer["currency"])
    trial = trial_end is not None and trial_end > now
    subscription = world.create(
        "subscription",
        clock=clock,
        customer=customer["id"],
        currency=currency,
        billing_cycle_anchor=trial_end if trial else (anchor or now),
        start_date=now,
        status="trialing" if trial else "incomplete",
        test_clock=customer["test_clock"],
        trial_start=now if trial else None,
        trial_end=trial_end if trial else None,
        _rates=list(rates),
        **values,
    )
    customer["currency"] = customer["currency"] or currency
    world.save(customer)
    subscription["discounts"] = discounting.given(world, discounts, customer, [], subscription=subscription["id"]) or []
    made = [add_item(world, subscription, item, customer, now) for item in items]
    subscription["items"] = {}
    by_transfer = subscription["collection_method"] == "send_invoice"
    if by_transfer and not trial:
        subscription["status"] = "active"
    world.save(subscription)
    world.emit("customer.subscription.created", subscription)

    rows = [*extra_rows, *(first_row(world, subscription, item, now, proration_behavior) for item in made)]
    invoice = invoices.draft(
        world,
        customer,
        reason="subscription_create",
        subscription=subscription,
        rows=rows,
        finalizes_at=now + invoices.DRAFT_FOR if by_transfer else None,
    )
    subscription["latest_invoice"] = invoice["id"]
    world.save(subscription)
    record_debits(world, invoice)
    if by_transfer or not collect:
        return subscription
    invoices.finalize(world, invoice)
    method = invoices.method_for(world, invoice)
    if invoice["status"] == "open" and payment_behavior != "default_incomplete":
        if method is None and not by_itself:
            raise invalid(
                "This customer has no attached payment source or default payment method. Please consider adding a "
                "default payment method.",
                code="resource_missing",
            )
        error = invoices.collect(world, invoice, off_session=off_session, authenticated=authenticated)
        if error and payment_behavior == "error_if_incomplete":
            raise invoices.refuse(error, keep=False)
    if trial and method is None and payment_behavior == "default_incomplete":
        setup = payments.new_setup(world, customer)
        subscription["pending_setup_intent"] = setup["id"]
        world.save(subscription)
    return subscription


def _distinct(prices: Sequence[str]) -> None:
    for price in prices:
        if prices.count(price) > 1:
            raise invalid(f"Cannot add multiple subscription items with the same plan: {price}", "items")


def add_item(world: World, subscription: Doc, new: NewItem, customer: Doc, now: int) -> Doc:
    """Raises StripeProblem for a price that does not recur or is archived."""
    price = new.price
    if price["recurring"] is None:
        raise invalid(
            f"The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`. "
            f"({price['id']})",
            "items",
        )
    if not price["active"]:
        raise invalid(
            f"The price specified is inactive. This field only accepts active prices. ({price['id']})", "items"
        )
    start, end = first_period(subscription, price, now)
    item = world.create(
        "subscription_item",
        clock=subscription["_clock"],
        price=price["id"],
        quantity=new.quantity,
        metadata=new.metadata,
        subscription=subscription["id"],
        current_period_start=start,
        current_period_end=end,
        _rates=new.rates,
        _debits=[],
    )
    kept = discounting.given(world, new.discounts, customer, [], subscription_item=item["id"])
    item["discounts"] = kept or []
    world.save(item)
    return item


def first_period(subscription: Doc, price: Doc, now: int) -> tuple[int, int]:
    if subscription["trial_end"] and subscription["trial_end"] > now:
        return now, subscription["trial_end"]
    recurring = price["recurring"]
    anchor = subscription["billing_cycle_anchor"]
    start, end = period_at(anchor, recurring["interval"], recurring["interval_count"], now)
    return max(start, now), end


def full_period(subscription: Doc, price: Doc, moment: int) -> tuple[int, int]:
    recurring = price["recurring"]
    anchor = subscription["billing_cycle_anchor"]
    return period_at(anchor, recurring["interval"], recurring["interval_count"], moment)


def first_row(world: World, subscription: Doc, item: Doc, now: int, behavior: str) -> Doc:
    """The first period: free in a trial, in part until a later anchor, else whole."""
    start, end = item["current_period_start"], item["current_period_end"]
    trial = subscription["trial_end"] is not None and subscription["trial_end"] > now
    row = lines.of_period(world, subscription, item, start, end, trial=trial)
    if not trial:
        whole_start, whole_end = full_period(subscription, world.get("price", item["price"]), now)
        if whole_start < start:
            part = amounts.remaining(row["amount"], whole_start, whole_end, start)
            row["amount"] = 0 if behavior == "none" else part
            row["parent"]["subscription_item_details"]["proration"] = True
    return row


def record_debits(world: World, invoice: Doc) -> None:
    """What each item was billed for its period, discounts off: the basis of later credits."""
    for line in invoices.lines_of(world, invoice):
        item = world.find("subscription_item", line.get("_item"))
        if item is None or line.get("_pending"):
            continue
        item["_debits"] = [
            *(d for d in item["_debits"] if d["end"] > line["period"]["start"]),
            {
                "amount": line["amount"] - sum(part["amount"] for part in line["discount_amounts"]),
                "start": line["period"]["start"],
                "end": line["period"]["end"],
                "quantity": line["quantity"],
                "price": item["price"],
                "rates": line["_rates"],
                "invoice": invoice["id"],
                "line": line["id"],
                "pending": None,
            },
        ]
        world.save(item)


def ended(subscription: Doc) -> bool:
    return subscription["status"] in standing.ENDED
