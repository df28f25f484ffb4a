"""What a customer is worth: net orders of the last 365 days in the company's currency, as on the customer's page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum

from modules.shared.data.models import SalesOrder
from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.problems import FeatureOff
from tenon.tenancy.context import current

NOT_COUNTED = (SalesOrder.Status.DRAFT, SalesOrder.Status.CANCELLED)


def orders_of_the_year() -> Any:
    """The orders that make worth: drafts and cancelled ones left out."""
    since = current().today() - timedelta(days=365)
    return SalesOrder.objects.filter(ordered_on__gt=since).exclude(status__in=NOT_COUNTED)


def worths(parties: Collection[int]) -> dict[int, Decimal]:
    """Customer → worth; who bought nothing is left out. One query."""
    if not parties:
        return {}
    return dict(
        orders_of_the_year().filter(customer__in=parties)
        .values_list("customer").annotate(net=Sum(F("subtotal") * F("exchange_rate"))).order_by()
    )  # fmt: skip


def sees_worth(actor: Actor) -> bool:
    """Whether the actor may see what orders amount to."""
    if not actor.can("shared.sales_order.view"):
        return False
    try:
        return "subtotal" in Resource.of(actor, "shared.sales_order").fields
    except FeatureOff:
        return False
