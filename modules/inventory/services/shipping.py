"""Shipments: handed to a carrier, followed by events, proved, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from modules.inventory.models import CarrierService, Delivery, Parcel, Shipment, TrackingEvent
from modules.inventory.services.lines import record_of
from modules.inventory.services.moves import step
from modules.inventory.services.posting import entry, post_entries
from modules.shared.contracts.posting import PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "inventory.shipment"
Status = Shipment.Status


@service("inventory.shipment.create")
def shipment_create(
    *,
    actor: Actor,
    delivery: Delivery | int,
    carrier: Party | None = None,
    service: CarrierService | None = None,
    **values: Any,
) -> Shipment:
    """A delivery is handed to a carrier: the service's, the one named, or the one on the delivery. It is due after the
    service's days. Raises Invalid, StateRefused when it has a shipment already."""
    of = Delivery.objects.select_for_update().get(pk=record_of(Delivery.objects.all(), delivery, "delivery").pk)
    if of.status == Delivery.Status.CANCELLED or of.kind != Delivery.Kind.DELIVERY:
        raise StateRefused(_("This delivery does not go out."))
    if Shipment.objects.filter(delivery=of).exists():
        raise StateRefused(_("This delivery has a shipment already."))
    taker = (service.carrier if service else None) or carrier or of.carrier
    if taker is None:
        raise Invalid.field("carrier", _("This is required."), "required")
    if carrier is not None and service is not None and service.carrier_id != carrier.pk:
        raise Invalid.field("service", _("This is a service of another carrier."), "range")
    values["tracking_number"] = values.get("tracking_number") or of.tracking_number
    if values.get("promised_on") is None and service is not None:
        values["promised_on"] = max(of.shipped_on, current().today()) + timedelta(days=service.days)
    shipment = Shipment(
        number=next_number("SH"), delivery=of, carrier=taker, service=service, status_at=current().now(), **values
    )
    shipment.save()
    _tell(of, shipment)
    return shipment


@service("inventory.shipment.update")
def shipment_update(*, actor: Actor, shipment: Shipment, **values: Any) -> Shipment:
    """Changes service, tracking number, due day, note. Raises Invalid."""
    for name, value in values.items():
        setattr(shipment, name, value)
    if shipment.service is not None and shipment.service.carrier_id != shipment.carrier_id:
        raise Invalid.field("service", _("This is a service of another carrier."), "range")
    shipment.save()
    _tell(shipment.delivery, shipment)
    return shipment


def _tell(delivery: Delivery, shipment: Shipment) -> None:
    """Who reads the delivery reads who carries it."""
    now = (shipment.carrier_id, shipment.tracking_number)
    if (delivery.carrier_id, delivery.tracking_number) != now:
        delivery.carrier_id, delivery.tracking_number = now
        delivery.save(update_fields=["carrier", "tracking_number"])


@service("inventory.tracking_event.create")
def tracking_event_create(
    *,
    actor: Actor,
    shipment: Shipment,
    status: str,
    happened_at: datetime | None = None,
    event_id: str = "",
    place: str | None = "",
    note: str | None = "",
) -> TrackingEvent:
    """What happened to a shipment, by hand or from a carrier. The same event of a carrier comes in once; the shipment
    stands where its latest event says, in whatever order they come in. Raises Invalid on an event in the future."""
    found = Shipment.objects.select_for_update().get(pk=record_of(Shipment.objects.all(), shipment, "shipment").pk)
    at = happened_at or current().now()
    if at > current().now() + timedelta(minutes=5):
        raise Invalid.field("happened_at", _("This has not happened yet."), "future")
    if event_id:
        known = TrackingEvent.objects.filter(shipment=found, event_id=event_id).first()
        if known is not None:
            return known
    if status == Status.READY or status not in Status.values:
        raise Invalid.field("status", _("Choose what happened."), "choice")
    event = TrackingEvent(
        shipment=found,
        status=status,
        happened_at=at,
        event_id=event_id or "",
        place=(place or "")[:120],
        note=(note or "")[:300],
    )
    event.save()
    _follow(found)
    return event


def _follow(shipment: Shipment) -> None:
    latest = shipment.events.order_by("-happened_at", "-id").first()
    if latest is None:
        return
    arrived = shipment.events.filter(status=Status.DELIVERED).order_by("-happened_at", "-id").first()
    shipment.status, shipment.status_at = latest.status, latest.happened_at
    shipment.delivered_at = arrived.happened_at if arrived is not None and latest.status == Status.DELIVERED else None
    shipment.save(update_fields=["status", "status_at", "delivered_at"])


