"""Changing a running subscription: the price is shown first, then charged to the cent as shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from billing import clock, gateway
from billing.catalogue import catalogue
from billing.errors import NotSubscribed, PreviewOutdated
from billing.manifest import MANAGE
from billing.models import BillingAccount
from billing.rules.changes import Plan, Way, way
from billing.rules.money import from_minor
from billing.services.accounts import account_of, account_sync
from billing.services.catalogue_sync import price_ids
from billing.services.standing import plan_of, raised
from billing.services.subscribing import discounts_of
from tenon.access.actor import Actor
from tenon.records.limits import limits_with
from tenon.records.selectors.impact import ImpactLine, impact
from tenon.registry.registry import registry
from tenon.tenancy.context import current, outside

OLDEST_PREVIEW = 3600  # seconds


@dataclass
class Preview:
    """`due_now` is charged on confirming; `next_total` is the list price of the next period, without tax. `impact` is
    what the modules that end take along, `over` what there is more of than the smaller plan gives."""

    currency: str
    due_now: Decimal
    lines: list[dict[str, Any]]
    proration_date: int
    next_at: datetime | None
    next_total: Decimal
    ends: list[str] = field(default_factory=list)
    ends_at: datetime | None = None
    impact: list[ImpactLine] = field(default_factory=list)
    over: list[dict[str, Any]] = field(default_factory=list)
    whole_ends: bool = False


def _running(actor: Actor) -> tuple[BillingAccount, Plan]:
    actor.require(MANAGE)
    account = account_sync(account_of(current().id).pk)
    present = plan_of(account)
    if present is None:
        raise NotSubscribed
    return account, present


def _way(present: Plan, wanted: Plan) -> Way:
    offers = catalogue().offers
    if wanted.keys:
        catalogue().check(wanted)
    return way(present, wanted, {k: frozenset(o.modules) for k, o in offers.items()})


def change_preview(*, actor: Actor, wanted: Plan, coupon: str = "") -> Preview:
    """What the change costs now, what ends when, and what that touches. Raises Forbidden, NotSubscribed, Invalid,
    BillingUnavailable."""
    account, present = _running(actor)
    steps = _way(present, wanted)
    at = _present_moment(account)
    lines: list[dict[str, Any]] = []
    due = 0
    with outside(), gateway.asking() as stripe:
        discounts = discounts_of(stripe, coupon)
        if steps.now is not None:
            details = {
                "items": _items(stripe, account, steps.now),
                "proration_behavior": "always_invoice",
                "proration_date": at,
            }
            asked: dict[str, Any] = {"subscription": account.subscription_id, "subscription_details": details}
            if discounts:
                asked["discounts"] = discounts
            invoice = stripe.invoices.create_preview(asked).to_dict()
            if _is_charged_now(account):
                due = int(invoice["amount_due"])
                lines = [
                    {"text": row["description"], "amount": from_minor(int(row["amount"]), account.currency)}
                    for row in invoice["lines"]["data"]
                ]
    then = steps.later or steps.now or present
    preview = Preview(
        currency=account.currency, due_now=from_minor(due, account.currency), lines=lines, proration_date=at,
        next_at=account.period_end, next_total=_next_total(account, then), whole_ends=not then.keys,
    )  # fmt: skip
    gone = _modules((steps.now or present).keys) - _modules(then.keys)
    if gone:
        preview.ends, preview.ends_at, preview.impact = sorted(gone), account.period_end, _impact(gone, then)
    if then.keys:
        with outside():
            most = raised(account.tenant_id, catalogue().limits(then), account.period_end or clock.now())
        preview.over = [row for row in limits_with(most) if row["used"] > row["most"]]
    return preview


def _is_charged_now(account: BillingAccount) -> bool:
    return account.status != "trialing"


def _present_moment(account: BillingAccount) -> int:
    """Now, by Stripe's clock too: within the period that runs."""
    now = clock.now()
    if account.period_end is not None and now >= account.period_end:
        return int(account.period_end.timestamp())
    return int(now.timestamp())


def _modules(keys: frozenset[str]) -> set[str]:
    return {m for k in keys for m in catalogue().offers[k].modules}


def _next_total(account: BillingAccount, plan: Plan) -> Decimal:
    """What is kept costs what it cost; what is new costs what the catalogue says."""
    total = Decimal()
    with outside():
        held = {i.key: i for i in account.items.all() if i.interval == plan.interval}
    for key in plan.keys:
        if key in held:
            each = from_minor(held[key].unit_amount, account.currency)
        else:
            each = catalogue().offers[key].price(account.currency, plan.interval)
        total += each * plan.seats
    return total


def _impact(modules: set[str], then: Plan) -> list[ImpactLine]:
    """What becomes read-only and what stops with the modules, as far as they are switched on. The data stays."""
    kept = {f for key in then.keys for f in catalogue().offers[key].features}
    lost = {f.key for m in modules for f in registry().modules[m].features} - kept
    return impact(lost=lost & current().features, kept="read_only")


