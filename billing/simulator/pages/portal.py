"""The billing portal: cards, subscriptions and invoices of one customer."""

from __future__ import annotations

from starlette.responses import Response

from billing.simulator.api.payment_methods import release
from billing.simulator.api.subscriptions import end_at_period_end
from billing.simulator.engine import changing, payments, standing
from billing.simulator.pages.cards import BadCard, read_card
from billing.simulator.pages.visit import Visit, redirect
from billing.simulator.problems import StripeProblem, invalid
from billing.simulator.store import Doc
from billing.simulator.world import World

OPEN_FOR = 3600  # seconds a portal link works


def home(visit: Visit, id: str, secret: str) -> Response:
    world = visit.world
    session = world.get("billing_portal.session", id)
    if session["_secret"] != secret:
        raise invalid("No such session", "id", "resource_missing", 404)
    if session["_opened"] + OPEN_FOR < world.real_time():
        return visit.message("This page has expired.", "Go back and begin again.", session["locale"], 410)
    customer = world.get("customer", session["customer"])
    error = None
    if action := visit.form.get("action"):
        try:
            away = _act(visit, session, customer, action)
        except (BadCard, StripeProblem) as problem:
            error = str(problem)
            customer = world.get("customer", session["customer"])
        else:
            return redirect(away or f"/p/session/{id}/{secret}")
    return _show(visit, session, customer, error)


def _own(world: World, kind: str, id: str, customer: Doc) -> Doc:
    doc = world.get(kind, id)
    if doc["customer"] != customer["id"]:
        raise invalid(f"No such {kind}: '{id}'", "id", "resource_missing", 404)
    return doc


def _act(visit: Visit, session: Doc, customer: Doc, action: str) -> str | None:
    """Returns where to go afterwards, if not back to the portal."""
    world, form = visit.world, visit.form
    allowed = world.get("billing_portal.configuration", session["configuration"])["features"]
    if action in ("cancel", "keep") and allowed["subscription_cancel"]["enabled"]:
        subscription = _own(world, "subscription", form.get("subscription", ""), customer)
        if action == "cancel" and allowed["subscription_cancel"]["mode"] == "immediately":
            prorate = allowed["subscription_cancel"]["proration_behavior"] != "none"
            changing.cancel(world, subscription, invoice_now=prorate, prorate=prorate)
        else:
            end_at_period_end(world, subscription, action == "cancel")
        return _after(session, "subscription_cancel")
    if not allowed["payment_method_update"]["enabled"]:
        raise invalid("This portal does not allow that.")
    if action == "card":
        with world.store.trial(keep=True):
            method = read_card(world, form, customer["email"])
            setup = payments.new_setup(world, customer, _make_default=True, _back=_link(session))
            payments.confirm_setup(world, setup, method)
            if setup["status"] == "requires_action":
                return f"/3ds/{setup['id']}"
            make_default(world, customer, method)
        return _after(session, "payment_method_update")
    method = _own(world, "payment_method", form.get("method", ""), customer)
    if action == "default":
        make_default(world, customer, method)
    elif action == "remove":
        release(world, method)
    return None


def _link(session: Doc) -> str:
    return f"/p/session/{session['id']}/{session['_secret']}"


def _after(session: Doc, type: str) -> str | None:
    flow = session["flow"]
    if flow and flow["type"] == type and flow["after_completion"]["redirect"]:
        return str(flow["after_completion"]["redirect"]["return_url"])
    return None


def make_default(world: World, customer: Doc, method: Doc) -> None:
    """For the customer, and for running subscriptions that had a card of their own."""
    with world.changing(customer, "customer.updated"):
        customer["invoice_settings"]["default_payment_method"] = method["id"]
    for subscription in world.all("subscription", customer["id"]):
        if subscription["default_payment_method"] and subscription["status"] not in standing.ENDED:
            with world.changing(subscription, "customer.subscription.updated"):
                subscription["default_payment_method"] = method["id"]


def _show(visit: Visit, session: Doc, customer: Doc, error: str | None) -> Response:
    world = visit.world
    features = world.get("billing_portal.configuration", session["configuration"])["features"]
    subscriptions = []
    for row in world.all("subscription", customer["id"], newest_first=True):
        if row["status"] not in standing.ENDED:
            names = []
            for item in changing.items_of(world, row):
                price = world.get("price", item["price"])
                names.append((world.get("product", price["product"])["name"], item["quantity"]))
            ends = max(item["current_period_end"] for item in changing.items_of(world, row))
            subscriptions.append({"row": row, "items": names, "end": ends})
    return visit.page(
        "portal.html",
        session["locale"],
        402 if error else 200,
        session=session,
        customer=customer,
        features=features,
        subscriptions=subscriptions,
        methods=world.all("payment_method", customer["id"]),
        invoices=[i for i in world.all("invoice", customer["id"], newest_first=True) if i["status"] != "draft"],
        error=error,
    )
