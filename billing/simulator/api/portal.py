"""Sessions and settings of the billing portal."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from billing.simulator.api.routing import endpoint, matching, page, retrieved
from billing.simulator.engine.customers import living
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.shapes import shape_of
from billing.simulator.store import Doc
from billing.simulator.world import World

FLOWS = ("payment_method_update", "subscription_cancel")


def default_configuration(world: World) -> Doc:
    held = next((c for c in world.all("billing_portal.configuration") if c["is_default"]), None)
    return held or world.create("billing_portal.configuration", is_default=True, updated=world.real_time())


def _merge(target: Doc, p: Params, path: str) -> None:
    """Settings by name; a name that the object does not have is refused with the request."""
    for name in list(p.data):
        if name not in target:
            continue
        value = p.data[name]
        if isinstance(target[name], dict) and isinstance(value, dict):
            inner = p.map(name)
            if inner:
                _merge(target[name], inner, f"{path}[{name}]")
        elif isinstance(target[name], bool):
            target[name] = bool(p.flag(name))
        elif isinstance(target[name], list):
            target[name] = p.strings(name) or []
        else:
            target[name] = p.text(name)


def _write(world: World, held: Doc, p: Params) -> None:
    for name in ("business_profile", "features", "login_page"):
        if given := p.map(name):
            settings: Any = copy.deepcopy(held[name])
            _merge(settings, given, name)
            held[name] = settings
    if p.has("default_return_url"):
        held["default_return_url"] = p.text("default_return_url")
    if p.has("name"):
        held["name"] = p.text("name")
    if (active := p.flag("active")) is not None:
        held["active"] = active
    held["metadata"] = p.metadata(held["metadata"])
    held["updated"] = world.real_time()
    world.save(held)


@endpoint("POST", "/v1/billing_portal/configurations")
def create_configuration(world: World, p: Params) -> Doc:
    if not p.has("features"):
        raise invalid("Missing required param: features.", "features", "parameter_missing")
    default_configuration(world)
    features = copy.deepcopy(shape_of("billing_portal.configuration")["features"])
    for feature in features.values():
        feature["enabled"] = False
    held = world.create("billing_portal.configuration", features=features)
    _write(world, held, p)
    world.emit("billing_portal.configuration.created", held)
    return held


@endpoint("GET", "/v1/billing_portal/configurations")
def list_configurations(world: World, p: Params) -> Doc:
    default_configuration(world)
    rows = matching(p, world.all("billing_portal.configuration", newest_first=True), flags=("active", "is_default"))
    return page(world, p, rows, "/v1/billing_portal/configurations")


retrieved("/v1/billing_portal/configurations", "billing_portal.configuration")


@endpoint("POST", "/v1/billing_portal/configurations/{id}")
def update_configuration(world: World, p: Params, id: str) -> Doc:
    held = world.get("billing_portal.configuration", id)
    _write(world, held, p)
    world.emit("billing_portal.configuration.updated", held)
    return held


@endpoint("POST", "/v1/billing_portal/sessions")
def create_session(world: World, p: Params) -> Doc:
    customer = living(world, p.need("customer"), "customer")
    name = p.text("configuration")
    held = world.get("billing_portal.configuration", name, "configuration") if name else default_configuration(world)
    flow = _read_flow(world, p, customer)
    session = world.create(
        "billing_portal.session",
        clock=customer["_clock"],
        configuration=held["id"],
        customer=customer["id"],
        flow=flow,
        locale=p.text("locale"),
        return_url=p.text("return_url") or held["default_return_url"],
        _secret=secrets.token_urlsafe(24),
        _opened=world.real_time(),
    )
    session["url"] = f"{world.options.base_url}/p/session/{session['id']}/{session['_secret']}"
    world.save(session)
    world.emit("billing_portal.session.created", session)
    return session


def _read_flow(world: World, p: Params, customer: Doc) -> Doc | None:
    given = p.map("flow_data")
    if given is None:
        return None
    type = given.need("type", FLOWS)
    flow: Doc = {
        "after_completion": {"hosted_confirmation": None, "redirect": None, "type": "portal_homepage"},
        "subscription_cancel": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": type,
    }
    if cancel := given.map("subscription_cancel"):
        subscription = world.get("subscription", cancel.need("subscription"), cancel.named("subscription"))
        if subscription["customer"] != customer["id"]:
            raise invalid("This subscription belongs to another customer.", cancel.named("subscription"))
        flow["subscription_cancel"] = {"retention": None, "subscription": subscription["id"]}
    if after := given.map("after_completion"):
        redirect = after.map("redirect")
        flow["after_completion"] = {
            "hosted_confirmation": None,
            "redirect": {"return_url": redirect.need("return_url")} if redirect else None,
            "type": after.need("type", ("redirect", "portal_homepage")),
        }
    return flow
