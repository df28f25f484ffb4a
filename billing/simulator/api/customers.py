"""Customers, their tax ids, their balance."""

from __future__ import annotations

import re

from billing.simulator.api.routing import deleted, endpoint, listed, page, retrieved
from billing.simulator.engine import balance, payments, standing
from billing.simulator.engine.customers import living, new_customer, read_address
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.store import Doc
from billing.simulator.world import World

_SHAPES_OF_TAX_IDS = {
    "eu_vat": r"(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)[0-9A-Z+*]{2,12}",
    "cn_tin": r"[0-9A-Z]{18}|[0-9]{15}",
    "gb_vat": r"(GB)?[0-9]{9}([0-9]{3})?",
    "us_ein": r"[0-9]{2}-?[0-9]{7}",
    "hk_br": r"[0-9]{8}",
}
_COUNTRIES = {"cn_tin": "CN", "gb_vat": "GB", "us_ein": "US", "hk_br": "HK"}


def _write(world: World, customer: Doc, p: Params) -> None:
    for name in ("description", "email", "name", "phone"):
        if p.has(name):
            customer[name] = p.text(name)
    if p.has("address"):
        customer["address"] = read_address(p, "address")
    if p.has("shipping"):
        shipping = p.map("shipping")
        customer["shipping"] = (
            {
                "address": read_address(shipping, "address"),
                "name": shipping.text("name"),
                "phone": shipping.text("phone"),
            }
            if shipping
            else None
        )
    if p.has("preferred_locales"):
        customer["preferred_locales"] = p.strings("preferred_locales")
    if p.has("tax_exempt"):
        customer["tax_exempt"] = p.text("tax_exempt", choices=("none", "exempt", "reverse")) or "none"
    if p.has("invoice_prefix"):
        prefix = p.need("invoice_prefix")
        if not re.fullmatch(r"[A-Z0-9]{3,12}", prefix):
            raise invalid("Invoice prefix must be 3–12 uppercase letters or numbers.", "invoice_prefix")
        customer["invoice_prefix"] = prefix
    if p.has("next_invoice_sequence"):
        customer["next_invoice_sequence"] = p.whole("next_invoice_sequence")
    if (balance_now := p.whole("balance")) is not None:
        customer["balance"] = balance_now
    customer["metadata"] = p.metadata(customer["metadata"])
    if settings := p.map("invoice_settings"):
        if settings.has("default_payment_method"):
            method = settings.text("default_payment_method")
            if method:
                held = world.get("payment_method", method, settings.named("default_payment_method"))
                if held["customer"] != customer["id"]:
                    raise invalid(
                        f"The customer does not have a payment method with the ID {method}. The payment method must "
                        "be attached to the customer.",
                        settings.named("default_payment_method"),
                        "resource_missing",
                    )
            customer["invoice_settings"]["default_payment_method"] = method
        if settings.has("footer"):
            customer["invoice_settings"]["footer"] = settings.text("footer")


@endpoint("POST", "/v1/customers")
def create(world: World, p: Params) -> Doc:
    clock = p.text("test_clock")
    if clock:
        world.get("test_helpers.test_clock", clock, "test_clock")
    customer = new_customer(world, clock)
    _write(world, customer, p)
    method = p.text("payment_method")
    for row in p.rows("tax_id_data") or []:
        add_tax_id(world, customer, row.need("type"), row.need("value"))
    world.save(customer)
    world.emit("customer.created", customer)
    if method:
        payments.attach_named(world, method, customer, "payment_method")
    return customer


listed("/v1/customers", "customer", texts=("email", "test_clock"))


retrieved("/v1/customers", "customer")


@endpoint("POST", "/v1/customers/{id}")
def update(world: World, p: Params, id: str) -> Doc:
    customer = living(world, id)
    with world.changing(customer, "customer.updated"):
        _write(world, customer, p)
    return customer


@endpoint("DELETE", "/v1/customers/{id}")
def delete(world: World, p: Params, id: str) -> Doc:
    customer = living(world, id)
    for subscription in world.all("subscription", id):
        if subscription["status"] not in standing.ENDED:
            standing.end(world, subscription, "canceled", "cancellation_requested")
    world.emit("customer.deleted", customer)
    customer["_deleted"] = True
    world.save(customer)
    return deleted(customer)


# --- tax ids ----------------------------------------------------------------------------------------------------------


def add_tax_id(world: World, customer: Doc, type: str, value: str) -> Doc:
    """Raises StripeProblem for a value that cannot be one."""
    shape = _SHAPES_OF_TAX_IDS.get(type)
    if shape and not re.fullmatch(shape, value.replace(" ", "").upper()):
        raise invalid(f"Invalid value for {type}.", "value", "tax_id_invalid")
    country = _COUNTRIES.get(type) or (value[:2].upper() if type == "eu_vat" else None)
    tax_id = world.create(
        "tax_id",
        clock=customer["_clock"],
        country=country,
        customer=customer["id"],
        owner={"customer": customer["id"], "type": "customer"},
        type=type,
        value=value,
        verification={"status": "verified", "verified_address": None, "verified_name": customer["name"]},
    )
    world.emit("customer.tax_id.created", tax_id)
    return tax_id


@endpoint("POST", "/v1/customers/{id}/tax_ids")
def create_tax_id(world: World, p: Params, id: str) -> Doc:
    return add_tax_id(world, living(world, id), p.need("type"), p.need("value"))


@endpoint("GET", "/v1/customers/{id}/tax_ids")
def list_tax_ids(world: World, p: Params, id: str) -> Doc:
    world.get("customer", id)
    return page(world, p, world.all("tax_id", id, newest_first=True), f"/v1/customers/{id}/tax_ids")


@endpoint("GET", "/v1/customers/{id}/tax_ids/{tax_id}")
def retrieve_tax_id(world: World, p: Params, id: str, tax_id: str) -> Doc:
    return world.get("tax_id", tax_id)


@endpoint("DELETE", "/v1/customers/{id}/tax_ids/{tax_id}")
def delete_tax_id(world: World, p: Params, id: str, tax_id: str) -> Doc:
    held = world.get("tax_id", tax_id)
    world.emit("customer.tax_id.deleted", held)
    held["_deleted"] = True
    world.save(held)
    return deleted(held)


# --- balance ----------------------------------------------------------------------------------------------------------


@endpoint("POST", "/v1/customers/{id}/balance_transactions")
def create_balance_transaction(world: World, p: Params, id: str) -> Doc:
    amount = p.whole("amount")
    if amount is None:
        raise invalid("Missing required param: amount.", "amount", "parameter_missing")
    values = {"description": p.text("description"), "metadata": p.metadata()}
    return balance.enter(world, living(world, id), amount, p.need("currency").lower(), "adjustment", **values)


@endpoint("GET", "/v1/customers/{id}/balance_transactions")
def list_balance_transactions(world: World, p: Params, id: str) -> Doc:
    rows = world.all("customer_balance_transaction", id, newest_first=True)
    return page(world, p, rows, f"/v1/customers/{id}/balance_transactions")
