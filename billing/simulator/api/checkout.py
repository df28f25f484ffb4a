"""Checkout sessions. What the customer does on their page is in pages/."""

from __future__ import annotations

from billing.simulator.api.catalogue import price_of
from billing.simulator.api.routing import endpoint, matching, page, rates_of, retrieved
from billing.simulator.api.subscriptions import read_mode, read_trial_settings, trial_end_of
from billing.simulator.engine import discounting, invoices, lines
from billing.simulator.engine.customers import living, new_customer
from billing.simulator.engine.starting import currency_for
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules import amounts as amounts_of
from billing.simulator.rules.periods import DAY
from billing.simulator.store import Doc
from billing.simulator.world import World

LOCALES = ("auto", "en", "en-GB", "zh", "zh-HK", "zh-TW")


@endpoint("POST", "/v1/checkout/sessions")
def create(world: World, p: Params) -> Doc:
    mode = p.need("mode", ("subscription", "setup"))
    p.text("ui_mode", choices=("hosted_page",))
    name = p.text("customer")
    customer = living(world, name, "customer") if name else None
    if customer and p.has("customer_email"):
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer_email")
    clock = customer["_clock"] if customer else None
    success = p.need("success_url")
    expires = p.time("expires_at") or world.now(clock) + DAY
    if not 1_800 <= expires - world.now(clock) <= DAY:
        raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at")
    tax_ids = p.map("tax_id_collection")
    collection = p.text("payment_method_collection", "always", choices=("always", "if_required"))
    update = p.map("customer_update")
    if update:
        for part in ("address", "name", "shipping"):
            update.text(part, choices=("auto", "never"))
    codes = p.flag("allow_promotion_codes")
    discounts = p.rows("discounts") or []
    if codes and discounts:
        raise invalid(
            "You may only specify one of these parameters: allow_promotion_codes, discounts.", "allow_promotion_codes"
        )
    p.strings("payment_method_types")
    p.strings("allowed_payment_method_types")
    session = world.create(
        "checkout.session",
        clock=clock,
        allow_promotion_codes=codes,
        billing_address_collection=p.text("billing_address_collection", choices=("auto", "required")),
        cancel_url=p.text("cancel_url"),
        client_reference_id=p.text("client_reference_id"),
        currency=p.text("currency"),
        customer=customer["id"] if customer else None,
        customer_creation=None if customer else "always",
        customer_email=p.text("customer_email"),
        expires_at=expires,
        locale=p.text("locale", choices=LOCALES),
        metadata=p.metadata(),
        mode=mode,
        payment_method_collection=collection if mode == "subscription" else None,
        success_url=success,
        tax_id_collection={"enabled": bool(tax_ids.flag("enabled")), "required": tax_ids.text("required", "never")}
        if tax_ids
        else {"enabled": False, "required": "never"},
        _data={},
        _discounts=[],
    )
    session["url"] = f"{world.options.base_url}/c/pay/{session['id']}"
    _read_discounts(world, session, discounts)
    if mode == "subscription":
        _read_items(world, session, p)
        _read_subscription_data(world, session, p)
        world.save(session)
        reckon(world, session)
    else:
        if p.has("line_items"):
            raise invalid("line_items cannot be used in setup mode.", "line_items")
        session["payment_status"] = "no_payment_required"
        if data := p.map("setup_intent_data"):
            session["_data"] = {"metadata": data.metadata()}
    world.save(session)
    return session


def _read_discounts(world: World, session: Doc, rows: list[Params]) -> None:
    for row in rows:
        promotion = row.text("promotion_code")
        if promotion:
            held = world.get("promotion_code", promotion, row.named("promotion_code"))
            if not discounting.usable(world, held, session["customer"]):
                raise invalid("This promotion code cannot be redeemed.", row.named("promotion_code"))
            coupon = held["promotion"]["coupon"]
        else:
            coupon = world.get("coupon", row.need("coupon"), row.named("coupon"))["id"]
        session["_discounts"].append({"coupon": coupon, "promotion_code": promotion})
    session["discounts"] = list(session["_discounts"])


def _read_items(world: World, session: Doc, p: Params) -> None:
    rows = p.rows("line_items")
    if not rows:
        raise invalid("You must provide line_items.", "line_items", "parameter_missing")
    items = []
    for row in rows:
        price = price_of(world, row)
        adjustable = row.map("adjustable_quantity")
        item = world.create(
            "item",
            clock=session["_clock"],
            description=lines.product_name(world, price),
            metadata=row.metadata(),
            price=price["id"],
            quantity=row.count("quantity", 1),
            _owner=session["id"],
            _rates=rates_of(world, row, "tax_rates") or [],
        )
        if adjustable:
            item["adjustable_quantity"] = {
                "enabled": bool(adjustable.flag("enabled")),
                "maximum": adjustable.whole("maximum", 99),
                "minimum": adjustable.whole("minimum", 1),
            }
            world.save(item)
        items.append(price)
    if not any(price["recurring"] for price in items):
        raise invalid("You must provide at least one recurring price in `subscription` mode.", "line_items")
    asked = session["currency"] or next((p["currency"] for p in items), None)
    session["currency"] = currency_for(items, asked.lower() if asked else None)


