"""Products and prices: what can be subscribed to."""

from __future__ import annotations

import re
from decimal import Decimal

from billing.simulator.api.routing import deleted, endpoint, matching, page, retrieved
from billing.simulator.params import Params
from billing.simulator.problems import invalid
from billing.simulator.rules.periods import INTERVALS
from billing.simulator.store import Doc
from billing.simulator.world import World

_LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}


# --- products ---------------------------------------------------------------------------------------------------------


def _write_product(world: World, product: Doc, p: Params) -> None:
    if p.has("name"):
        product["name"] = p.need("name")
    for name in ("description", "statement_descriptor", "tax_code", "unit_label", "url"):
        if p.has(name):
            product[name] = p.text(name)
    if p.has("active"):
        product["active"] = p.flag("active")
    if p.has("shippable"):
        product["shippable"] = p.flag("shippable")
    if p.has("images"):
        product["images"] = p.strings("images")
    if (features := p.rows("marketing_features")) is not None:
        product["marketing_features"] = [{"name": row.need("name")} for row in features]
    if price := p.text("default_price"):
        product["default_price"] = world.get("price", price, "default_price")["id"]
    product["metadata"] = p.metadata(product["metadata"])
    product["updated"] = world.real_time()


@endpoint("POST", "/v1/products")
def create_product(world: World, p: Params) -> Doc:
    p.need("name")
    id = p.text("id")
    if id and world.store.get(id):
        raise invalid(f"Product already exists: {id}.", "id", "resource_already_exists")
    if id and not re.fullmatch(r"[A-Za-z0-9_.:-]+", id):
        raise invalid("Product ids are made of letters, digits, '_', '.', ':' and '-'.", "id")
    product = world.create("product", id=id)
    p.text("type")
    _write_product(world, product, p)
    world.save(product)
    world.emit("product.created", product)
    if data := p.map("default_price_data"):
        price = make_price(world, data, product["id"])
        product["default_price"] = price["id"]
        world.save(product)
    return product


@endpoint("GET", "/v1/products")
def list_products(world: World, p: Params) -> Doc:
    rows = matching(p, world.all("product", newest_first=True), texts=("url",), flags=("active",))
    if (ids := p.strings("ids")) is not None:
        rows = [row for row in rows if row["id"] in ids]
    return page(world, p, rows, "/v1/products")


retrieved("/v1/products", "product")


@endpoint("POST", "/v1/products/{id}")
def update_product(world: World, p: Params, id: str) -> Doc:
    product = world.get("product", id)
    with world.changing(product, "product.updated"):
        _write_product(world, product, p)
    return product


@endpoint("DELETE", "/v1/products/{id}")
def delete_product(world: World, p: Params, id: str) -> Doc:
    product = world.get("product", id)
    if any(price["product"] == id for price in world.all("price")):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.")
    world.emit("product.deleted", product)
    product["_deleted"] = True
    world.save(product)
    return deleted(product)


# --- prices -----------------------------------------------------------------------------------------------------------


def make_price(world: World, p: Params, product: str) -> Doc:
    """A licensed price per unit. Raises StripeProblem for tiers, metering and other ways the simulator has not."""
    currency = p.need("currency").lower()
    amount, exact = _amount(p)
    options = {}
    given = p.map("currency_options")
    for code in given.data if given else ():
        if given and (row := given.map(code)):
            whole, decimal = _amount(row)
            options[code.lower()] = {
                "custom_unit_amount": None,
                "tax_behavior": row.text("tax_behavior", "unspecified"),
                "unit_amount": whole,
                "unit_amount_decimal": decimal,
            }
    recurring = None
    if r := p.map("recurring"):
        interval = r.need("interval", INTERVALS)
        count = r.whole("interval_count", 1) or 1
        if not 1 <= count <= _LONGEST[interval]:
            raise invalid(f"interval_count must be between 1 and {_LONGEST[interval]}.", r.named("interval_count"))
        r.text("usage_type", choices=("licensed",))
        recurring = {
            "interval": interval,
            "interval_count": count,
            "meter": None,
            "trial_period_days": r.few("trial_period_days", 730),
            "usage_type": "licensed",
        }
    p.text("billing_scheme", choices=("per_unit",))
    key = p.text("lookup_key")
    if key:
        _claim_lookup_key(world, key, bool(p.flag("transfer_lookup_key")))
    else:
        p.flag("transfer_lookup_key")
    price = world.create(
        "price",
        active=p.flag("active", True),
        currency=currency,
        lookup_key=key,
        metadata=p.metadata(),
        nickname=p.text("nickname"),
        product=product,
        recurring=recurring,
        tax_behavior=p.text("tax_behavior", "unspecified", choices=("exclusive", "inclusive", "unspecified")),
        type="recurring" if recurring else "one_time",
        unit_amount=amount,
        unit_amount_decimal=exact,
        _currency_options=options,
    )
    world.emit("price.created", price)
    return price


