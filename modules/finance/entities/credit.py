"""Credit groups, policies and overrides."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

FEATURES = ("finance.receivable",)
SERVICES = "modules.finance.services.credit_overrides"
WHY = Field("reason", "text", _("Reason"), required=True)

CREDIT_GROUP = Entity(
    key="finance.credit_group",
    model="finance.CreditGroup",
    path="credit-groups",
    icon="building-2",
    features=FEATURES,
    fields=("name", "limit", "note", "is_active"),
    list=("name", "limit", "is_active"),
    search=("name",),
    default_order=("name",),
    title_field="name",
    key_fields=("name",),
    form=(Section(_("Credit group"), ("name", "limit", "is_active", "note")),),
)
CREDIT_GROUP_MEMBER = Entity(
    key="finance.credit_group_member",
    model="finance.CreditGroupMember",
    path="credit-group-members",
    icon="users",
    features=FEATURES,
    permission="finance.credit_group",
    fields=("group", Field("customer", ref_filter={"is_customer": True})),
    list=("group", "customer"),
    search=("group.name", "customer.name", "customer.code"),
    default_order=("group__name", "id"),
    title_field="customer",
    subtitle_field="group",
    form=(Section(_("Member"), ("group", "customer")),),
    custom_fields=False,
    comments=False,
    attachments=False,
)
CREDIT_POLICY = Entity(
    key="finance.credit_policy",
    model="finance.CreditPolicy",
    path="credit-policies",
    icon="shield-check",
    features=FEATURES,
    fields=(Field("group", help=_("Left empty: everybody.")), "counts_orders", "overdue_days"),
    list=("group", "counts_orders", "overdue_days"),
    search=("group.name",),
    default_order=("group__name", "id"),
    title_field="group",
    form=(Section(_("Credit policy"), ("group", "counts_orders", "overdue_days")),),
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)
CREDIT_OVERRIDE = Entity(
    key="finance.credit_override",
    model="finance.CreditOverride",
    path="credit-overrides",
    icon="shield",
    features=FEATURES,
    fields=(
        Field("customer", ref_filter={"is_customer": True}, write_once=True, required=False),
        Field("order", write_once=True, help=_("Left empty: all orders of the customer.")),
        Field("amount", required=False, help=_("Of an order left empty: what it is worth.")),
        "lifts_overdue",
        "valid_until",
        "reason",
        Field("status", read_only=True),
        Field("asked_by", read_only=True),
        Field("decided_by", read_only=True),
        Field("decided_at", read_only=True),
        Field("decision_reason", read_only=True),
    ),
    list=("customer", "order", "amount", "valid_until", "status", "reason", "asked_by", "decided_by"),
    search=("customer.name", "order.number", "reason"),
    default_order=("-id",),
    title_field="customer",
    subtitle_field="order",
    form=(
        Section(_("Override"), ("customer", "order", "amount", "valid_until", "lifts_overdue", "reason")),
        Section(_("Decision"), ("status", "asked_by", "decided_by", "decided_at", "decision_reason")),
    ),
    state_field="status",
    states=(
        State("requested", _("To decide"), "warn"),
        State("approved", _("Approved"), "done"),
        State("refused", _("Refused"), "off"),
        State("revoked", pgettext_lazy("credit override", "Taken back"), "off"),
    ),
    update_states=("requested",),
    delete_states=("requested",),
    actions=(
        Action(
            "approve", _("Approve"), f"{SERVICES}.credit_override_approve", "finance.credit_override.approve",
            argument="override", states=("requested",), params=(Field("reason", "text", _("Reason")),), primary=True,
            icon="check",
        ),
        Action(
            "refuse", _("Refuse"), f"{SERVICES}.credit_override_refuse", "finance.credit_override.approve",
            argument="override", states=("requested",), params=(WHY,), icon="x",
        ),
        Action(
            "revoke", pgettext_lazy("credit override", "Take back"), f"{SERVICES}.credit_override_revoke",
            "finance.credit_override.approve", argument="override", states=("approved",), params=(WHY,),
            danger=True, icon="undo-2",
        ),
    ),
    views=(
        View("to_decide", _("To decide"), {"status": "requested"}, ("id",)),
        View("in_force", _("In force"), {"status": "approved", "valid_until__gte": "today"}, ("valid_until", "id")),
        View("all", _("All")),
    ),
    create=f"{SERVICES}.credit_override_request",
    update=f"{SERVICES}.credit_override_update",
    delete=f"{SERVICES}.credit_override_delete",
    importable=False,
    owner_field="customer__owner",
    department_field="customer__department",
)  # fmt: skip

ALL = (CREDIT_GROUP, CREDIT_GROUP_MEMBER, CREDIT_POLICY, CREDIT_OVERRIDE)
