"""Work outside: subcontract orders, our material there, what came back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

OUTSIDE = ("production.subcontracting",)
SERVICES = "modules.production.services"
READ: dict[str, Any] = {"read_only": True}
LIVE = ("ordered", "outside")
ITEMS = _("Product id → quantity.")

SUBCONTRACT = Entity(
    key="production.subcontract",
    model="production.SubcontractOrder",
    path="subcontracts",
    icon="factory",
    features=OUTSIDE,
    fields=(
        Field("number", **READ),
        Field("order", source="order_operation__order__number", type="text", label=_("Production order"), **READ),
        Field("order_operation", **READ),
        Field("product", source="order_operation__order__product__code", type="text", label=_("Product"), **READ),
        Field("supplier", **READ),
        Field(
            "purchase_order", source="purchase_line__order__number", type="text", label=_("Purchase order"), **READ
        ),
        Field("status", required=False, **READ),
        Field("quantity", **READ),
        Field("sent", **READ),
        Field("good", **READ),
        Field("rejected", **READ),
        Field("spoiled", **READ),
        Field("fee", sensitive=True, **READ),
        "due_on",
        Field("sent_on", **READ),
        "note",
    ),
    list=("number", "supplier", "order", "order_operation", "product", "status", "quantity", "sent", "good", "rejected",
          "due_on"),
    search=("number", "supplier.name", "order_operation.order.number", "order_operation.name"),
    default_order=("-id",),
    totals=("quantity", "sent", "good", "rejected"),
    title_field="number",
    subtitle_field="supplier",
    form=(Section(pgettext_lazy("production", "Order"), ("due_on", "note")),),
    state_field="status",
    states=(
        State("ordered", pgettext_lazy("subcontract", "To send"), "open"),
        State("outside", pgettext_lazy("subcontract", "Outside"), "prog"),
        State("done", pgettext_lazy("subcontract", "Done"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=LIVE,
    actions=(
        Action(
            "receive", pgettext_lazy("subcontract", "Receive"), f"{SERVICES}.subcontract_moves.subcontract_receive",
            "production.subcontract.receive", argument="subcontract", states=("outside",), primary=True,
            icon="package-plus",
            params=(
                Field("good", type="quantity", label=_("Good")),
                Field("rejected", type="quantity", label=pgettext_lazy("outside", "Rejected"),
                      help=_("The supplier's fault: not paid.")),
                Field("spoiled", type="quantity", label=_("Spoiled by our material"), help=_("Paid all the same.")),
                Field(
                    "reason", type="ref", ref="production.loss_reason", label=_("Reason"), ref_filter={"kind": "scrap"}
                ),
                Field("extra", type="json", label=_("Material used besides"), help=ITEMS),
                Field("received_on", type="date", label=_("Date"), help=_("Left empty, today.")),
                Field("note", type="text", label=pgettext_lazy("production", "Note")),
            ),
        ),
        Action(
            "send", pgettext_lazy("subcontract", "Send"), f"{SERVICES}.subcontract_moves.subcontract_send",
            "production.subcontract.send", argument="subcontract", states=LIVE, primary=True, icon="truck",
            params=(
                Field("pieces", type="quantity", label=_("Pieces"), help=_("Left empty, all that are here.")),
                Field("items", type="json", label=_("Material"), help=ITEMS),
                Field("sent_on", type="date", label=_("Date"), help=_("Left empty, today.")),
            ),
        ),
        Action(
            "take_back", pgettext_lazy("outside", "Take back"), f"{SERVICES}.subcontract_moves.subcontract_take_back",
            "production.subcontract.send", argument="subcontract", states=("outside", "done"), icon="undo-2",
            params=(
                Field("items", type="json", label=_("Material"), help=_("Left empty, all that lies there.")),
                Field("pieces", type="quantity", label=_("Pieces")),
                Field("returned_on", type="date", label=_("Date"), help=_("Left empty, today.")),
            ),
        ),
        Action(
            "end", pgettext_lazy("subcontract", "Nothing more comes"),
            f"{SERVICES}.subcontracting.subcontract_order_end", "production.subcontract.update",
            argument="subcontract", states=LIVE, params=(Field("reason", type="text", label=_("Reason")),),
            danger=True, icon="ban",
        ),
    ),
    views=(
        View("open", pgettext_lazy("production", "Open"), {"status__in": "ordered,outside"}, ("due_on",)),
        View("late", _("Late"), {"status__in": "ordered,outside", "due_on__lt": "today"}, ("due_on",)),
        View("all", _("All")),
    ),
    update=f"{SERVICES}.subcontracting.subcontract_order_update",
    creatable=False,
    deletable=False,
    importable=False,
)  # fmt: skip
MATERIAL = Entity(
    key="production.subcontract_material",
    model="production.SubcontractMaterial",
    path="subcontract-materials",
    icon="list",
    features=OUTSIDE,
    permission="production.subcontract",
    fields=(
        "subcontract",
        "position",
        "product",
        Field("product_name", source="product__name", type="text", label=_("Product name"), **READ),
        "required",
        "sent",
        "consumed",
        "returned",
    ),
    list=("subcontract", "product", "product_name", "required", "sent", "consumed", "returned"),
    search=("subcontract.number", "product.code", "product.name"),
    default_order=("subcontract", "position"),
    title_field="product",
    writable=False,
    importable=False,
    comments=False,
    attachments=False,
)
RECEIPT = Entity(
    key="production.subcontract_receipt",
    model="production.SubcontractReceipt",
    path="subcontract-receipts",
    icon="package-plus",
    features=OUTSIDE,
    permission="production.subcontract",
    fields=(
        "subcontract", "received_on", "good", "rejected", "spoiled",
        Field("fee", sensitive=True, **READ), "posted_at", "posted_by", "note",
    ),
    list=("subcontract", "received_on", "good", "rejected", "spoiled", "fee", "posted_by"),
    search=("subcontract.number",),
    default_order=("-id",),
    totals=("good", "rejected", "spoiled"),
    title_field="subcontract",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip
ALL = (SUBCONTRACT, MATERIAL, RECEIPT)
