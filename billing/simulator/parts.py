"""How stored objects are completed when they are answered: their lists, prices and tax rates put in."""

from __future__ import annotations

from typing import Any

from billing.simulator.engine import discounting
from billing.simulator.rendering import COMPLETE, ONLY_EXPANDED, list_of, render
from billing.simulator.shapes import Doc
from billing.simulator.world import World

FIRST_LINES = 10


def _all(world: World, kind: str, owner: str) -> list[Doc]:
    return [render(world, doc) for doc in world.all(kind, owner)]


def _rates(world: World, ids: list[str]) -> list[Doc]:
    return [render(world, world.get("tax_rate", id)) for id in ids]


def _plan(price: Doc) -> Doc:
    """The older shape of a recurring price, still shown beside it."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": price["billing_scheme"],
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def _subscription(world: World, doc: Doc) -> Doc:
    url = f"/v1/subscription_items?subscription={doc['id']}"
    items = list_of(_all(world, "subscription_item", doc["id"]), url)
    return {"items": items, "default_tax_rates": _rates(world, doc["_rates"])}


def _subscription_item(world: World, doc: Doc) -> Doc:
    price = world.get("price", doc["price"])
    return {"price": render(world, price), "plan": _plan(price), "tax_rates": _rates(world, doc["_rates"])}


def _invoice(world: World, doc: Doc) -> Doc:
    lines = _all(world, "line_item", doc["id"])
    shown = list_of(lines[:FIRST_LINES], f"/v1/invoices/{doc['id']}/lines", len(lines) > FIRST_LINES)
    return {"lines": shown, "default_tax_rates": _rates(world, doc["_rates"])}


def _invoiceitem(world: World, doc: Doc) -> Doc:
    return {"tax_rates": _rates(world, doc["_rates"]), "quantity_decimal": str(doc["quantity"])}


def _line(world: World, doc: Doc) -> Doc:
    return {"quantity_decimal": str(doc["quantity"])}


def _coupon(world: World, doc: Doc) -> Doc:
    return {"valid": discounting.valid(world, doc)}


def _promotion_code(world: World, doc: Doc) -> Doc:
    return {"active": doc["active"] and discounting.usable(world, doc, doc["customer"])}


def _item(world: World, doc: Doc) -> Doc:
    return {"price": render(world, world.get("price", doc["price"]))}


def _schedule(world: World, doc: Doc) -> Doc:
    phases = []
    for phase in doc["phases"]:
        shown = {key: value for key, value in phase.items() if not key.startswith("_") and key != "discounts_ids"}
        items = []
        for row in phase["items"]:
            price = world.get("price", row["price"])
            items.append(
                {
                    "billing_thresholds": None,
                    "discounts": [],
                    "metadata": row["metadata"],
                    "plan": _plan(price),
                    "price": row["price"],
                    "quantity": row["quantity"],
                    "tax_rates": _rates(world, row["_rates"]),
                }
            )
        phases.append({**shown, "items": items, "default_tax_rates": _rates(world, phase["_rates"])})
    return {"phases": phases}


def _payments(world: World, doc: Doc) -> Doc:
    return list_of(_all(world, "invoice_payment", doc["id"]), f"/v1/invoice_payments?invoice={doc['id']}")


def _confirmation_secret(world: World, doc: Doc) -> Doc | None:
    intent = world.find("payment_intent", doc.get("_intent"))
    return {"client_secret": intent["client_secret"], "type": "payment_intent"} if intent else None


def _tax_ids(world: World, doc: Doc) -> Doc:
    return list_of(_all(world, "tax_id", doc["id"]), f"/v1/customers/{doc['id']}/tax_ids")


def _subscriptions(world: World, doc: Doc) -> Doc:
    running = [s for s in _all(world, "subscription", doc["id"]) if s["status"] not in ("canceled",)]
    return list_of(running, f"/v1/customers/{doc['id']}/subscriptions")


def _line_items(world: World, doc: Doc) -> Doc:
    return list_of(_all(world, "item", doc["id"]), f"/v1/checkout/sessions/{doc['id']}/line_items")


def _currency_options(world: World, doc: Doc) -> Doc:
    own: dict[str, Any] = {
        "custom_unit_amount": None,
        "tax_behavior": doc["tax_behavior"],
        "unit_amount": doc["unit_amount"],
        "unit_amount_decimal": doc["unit_amount_decimal"],
    }
    return {doc["currency"]: own, **doc["_currency_options"]}


def _refunds(world: World, doc: Doc) -> Doc:
    return list_of(_all(world, "refund", doc["id"]), f"/v1/charges/{doc['id']}/refunds")


def _dispute(world: World, doc: Doc) -> Doc:
    moved = [render(world, world.get("balance_transaction", id)) for id in doc.get("_moved", [])]
    return {"balance_transactions": moved}


def _applies_to(world: World, doc: Doc) -> Doc | None:
    return {"products": doc["_products"]} if doc["_products"] else None


COMPLETE.update(
    {
        "subscription": _subscription,
        "subscription_item": _subscription_item,
        "subscription_schedule": _schedule,
        "invoice": _invoice,
        "invoiceitem": _invoiceitem,
        "line_item": _line,
        "coupon": _coupon,
        "promotion_code": _promotion_code,
        "item": _item,
        "dispute": _dispute,
    }
)
ONLY_EXPANDED.update(
    {
        ("invoice", "payments"): _payments,
        ("invoice", "confirmation_secret"): _confirmation_secret,
        ("customer", "tax_ids"): _tax_ids,
        ("customer", "subscriptions"): _subscriptions,
        ("checkout.session", "line_items"): _line_items,
        ("price", "currency_options"): _currency_options,
        ("charge", "refunds"): _refunds,
        ("coupon", "applies_to"): _applies_to,
    }
)
