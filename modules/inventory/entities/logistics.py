"""Carriers' services, shipments and what happens to them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

LOGISTICS = ("inventory.logistics",)
SERVICES = "modules.inventory.services.shipping"
HAPPENED = (
    ("collected", _("Collected")), ("transit", _("On the way")), ("out", _("Out for delivery")),
    ("delivered", _("Arrived")), ("failed", _("Could not be delivered")), ("returned", _("Sent back")),
)  # fmt: skip

CARRIER_SERVICE = Entity(
    key="inventory.carrier_service",
    model="inventory.CarrierService",
    path="carrier-services",
    icon="truck",
    features=LOGISTICS,
    fields=("code", "name", Field("carrier", ref_filter={"is_carrier": True}), "days", "tracking_link", "is_active"),
    list=("code", "name", "carrier", "days", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    key_fields=("code",),
    title_field="name",
)

SHIPMENT = Entity(
    key="inventory.shipment",
    model="inventory.Shipment",
    path="shipments",
    icon="truck",
    features=LOGISTICS,
    fields=(
        Field("number", read_only=True),
        Field("delivery", write_once=True, ref_filter={"kind": "delivery", "status__in": "draft,posted"}),
        Field("customer", source="delivery.customer", label=_("Customer"), read_only=True),
        Field("order", source="delivery.order", label=_("Sales order"), read_only=True),
        Field("carrier", write_once=True, required=False, ref_filter={"is_carrier": True},
              help=_("Empty: the service's, or the one on the delivery.")),
        "service", "tracking_number",
        Field("tracking_link", source="service.tracking_link", label=_("Tracking link"), read_only=True, hidden=True),
        "promised_on", Field("status", read_only=True), Field("status_at", read_only=True),
        Field("received_by", read_only=True), Field("delivered_at", read_only=True),
        Field("freight_cost", read_only=True, sensitive=True), "note",
    ),
    list=("number", "delivery", "customer", "carrier", "tracking_number", "promised_on", "status", "status_at"),
    search=("number", "tracking_number", "delivery.number", "delivery.customer.name"),
    default_order=("-id",),
    form=(
        Section(_("Shipment"), ("delivery", "service", "carrier", "tracking_number", "promised_on", "note")),
    ),
    title_field="number",
    subtitle_field="customer",
    state_field="status",
    states=(
        State("ready", _("Ready"), "draft"), State("collected", _("Collected"), "open"),
        State("transit", _("On the way"), "prog"), State("out", _("Out for delivery"), "prog"),
        State("delivered", _("Arrived"), "done"), State("failed", _("Could not be delivered"), "warn"),
        State("returned", _("Sent back"), "off"),
    ),
    owner_field="delivery__order__owner",
    department_field="delivery__order__department",
    create=f"{SERVICES}.shipment_create",
    update=f"{SERVICES}.shipment_update",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "prove", _("Proof of delivery"), f"{SERVICES}.shipment_prove", "inventory.shipment.prove",
            argument="shipment", primary=True, icon="badge-check",
            states=("ready", "collected", "transit", "out", "failed", "delivered"),
            params=(
                Field("received_by", type="text", required=True, label=_("Received by")),
                Field("at", type="datetime", label=_("Received at")), Field("note", type="text", label=_("Note")),
            ),
        ),
        Action(
            "report", _("Report what happened"), f"{SERVICES}.tracking_event_create", "inventory.tracking_event.create",
            argument="shipment", icon="map-pin",
            params=(
                Field("status", type="choice", required=True, label=_("What happened"), choices=HAPPENED),
                Field("happened_at", type="datetime", label=_("When")),
                Field("place", type="text", label=_("Where")), Field("note", type="text", label=_("Note")),
            ),
        ),
        Action(
            "freight", _("Freight cost"), f"{SERVICES}.shipment_freight", "inventory.shipment.freight",
            argument="shipment", icon="coins",
            params=(
                Field("amount", type="money", required=True, label=_("Freight cost")),
                Field("on", type="date", label=_("Date")), Field("note", type="text", label=_("Note")),
            ),
        ),
    ),
    views=(
        View("late", _("Late"), {"promised_on__lt": "today", "status__in": "ready,collected,transit,out,failed"},
             ("promised_on",)),
        View("way", _("On the way"), {"status__in": "ready,collected,transit,out,failed"}),
        View("all", _("All")),
    ),
)  # fmt: skip

TRACKING_EVENT = Entity(
    key="inventory.tracking_event",
    model="inventory.TrackingEvent",
    path="tracking-events",
    icon="map-pin",
    features=LOGISTICS,
    fields=(
        Field("shipment", read_only=True), Field("status", read_only=True), Field("happened_at", read_only=True),
        Field("place", read_only=True), Field("note", read_only=True), Field("event_id", read_only=True),
        Field("posted_at", read_only=True), Field("posted_by", read_only=True),
    ),
    list=("happened_at", "shipment", "status", "place", "note"),
    search=("event_id", "shipment.number", "shipment.tracking_number"),
    default_order=("-happened_at", "-id"),
    title_field="shipment",
    subtitle_field="status",
    owner_field="shipment__delivery__order__owner",
    department_field="shipment__delivery__order__department",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

ENTITIES = (CARRIER_SERVICE, SHIPMENT, TRACKING_EVENT)