@service("inventory.tracking_event.create")
def tracking_events_take(*, actor: Actor, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Events as a carrier sends them, by tracking number; answers for each whether it was new, known or of a shipment
    that we do not have. Raises Invalid naming each that cannot be read."""
    errors: list[FieldError] = []
    read: list[tuple[Mapping[str, Any], datetime]] = []
    for at, row in enumerate(events):
        when = row.get("happened_at")
        moment = parse_datetime(when) if isinstance(when, str) else when
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            errors.append(FieldError(f"{at}.happened_at", "invalid", _("A moment with its time zone.")))
        elif row.get("status") not in Status.values or row.get("status") == Status.READY:
            errors.append(FieldError(f"{at}.status", "choice", _("Choose what happened.")))
        elif not row.get("event_id"):
            errors.append(FieldError(f"{at}.event_id", "required", _("This is required.")))
        else:
            read.append((row, moment))
    if errors:
        raise Invalid(errors=errors)
    numbers = {str(row.get("tracking_number") or "") for row, _moment in read} - {""}
    known = {s.tracking_number: s.pk for s in Shipment.objects.filter(tracking_number__in=numbers)}
    boxes = Parcel.objects.filter(tracking_number__in=numbers, delivery__shipment__isnull=False)
    known |= dict(boxes.values_list("tracking_number", "delivery__shipment"))
    shipments = Shipment.objects.select_for_update().in_bulk(sorted(set(known.values())))
    answers = []
    for row, moment in read:
        shipment = shipments.get(known.get(str(row.get("tracking_number") or ""), 0))
        answer = "unknown"
        if shipment is not None:
            before = TrackingEvent.objects.filter(shipment=shipment, event_id=row["event_id"]).exists()
            tracking_event_create(
                actor=actor, shipment=shipment, status=row["status"], happened_at=moment, event_id=row["event_id"],
                place=str(row.get("place") or "")[:120], note=str(row.get("note") or "")[:300],
            )  # fmt: skip
            answer = "known" if before else "new"
        answers.append({"event_id": row["event_id"], "result": answer})
    return answers


@service("inventory.shipment.prove")
def shipment_prove(
    *, actor: Actor, shipment: Shipment, received_by: str, at: datetime | None = None, note: str | None = ""
) -> Shipment:
    """Proof of delivery: who took it and when; a picture or signature is attached to the shipment. Raises StateRefused
    before the goods have left, Invalid."""
    found = Shipment.objects.select_for_update().get(pk=shipment.pk)
    if found.delivery.status != Delivery.Status.POSTED:
        raise StateRefused(_("The goods have not left yet."))
    if not received_by.strip():
        raise Invalid.field("received_by", _("This is required."), "required")
    found.received_by = received_by.strip()
    found.save(update_fields=["received_by"])
    event = TrackingEvent(
        shipment=found, status=Status.DELIVERED, happened_at=at or current().now(), note=(note or "")[:300]
    )
    if event.happened_at > current().now() + timedelta(minutes=5):
        raise Invalid.field("at", _("This has not happened yet."), "future")
    event.save()
    _follow(found)
    return found


@service("inventory.shipment.freight")
def shipment_freight(
    *, actor: Actor, shipment: Shipment, amount: Decimal, on: date | None = None, note: str | None = ""
) -> Shipment:
    """What the carrier asks for this shipment, in base currency: a cost of the order's profit, owed to the carrier. A
    second amount corrects the first: the difference is posted. Raises Invalid."""
    found = Shipment.objects.select_for_update().select_related("delivery").get(pk=shipment.pk)
    if amount < 0 or amount % step():
        raise Invalid.field("amount", _("Enter an amount that is not negative, in the currency's decimals."), "invalid")
    difference = amount - found.freight_cost
    if not difference:
        return found
    found.freight_cost = amount
    found.save(update_fields=["freight_cost"])
    source = RecordRef(ENTITY, found.pk, found.number)
    line = PostingLine(
        difference, party_id=found.carrier_id, sales_order_id=found.delivery.order_id, component="freight",
        note=note or "",
    )  # fmt: skip
    post_entries(actor, [entry("outbound_freight", on or current().today(), source, [line])])
    return found