def _read_subscription_data(world: World, session: Doc, p: Params) -> None:
    data = p.map("subscription_data")
    if data is None:
        return
    read_mode(data)
    now = world.now(session["_clock"])
    end = trial_end_of(data, now)
    days = int(data.data["trial_period_days"]) if data.data.get("trial_period_days") else None
    session["_data"] = {
        "description": data.text("description"),
        "metadata": data.metadata(),
        "trial_days": days,
        "trial_end": None if days else end,
        "trial_settings": read_trial_settings(data),
        "rates": rates_of(world, data, "default_tax_rates") or [],
        "anchor": data.time("billing_cycle_anchor"),
        "proration_behavior": data.text("proration_behavior", "create_prorations"),
    }


def trial_end(world: World, session: Doc) -> int | None:
    """A trial in days begins when the customer completes the session."""
    data = session["_data"]
    now = world.now(session["_clock"])
    return now + data["trial_days"] * DAY if data.get("trial_days") else data.get("trial_end")


def reckon(world: World, session: Doc) -> None:
    """What the page shows: amounts of the lines and in total, worked out by a draft that is then undone."""
    amounts: dict[str, tuple[int, int, int]] = {}
    id = session["id"]
    world.quiet, was_quiet = True, world.quiet
    try:
        with world.store.trial(keep=False):
            held = world.get("checkout.session", id)
            name = held["customer"]
            customer = world.get("customer", name) if name else new_customer(world, None)
            trial = trial_end(world, held) is not None
            rows, items = [], world.all("item", id)
            for item in items:
                price = world.get("price", item["price"])
                whole = amounts_of.price_of(lines.unit_of(price, held["currency"]), item["quantity"])
                rows.append(
                    {
                        "amount": 0 if trial and price["recurring"] else whole,
                        "currency": held["currency"],
                        "pricing": lines.pricing_of(price, held["currency"]),
                        "_rates": item["_rates"] or held["_data"].get("rates", []),
                    }
                )
            discounts = [
                discounting.redeem(world, world.get("coupon", d["coupon"]), held["_clock"])["id"]
                for d in held["_discounts"]
            ]
            draft = invoices.draft(
                world,
                customer,
                reason="manual",
                rows=rows,
                currency=held["currency"],
                take_waiting=False,
                discounts=discounts,
            )
            for item, line in zip(items, invoices.lines_of(world, draft), strict=True):
                off = sum(part["amount"] for part in line["discount_amounts"])
                tax = sum(part["amount"] for part in line["taxes"])
                on_top = sum(part["amount"] for part in line["taxes"] if part["tax_behavior"] == "exclusive")
                amounts[item["id"]] = (line["amount"], off, tax)
                amounts[f"{item['id']}+"] = (line["amount"] - off + on_top, 0, 0)
    finally:
        world.quiet = was_quiet
    sums = [0, 0, 0, 0]
    for item in world.all("item", id):
        subtotal, off, tax = amounts[item["id"]]
        total = amounts[f"{item['id']}+"][0]
        item.update(
            amount_subtotal=subtotal,
            amount_discount=off,
            amount_tax=tax,
            amount_total=total,
            currency=session["currency"],
        )
        world.save(item)
        sums = [a + b for a, b in zip(sums, (subtotal, off, tax, total), strict=True)]
    session["amount_subtotal"], session["amount_total"] = sums[0], sums[3]
    session["total_details"] = {"amount_discount": sums[1], "amount_shipping": 0, "amount_tax": sums[2]}
    world.save(session)


@endpoint("GET", "/v1/checkout/sessions")
def list_all(world: World, p: Params) -> Doc:
    every = world.all("checkout.session", p.text("customer"), newest_first=True)
    rows = matching(p, every, texts=("status", "subscription", "payment_intent"))
    if details := p.map("customer_details"):
        email = details.text("email")
        rows = [row for row in rows if (row["customer_details"] or {}).get("email") == email]
    return page(world, p, rows, "/v1/checkout/sessions")


retrieved("/v1/checkout/sessions", "checkout.session")


@endpoint("POST", "/v1/checkout/sessions/{id}")
def update(world: World, p: Params, id: str) -> Doc:
    session = world.get("checkout.session", id)
    session["metadata"] = p.metadata(session["metadata"])
    world.save(session)
    return session


@endpoint("GET", "/v1/checkout/sessions/{id}/line_items")
def list_items(world: World, p: Params, id: str) -> Doc:
    world.get("checkout.session", id)
    return page(world, p, world.all("item", id), f"/v1/checkout/sessions/{id}/line_items")


@endpoint("POST", "/v1/checkout/sessions/{id}/expire")
def expire(world: World, p: Params, id: str) -> Doc:
    session = world.get("checkout.session", id)
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"{session['status']}."
        )
    session.update(status="expired", url=None)
    world.save(session)
    world.emit("checkout.session.expired", session)
    return session