def _items(stripe: Any, account: BillingAccount, plan: Plan) -> list[dict[str, Any]]:
    """The `items` of an update that leads to `plan`."""
    held = {i.key: i for i in account.items.all()}
    fresh = frozenset(k for k in plan.keys if k not in held or held[k].interval != plan.interval)
    prices = price_ids(stripe, fresh, plan.interval) if fresh else {}
    rows: list[dict[str, Any]] = []
    for key, item in sorted(held.items()):
        if key not in plan.keys:
            rows.append({"id": item.item_id, "deleted": True})
        elif key in prices:
            rows.append({"id": item.item_id, "price": prices[key], "quantity": plan.seats})
        elif item.quantity != plan.seats:
            rows.append({"id": item.item_id, "quantity": plan.seats})
    rows += [{"price": prices[k], "quantity": plan.seats} for k in sorted(plan.keys - set(held))]
    return rows


def change_confirm(*, actor: Actor, wanted: Plan, proration_date: int, coupon: str = "", key: str = "") -> None:
    """Makes the change as it was previewed. Raises Forbidden, NotSubscribed, Invalid, PreviewOutdated, PaymentRefused
    (nothing has changed then), BillingUnavailable."""
    account, present = _running(actor)
    steps = _way(present, wanted)
    moment = _present_moment(account)
    if not moment - OLDEST_PREVIEW <= proration_date <= moment + 60:
        raise PreviewOutdated
    try:
        with outside(), gateway.asking() as stripe:
            if account.schedule_id:
                stripe.subscription_schedules.release(account.schedule_id)
            elif account.next_plan is not None and wanted.keys:
                stripe.subscriptions.update(account.subscription_id, {"cancel_at_period_end": False})
            if steps.now is not None:
                try:
                    _grow(stripe, account, steps.now, proration_date, discounts_of(stripe, coupon), key)
                except Exception:
                    _plan_again(stripe, account)  # refused means unchanged, what was planned included
                    raise
            if steps.later is not None:
                _shrink(stripe, account, steps.later)
    finally:
        account_sync(account.pk)


def _plan_again(stripe: Any, account: BillingAccount) -> None:
    coming = account.next_plan
    if coming is not None:
        _shrink(stripe, account, Plan(frozenset(coming["keys"]), coming["seats"], coming["interval"]))


def _grow(stripe: Any, account: BillingAccount, plan: Plan, at: int, discounts: list[dict[str, str]], key: str) -> None:
    values: dict[str, Any] = {
        "items": _items(stripe, account, plan),
        "proration_behavior": "always_invoice",
        "proration_date": at,
    }
    if not account.by_invoice:
        values["payment_behavior"] = "error_if_incomplete"
    if discounts:
        values["discounts"] = discounts
    # The same preview confirmed twice is one change: the second one finds the first one's answer.
    stripe.subscriptions.update(
        account.subscription_id, values, gateway.once("change", key or at, account.subscription_id, values)
    )


def _shrink(stripe: Any, account: BillingAccount, plan: Plan) -> None:
    """At the end of the period: all of it ends, or a schedule leads on with less."""
    if not plan.keys:
        stripe.subscriptions.update(account.subscription_id, {"cancel_at_period_end": True})
        return
    made = stripe.subscription_schedules.create({"from_subscription": account.subscription_id}).to_dict()
    present = made["phases"][0]
    discounts = [{"discount": d["discount"]} for d in present["discounts"]]
    first: dict[str, Any] = {
        "items": [{"price": _id(i["price"]), "quantity": i["quantity"]} for i in present["items"]],
        "start_date": present["start_date"],
        "end_date": present["end_date"],
        "discounts": discounts,
    }
    if present["trial_end"]:
        first["trial_end"] = present["trial_end"]
    held = {i.key: i.price_id for i in account.items.all() if i.interval == plan.interval}
    fresh = frozenset(k for k in plan.keys if k not in held)
    prices = held | (price_ids(stripe, fresh, plan.interval) if fresh else {})
    second = {
        "items": [{"price": prices[k], "quantity": plan.seats} for k in sorted(plan.keys)],
        "duration": {"interval": plan.interval, "interval_count": 1},
        "proration_behavior": "none",
        "discounts": discounts,
        "metadata": {
            "tenon_keys": ",".join(sorted(plan.keys)), "tenon_seats": str(plan.seats), "tenon_interval": plan.interval,
        },
    }  # fmt: skip
    phases = [{k: v for k, v in phase.items() if v} for phase in (first, second)]
    stripe.subscription_schedules.update(made["id"], {"end_behavior": "release", "phases": phases})


def _id(thing: Any) -> str:
    return thing if isinstance(thing, str) else str(thing["id"])
