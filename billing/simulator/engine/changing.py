"""Changing a running subscription: the time not used is credited, the time left charged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from billing.simulator.engine import discounting, invoices, lines, standing, starting
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules import amounts
from billing.simulator.store import Doc
from billing.simulator.world import World


@dataclass
class Change:
    """One row of `items`: an item that is there (changed or deleted) or a new one."""

    item: Doc | None = None
    price: Doc | None = None
    quantity: int | None = None
    deleted: bool = False
    rates: list[str] | None = None
    discounts: list[Params] | None = None
    metadata: Doc | None = None


def change(
    world: World,
    subscription: Doc,
    changes: Sequence[Change],
    *,
    behavior: str = "create_prorations",
    at: int | None = None,
    anchor_now: bool = False,
    payment_behavior: str = "allow_incomplete",
    off_session: bool = False,
    collect: bool = True,
    extra_rows: Sequence[Doc] = (),
) -> Doc | None:
    """Returns the invoice it made, if any. Raises StripeProblem: declined with error_if_incomplete, no item left."""
    now = world.time_of(subscription)
    at = now if at is None else at
    customer = world.get("customer", subscription["customer"])
    free = subscription["status"] in ("trialing", "paused", "incomplete")
    credit = behavior != "none" and not free
    items = items_of(world, subscription)
    _check(items, changes)
    reset = anchor_now or (not free and _all_intervals_move(world, items, changes))
    if reset and credit:
        for item in items:
            _credit(world, subscription, item, at)
    if reset:
        subscription["billing_cycle_anchor"] = now
    for row in changes:
        if row.deleted and row.item:
            if credit and not reset:
                _credit(world, subscription, row.item, at)
            _remove(world, row.item)
        elif row.item:
            _alter(world, subscription, row.item, row, customer, at=at, credit=credit and not reset)
        elif row.price:
            new = starting.NewItem(row.price, _or_one(row.quantity), row.rates or [], row.discounts, row.metadata or {})
            starting.currency_for([row.price], subscription["currency"])
            item = starting.add_item(world, subscription, new, customer, at)
            if credit and not reset:
                _charge(world, subscription, item, at)
    rows: list[Doc] = list(extra_rows)
    if reset and not free:
        for item in items_of(world, subscription):
            price = world.get("price", item["price"])
            item["current_period_start"], item["current_period_end"] = starting.full_period(subscription, price, now)
            item["_debits"] = []
            world.save(item)
            rows.append(
                lines.of_period(world, subscription, item, item["current_period_start"], item["current_period_end"])
            )
    world.save(subscription)
    if not (behavior == "always_invoice" or (reset and not free) or extra_rows):
        return None
    return bill(world, subscription, customer, rows, payment_behavior, off_session=off_session, collect=collect)


def to_trial(world: World, subscription: Doc, end: int, *, credit: bool) -> None:
    """Free until `end`, when a new cycle begins. Who pays already gets back what is left of the period."""
    now = world.time_of(subscription)
    paying = subscription["status"] not in ("trialing", "paused", "incomplete")
    for item in items_of(world, subscription):
        if paying and credit:
            _credit(world, subscription, item, now)
        if paying:
            item["current_period_start"] = now
        item["current_period_end"] = end
        world.save(item)
    subscription.update(status="trialing", trial_start=subscription["trial_start"] or now, trial_end=end)
    subscription["billing_cycle_anchor"] = end
    world.save(subscription)


def bill(
    world: World,
    subscription: Doc,
    customer: Doc,
    rows: Sequence[Doc],
    payment_behavior: str,
    *,
    off_session: bool = False,
    collect: bool = True,
) -> Doc | None:
    """An invoice at once for a change, and its payment. None when there is nothing to bill."""
    waiting = lines.waiting(world, customer["id"], subscription["currency"], subscription["id"])
    if not rows and not waiting:
        return None
    invoice = invoices.draft(world, customer, reason="subscription_update", subscription=subscription, rows=rows)
    subscription["latest_invoice"] = invoice["id"]
    world.save(subscription)
    starting.record_debits(world, invoice)
    if not collect:
        return invoice
    invoices.finalize(world, invoice)
    if invoice["status"] == "open" and invoice["collection_method"] == "charge_automatically":
        if payment_behavior == "default_incomplete":
            if subscription["status"] == "active":
                subscription["status"] = "past_due"
                world.save(subscription)
            return invoice
        error = invoices.collect(world, invoice, off_session=off_session)
        if error and payment_behavior == "error_if_incomplete":
            raise invoices.refuse(error, keep=False)
    return invoice


def items_of(world: World, subscription: Doc) -> list[Doc]:
    return world.all("subscription_item", subscription["id"])


def _check(items: Sequence[Doc], changes: Sequence[Change]) -> None:
    gone = {row.item["id"] for row in changes if row.deleted and row.item}
    prices = {item["id"]: item["price"] for item in items if item["id"] not in gone}
    for row in changes:
        if row.item and row.price and not row.deleted:
            prices[row.item["id"]] = row.price["id"]
    all_prices = [*prices.values(), *(row.price["id"] for row in changes if row.price and row.item is None)]
    if not all_prices:
        raise invalid("A subscription must have at least one active plan.", "items")
    for price in all_prices:
        if all_prices.count(price) > 1:
            raise invalid(f"Cannot add multiple subscription items with the same plan: {price}", "items")


def _all_intervals_move(world: World, items: Sequence[Doc], changes: Sequence[Change]) -> bool:
    """A switch between monthly and yearly starts a new cycle when no item keeps the old rhythm."""

    def rhythm(price: Doc) -> tuple[str, int]:
        return price["recurring"]["interval"], price["recurring"]["interval_count"]

    before = {item["id"]: rhythm(world.get("price", item["price"])) for item in items}
    after = dict(before)
    for row in changes:
        if row.item and row.deleted:
            after.pop(row.item["id"], None)
        elif row.item and row.price and row.price["recurring"]:
            after[row.item["id"]] = rhythm(row.price)
    moved = any(after[id] != before[id] for id in after)
    return moved and not set(before.values()) & set(after.values())


def _alter(world: World, subscription: Doc, item: Doc, row: Change, customer: Doc, *, at: int, credit: bool) -> None:
    price = row.price or world.get("price", item["price"])
    quantity = item["quantity"] if row.quantity is None else row.quantity
    differs = price["id"] != item["price"] or quantity != item["quantity"]
    if row.price:
        starting.currency_for([row.price], subscription["currency"])
        if row.price["recurring"] is None:
            raise invalid("A subscription item needs a recurring price.", "items")
    if differs and credit:
        _credit(world, subscription, item, at)
    moved = price["recurring"] != world.get("price", item["price"])["recurring"]
    item["price"], item["quantity"] = price["id"], quantity
    if row.rates is not None:
        item["_rates"] = row.rates
    if row.metadata is not None:
        item["metadata"] = row.metadata
    kept = discounting.given(world, row.discounts, customer, item["discounts"], subscription_item=item["id"])
    if kept is not None:
        item["discounts"] = kept
    if moved and subscription["status"] not in ("trialing", "paused"):
        start, end = starting.full_period(subscription, price, at)
        item["current_period_start"], item["current_period_end"] = max(start, at), end
    world.save(item)
    if differs and credit:
        _charge(world, subscription, item, at)


def _credit(world: World, subscription: Doc, item: Doc, at: int) -> None:
    """Give back the time not used: one line for each debit that covers it."""
    for debit in item["_debits"]:
        if debit["end"] <= at:
            continue
        amount = -amounts.remaining(debit["amount"], debit["start"], debit["end"], at)
        credited = None
        if debit["line"]:
            credited = {"invoice": debit["invoice"], "invoice_line_items": [debit["line"]]}
        lines.proration(
            world,
            subscription,
            item,
            amount=amount,
            quantity=debit["quantity"],
            price=world.get("price", debit["price"]),
            start=at,
            end=debit["end"],
            rates=debit["rates"],
            credited=credited or {"invoice": None, "invoice_line_items": []},
        )
    item["_debits"] = [
        {**d, "amount": d["amount"] - amounts.remaining(d["amount"], d["start"], d["end"], at), "end": at}
        for d in item["_debits"]
        if d["start"] < at
    ]
    world.save(item)


def _charge(world: World, subscription: Doc, item: Doc, at: int) -> None:
    """Ask for the time left in the period at the new price."""
    price = world.get("price", item["price"])
    start, end = starting.full_period(subscription, price, at)
    whole = amounts.price_of(lines.unit_of(price, subscription["currency"]), item["quantity"])
    running = discounting.running(world, [*item["discounts"], *subscription["discounts"]], at)
    whole = discounting.net_of_percent(world, whole, running, price["product"])
    amount = amounts.remaining(whole, start, end, at)
    rates = item["_rates"] or subscription["_rates"]
    pending = lines.proration(
        world,
        subscription,
        item,
        amount=amount,
        quantity=item["quantity"],
        price=price,
        start=at,
        end=end,
        rates=rates,
        credited=None,
    )
    item["_debits"] = [
        *(d for d in item["_debits"] if d["end"] > at),
        {
            "amount": amount,
            "start": at,
            "end": end,
            "quantity": item["quantity"],
            "price": price["id"],
            "rates": rates,
            "invoice": None,
            "line": None,
            "pending": pending["id"],
        },
    ]
    world.save(item)


def _remove(world: World, item: Doc) -> None:
    item["_deleted"] = True
    world.save(item)


def _or_one(quantity: int | None) -> int:
    return 1 if quantity is None else quantity


def cancel(world: World, subscription: Doc, *, invoice_now: bool, prorate: bool) -> None:
    """At once. `prorate` credits the time not used; `invoice_now` bills what waits (a credit goes to the balance)."""
    now = world.time_of(subscription)
    customer = world.get("customer", subscription["customer"])
    if prorate and subscription["status"] not in ("trialing", "paused", "incomplete"):
        for item in items_of(world, subscription):
            _credit(world, subscription, item, now)
    invoice = None
    if invoice_now and lines.waiting(world, customer["id"], subscription["currency"], subscription["id"]):
        invoice = invoices.draft(world, customer, reason="subscription_update", subscription=subscription)
        subscription["latest_invoice"] = invoice["id"]
    standing.end(world, subscription, "canceled", "cancellation_requested")
    if invoice:
        invoice["auto_advance"] = True
        world.save(invoice)
        invoices.settle_now(world, invoice)
