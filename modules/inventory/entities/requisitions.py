"""Requisitions and their lines, and what suppliers have to show."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

BUYING = ("inventory.purchasing",)
SERVICES = "modules.inventory.services"
REASON = Field("reason", type="text", label=_("Reason"))

REQUISITION = Entity(
    key="inventory.requisition",
    model="inventory.Requisition",
    path="requisitions",
    icon="clipboard-list",
    features=BUYING,
    fields=(
        Field("number", read_only=True),
        Field("status", read_only=True),
        Field("requested_on", required=False),
        Field("needed_on", required=False),
        "warehouse",
        "purpose",
        Field("decided_by", read_only=True),
        Field("decision", read_only=True),
        "note",
        "owner",
        "department",
    ),
    list=("number", "purpose", "owner", "department", "needed_on", "status"),
    search=("number", "purpose"),
    default_order=("-id",),
    form=(
        Section(_("Requisition"), ("purpose", "needed_on", "warehouse")),
        Section(_("Responsible"), ("owner", "department", "requested_on", "note")),
    ),
    title_field="number",
    subtitle_field="purpose",
    key_fields=("number",),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("requested", _("Waiting for approval"), "warn"),
        State("approved", _("Approved"), "open"), State("ordered", _("Ordered"), "done"),
        State("rejected", _("Rejected"), "off"), State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft", "rejected"),
    delete_states=("draft",),
    lines="inventory.requisition_line",
    owner_field="owner",
    department_field="department",
    create=f"{SERVICES}.requisitions.requisition_create",
    update=f"{SERVICES}.requisitions.requisition_update",
    delete=f"{SERVICES}.requisitions.requisition_delete",
    importable=False,
    actions=(
        Action(
            "submit", _("Ask for approval"), f"{SERVICES}.requisitions.requisition_submit",
            "inventory.requisition.create", argument="requisition", states=("draft", "rejected"), primary=True,
            icon="send",
        ),
        Action(
            "approve", _("Approve"), f"{SERVICES}.requisitions.requisition_approve", "inventory.requisition.approve",
            argument="requisition", states=("requested",), params=(REASON,), bulk=True, primary=True, icon="check",
        ),
        Action(
            "reject", _("Reject"), f"{SERVICES}.requisitions.requisition_reject", "inventory.requisition.approve",
            argument="requisition", states=("requested",), icon="x", danger=True,
            params=(Field("reason", type="text", label=_("Reason"), required=True),),
        ),
        Action(
            "order", _("Make purchase orders"), f"{SERVICES}.purchase_needs.requisition_order",
            "inventory.purchase_need.order", argument="requisition", states=("approved",), bulk=True, primary=True,
            icon="truck",
        ),
        Action(
            "inquire", _("Ask suppliers"), f"{SERVICES}.inquiries.inquiry_of_requisition", "inventory.inquiry.create",
            argument="requisition", states=("approved",), icon="messages-square",
        ),
        Action(
            "cancel", _("Cancel"), f"{SERVICES}.requisitions.requisition_cancel", "inventory.requisition.update",
            argument="requisition", states=("draft", "requested", "approved", "rejected"), params=(REASON,),
            danger=True, icon="ban",
        ),
    ),
    views=(
        View("open", _("Open"), {"status__in": "draft,requested,approved"}),
        View("mine", _("Mine"), {"owner": "me"}),
        View("to_approve", _("To approve"), {"status": "requested"}),
        View("to_order", _("To order"), {"status": "approved"}, ("needed_on", "id")),
        View("all", _("All")),
    ),
)  # fmt: skip
REQUISITION_LINE = Entity(
    key="inventory.requisition_line",
    model="inventory.RequisitionLine",
    path="requisition-lines",
    icon="list",
    features=BUYING,
    permission="inventory.requisition",
    parent_field="requisition",
    fields=(
        Field("requisition", read_only=True),
        "position",
        Field("product", ref_filter={"is_active": True, "is_purchasable": True}),
        "description",
        "quantity",
        Field("unit", required=False),
        Field("base_quantity", read_only=True),
        Field("unit_price", required=False, sensitive=True, help=_("Left empty, what suppliers ask.")),
        "needed_on",
        Field("supplier", ref_filter={"is_supplier": True}),
    ),
    list=("product", "description", "quantity", "unit", "unit_price", "needed_on", "supplier"),
    search=("requisition.number", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("position", "id"),
    title_field="product",
    owner_field="requisition__owner",
    department_field="requisition__department",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip
SUPPLIER_DOCUMENT = Entity(
    key="inventory.supplier_document",
    model="inventory.SupplierDocument",
    path="supplier-documents",
    icon="badge-check",
    features=BUYING,
    fields=(
        Field("supplier", ref_filter={"is_supplier": True}), "kind", "title", "number", "issued_on", "expires_on",
        Field("is_required", help=_("Warned of when it is out of date.")), "note",
    ),
    list=("supplier", "kind", "title", "number", "expires_on", "is_required"),
    search=("supplier.name", "title", "number"),
    default_order=("expires_on", "id"),
    form=(
        Section(_("Document"), ("supplier", "kind", "title", "number")),
        Section(_("Validity"), ("issued_on", "expires_on", "is_required", "note")),
    ),
    title_field="title",
    subtitle_field="supplier",
    views=(
        View("expired", _("Out of date"), {"expires_on__lt": "today"}, ("expires_on", "id")),
        View("all", _("All")),
    ),
)  # fmt: skip
ALL = (REQUISITION, REQUISITION_LINE, SUPPLIER_DOCUMENT)
