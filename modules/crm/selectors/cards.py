"""Customer cards with their next step and what the customer is worth."""

from __future__ import annotations

from typing import Any

from django.db.models import DateField, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from modules.crm.models import Activity, CustomerCard
from modules.crm.selectors.worth import orders_of_the_year, sees_worth
from tenon.access.actor import Actor
from tenon.access.scope import scope_filter
from tenon.registry.registry import registry

MONEY = DecimalField(max_digits=24, decimal_places=6)


def customer_card_list(*, actor: Actor) -> QuerySet[CustomerCard]:
    """Cards with `next_on` and `next_step`, the earliest that is planned with the customer, and `worth`, its net orders
    of the last 365 days: None for whom orders' amounts are hidden."""
    activity = registry().entities["crm.activity"]
    seen = scope_filter(actor, activity) if actor.can("crm.activity.view") else Q(pk__in=[])
    planned = Activity.objects.filter(
        seen, party=OuterRef("party_id"), status=Activity.Status.PLANNED, due_on__isnull=False
    ).order_by("due_on", "starts_at", "pk")
    net = (
        orders_of_the_year().filter(customer=OuterRef("party_id")).order_by().values("customer")
        .annotate(net=Sum(F("subtotal") * F("exchange_rate"))).values("net")
    )  # fmt: skip
    worth: Any = Value(None, MONEY)
    if sees_worth(actor):
        worth = Coalesce(Subquery(net, MONEY), Value(0, MONEY))
    return CustomerCard.objects.annotate(
        next_on=Subquery(planned.values("due_on")[:1], DateField()),
        next_step=Subquery(planned.values("subject")[:1]),
        worth=worth,
    )
