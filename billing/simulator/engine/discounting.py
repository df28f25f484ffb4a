"""Giving a coupon to a customer, a subscription, an item or an invoice, and when it ends."""

from __future__ import annotations

import copy
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules import amounts
from billing.simulator.rules.periods import boundary
from billing.simulator.store import Doc
from billing.simulator.world import World


def valid(world: World, coupon: Doc) -> bool:
    full = coupon["max_redemptions"] is not None and coupon["times_redeemed"] >= coupon["max_redemptions"]
    late = coupon["redeem_by"] is not None and coupon["redeem_by"] < world.real_time()
    return not full and not late


def redeem(world: World, coupon: Doc, clock: str | None, *, code: Doc | None = None, **held_by: Any) -> Doc:
    """A discount made from a coupon. Raises StripeProblem when it can no longer be redeemed."""
    if not valid(world, coupon):
        raise invalid(f"Coupon {coupon['id']} is used up or expired.", "coupon", "coupon_expired")
    now = world.now(clock)
    months = coupon["duration_in_months"] if coupon["duration"] == "repeating" else None
    coupon["times_redeemed"] += 1
    world.save(coupon)
    if code:
        code["times_redeemed"] += 1
        world.save(code)
    return world.create(
        "discount",
        clock=clock,
        start=now,
        end=boundary(now, "month", 1, months) if months else None,
        promotion_code=code["id"] if code else None,
        source={"coupon": coupon["id"], "type": "coupon"},
        _coupon=copy.deepcopy(coupon),
        _once=coupon["duration"] == "once",
        **held_by,
    )


def code_named(world: World, code: str, customer: str | None = None) -> Doc | None:
    """An active promotion code by what the customer types."""
    for promotion in world.all("promotion_code"):
        if promotion["code"].lower() == code.strip().lower() and usable(world, promotion, customer):
            return promotion
    return None


def usable(world: World, promotion: Doc, customer: str | None) -> bool:
    full = promotion["max_redemptions"] is not None and promotion["times_redeemed"] >= promotion["max_redemptions"]
    late = promotion["expires_at"] is not None and promotion["expires_at"] < world.real_time()
    foreign = promotion["customer"] is not None and promotion["customer"] != customer
    coupon = world.find("coupon", promotion["promotion"]["coupon"])
    return bool(promotion["active"] and not (full or late or foreign) and coupon and valid(world, coupon))


def given(
    world: World, rows: list[Params] | None, customer: Doc | None, kept: list[str], **held_by: Any
) -> list[str] | None:
    """The `discounts` parameter: coupons, promotion codes, or discounts already there. None: not asked for."""
    if rows is None:
        return None
    ids = []
    clock = customer["_clock"] if customer else None
    for row in rows:
        if old := row.text("discount"):
            if old not in kept:
                raise invalid(f"No such discount: '{old}'", row.named("discount"), "resource_missing")
            ids.append(old)
            continue
        promotion = None
        if name := row.text("promotion_code"):
            promotion = world.get("promotion_code", name, row.named("promotion_code"))
            if not usable(world, promotion, customer["id"] if customer else None):
                raise invalid("This promotion code cannot be redeemed.", row.named("promotion_code"))
            coupon = world.get("coupon", promotion["promotion"]["coupon"])
        else:
            coupon = world.get("coupon", row.need("coupon"), row.named("coupon"))
        held = {"customer": customer["id"] if customer else None, **held_by}
        ids.append(redeem(world, coupon, clock, code=promotion, **held)["id"])
    return ids


def running(world: World, ids: list[str], now: int) -> list[str]:
    """Those that have not ended."""
    return [id for id in ids if (d := world.find("discount", id)) and (d["end"] is None or d["end"] > now)]


def net_of_percent(world: World, amount: int, ids: list[str], product: str) -> int:
    """An amount after its percentage discounts, for prorations (an amount off is spent on whole invoices only)."""
    for id in ids:
        coupon = world.get("discount", id)["_coupon"]
        products = coupon.get("_products")
        if coupon["percent_off"] is not None and (not products or product in products):
            percent = Fraction(Decimal(str(coupon["percent_off"]))) / 100
            amount -= amounts.rounded(amount * percent)
    return amount
