"""Coupons, promotion codes, tax rates."""

from __future__ import annotations

import secrets

from billing.simulator.api.routing import deleted, endpoint, listed, page, retrieved
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.store import Doc
from billing.simulator.world import World


@endpoint("POST", "/v1/coupons")
def create_coupon(world: World, p: Params) -> Doc:
    percent, off = p.decimal("percent_off"), p.whole("amount_off")
    if (percent is None) == (off is None):
        raise invalid("Must provide exactly one of percent_off and amount_off.")
    if percent is not None and not 0 < percent <= 100:
        raise invalid("percent_off must be between 0 and 100.", "percent_off")
    duration = p.text("duration", "once", choices=("once", "repeating", "forever"))
    months = p.few("duration_in_months", 240)
    if (duration == "repeating") != (months is not None):
        raise invalid("duration_in_months goes with duration=repeating.", "duration_in_months")
    id = p.text("id")
    if id and world.store.get(id):
        raise invalid("Coupon already exists.", "id", "resource_already_exists")
    products = p.map("applies_to")
    coupon = world.create(
        "coupon",
        id=id,
        amount_off=off,
        currency=p.need("currency").lower() if off is not None else p.text("currency"),
        duration=duration,
        duration_in_months=months,
        max_redemptions=p.whole("max_redemptions"),
        metadata=p.metadata(),
        name=p.text("name"),
        percent_off=float(percent) if percent is not None else None,
        redeem_by=p.time("redeem_by"),
        _products=products.strings("products") if products else None,
    )
    world.emit("coupon.created", coupon)
    return coupon


listed("/v1/coupons", "coupon")


retrieved("/v1/coupons", "coupon")


@endpoint("POST", "/v1/coupons/{id}")
def update_coupon(world: World, p: Params, id: str) -> Doc:
    coupon = world.get("coupon", id)
    with world.changing(coupon, "coupon.updated"):
        if p.has("name"):
            coupon["name"] = p.text("name")
        coupon["metadata"] = p.metadata(coupon["metadata"])
    return coupon


@endpoint("DELETE", "/v1/coupons/{id}")
def delete_coupon(world: World, p: Params, id: str) -> Doc:
    """It cannot be redeemed any more; discounts already given stay."""
    coupon = world.get("coupon", id)
    world.emit("coupon.deleted", coupon)
    coupon["_deleted"] = True
    world.save(coupon)
    return deleted(coupon)


# --- promotion codes --------------------------------------------------------------------------------------------------


@endpoint("POST", "/v1/promotion_codes")
def create_promotion_code(world: World, p: Params) -> Doc:
    promotion = p.map("promotion")
    if promotion:
        promotion.text("type", choices=("coupon",))
        name = promotion.need("coupon")
    else:
        name = p.need("coupon")
    coupon = world.get("coupon", name, "promotion[coupon]")
    code = p.text("code") or secrets.token_hex(4).upper()
    if any(c["code"].lower() == code.lower() and c["active"] for c in world.all("promotion_code")):
        raise invalid(f"An active promotion code with `code: {code}` already exists.", "code")
    customer = p.text("customer")
    restrictions = p.map("restrictions")
    made = world.create(
        "promotion_code",
        active=p.flag("active", True),
        code=code,
        customer=world.get("customer", customer, "customer")["id"] if customer else None,
        expires_at=p.time("expires_at"),
        max_redemptions=p.whole("max_redemptions"),
        metadata=p.metadata(),
        promotion={"coupon": coupon["id"], "type": "coupon"},
    )
    if restrictions:
        made["restrictions"] = {
            "first_time_transaction": bool(restrictions.flag("first_time_transaction", False)),
            "minimum_amount": restrictions.whole("minimum_amount"),
            "minimum_amount_currency": restrictions.text("minimum_amount_currency"),
        }
        world.save(made)
    world.emit("promotion_code.created", made)
    return made


@endpoint("GET", "/v1/promotion_codes")
def list_promotion_codes(world: World, p: Params) -> Doc:
    rows = world.all("promotion_code", newest_first=True)
    if code := p.text("code"):
        rows = [row for row in rows if row["code"].lower() == code.lower()]
    if coupon := p.text("coupon"):
        rows = [row for row in rows if row["promotion"]["coupon"] == coupon]
    if (active := p.flag("active")) is not None:
        rows = [row for row in rows if world.render(row)["active"] == active]
    return page(world, p, rows, "/v1/promotion_codes")


retrieved("/v1/promotion_codes", "promotion_code")


@endpoint("POST", "/v1/promotion_codes/{id}")
def update_promotion_code(world: World, p: Params, id: str) -> Doc:
    promotion = world.get("promotion_code", id)
    with world.changing(promotion, "promotion_code.updated"):
        if p.has("active"):
            promotion["active"] = p.flag("active")
        promotion["metadata"] = p.metadata(promotion["metadata"])
    return promotion


# --- tax rates --------------------------------------------------------------------------------------------------------


def _write_rate(rate: Doc, p: Params) -> None:
    for name in ("country", "description", "jurisdiction", "state", "tax_type"):
        if p.has(name):
            rate[name] = p.text(name)
    if p.has("display_name"):
        rate["display_name"] = p.need("display_name")
    if p.has("active"):
        rate["active"] = p.flag("active")
    rate["metadata"] = p.metadata(rate["metadata"])


@endpoint("POST", "/v1/tax_rates")
def create_tax_rate(world: World, p: Params) -> Doc:
    percent = p.decimal("percentage")
    if percent is None or p.flag("inclusive") is None:
        missing = "percentage" if percent is None else "inclusive"
        raise invalid(f"Missing required param: {missing}.", missing, "parameter_missing")
    p.need("display_name")
    rate = world.create("tax_rate", percentage=float(percent), inclusive=p.flag("inclusive"))
    _write_rate(rate, p)
    world.save(rate)
    world.emit("tax_rate.created", rate)
    return rate


listed("/v1/tax_rates", "tax_rate", flags=("active", "inclusive"))


retrieved("/v1/tax_rates", "tax_rate")


@endpoint("POST", "/v1/tax_rates/{id}")
def update_tax_rate(world: World, p: Params, id: str) -> Doc:
    rate = world.get("tax_rate", id)
    with world.changing(rate, "tax_rate.updated"):
        _write_rate(rate, p)
    return rate
