"""The lines of invoices: of a subscription's period, of what waits to be billed, of prorations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from billing.simulator.rules import amounts
from billing.simulator.rules.periods import day_of
from billing.simulator.store import Doc
from billing.simulator.world import World


def unit_of(price: Doc, currency: str) -> Decimal:
    """The price of one, in that currency."""
    if price["currency"] != currency:
        option = price["_currency_options"][currency]
        return Decimal(option["unit_amount_decimal"])
    return Decimal(price["unit_amount_decimal"])


def pricing_of(price: Doc, currency: str) -> Doc:
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": str(unit_of(price, currency)),
    }


def product_name(world: World, price: Doc) -> str:
    return str(world.get("product", price["product"])["name"])


def per(price: Doc, currency: str) -> str:
    """At 19.00 USD / month."""
    recurring = price["recurring"]
    count = recurring["interval_count"]
    interval = recurring["interval"] if count == 1 else f"every {count} {recurring['interval']}s"
    unit = unit_of(price, currency)
    whole = amounts.written(int(unit), currency) if unit == int(unit) else f"{unit / 100} {currency.upper()}"
    return f"(at {whole} / {interval})"


def of_period(world: World, subscription: Doc, item: Doc, start: int, end: int, *, trial: bool = False) -> Doc:
    """A whole period of an item, in advance."""
    price = world.get("price", item["price"])
    currency = subscription["currency"]
    amount = 0 if trial else amounts.price_of(unit_of(price, currency), item["quantity"])
    name = product_name(world, price)
    words = f"Trial period for {name}" if trial else f"{item['quantity']} × {name} {per(price, currency)}"
    return {
        "amount": amount,
        "currency": currency,
        "description": words,
        "discountable": True,
        "discounts": list(item["discounts"]),
        "parent": _of_item(subscription, item, proration=False),
        "period": {"end": end, "start": start},
        "pricing": pricing_of(price, currency),
        "quantity": item["quantity"],
        "subscription": subscription["id"],
        "_rates": item["_rates"] or subscription["_rates"],
        "_item": item["id"],
    }


def of_pending(world: World, pending: Doc) -> Doc:
    """What a waiting invoice item becomes on an invoice."""
    subscription = (pending["parent"] or {}).get("subscription_details")
    proration_details = {"credited_items": pending.get("_credited")}
    if pending["proration"] and subscription:
        parent: Doc = {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": pending["id"],
                "proration": True,
                "proration_details": proration_details,
                "subscription": subscription["subscription"],
                "subscription_item": pending["_item"],
            },
            "type": "subscription_item_details",
        }
    else:
        parent = {
            "invoice_item_details": {
                "invoice_item": pending["id"],
                "proration": pending["proration"],
                "proration_details": proration_details,
                "subscription": subscription["subscription"] if subscription else None,
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        }
    return {
        "amount": pending["amount"],
        "currency": pending["currency"],
        "description": pending["description"],
        "discountable": pending["discountable"],
        "discounts": list(pending["discounts"]),
        "metadata": dict(pending["metadata"]),
        "parent": parent,
        "period": dict(pending["period"]),
        "pricing": pending["pricing"],
        "quantity": pending["quantity"],
        "subscription": subscription["subscription"] if subscription else None,
        "_rates": pending["_rates"],
        "_item": pending.get("_item"),
        "_pending": pending["id"],
    }


def proration(
    world: World,
    subscription: Doc,
    item: Doc,
    *,
    amount: int,
    quantity: int,
    price: Doc,
    start: int,
    end: int,
    rates: Sequence[str],
    credited: Doc | None,
) -> Doc:
    """An invoice item for time not used (negative, crediting what was billed before) or for time still to come."""
    name = product_name(world, price)
    words = f"{'Unused' if amount < 0 or credited else 'Remaining'} time on "
    words += (f"{quantity} × " if quantity != 1 else "") + f"{name} after {day_of(start)}"
    pending = world.create(
        "invoiceitem",
        clock=subscription["_clock"],
        amount=amount,
        currency=subscription["currency"],
        customer=subscription["customer"],
        date=start,
        description=words,
        discountable=False,  # the discounts are in the amount (proration_discounts: included)
        net_amount=amount,
        parent={
            "subscription_details": {"subscription": subscription["id"], "subscription_item": item["id"]},
            "type": "subscription_details",
        },
        period={"end": end, "start": start},
        pricing=pricing_of(price, subscription["currency"]),
        proration=True,
        quantity=quantity,
        test_clock=subscription["test_clock"],
        _item=item["id"],
        _rates=list(rates),
        _credited=credited,
        _subscription=subscription["id"],
    )
    world.emit("invoiceitem.created", pending)
    return pending


def waiting(world: World, customer: str, currency: str, subscription: str | None) -> list[Doc]:
    """The invoice items that the next invoice takes along."""
    mine = (None, subscription)
    return [
        item
        for item in world.all("invoiceitem", customer)
        if item["invoice"] is None and item["currency"] == currency and item.get("_subscription") in mine
    ]


def _of_item(subscription: Doc, item: Doc, *, proration: bool) -> Doc:
    details: dict[str, Any] = {
        "invoice_item": None,
        "proration": proration,
        "proration_details": {"credited_items": None},
        "subscription": subscription["id"],
        "subscription_item": item["id"],
    }
    return {"invoice_item_details": None, "subscription_item_details": details, "type": "subscription_item_details"}
