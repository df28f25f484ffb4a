"""What leaves the demo company these days: deliveries packed, handed to carriers, followed and proved, made through the
services by who works at the dock. Carriers are the shipping methods of the data set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from modules.inventory.models import CarrierService, Delivery, Shipment
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.packing import parcel_create
from modules.inventory.services.shipping import (
    shipment_create,
    shipment_freight,
    shipment_prove,
    tracking_event_create,
)
from modules.shared.data.models import SalesOrder
from modules.shared.data.services import party_create
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current

# (carrier, service, days on the way)
CARRIERS = (("CARGO TRANSPORT 5", "Ground", 4), ("OVERNIGHT J-FAST", "Overnight", 1), ("ZY - EXPRESS", "Express", 2))
BOX = {"length": Decimal(60), "width": Decimal(40), "height": Decimal(35)}


def outbound(owner: Actor, keeper: Actor, say: Callable[[str], None]) -> None:
    """Of the orders with locked stock one has arrived, one is on its way, one stands packed at the dock."""
    services = _services(owner)
    ready = SalesOrder.objects.filter(status="confirmed", is_migrated=False, lines__reserved__gt=0).distinct()
    orders = list(ready.order_by("requested_on", "pk")[:3])
    parcels = 0
    for index, order in enumerate(orders):
        delivery = delivery_create(actor=keeper, order=order)
        parcels += _pack(keeper, delivery)
        shipment = shipment_create(
            actor=keeper, delivery=delivery, service=services[index % len(services)],
            tracking_number=f"{delivery.number.replace('-', '')}{order.pk}",
        )  # fmt: skip
        if index < 2:
            delivery_post(actor=keeper, delivery=delivery)
            _travel(owner, keeper, shipment, arrived=index == 0)
    say(f"{'Outbound':<24}{len(orders):>6} deliveries, {parcels} parcels, {len(orders)} shipments")


def _services(owner: Actor) -> list[CarrierService]:
    found = []
    for name, title, days in CARRIERS:
        carrier = party_create(actor=owner, name=name, is_carrier=True)
        with acting(owner):
            service = CarrierService(carrier=carrier, code=title.upper(), name=title, days=days)
            service.save()
        found.append(service)
    return found


def _pack(keeper: Actor, delivery: Delivery) -> int:
    """A parcel for each line but the last two, which share one."""
    lines = list(delivery.lines.order_by("position"))
    boxes = [[line] for line in lines[:-2]] + [lines[-2:]]
    for number, box in enumerate(boxes, 1):
        parcel_create(
            actor=keeper, delivery=delivery, weight=Decimal("4.5") * len(box) + number,
            lines=[{"delivery_line": line.pk, "quantity": line.quantity} for line in box], **BOX,
        )  # fmt: skip
    return len(boxes)


def _travel(owner: Actor, keeper: Actor, shipment: Shipment, *, arrived: bool) -> None:
    now = current().now()
    for status, hours, place in (("collected", 6, "Bothell"), ("transit", 4, "Seattle")):
        tracking_event_create(
            actor=keeper, shipment=shipment, status=status, happened_at=now - timedelta(hours=hours), place=place
        )
    shipment_freight(actor=owner, shipment=shipment, amount=Decimal("38.50"))
    if arrived:
        shipment_prove(actor=keeper, shipment=shipment, received_by="Goods-in desk", at=now - timedelta(hours=1))
