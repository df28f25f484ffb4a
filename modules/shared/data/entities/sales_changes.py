"""Changes of confirmed sales orders, and how far people may change them alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.shared.data.services"
REASON = Field("reason", type="text", label=_("Reason"))
SALES_ORDER_CHANGE = Entity(
    key="shared.sales_order_change",
    model="data.SalesOrderChange",
    path="sales-order-changes",
    icon="history",
    permission="shared.sales_order",
    fields=(
        "order", "state", "revision", "happened_at", "by", "reason", Field("differences", hidden=True),
        Field("beyond", hidden=True), "value_before", "value_after",
        Field("currency", source="order__currency", label=_("Currency"), read_only=True),
        Field("margin_before", sensitive=True),
        Field("margin_after", sensitive=True),
        Field("asked_by", hidden=True),
        "decided_by", "decided_at", "decision_reason",
    ),
    list=("order", "state", "happened_at", "by", "reason", "value_before", "value_after", "currency", "margin_after",
          "decided_by"),
    search=("order.number", "reason"),
    default_order=("-id",),
    title_field="order",
    subtitle_field="reason",
    form=(
        Section(pgettext_lazy("order", "Change"), ("order", "state", "revision", "happened_at", "by", "reason")),
        Section(_("Value"), ("value_before", "value_after", "currency", "margin_before", "margin_after")),
        Section(_("Decision"), ("decided_by", "decided_at", "decision_reason")),
    ),
    state_field="state",
    states=(
        State("done", _("In force"), "done"), State("proposed", _("To decide"), "warn"),
        State("refused", _("Refused"), "off"), State("withdrawn", pgettext_lazy("approval", "Taken back"), "off"),
    ),
    actions=(
        Action(
            "approve", _("Approve"), f"{SERVICES}.sales_order_change_approve", "shared.sales_order.approve_change",
            argument="change", states=("proposed",), params=(REASON,), primary=True, icon="shield-check",
        ),
        Action(
            "reject", _("Reject"), f"{SERVICES}.sales_order_change_reject", "shared.sales_order.approve_change",
            argument="change", states=("proposed",),
            params=(Field("reason", type="text", label=_("Reason"), required=True),), danger=True, icon="x",
        ),
        Action(
            "withdraw", pgettext_lazy("approval", "Take back"), f"{SERVICES}.sales_order_change_withdraw",
            "shared.sales_order.change", argument="change", states=("proposed",), params=(REASON,), icon="undo-2",
        ),
    ),
    views=(View("proposed", _("To decide"), {"state": "proposed"}), View("all", _("All"))),
    owner_field="order__owner",
    department_field="order__department",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip
SALES_CHANGE_LIMIT = Entity(
    key="shared.sales_change_limit",
    model="data.SalesChangeLimit",
    path="sales-change-limits",
    icon="shield-check",
    fields=(
        Field("role", ref="access.role", help=_("Left empty: everybody who may change confirmed orders.")),
        Field("department", ref="access.department", help=_("With those below it. Left empty: all.")),
        Field("amount", help=_("Line by line, up or down. Left empty: any amount.")),
        Field("percent", help=_("Of what the order is worth. Left empty: any share.")),
        Field("margin_percent", help=_("Or below what it is now, where that is less. Left empty: any margin.")),
        "is_active",
    ),
    list=("role", "department", "amount", "percent", "margin_percent", "is_active"),
    default_order=("amount", "id"),
    title_field="role",
    form=(Section(_("Limit"), ("role", "department", "amount", "percent", "margin_percent", "is_active")),),
    comments=False,
    attachments=False,
)  # fmt: skip
ALL = (SALES_ORDER_CHANGE, SALES_CHANGE_LIMIT)
