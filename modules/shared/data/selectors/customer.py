"""A customer on one page: figures, people, what is to come and what happened, as far as the actor may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Max, Q, Sum

from modules.shared.contracts.customers import CustomerHistory, Happening
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.api.visibility import rows
from tenon.money.rounding import round_money
from tenon.ports import find_all
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current

COMING = 12  # of all kinds together


@dataclass(frozen=True)
class Sales:
    """`net`: of the orders of the last 365 days, drafts and cancelled ones left out, without tax, in the company's
    currency at each order's rate; None where a role hides amounts."""

    orders: int
    net: Decimal | None
    open_orders: int
    last_order_on: date | None


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    role: str
    phone: str
    email: str


@dataclass(frozen=True)
class CustomerView:
    party: Party
    sales: Sales | None  # None: orders may not be seen
    people: list[Person]
    coming: list[Happening]
    happened: list[Happening]
    more: bool


def customer_view(*, actor: Actor, party_id: int, limit: int) -> CustomerView:
    """`limit`: entries of history, newest first. Raises Forbidden; NotFound where the actor may not see the party."""
    party = rows(Resource.of(actor, "shared.party")).filter(pk=party_id).first()
    if party is None:
        raise NotFound
    happened: list[Happening] = []
    coming: list[Happening] = []
    for module in find_all(CustomerHistory):
        happened += module.happened(actor=actor, party_id=party_id, limit=limit + 1)
        coming += module.coming(actor=actor, party_id=party_id, limit=COMING)
    # Stable: entries of one day stand as their modules gave them.
    happened.sort(key=lambda x: x.day or date.min, reverse=True)
    coming.sort(key=lambda x: x.day or date.max)
    return CustomerView(
        party=party, sales=_sales(actor, party_id), people=_people(actor, party_id), coming=coming[:COMING],
        happened=happened[:limit], more=len(happened) > limit,
    )  # fmt: skip


def _sales(actor: Actor, party_id: int) -> Sales | None:
    entity = registry().entities["shared.sales_order"]
    if not actor.can(f"{entity.permission_prefix}.view"):
        return None
    resource = Resource.of(actor, entity.key)
    company = current()
    year = Q(ordered_on__gt=company.today() - timedelta(days=365))
    found = (
        rows(resource)
        .filter(Q(customer=party_id) & ~Q(status__in=("draft", "cancelled")))
        .aggregate(
            orders=Count("pk", filter=year),
            net=Sum(F("subtotal") * F("exchange_rate"), filter=year),
            open=Count("pk", filter=Q(status__in=("confirmed", "part_delivered"))),
            last=Max("ordered_on"),
        )
    )
    net = round_money(found["net"] or Decimal(0), company.currency) if "subtotal" in resource.fields else None
    return Sales(found["orders"], net, found["open"], found["last"])


def _people(actor: Actor, party_id: int) -> list[Person]:
    """Who works there today, at most 20."""
    if not actor.can("shared.contact.view"):
        return []
    hidden = actor.hidden.get("shared.contact", frozenset())
    today = current().today()
    found = rows(Resource.of(actor, "shared.party_contact")).filter(
        Q(party=party_id) & (Q(until__isnull=True) | Q(until__gte=today))
    )
    return [
        Person(pk, *("" if name in hidden else value for name, value in zip(_PERSON, values, strict=True)))
        for pk, *values in found.order_by("pk").values_list(
            "contact_id", "contact__name", "role", "contact__phone", "contact__email"
        )[:20]
    ]


_PERSON = ("name", "role", "phone", "email")
