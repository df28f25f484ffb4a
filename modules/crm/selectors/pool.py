"""Customers of pools: which of them somebody sees, and what keeps one from going back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Exists, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from modules.crm.models import Activity, OwnershipChange, Pool, PoolCustomer, PoolPause, Quote
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.rules.calendars import WorkCalendar
from tenon.access.actor import Actor
from tenon.access.scope import scope_filter
from tenon.registry.registry import registry
from tenon.tenancy.context import current

OPEN_ORDERS = (SalesOrder.Status.DRAFT, SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED)
WON = (
    SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED, SalesOrder.Status.DELIVERED,
    SalesOrder.Status.CLOSED,
)  # fmt: skip
MANAGES = "crm.pool_customer.assign"


class Facts(NamedTuple):
    """What is known of a held customer: last follow-up and deal, and whether something open keeps it."""

    followed: date | None
    dealt: date | None
    kept: bool


def pool_customer_list(*, actor: Actor) -> QuerySet[PoolCustomer]:
    """What the actor sees: free customers of the pools of their team (who manages pools: of all of them), and held ones
    that they see as customers. A free one shows its name and no more: phone and mail are seen after the claim."""
    free = When(party__owner__isnull=True, then=Value("open"))
    shown: dict[str, Any] = {"state": Case(free, default=Value("held"), output_field=CharField())}
    party = registry().entities["shared.party"]
    theirs = scope_filter(actor, party) if actor.can("shared.party.view") else Q(pk__in=[])
    seen = Q(party__owner__isnull=False) & Exists(Party.objects.filter(theirs, pk=OuterRef("party_id")))
    return PoolCustomer.objects.annotate(**shown).filter(seen | _claimable(actor))


def _claimable(actor: Actor) -> Q:
    free = Q(party__owner__isnull=True)
    return free if actor.can(MANAGES) else free & Q(pool__in=pools_of(actor))


def pools_of(actor: Actor) -> QuerySet[Pool]:
    """Pools that the actor may claim from: those of no team, of their department, or of one above it."""
    above = [int(part) for part in actor.department_path.strip("/").split("/") if part.isdigit()]
    mine = {*above, actor.department_id} - {None}
    return Pool.objects.filter(Q(department__isnull=True) | Q(department__in=mine), is_active=True)


def ownership_list(*, actor: Actor) -> QuerySet[OwnershipChange]:
    """Changes of ownership of the pools' customers that the actor sees."""
    seen = pool_customer_list(actor=actor).filter(party=OuterRef("party_id"))
    return OwnershipChange.objects.filter(Exists(seen))


def held_count(pool: Pool, member: int) -> int:
    """How many of the pool's customers the member holds; those who have bought do not count."""
    bought = SalesOrder.objects.filter(customer=OuterRef("party_id"), status__in=WON)
    return PoolCustomer.objects.filter(~Exists(bought), pool=pool, party__owner=member).count()


def claims_on(pool: Pool, member: int, day: date) -> int:
    kind = OwnershipChange.Kind.CLAIMED
    return OwnershipChange.objects.filter(pool=pool, to_member=member, on=day, kind=kind).count()


def facts_of(parties: Collection[int], *, today: date) -> dict[int, Facts]:
    """Facts of each customer. Four queries, however many there are."""
    zone = ZoneInfo(current().time_zone)
    followed = dict(
        Activity.objects.filter(party__in=parties, status=Activity.Status.DONE)
        .values_list("party").annotate(last=Max(TruncDate("done_at", tzinfo=zone))).order_by()
    )  # fmt: skip
    dealt = dict(
        SalesOrder.objects.filter(customer__in=parties, status__in=WON)
        .values_list("customer").annotate(last=Max("ordered_on")).order_by()
    )  # fmt: skip
    kept = set(
        SalesOrder.objects.filter(customer__in=parties, status__in=OPEN_ORDERS).values_list("customer", flat=True)
    )
    waiting: QuerySet[Any] = Quote.objects.filter(party__in=parties, status=Quote.Status.SENT, valid_until__gte=today)
    kept |= set(waiting.values_list("party", flat=True))
    return {key: Facts(followed.get(key), dealt.get(key), key in kept) for key in parties}


class Idle:
    """Days that count against nobody: public holidays, and for an owner their pauses."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.holidays = {day for day, working in calendar.exceptions.items() if not working}
        self.pauses: dict[int, list[tuple[date, date]]] = {}
        for member, since, until in PoolPause.objects.values_list("member", "since", "until"):
            self.pauses.setdefault(member, []).append((since, until))

    def of(self, member: int) -> Any:
        pauses = self.pauses.get(member, [])
        return lambda day: day in self.holidays or any(since <= day <= until for since, until in pauses)
