"""How far people may go in quotes, what they asked others to approve; links and answers of customers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.crm.services"
FEATURES = ("crm.quotes",)
REASON = Field("reason", type="text", label=_("Reason"))
QUOTE_LIMIT = Entity(
    key="crm.quote_limit",
    model="crm.QuoteLimit",
    path="quote-limits",
    icon="scale",
    features=FEATURES,
    fields=("role", "department", "amount", "discount", "margin_percent", "is_active"),
    list=("role", "department", "amount", "discount", "margin_percent", "is_active"),
    default_order=("id",),
    form=(
        Section(_("Who"), ("role", "department", "is_active")),
        Section(_("May offer alone"), ("amount", "discount", "margin_percent")),
    ),
    title_field="role",
    subtitle_field="department",
    custom_fields=False,
    comments=False,
    attachments=False,
)
QUOTE_APPROVAL = Entity(
    key="crm.quote_approval",
    model="crm.QuoteApproval",
    path="quote-approvals",
    icon="shield-check",
    features=FEATURES,
    permission="crm.quote",
    fields=(
        "quote",
        Field("customer", source="quote__party", label=_("Customer"), read_only=True),
        "state", "asked_at", "by", "reason", Field("beyond", hidden=True), "amount", "discount",
        Field("margin_percent", sensitive=True), Field("asked_by", hidden=True), "decided_by", "decided_at", "decision",
    ),
    list=("quote", "customer", "state", "amount", "discount", "margin_percent", "by", "asked_at", "reason",
          "decided_by"),
    search=("quote.number", "quote.party.name", "reason"),
    default_order=("-id",),
    title_field="quote",
    subtitle_field="customer",
    form=(
        Section(_("Quote"), ("quote", "customer", "state", "by", "asked_at", "reason")),
        Section(_("Terms"), ("amount", "discount", "margin_percent")),
        Section(_("Decision"), ("decided_by", "decided_at", "decision")),
    ),
    state_field="state",
    states=(
        State("asked", _("To decide"), "warn"), State("approved", _("Approved"), "done"),
        State("refused", pgettext_lazy("approval", "Refused"), "off"),
        State("withdrawn", pgettext_lazy("approval", "Taken back"), "off"),
    ),
    actions=(
        Action(
            "approve", _("Approve"), f"{SERVICES}.quote_approval_approve", "crm.quote.approve", argument="approval",
            states=("asked",), params=(REASON,), primary=True, icon="check", bulk=True,
        ),
        Action(
            "refuse", pgettext_lazy("approval", "Refuse"), f"{SERVICES}.quote_approval_refuse", "crm.quote.approve",
            argument="approval", states=("asked",), danger=True, icon="x",
            params=(Field("reason", type="text", label=_("Reason"), required=True),),
        ),
    ),
    views=(View("asked", _("To decide"), {"state": "asked"}, ("id",)), View("all", _("All"))),
    update_states=("none",),
    deletable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    owner_field="quote__owner",
    department_field="quote__department",
)  # fmt: skip
ALL = (QUOTE_LIMIT, QUOTE_APPROVAL)
