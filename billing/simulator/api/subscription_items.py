"""Items of a subscription, one at a time."""

from __future__ import annotations

from billing.simulator.api.catalogue import price_of
from billing.simulator.api.routing import deleted, endpoint, page, rates_of, retrieved
from billing.simulator.api.subscriptions import BEHAVIORS, PAYMENT_BEHAVIORS, check_date, running
from billing.simulator.engine import changing, schedules
from billing.simulator.engine.changing import Change
from billing.simulator.params import Params
from billing.simulator.store import Doc
from billing.simulator.world import World


@endpoint("GET", "/v1/subscription_items")
def list_items(world: World, p: Params) -> Doc:
    subscription = world.get("subscription", p.need("subscription"), "subscription")
    rows = world.all("subscription_item", subscription["id"], newest_first=True)
    return page(world, p, rows, "/v1/subscription_items")


retrieved("/v1/subscription_items", "subscription_item")


def _change_one(world: World, p: Params, subscription: Doc, row: Change) -> None:
    behavior = p.text("proration_behavior", "create_prorations", choices=BEHAVIORS) or ""
    payment = p.text("payment_behavior", "allow_incomplete", choices=PAYMENT_BEHAVIORS) or ""
    at = p.time("proration_date")
    check_date(world, subscription, at, world.time_of(subscription))
    off_session = bool(p.flag("off_session"))
    with world.changing(subscription, "customer.subscription.updated"):
        changing.change(
            world,
            subscription,
            [row],
            behavior=behavior,
            at=at,
            payment_behavior=payment,
            off_session=off_session,
        )
        schedules.follow(world, subscription)


@endpoint("POST", "/v1/subscription_items")
def create_item(world: World, p: Params) -> Doc:
    subscription = running(world, p.need("subscription"))
    price = price_of(world, p)
    rates = rates_of(world, p, "tax_rates")
    row = Change(None, price, p.count("quantity", 1), False, rates, p.rows("discounts"), p.metadata())
    before = {item["id"] for item in changing.items_of(world, subscription)}
    _change_one(world, p, subscription, row)
    return next(i for i in changing.items_of(world, subscription) if i["id"] not in before)


@endpoint("POST", "/v1/subscription_items/{id}")
def update_item(world: World, p: Params, id: str) -> Doc:
    item = world.get("subscription_item", id)
    named = p.has("price") or p.has("price_data") or p.has("plan")
    row = Change(
        item,
        price_of(world, p) if named else None,
        p.count("quantity", 1) if p.has("quantity") else None,
        False,
        rates_of(world, p, "tax_rates"),
        p.rows("discounts"),
        p.metadata(item["metadata"]) if p.has("metadata") else None,
    )
    _change_one(world, p, running(world, item["subscription"]), row)
    return item


@endpoint("DELETE", "/v1/subscription_items/{id}")
def delete_item(world: World, p: Params, id: str) -> Doc:
    item = world.get("subscription_item", id)
    p.flag("clear_usage")
    _change_one(world, p, running(world, item["subscription"]), Change(item, deleted=True))
    return deleted(item)
