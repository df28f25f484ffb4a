"""Test clocks, events, webhook endpoints, the account, and the simulator's own switches."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence

from billing.simulator.api.routing import Ready, Unread, deleted, endpoint, listed, page, retrieved
from billing.simulator.engine import timeline
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules.periods import DAY
from billing.simulator.store import Doc
from billing.simulator.world import World

# --- test clocks ------------------------------------------------------------------------------------------------------


@endpoint("POST", "/v1/test_helpers/test_clocks")
def create_clock(world: World, p: Params) -> Doc:
    frozen = p.time("frozen_time")
    if frozen is None:
        raise invalid("Missing required param: frozen_time.", "frozen_time", "parameter_missing")
    clock = world.create(
        "test_helpers.test_clock",
        created=world.real_time(),
        deletes_after=world.real_time() + 30 * DAY,
        frozen_time=frozen,
        name=p.text("name"),
    )
    clock["_clock"] = clock["id"]
    world.save(clock)
    world.emit("test_helpers.test_clock.created", clock)
    return clock


listed("/v1/test_helpers/test_clocks", "test_helpers.test_clock")


retrieved("/v1/test_helpers/test_clocks", "test_helpers.test_clock")


@endpoint("POST", "/v1/test_helpers/test_clocks/{id}/advance")
def advance_clock(world: World, p: Params, id: str) -> Doc:
    """Walks through everything that is due, in order; when it answers, the clock is ready again."""
    clock = world.get("test_helpers.test_clock", id)
    until = p.time("frozen_time")
    if until is None:
        raise invalid("Missing required param: frozen_time.", "frozen_time", "parameter_missing")
    if until <= clock["frozen_time"]:
        raise invalid("Test clock's new frozen time must be after its current frozen time.", "frozen_time")
    clock.update(status="advancing", status_details={"advancing": {"target_frozen_time": until}})
    world.save(clock)
    world.emit("test_helpers.test_clock.advancing", clock)
    timeline.run_until(world, id, until)
    clock = world.get("test_helpers.test_clock", id)
    clock.update(status="ready", status_details={}, frozen_time=until)
    world.save(clock)
    world.emit("test_helpers.test_clock.ready", clock)
    return clock


@endpoint("DELETE", "/v1/test_helpers/test_clocks/{id}")
def delete_clock(world: World, p: Params, id: str) -> Doc:
    """With everything that lives by it."""
    clock = world.get("test_helpers.test_clock", id)
    for other in world.store.in_scope(id):
        world.store.remove(other)
    return deleted(clock)


# --- events -----------------------------------------------------------------------------------------------------------


@endpoint("GET", "/v1/events")
def list_events(world: World, p: Params) -> Doc:
    type = p.text("type")
    rows: Sequence[Doc] = Unread(world, world.store.ids("event", None if type is None or type.endswith("*") else type))
    if type and type.endswith("*"):
        rows = [row for row in rows if row["type"].startswith(type.removesuffix("*"))]
    if (types := p.strings("types")) is not None:
        rows = [row for row in rows if row["type"] in types]
    if (success := p.flag("delivery_success")) is not None:
        rows = [row for row in rows if (row["pending_webhooks"] == 0) == success]
    return page(world, p, rows, "/v1/events")


retrieved("/v1/events", "event")


# --- webhook endpoints ------------------------------------------------------------------------------------------------


def add_endpoint(world: World, url: str, events: list[str], signing: str | None = None, **values: str | None) -> Doc:
    return world.create(
        "webhook_endpoint",
        enabled_events=events,
        url=url,
        _secrets=[{"secret": signing or f"whsec_{secrets.token_urlsafe(24)}", "until": None}],
        **values,
    )


@endpoint("POST", "/v1/webhook_endpoints")
def create_endpoint(world: World, p: Params) -> Doc:
    events = p.strings("enabled_events")
    if not events:
        raise invalid("Missing required param: enabled_events.", "enabled_events", "parameter_missing")
    values = {"description": p.text("description"), "api_version": p.text("api_version")}
    made = add_endpoint(world, p.need("url"), events, **values)
    made["metadata"] = p.metadata()
    world.save(made)
    return Ready({**world.render(made), "secret": made["_secrets"][0]["secret"]})


listed("/v1/webhook_endpoints", "webhook_endpoint")


retrieved("/v1/webhook_endpoints", "webhook_endpoint")


@endpoint("POST", "/v1/webhook_endpoints/{id}")
def update_endpoint(world: World, p: Params, id: str) -> Doc:
    held = world.get("webhook_endpoint", id)
    if p.has("url"):
        held["url"] = p.need("url")
    if p.has("description"):
        held["description"] = p.text("description")
    if (events := p.strings("enabled_events")) is not None:
        held["enabled_events"] = events
    if (disabled := p.flag("disabled")) is not None:
        held["status"] = "disabled" if disabled else "enabled"
    held["metadata"] = p.metadata(held["metadata"])
    world.save(held)
    return held


@endpoint("DELETE", "/v1/webhook_endpoints/{id}")
def delete_endpoint(world: World, p: Params, id: str) -> Doc:
    held = world.get("webhook_endpoint", id)
    held["_deleted"] = True
    world.save(held)
    world.store.db.execute("delete from deliveries where endpoint = ?", (id,))
    return deleted(held)


# --- the simulator's own: what one does at Stripe in the dashboard, or by waiting -------------------------------------


@endpoint("GET", "/simulator")
def status(world: World, p: Params) -> Doc:
    """Its settings, and the deliveries that wait."""
    waiting = world.store.db.execute(
        "select event, endpoint, attempt, due, answer from deliveries order by due"
    ).fetchall()
    return Ready(
        now=world.real_time(),
        after_retries=world.options.after_retries,
        retry_days=list(world.options.retry_days),
        renewal_notice_days=world.options.renewal_notice_days,
        deliveries=[dict(zip(("event", "endpoint", "attempt", "due", "answer"), row, strict=True)) for row in waiting],
    )


@endpoint("POST", "/simulator/settings")
def settings(world: World, p: Params) -> Doc:
    """What follows failed payments; kept over restarts."""
    if last := p.text("after_retries", choices=("cancel", "unpaid", "past_due")):
        world.options.after_retries = last
        world.store.set("after_retries", last)
    if days := p.text("retry_days"):
        world.options.retry_days = tuple(int(day) for day in days.split(","))
        world.store.set("retry_days", list(world.options.retry_days))
    return status(world, Params())


@endpoint("POST", "/simulator/time")
def move_time(world: World, p: Params) -> Doc:
    """Moves real time forward for everything that has no test clock, walking through what is due."""
    seconds = p.count("advance", 0)
    until = world.real_time() + seconds
    timeline.run_until(world, None, until)
    world.store.set("offset", int(world.store.setting("offset", 0)) + seconds)
    return Ready(now=until)


@endpoint("POST", "/simulator/webhook_endpoints/{id}/roll_secret")
def roll_secret(world: World, p: Params, id: str) -> Doc:
    """A new signing secret; the old one signs along until it expires (`expires_in` seconds, default a day)."""
    held = world.get("webhook_endpoint", id)
    until = time.time() + p.count("expires_in", DAY)
    for old in held["_secrets"]:
        old["until"] = min(old["until"] or until, until)
    made = p.text("secret") or f"whsec_{secrets.token_urlsafe(24)}"
    held["_secrets"] = [{"secret": made, "until": None}, *held["_secrets"]]
    world.save(held)
    return Ready(id=id, secret=made)


@endpoint("POST", "/simulator/events/{id}/resend")
def resend(world: World, p: Params, id: str) -> Doc:
    """Deliver an event once more: to one endpoint, or to all that want its type."""
    event = world.get("event", id)
    only = p.text("webhook_endpoint")
    for held in world.all("webhook_endpoint"):
        if only in (None, held["id"]) and held["status"] == "enabled":
            world.store.db.execute(
                "insert or replace into deliveries values (?, ?, 0, ?, null)", (id, held["id"], time.time())
            )
    return event
