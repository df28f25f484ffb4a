"""What is being picked, and for which deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from modules.inventory.models import Delivery, Location, Pick, Wave
from tenon.access.actor import Actor

ZERO = Decimal(0)
Spoken = dict[tuple[int, int, str], Decimal]  # order line, place, lot → quantity


def wave_list(*, actor: Actor) -> QuerySet[Wave]:
    """Waves with how far they are."""
    live = Q(picks__status__in=(Pick.Status.OPEN, Pick.Status.DONE))
    return Wave.objects.annotate(
        deliveries=Count("picks__delivery", filter=live, distinct=True),
        stops=Count("picks", filter=live),
        stops_left=Count("picks", filter=Q(picks__status=Pick.Status.OPEN)),
    )


def pick_list(*, actor: Actor) -> QuerySet[Pick]:
    """Picks with what is still to be fetched."""
    return Pick.objects.annotate(left_over=F("quantity") - F("picked") - F("short"))


def spoken_for(order_line_ids: Iterable[int]) -> Spoken:
    """What of the locked stock of these order lines belongs to picks of deliveries that have not left: at its bin
    while it waits, at the dock when it is picked."""
    rows = Pick.objects.filter(
        delivery__status=Delivery.Status.DRAFT, delivery_line__order_line__in=set(order_line_ids)
    ).exclude(status=Pick.Status.CANCELLED)
    spoken: Spoken = defaultdict(lambda: ZERO)
    for line, place, dock, lot, quantity, picked, short in rows.values_list(
        "delivery_line__order_line", "location", "staging", "lot", "quantity", "picked", "short"
    ):
        spoken[(line, place, lot)] += quantity - picked - short
        spoken[(line, dock, lot)] += picked
    return spoken


def staged(delivery: Delivery) -> Spoken:
    """What has been picked for this delivery, where it lies."""
    rows = Pick.objects.filter(delivery=delivery, picked__gt=0).exclude(status=Pick.Status.CANCELLED)
    found = rows.values_list("delivery_line__order_line", "staging", "lot").annotate(sum=Coalesce(Sum("picked"), ZERO))
    return {(line, place, lot): quantity for line, place, lot, quantity in found.order_by()}


def is_picking(delivery: Delivery) -> bool:
    return Pick.objects.filter(delivery=delivery, status=Pick.Status.OPEN).exists()


def dock_of(warehouse_id: int) -> Location | None:
    """Where picked goods are put: the packing place, else the shipping dock."""
    places = Location.objects.filter(warehouse_id=warehouse_id, is_active=True, kind=Location.Kind.STOCK)
    for purpose in (Location.Purpose.PACKING, Location.Purpose.SHIPPING):
        found = places.filter(purpose=purpose).order_by("pick_order", "pk").first()
        if found is not None:
            return found
    return None
