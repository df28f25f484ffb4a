"""The card form that Checkout, the portal and the invoice page share."""

from __future__ import annotations

import re

from billing.simulator.cards import card_numbered
from billing.simulator.engine import payments
from billing.simulator.shapes import ADDRESS
from billing.simulator.store import Doc
from billing.simulator.world import World


class BadCard(Exception):
    """What is wrong with what was typed, in words of words.py."""


def read_card(world: World, form: dict[str, str], email: str | None = None) -> Doc:
    """A payment method of what was typed. Raises BadCard."""
    known = card_numbered(form.get("number", ""))
    if known is None:
        raise BadCard("This is not a test card.")
    found = re.fullmatch(r"\s*(\d{1,2})\s*/?\s*(\d{2}|\d{4})\s*", form.get("expiry", ""))
    if found is None or not 1 <= int(found[1]) <= 12:
        raise BadCard("The expiry date is not valid.")
    if not re.fullmatch(r"\d{3,4}", form.get("cvc", "").strip()):
        raise BadCard("Your card's security code is incorrect.")
    year = int(found[2]) + (2000 if len(found[2]) == 2 else 0)
    address = {**ADDRESS, "country": form.get("country") or None}
    details = {
        "address": address,
        "email": email,
        "name": form.get("name") or None,
        "phone": None,
        "tax_id": None,
    }
    method = payments.method_of_card(world, known, month=int(found[1]), year=year, billing_details=details)
    if payments.has_expired(method, world.real_time()):
        raise BadCard("Your card has expired.")
    return method
