"""Transfer orders and repacking."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

STOCK = ("inventory.stock",)
SERVICES = "modules.inventory.services"
PLACE = {"kind__in": "stock,quarantine"}
UNIT = Field("unit", source="product.unit", label=_("Unit"), read_only=True)
SECOND = Field("second_quantity", unit_field="second_unit")
SECOND_UNIT = Field("second_unit", source="product.second_unit", label=_("Second unit"), read_only=True)
SECONDS = Field(
    "seconds", type="json", label=_("Second quantities"),
    help=_("Line id → second quantity; may be left out where all that is on its way comes."),
)  # fmt: skip
LINES = Field("lines", type="json", label=_("Lines"), help=_("Line id → quantity; empty: all that is on its way."))

TRANSFER_LINE = Entity(
    key="inventory.transfer_line",
    model="inventory.TransferLine",
    path="transfer-lines",
    icon="arrow-right-left",
    features=STOCK,
    permission="inventory.transfer",
    fields=(
        Field("transfer", read_only=True), "product", "lot", "quantity", UNIT, SECOND, SECOND_UNIT,
        Field("sent", read_only=True),
        Field("received", read_only=True), Field("lost", read_only=True),
        Field("lost_value", read_only=True, sensitive=True),
    ),
    list=("product", "lot", "quantity", "unit", "second_quantity", "sent", "received", "lost", "lost_value"),
    default_order=("id",),
    parent_field="transfer",
    title_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
)  # fmt: skip

TRANSFER = Entity(
    key="inventory.transfer",
    model="inventory.Transfer",
    path="transfers",
    icon="arrow-right-left",
    features=STOCK,
    fields=(
        Field("number", read_only=True), Field("from_location", ref_filter=PLACE),
        Field("to_location", ref_filter=PLACE), "in_transit", "expected_on", Field("sent_on", read_only=True),
        Field("status", read_only=True), "note",
    ),
    list=("number", "from_location", "to_location", "in_transit", "sent_on", "expected_on", "status"),
    search=("number", "from_location.code", "to_location.code"),
    default_order=("-id",),
    form=(Section(_("Transfer"), ("from_location", "to_location", "in_transit", "expected_on", "note")),),
    title_field="number",
    subtitle_field="to_location",
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("sent", _("In transit"), "prog"),
        State("done", _("Received"), "done"), State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    lines="inventory.transfer_line",
    create=f"{SERVICES}.transfer_order.transfer_create",
    update=f"{SERVICES}.transfer_order.transfer_update",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "send", _("Send"), f"{SERVICES}.transfer_order.transfer_send", "inventory.transfer.send",
            argument="transfer", states=("draft",), primary=True, icon="truck",
        ),
        Action(
            "receive", _("Receive"), f"{SERVICES}.transfer_order.transfer_receive", "inventory.transfer.receive",
            argument="transfer", states=("sent",), primary=True, icon="package-plus",
            params=(
                LINES,
                SECONDS,
                Field("location", type="ref", ref="inventory.location", ref_filter=PLACE, label=_("Place")),
            ),
        ),
        Action(
            "lose", _("Book as lost"), f"{SERVICES}.transfer_order.transfer_lose", "inventory.transfer.lose",
            argument="transfer", states=("sent",), danger=True, icon="circle-x",
            params=(LINES, SECONDS, Field("reason", type="text", label=_("Reason"))),
        ),
        Action(
            "cancel", _("Cancel"), f"{SERVICES}.transfer_order.transfer_cancel", "inventory.transfer.cancel",
            argument="transfer", states=("draft",), danger=True, icon="x",
        ),
    ),
    views=(
        View("draft", _("To send"), {"status": "draft"}), View("sent", _("In transit"), {"status": "sent"}),
        View("all", _("All")),
    ),
)  # fmt: skip

REPACK_LINE = Entity(
    key="inventory.repack_line",
    model="inventory.RepackLine",
    path="repack-lines",
    icon="package-open",
    features=STOCK,
    permission="inventory.repack",
    fields=(
        Field("repack", read_only=True),
        "direction",
        "product",
        "lot",
        "quantity",
        UNIT,
        "share",
        Field("value", read_only=True, sensitive=True),
    ),
    list=("direction", "product", "lot", "quantity", "unit", "share", "value"),
    default_order=("id",),
    parent_field="repack",
    title_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
)

REPACK = Entity(
    key="inventory.repack",
    model="inventory.Repack",
    path="repacks",
    icon="package-open",
    features=STOCK,
    fields=(
        Field("number", read_only=True), Field("location", ref_filter={"kind": "stock"}),
        Field("repacked_on", required=False), Field("status", read_only=True), "note",
    ),
    list=("number", "location", "repacked_on", "status"),
    search=("number",),
    default_order=("-id",),
    form=(Section(_("Repacking"), ("location", "repacked_on", "note")),),
    title_field="number",
    subtitle_field="location",
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("posted", _("Posted"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    lines="inventory.repack_line",
    create=f"{SERVICES}.repack.repack_create",
    update=f"{SERVICES}.repack.repack_update",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "post", _("Post"), f"{SERVICES}.repack.repack_post", "inventory.repack.post", argument="repack",
            states=("draft",), primary=True, icon="check",
        ),
        Action(
            "cancel", _("Cancel"), f"{SERVICES}.repack.repack_cancel", "inventory.repack.cancel", argument="repack",
            states=("draft",), danger=True, icon="x",
        ),
    ),
    views=(View("draft", _("To post"), {"status": "draft"}), View("all", _("All"))),
)  # fmt: skip

ENTITIES = (TRANSFER, TRANSFER_LINE, REPACK, REPACK_LINE)
