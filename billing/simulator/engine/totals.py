"""What an invoice comes to: discounts, tax and sums over its lines, written onto the lines and the invoice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from billing.simulator.rules import amounts
from billing.simulator.store import Doc
from billing.simulator.world import World


def reckon(world: World, invoice: Doc, lines: Sequence[Doc]) -> None:
    """Work everything out anew. `_rates` and `discounts` of a line say which tax and item discounts it bears."""
    for line in lines:
        line["discount_amounts"] = []
        line["taxes"] = []
        line["subtotal"] = line["amount"]
    for line in lines:
        for discount in line["discounts"]:
            _take_off(world, discount, [line])
    for discount in invoice["discounts"]:
        _take_off(world, discount, [line for line in lines if line["discountable"]])
    for line in lines:
        _tax(world, invoice, line)

    discounts: dict[str, int] = {}
    taxes: dict[tuple[str, str], Doc] = {}
    for line in lines:
        for part in line["discount_amounts"]:
            discounts[part["discount"]] = discounts.get(part["discount"], 0) + part["amount"]
        for tax in line["taxes"]:
            key = (tax["tax_rate_details"]["tax_rate"], tax["tax_behavior"])
            if key in taxes:
                taxes[key]["amount"] += tax["amount"]
                taxes[key]["taxable_amount"] += tax["taxable_amount"]
            else:
                taxes[key] = dict(tax)
    subtotal = sum(line["amount"] for line in lines)
    inside = sum(tax["amount"] for tax in taxes.values() if tax["tax_behavior"] == "inclusive")
    on_top = sum(tax["amount"] for tax in taxes.values() if tax["tax_behavior"] == "exclusive")
    invoice["subtotal"] = subtotal
    invoice["subtotal_excluding_tax"] = subtotal - inside
    invoice["total"] = subtotal - sum(discounts.values()) + on_top
    invoice["total_excluding_tax"] = invoice["total"] - inside - on_top
    invoice["total_discount_amounts"] = [{"amount": a, "discount": d} for d, a in discounts.items()]
    invoice["total_taxes"] = list(taxes.values())
    settle_balance(world, invoice)


def settle_balance(world: World, invoice: Doc) -> None:
    """What is due after the customer's credit (a negative balance) or debt (a positive one)."""
    customer = world.get("customer", invoice["customer"])
    invoice["starting_balance"] = customer["balance"]
    due = max(0, invoice["total"] + customer["balance"])
    invoice["amount_due"] = due
    invoice["amount_remaining"] = max(0, due - invoice["amount_paid"])


def _take_off(world: World, discount_id: str, lines: Sequence[Doc]) -> None:
    discount = world.get("discount", discount_id)
    coupon = world.store.get(discount["source"]["coupon"]) or discount["_coupon"]
    products = coupon.get("_products")
    eligible = [line for line in lines if not products or _product_of(world, line) in products]
    bare = [line["amount"] - sum(part["amount"] for part in line["discount_amounts"]) for line in eligible]
    percent = Decimal(str(coupon["percent_off"])) if coupon["percent_off"] is not None else None
    for line, amount in zip(eligible, amounts.discount_of(bare, percent, coupon["amount_off"]), strict=True):
        line["discount_amounts"].append({"amount": amount, "discount": discount_id})


def _product_of(world: World, line: Doc) -> str | None:
    details = (line["pricing"] or {}).get("price_details")
    return details["product"] if details else None


def _tax(world: World, invoice: Doc, line: Doc) -> None:
    rates = [world.get("tax_rate", id) for id in (line["_rates"] or invoice["_rates"])]
    if not rates or invoice["customer_tax_exempt"] == "exempt":
        return
    net = line["amount"] - sum(part["amount"] for part in line["discount_amounts"])
    inside = sum((Decimal(str(r["percentage"])) for r in rates if r["inclusive"]), Decimal(0))
    before_tax = net - (amounts.tax_of(net, inside, True, inside) if inside else 0)
    for rate in rates:
        percent = Decimal(str(rate["percentage"]))
        reverse = invoice["customer_tax_exempt"] == "reverse"
        base = net if rate["inclusive"] else before_tax
        amount = 0 if reverse else amounts.tax_of(base, percent, rate["inclusive"], inside or None)
        line["taxes"].append(
            {
                "amount": amount,
                "tax_behavior": "inclusive" if rate["inclusive"] else "exclusive",
                "tax_rate_details": {"tax_rate": rate["id"]},
                "taxability_reason": "reverse_charge" if reverse else "standard_rated",
                "taxable_amount": before_tax,
                "type": "tax_rate_details",
            }
        )