def _amount(p: Params) -> tuple[int | None, str]:
    """unit_amount or unit_amount_decimal: as whole minor units (None when it is not whole) and exactly."""
    whole, exact = p.whole("unit_amount"), p.decimal("unit_amount_decimal")
    value = Decimal(whole) if whole is not None else exact
    if value is None:
        raise invalid(
            "Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.", p.named("unit_amount")
        )
    if value < 0:
        raise invalid("Invalid non-negative integer", p.named("unit_amount"), "parameter_invalid_integer")
    text = format(value.normalize(), "f")
    return (int(value) if value == int(value) else None), text


def _claim_lookup_key(world: World, key: str, transfer: bool) -> None:
    for other in world.all("price"):
        if other["lookup_key"] == key and other["active"]:
            if not transfer:
                raise invalid(
                    f"A price (`{other['id']}`) already uses that lookup key.", "lookup_key", "resource_already_exists"
                )
            with world.changing(other, "price.updated"):
                other["lookup_key"] = None


@endpoint("POST", "/v1/prices")
def create_price(world: World, p: Params) -> Doc:
    if data := p.map("product_data"):
        product = world.create("product", name=data.need("name"), metadata=data.metadata())
        world.emit("product.created", product)
        return make_price(world, p, product["id"])
    return make_price(world, p, world.get("product", p.need("product"), "product")["id"])


@endpoint("GET", "/v1/prices")
def list_prices(world: World, p: Params) -> Doc:
    texts = ("product", "currency", "type")
    rows = matching(p, world.all("price", newest_first=True), texts, flags=("active",))
    if (keys := p.strings("lookup_keys")) is not None:
        rows = [row for row in rows if row["lookup_key"] in keys]
    if r := p.map("recurring"):
        interval = r.text("interval")
        rows = [row for row in rows if row["recurring"] and row["recurring"]["interval"] == interval]
    return page(world, p, rows, "/v1/prices")


retrieved("/v1/prices", "price")


@endpoint("POST", "/v1/prices/{id}")
def update_price(world: World, p: Params, id: str) -> Doc:
    """Amounts and rhythm of a price never change: a new price is made."""
    price = world.get("price", id)
    with world.changing(price, "price.updated"):
        if p.has("active"):
            price["active"] = p.flag("active")
        if p.has("nickname"):
            price["nickname"] = p.text("nickname")
        if p.has("tax_behavior"):
            price["tax_behavior"] = p.text("tax_behavior", choices=("exclusive", "inclusive", "unspecified"))
        transfer = bool(p.flag("transfer_lookup_key"))
        if p.has("lookup_key"):
            key = p.text("lookup_key")
            if key and key != price["lookup_key"]:
                _claim_lookup_key(world, key, transfer)
            price["lookup_key"] = key
        price["metadata"] = p.metadata(price["metadata"])
    return price


def price_of(world: World, p: Params) -> Doc:
    """The price of an item: named, or described on the spot by `price_data`."""
    if data := p.map("price_data"):
        if new := data.map("product_data"):
            product = world.create(
                "product", name=new.need("name"), description=new.text("description"), metadata=new.metadata()
            )
            world.emit("product.created", product)
        else:
            product = world.get("product", data.need("product"), data.named("product"))
        price = make_price(world, data, product["id"])
        price["active"] = True
        return price
    name = p.text("price") or p.text("plan")
    if name is None:
        raise invalid(f"Missing required param: {p.named('price')}.", p.named("price"), "parameter_missing")
    return world.get("price", name, p.named("price"))
