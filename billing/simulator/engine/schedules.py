"""Planned changes: a schedule's phases take their turn at their dates, most often the end of a period."""

from __future__ import annotations

import logging

from billing.simulator.engine import changing, standing, starting
from billing.simulator.engine.changing import Change
from billing.simulator.problems import StripeProblem
from billing.simulator.store import Doc
from billing.simulator.world import World

log = logging.getLogger("billing.simulator")


def next_boundary(schedule: Doc) -> int | None:
    if schedule["status"] == "not_started":
        return int(schedule["phases"][0]["start_date"])
    if schedule["status"] == "active":
        return int(schedule["current_phase"]["end_date"])
    return None


def pass_boundary(world: World, schedule: Doc, at: int) -> None:
    """Enter the phase that begins at `at`, or end the schedule. Does nothing before its time."""
    boundary = next_boundary(schedule)
    if boundary is None or boundary > at:
        return
    id, upcoming = schedule["id"], [phase for phase in schedule["phases"] if phase["start_date"] >= boundary]
    try:
        with world.store.trial(keep=True):
            if schedule["status"] == "not_started":
                _begin(world, schedule, schedule["phases"][0])
            elif upcoming:
                _enter(world, schedule, upcoming[0], at)
            else:
                _complete(world, schedule)
    except StripeProblem as problem:
        # What was planned cannot be done any more (a price in another currency, say): the plan ends, time goes on.
        log.warning("Schedule %s is given up: %s", id, problem)
        _give_up(world, world.get("subscription_schedule", id))


def _give_up(world: World, schedule: Doc) -> None:
    if schedule["subscription"]:
        release(world, schedule)
    else:
        schedule.update(status="canceled", canceled_at=world.time_of(schedule), current_phase=None)
        world.save(schedule)
        world.emit("subscription_schedule.canceled", schedule)


def _begin(world: World, schedule: Doc, phase: Doc) -> None:
    customer = world.get("customer", schedule["customer"])
    settings = schedule["default_settings"]
    subscription = starting.start(
        world,
        customer,
        [
            starting.NewItem(world.get("price", i["price"]), i["quantity"], i["_rates"], None, i["metadata"])
            for i in phase["items"]
        ],
        trial_end=phase["trial_end"],
        rates=phase["_rates"],
        metadata=phase["metadata"],
        default_payment_method=phase["default_payment_method"] or settings["default_payment_method"],
        collection_method=phase["collection_method"] or settings["collection_method"],
        schedule=schedule["id"],
        off_session=True,
        by_itself=True,
    )
    subscription["discounts"] = list(phase["discounts_ids"])
    world.save(subscription)
    with world.changing(schedule, "subscription_schedule.updated"):
        schedule["status"] = "active"
        schedule["subscription"] = subscription["id"]
        schedule["current_phase"] = {"start_date": phase["start_date"], "end_date": phase["end_date"]}


def _enter(world: World, schedule: Doc, phase: Doc, at: int) -> None:
    subscription = world.get("subscription", schedule["subscription"])
    items = changing.items_of(world, subscription)
    # At a renewal nothing of the old period is left, and the renewal itself bills the new one.
    renews = all(item["current_period_end"] <= at for item in items)
    with world.changing(subscription, "customer.subscription.updated"):
        changing.change(
            world,
            subscription,
            to_items(world, items, phase),
            behavior="none" if renews else phase["proration_behavior"],
            at=at,
            off_session=True,
        )
        for item in changing.items_of(world, subscription) if renews else ():
            if item["current_period_start"] >= at:
                item["current_period_end"] = at
                world.save(item)
        subscription["discounts"] = list(phase["discounts_ids"])
        subscription["metadata"] = {**subscription["metadata"], **phase["metadata"]}
        if phase["trial_end"] and phase["trial_end"] > at:
            end = phase["trial_end"]
            subscription.update(status="trialing", trial_start=at, trial_end=end, billing_cycle_anchor=end)
    with world.changing(schedule, "subscription_schedule.updated"):
        schedule["current_phase"] = {"start_date": phase["start_date"], "end_date": phase["end_date"]}


def to_items(world: World, items: list[Doc], phase: Doc) -> list[Change]:
    """What must change so that the subscription has the items of the phase."""
    wanted = {row["price"]: row for row in phase["items"]}
    changes = []
    for item in items:
        row = wanted.pop(item["price"], None)
        if row is None:
            changes.append(Change(item, deleted=True))
        elif row["quantity"] != item["quantity"]:
            changes.append(Change(item, quantity=row["quantity"]))
    added = [
        Change(None, world.get("price", row["price"]), row["quantity"], rates=row["_rates"], metadata=row["metadata"])
        for row in wanted.values()
    ]
    return changes + added


def _complete(world: World, schedule: Doc) -> None:
    subscription = world.find("subscription", schedule["subscription"])
    if schedule["end_behavior"] == "cancel":
        schedule.update(status="completed", completed_at=world.time_of(schedule), current_phase=None)
        world.save(schedule)
        world.emit("subscription_schedule.completed", schedule)
        if subscription and subscription["status"] not in standing.ENDED:
            subscription["schedule"] = None
            standing.end(world, subscription, "canceled", None)
    else:
        release(world, schedule)


def release(world: World, schedule: Doc) -> None:
    """Let the subscription go on by itself as it is."""
    subscription = world.find("subscription", schedule["subscription"])
    schedule.update(
        status="released",
        released_at=world.time_of(schedule),
        released_subscription=schedule["subscription"],
        subscription=None,
        current_phase=None,
    )
    world.save(schedule)
    if subscription:
        with world.changing(subscription, "customer.subscription.updated"):
            subscription["schedule"] = None
    world.emit("subscription_schedule.released", schedule)


def follow(world: World, subscription: Doc) -> None:
    """A subscription changed by hand takes its schedule's current phase along."""
    schedule = world.find("subscription_schedule", subscription["schedule"])
    if schedule is None or schedule["status"] != "active":
        return
    with world.changing(schedule, "subscription_schedule.updated"):
        for phase in schedule["phases"]:
            if phase["start_date"] == schedule["current_phase"]["start_date"]:
                phase["items"] = [row_of(item) for item in changing.items_of(world, subscription)]


def row_of(item: Doc) -> Doc:
    return {
        "price": item["price"],
        "quantity": item["quantity"],
        "metadata": dict(item["metadata"]),
        "_rates": list(item["_rates"]),
    }
