"""Subscription schedules: changes planned for a date."""

from __future__ import annotations

from billing.simulator.api.catalogue import price_of
from billing.simulator.api.routing import endpoint, page, rates_of, retrieved
from billing.simulator.api.subscriptions import BEHAVIORS, read_mode
from billing.simulator.engine import changing, discounting, schedules, standing
from billing.simulator.engine.customers import living
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules.periods import INTERVALS, boundary
from billing.simulator.shapes.basics import INVOICE_SETTINGS
from billing.simulator.store import Doc
from billing.simulator.world import World


def _blank_phase(start: int, end: int, currency: str) -> Doc:
    return {
        "add_invoice_items": [],
        "application_fee_percent": None,
        "billing_cycle_anchor": None,
        "billing_thresholds": None,
        "collection_method": None,
        "currency": currency,
        "default_payment_method": None,
        "description": None,
        "discounts": [],
        "end_date": end,
        "invoice_settings": {**INVOICE_SETTINGS, "days_until_due": None},
        "items": [],
        "metadata": {},
        "on_behalf_of": None,
        "proration_behavior": "create_prorations",
        "start_date": start,
        "transfer_data": None,
        "trial_end": None,
        "_rates": [],
        "discounts_ids": [],
    }


def _phases(world: World, rows: list[Params], customer: Doc, begin: int, old: list[Doc]) -> list[Doc]:
    """The phases follow on one another. Raises StripeProblem for one that ends before it begins."""
    phases: list[Doc] = []
    for row in rows:
        now = world.now(customer["_clock"])
        start = phases[-1]["end_date"] if phases else begin
        given = row.time("start_date", now)
        if given is not None and given != start:
            if phases:
                raise invalid("Phases must follow on one another without a gap.", row.named("start_date"))
            start = given
        items = []
        for item in row.rows("items") or []:
            price = price_of(world, item)
            items.append(
                {
                    "price": price["id"],
                    "quantity": item.count("quantity", 1),
                    "metadata": item.metadata(),
                    "_rates": rates_of(world, item, "tax_rates") or [],
                }
            )
        if not items:
            raise invalid(f"Missing required param: {row.named('items')}.", row.named("items"), "parameter_missing")
        price = world.get("price", items[0]["price"])
        end = _end_of(row, price, start)
        currency = row.text("currency") or customer["currency"] or price["currency"]
        phase = _blank_phase(start, end, currency)
        kept = [id for earlier in old for id in earlier["discounts_ids"]]
        ids = discounting.given(world, row.rows("discounts"), customer, kept) or []
        phase.update(
            items=items,
            metadata=row.metadata(),
            description=row.text("description"),
            proration_behavior=row.text("proration_behavior", "create_prorations", choices=BEHAVIORS),
            trial_end=end if row.flag("trial") else row.time("trial_end"),
            collection_method=row.text("collection_method"),
            default_payment_method=row.text("default_payment_method"),
            discounts_ids=ids,
            _rates=rates_of(world, row, "default_tax_rates") or [],
        )
        phase["discounts"] = [
            {
                "coupon": world.get("discount", id)["source"]["coupon"],
                "discount": id,
                "promotion_code": world.get("discount", id)["promotion_code"],
            }
            for id in ids
        ]
        phases.append(phase)
    return phases


def _end_of(row: Params, price: Doc, start: int) -> int:
    """end_date, a duration, a number of iterations, or one period of the price."""
    end = row.time("end_date")
    iterations = row.few("iterations", 1_000)
    recurring = price["recurring"]
    if duration := row.map("duration"):
        interval = duration.need("interval", INTERVALS)
        end = boundary(start, interval, duration.few("interval_count", 1_000) or 1, 1)
    if end is None:
        end = boundary(start, recurring["interval"], recurring["interval_count"], iterations or 1)
    if end <= start:
        raise invalid("A phase must end after it begins.", row.named("end_date"))
    return end


@endpoint("POST", "/v1/subscription_schedules")
def create(world: World, p: Params) -> Doc:
    read_mode(p)
    source = p.text("from_subscription")
    if source:
        return _from_subscription(world, p, source)
    customer = living(world, p.need("customer"), "customer")
    now = world.now(customer["_clock"])
    begin = p.time("start_date", now) or now
    end_behavior = p.text("end_behavior", "release", choices=("release", "cancel"))
    rows = p.rows("phases")
    if not rows:
        raise invalid("Missing required param: phases.", "phases", "parameter_missing")
    schedule = world.create(
        "subscription_schedule",
        clock=customer["_clock"],
        customer=customer["id"],
        end_behavior=end_behavior,
        metadata=p.metadata(),
        test_clock=customer["test_clock"],
        phases=_phases(world, rows, customer, begin, []),
    )
    _read_defaults(schedule, p)
    world.save(schedule)
    world.emit("subscription_schedule.created", schedule)
    if schedule["phases"][0]["start_date"] <= now:
        schedules.pass_boundary(world, schedule, now)
    return schedule


