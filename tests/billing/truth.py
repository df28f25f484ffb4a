"""What our rows are held to: the simulator's own state, worked out without our services."""

from __future__ import annotations

from typing import Any

from billing.catalogue import catalogue
from billing.simulator.webhooks import signature
from tenants.models import Entitlement, Tenant
from tenon.tenancy.context import outside

PAYING = ("active", "trialing", "past_due", "unpaid")


def subscriptions(api: Any, customer: str | None) -> list[Any]:
    found: list[Any] = api.subscriptions.list({"customer": customer, "status": "all", "limit": 100}).data
    return found


def truth(api: Any, customer: str | None) -> set[str]:
    """The features that the simulator's subscriptions pay for."""
    paid = [s for s in subscriptions(api, customer) if s.status in PAYING]
    keys = {i.price.product.removeprefix("tenon_") for s in paid for i in s["items"].data}
    return {f for k in keys for f in catalogue().offers[k].features}


def rights(tenant: Tenant) -> set[str]:
    """Features with an open row of the subscription."""
    with outside():
        rows = Entitlement.objects.filter(tenant=tenant, source__in=("plan", "add_on"), until=None)
        return set(rows.values_list("feature", flat=True))


def forged(body: bytes, secret: str, at: int) -> list[tuple[bytes, str]]:
    """The same bytes under another secret, other bytes under the right signature, an old one, none."""
    return [
        (body, signature(body, ["whsec_stolen_from_nobody"], at)),
        (body.replace(b"active", b"hacked") + b" ", signature(body, [secret], at)),
        (body, signature(body, [secret], at - 3_600)),
        (body, ""),
        (b"\xff\xfe", signature(body, [secret], at)),
    ]
