"""The catalogue at Stripe: products by our ids, prices by lookup keys. Run as often as you like.

A price cannot be changed at Stripe: a new amount is a new price that takes the lookup key over. Who subscribed before
keeps the old one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import stripe as sdk
from django.utils import translation

from billing import gateway
from billing.catalogue import Catalogue, Offer, catalogue
from billing.catalogue.catalogue import CURRENCIES, INTERVALS
from billing.rules.money import to_minor


@dataclass
class Synced:
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.archived)


def catalogue_sync(offers: Catalogue | None = None) -> Synced:
    """Raises BillingUnavailable."""
    done = Synced()
    wanted = list((offers or catalogue()).offers.values())
    with gateway.asking() as stripe, translation.override("en"):
        for offer in wanted:
            _product(stripe, offer, done)
            for interval in INTERVALS:
                _price(stripe, offer, interval, done)
        ours = {o.product_id for o in wanted}
        for product in stripe.products.list({"active": True, "limit": 100}).auto_paging_iter():
            if product.id.startswith("tenon_") and product.id not in ours:
                stripe.products.update(product.id, {"active": False})
                done.archived.append(product.id)
    return done


def _product(stripe: Any, offer: Offer, done: Synced) -> None:
    values = {
        "name": f"Tenon {offer.title}",
        "description": str(offer.description),
        "active": True,
        "metadata": {"tenon_key": offer.key, "tenon_modules": ",".join(offer.modules)},
    }
    try:
        present = stripe.products.retrieve(offer.product_id).to_dict()
    except sdk.InvalidRequestError as error:
        if error.code != "resource_missing":
            raise
        stripe.products.create({"id": offer.product_id, **values})
        done.created.append(offer.product_id)
        return
    if any(present[name] != value for name, value in values.items()):
        stripe.products.update(offer.product_id, values)
        done.updated.append(offer.product_id)


def _amounts(offer: Offer, interval: str) -> dict[str, int]:
    return {c.lower(): to_minor(offer.price(c, interval), c) for c in CURRENCIES}


def _price(stripe: Any, offer: Offer, interval: str, done: Synced) -> None:
    key, amounts = offer.lookup_key(interval), _amounts(offer, interval)
    found = stripe.prices.list({"lookup_keys": [key], "active": True, "expand": ["data.currency_options"]}).data
    if found:
        present = found[0].to_dict()
        options = {c: int(o["unit_amount"]) for c, o in present["currency_options"].items()}
        if {**options, present["currency"]: int(present["unit_amount"])} == amounts:
            return
    base, *others = amounts
    made = stripe.prices.create(
        {
            "product": offer.product_id,
            "currency": base,
            "unit_amount": amounts[base],
            "currency_options": {c: {"unit_amount": amounts[c]} for c in others},
            "recurring": {"interval": interval},
            "lookup_key": key,
            "transfer_lookup_key": True,
            "metadata": {"tenon_key": offer.key},
        }
    )
    done.created.append(f"{key} {made.id}")
    if found:
        stripe.prices.update(found[0].id, {"active": False})
        done.archived.append(found[0].id)


def price_ids(stripe: Any, keys: frozenset[str], interval: str) -> dict[str, str]:
    """Key → today's price. Raises KeyError for what `billing_sync` has not brought to Stripe."""
    lookup = {catalogue().offers[k].lookup_key(interval): k for k in keys}
    found = stripe.prices.list({"lookup_keys": sorted(lookup), "active": True, "limit": 100}).auto_paging_iter()
    ids = {lookup[p.lookup_key]: str(p.id) for p in found}
    missing = sorted(keys - set(ids))
    if missing:
        raise KeyError(f"not at Stripe: {missing}; run manage.py billing_sync")
    return ids
