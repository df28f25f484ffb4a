"""Inquiries, whom they ask, and the suppliers' portal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

ASKING = ("inventory.rfq",)
SERVICES = "modules.inventory.services"
REASON = Field("reason", type="text", label=_("Reason"))
REVEALS = (
    ("nothing", pgettext_lazy("inquiry", "Nothing")),
    ("rank", pgettext_lazy("inquiry", "Their own rank")),
    ("best", pgettext_lazy("inquiry", "The best price")),
)
CLOSES = Field("closes_at", type="datetime", label=_("Answers until"), required=True)

INQUIRY = Entity(
    key="inventory.inquiry",
    model="inventory.Inquiry",
    path="inquiries",
    icon="messages-square",
    features=ASKING,
    fields=(
        Field("number", read_only=True),
        "title",
        Field("status", read_only=True),
        Field("round", read_only=True),
        "closes_at",
        Field("sent_at", read_only=True),
        Field("opened_at", read_only=True),
        Field("reveals", read_only=True),
        "warehouse",
        Field("terms", help=_("Suppliers read this on their page.")),
        Field("note", help=_("For ourselves.")),
        "owner",
        "department",
        Field("suppliers", type="json", label=_("Suppliers asked"), hidden=True),
    ),
    list=("number", "title", "status", "round", "closes_at", "owner"),
    search=("number", "title"),
    default_order=("-id",),
    form=(
        Section(_("Inquiry"), ("title", "closes_at", "warehouse", "terms")),
        Section(_("Responsible"), ("owner", "department", "note")),
    ),
    title_field="number",
    subtitle_field="title",
    key_fields=("number",),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("sent", _("Collecting answers"), "open"),
        State("opened", _("Comparing"), "prog"), State("awarded", _("Awarded"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    delete_states=("draft",),
    lines="inventory.inquiry_line",
    owner_field="owner",
    department_field="department",
    create=f"{SERVICES}.inquiries.inquiry_create",
    update=f"{SERVICES}.inquiries.inquiry_update",
    delete=f"{SERVICES}.inquiries.inquiry_delete",
    importable=False,
    actions=(
        Action(
            "send", _("Send to suppliers"), f"{SERVICES}.inquiry_rounds.inquiry_send", "inventory.inquiry.update",
            argument="inquiry", states=("draft",), params=(CLOSES,), primary=True, icon="send",
        ),
        Action(
            "invite", _("Ask a supplier"), f"{SERVICES}.inquiry_rounds.inquiry_invite", "inventory.inquiry.update",
            argument="inquiry", states=("draft", "sent"), icon="user-plus",
            params=(
                Field("supplier", type="ref", ref="shared.party", label=_("Supplier"), required=True,
                      ref_filter={"is_supplier": True, "is_active": True}),
                Field("email", type="email", label=_("Email"), help=_("Left empty, the supplier's own.")),
            ),
        ),
        Action(
            "open", _("Open the answers"), f"{SERVICES}.inquiry_rounds.inquiry_open", "inventory.inquiry.update",
            argument="inquiry", states=("sent",), primary=True, icon="mail-open",
            params=(Field("reason", type="text", label=_("Reason"), help=_("Needed before the time is over.")),),
        ),
        Action(
            "extend", _("Give more time"), f"{SERVICES}.inquiry_rounds.inquiry_extend", "inventory.inquiry.update",
            argument="inquiry", states=("sent",), params=(CLOSES, REASON), icon="calendar-plus",
        ),
        Action(
            "round", _("New round"), f"{SERVICES}.inquiry_rounds.inquiry_new_round", "inventory.inquiry.update",
            argument="inquiry", states=("opened",), icon="repeat",
            params=(
                CLOSES,
                Field("reveals", type="choice", label=_("Suppliers learn of the round before"), default="nothing",
                      choices=REVEALS),
                Field("suppliers", type="json", label=_("Suppliers asked"), hidden=True),
                REASON,
            ),
        ),
        Action(
            "costs", _("Freight and duty"), f"{SERVICES}.inquiry_rounds.inquiry_costs", "inventory.inquiry.update",
            argument="inquiry", states=("draft", "sent", "opened"), icon="ship",
            params=(Field("suppliers", type="json", label=_("Suppliers asked"), required=True, hidden=True),),
        ),
        Action(
            "cancel", _("Cancel"), f"{SERVICES}.inquiries.inquiry_cancel", "inventory.inquiry.update",
            argument="inquiry", states=("draft", "sent", "opened"), params=(REASON,), danger=True, icon="ban",
        ),
    ),
    views=(
        View("open", _("Open"), {"status__in": "draft,sent,opened"}),
        View("to_open", _("To open"), {"status": "sent"}, ("closes_at", "id")),
        View("mine", _("Mine"), {"owner": "me"}),
        View("all", _("All")),
    ),
)  # fmt: skip
INQUIRY_LINE = Entity(
    key="inventory.inquiry_line",
    model="inventory.InquiryLine",
    path="inquiry-lines",
    icon="list",
    features=ASKING,
    permission="inventory.inquiry",
    parent_field="inquiry",
    fields=(
        Field("inquiry", read_only=True),
        "position",
        Field("product", ref_filter={"is_active": True, "is_purchasable": True}),
        "description",
        "quantity",
        Field("unit", required=False),
        Field("base_quantity", read_only=True),
        Field("second_quantity", unit_field="second_unit", required=False,
              help=_("Expected, of goods in two quantities; left empty, by what a piece usually weighs.")),
        Field("second_unit", source="product__second_unit", label=_("Second unit"), read_only=True),
        Field("priced_by_second", read_only=True),
        "needed_on",
        "warehouse",
        Field("requisition_line", read_only=True, hidden=True),
    ),
    list=("product", "description", "quantity", "unit", "second_quantity", "needed_on", "warehouse"),
    search=("inquiry.number", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("position", "id"),
    title_field="product",
    owner_field="inquiry__owner",
    department_field="inquiry__department",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip
INQUIRY_SUPPLIER = Entity(
    key="inventory.inquiry_supplier",
    model="inventory.InquirySupplier",
    path="inquiry-suppliers",
    icon="users",
    features=ASKING,
    permission="inventory.inquiry",
    parent_field="inquiry",
    fields=("inquiry", "supplier", "contact", "email", "status", "round", "freight", "duty_percent"),
    list=("inquiry", "supplier", "email", "status", "round"),
    search=("inquiry.number", "supplier.name"),
    title_field="supplier",
    owner_field="inquiry__owner",
    department_field="inquiry__department",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)
SUPPLIER_LINK = Entity(
    key="inventory.supplier_link",
    model="inventory.SupplierLink",
    path="supplier-links",
    icon="link",
    features=ASKING,
    fields=("supplier", "contact", "email", "expires_at", "revoked_at", "last_used_at", "created_at", "created_by"),
    list=("supplier", "email", "created_at", "expires_at", "last_used_at", "revoked_at"),
    search=("supplier.name", "email"),
    default_order=("-id",),
    title_field="supplier",
    subtitle_field="email",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    actions=(
        Action(
            "revoke", _("Revoke"), f"{SERVICES}.supplier_links.supplier_link_revoke", "inventory.supplier_link.update",
            argument="link", danger=True, bulk=True, icon="unlink",
        ),
    ),
    views=(
        View("valid", _("Valid"), {"revoked_at__isnull": "true"}, ("expires_at", "id")),
        View("all", _("All")),
    ),
)  # fmt: skip
SUPPLIER_PROPOSAL = Entity(
    key="inventory.supplier_proposal",
    model="inventory.SupplierProposal",
    path="supplier-proposals",
    icon="message-square-reply",
    features=ASKING,
    fields=(
        "order", "state", "proposed_at", "revision", Field("lines", hidden=True), "words", "decided_by", "decided_at",
        "decision",
    ),
    list=("order", "proposed_at", "words", "state", "decided_by"),
    search=("order.number", "words"),
    default_order=("-id",),
    title_field="order",
    subtitle_field="words",
    state_field="state",
    states=(
        State("open", _("To decide"), "warn"), State("accepted", _("Accepted"), "done"),
        State("refused", _("Refused"), "off"), State("replaced", _("Replaced by a later one"), "off"),
    ),
    owner_field="order__owner",
    department_field="order__department",
    writable=False,
    importable=False,
    custom_fields=False,
    attachments=False,
    actions=(
        Action(
            "accept", _("Accept"), f"{SERVICES}.supplier_orders.proposal_accept", "shared.purchase_order.change",
            argument="proposal", states=("open",), params=(REASON,), primary=True, icon="check",
        ),
        Action(
            "refuse", _("Refuse"), f"{SERVICES}.supplier_orders.proposal_refuse", "shared.purchase_order.change",
            argument="proposal", states=("open",), danger=True, icon="x",
            params=(Field("reason", type="text", label=_("Reason"), required=True),),
        ),
    ),
    views=(
        View("open", _("To decide"), {"state": "open"}),
        View("all", _("All")),
    ),
)  # fmt: skip
ALL = (INQUIRY, INQUIRY_LINE, INQUIRY_SUPPLIER, SUPPLIER_LINK, SUPPLIER_PROPOSAL)