def _read_defaults(schedule: Doc, p: Params) -> None:
    if settings := p.map("default_settings"):
        for name in ("collection_method", "default_payment_method", "description"):
            if settings.has(name):
                schedule["default_settings"][name] = settings.text(name)


def _from_subscription(world: World, p: Params, id: str) -> Doc:
    subscription = world.get("subscription", id, "from_subscription")
    if subscription["status"] in standing.ENDED:
        raise invalid("You cannot create a schedule for a subscription that has ended.", "from_subscription")
    if subscription["schedule"]:
        raise invalid(
            f"You cannot migrate a subscription that is already attached to a schedule: {subscription['schedule']}.",
            "from_subscription",
        )
    items = changing.items_of(world, subscription)
    start = min(item["current_period_start"] for item in items)
    end = max(item["current_period_end"] for item in items)
    phase = _blank_phase(start, end, subscription["currency"])
    phase.update(
        items=[schedules.row_of(item) for item in items],
        trial_end=subscription["trial_end"] if subscription["status"] == "trialing" else None,
        discounts_ids=list(subscription["discounts"]),
        _rates=list(subscription["_rates"]),
    )
    schedule = world.create(
        "subscription_schedule",
        clock=subscription["_clock"],
        customer=subscription["customer"],
        metadata=p.metadata(),
        phases=[phase],
        status="active",
        subscription=subscription["id"],
        current_phase={"start_date": start, "end_date": end},
        test_clock=subscription["test_clock"],
    )
    world.emit("subscription_schedule.created", schedule)
    with world.changing(subscription, "customer.subscription.updated"):
        subscription["schedule"] = schedule["id"]
    return schedule


@endpoint("GET", "/v1/subscription_schedules")
def list_all(world: World, p: Params) -> Doc:
    rows = world.all("subscription_schedule", p.text("customer"), newest_first=True)
    if p.flag("scheduled"):
        rows = [row for row in rows if row["status"] == "not_started"]
    return page(world, p, rows, "/v1/subscription_schedules")


retrieved("/v1/subscription_schedules", "subscription_schedule")


def _open(world: World, id: str) -> Doc:
    schedule = world.get("subscription_schedule", id)
    if schedule["status"] not in ("active", "not_started"):
        raise invalid(
            f"You cannot change a subscription schedule that is {schedule['status']}. It must be active or not_started."
        )
    return schedule


@endpoint("POST", "/v1/subscription_schedules/{id}")
def update(world: World, p: Params, id: str) -> Doc:
    schedule = _open(world, id)
    customer = world.get("customer", schedule["customer"])
    behavior = p.text("proration_behavior", "create_prorations", choices=BEHAVIORS) or ""
    with world.changing(schedule, "subscription_schedule.updated"):
        schedule["metadata"] = p.metadata(schedule["metadata"])
        if p.has("end_behavior"):
            schedule["end_behavior"] = p.need("end_behavior", ("release", "cancel"))
        _read_defaults(schedule, p)
        if rows := p.rows("phases"):
            _replan(world, schedule, rows, customer, behavior)
    return schedule


def _replan(world: World, schedule: Doc, rows: list[Params], customer: Doc, behavior: str) -> None:
    """New phases. The one that runs must be among them, with its start; changes to it are made at once."""
    running = schedule["current_phase"]
    begin = running["start_date"] if running else schedule["phases"][0]["start_date"]
    phases = _phases(world, rows, customer, begin, schedule["phases"])
    now = world.time_of(schedule)
    if running:
        current = next((phase for phase in phases if phase["start_date"] <= now < phase["end_date"]), None)
        if current is None or current["start_date"] != running["start_date"]:
            raise invalid("The current phase must be kept, with its start_date unchanged.", "phases")
        schedule["phases"] = phases
        schedule["current_phase"] = {"start_date": current["start_date"], "end_date": current["end_date"]}
        subscription = world.get("subscription", schedule["subscription"])
        changes = schedules.to_items(world, changing.items_of(world, subscription), current)
        if changes:
            with world.changing(subscription, "customer.subscription.updated"):
                changing.change(world, subscription, changes, behavior=behavior, off_session=True)
    else:
        schedule["phases"] = phases


@endpoint("POST", "/v1/subscription_schedules/{id}/release")
def release(world: World, p: Params, id: str) -> Doc:
    schedule = _open(world, id)
    p.flag("preserve_cancel_date")
    schedules.release(world, schedule)
    return schedule


@endpoint("POST", "/v1/subscription_schedules/{id}/cancel")
def cancel(world: World, p: Params, id: str) -> Doc:
    schedule = _open(world, id)
    invoice_now, prorate = bool(p.flag("invoice_now", True)), bool(p.flag("prorate", True))
    subscription = world.find("subscription", schedule["subscription"])
    schedule.update(status="canceled", canceled_at=world.time_of(schedule), current_phase=None)
    world.save(schedule)
    if subscription and subscription["status"] not in standing.ENDED:
        subscription["schedule"] = None
        changing.cancel(world, subscription, invoice_now=invoice_now, prorate=prorate)
    world.emit("subscription_schedule.canceled", schedule)
    return schedule
