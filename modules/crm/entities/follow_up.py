"""Rules of following up, and customer cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Entity, Field, Section, View

FEATURES = ("crm.activities",)
CARDS = "modules.crm.services.cards"
RULES = "modules.crm.services.follow_up"
FOLLOW_UP_RULE = Entity(
    key="crm.follow_up_rule",
    model="crm.FollowUpRule",
    path="follow-up-rules",
    icon="repeat",
    features=FEATURES,
    fields=(
        "name",
        "trigger",
        "after_days",
        "kind",
        "subject",
        "note",
        "department",
        "worth_from",
        "worth_below",
        "escalate_after",
        Field("since", required=False, help=_("What happened earlier plans nothing. Left empty, today.")),
        "is_active",
    ),
    list=("name", "trigger", "after_days", "kind", "subject", "worth_from", "worth_below", "is_active"),
    search=("name", "subject"),
    default_order=("trigger", "after_days", "id"),
    title_field="name",
    key_fields=("name",),
    form=(
        Section(pgettext_lazy("rule", "When"), ("name", "trigger", "after_days", "since", "is_active")),
        Section(_("For whom"), ("department", "worth_from", "worth_below")),
        Section(_("What is planned"), ("kind", "subject", "note", "escalate_after")),
    ),
    create=f"{RULES}.follow_up_rule_create",
    update=f"{RULES}.follow_up_rule_update",
    comments=False,
    attachments=False,
)
CUSTOMER_CARD = Entity(
    key="crm.customer_card",
    model="crm.CustomerCard",
    path="customer-cards",
    icon="id-card",
    features=FEATURES,
    selector="modules.crm.selectors.cards.customer_card_list",
    fields=(
        Field("party", ref_filter={"is_customer": True}, write_once=True),
        "contact",
        "reach",
        "intent",
        "step",
        "amount",
        "expected_on",
        Field("next_on", type="date", label=_("Next on")),
        Field("next_step", type="text", label=_("Next step")),
        Field("worth", type="money", label=_("Orders of a year"), read_only=True, sensitive=True),
        Field(
            "owner",
            type="ref",
            ref="access.member",
            source="party__owner",
            read_only=True,
            required=False,
            label=_("owner"),
        ),
    ),
    list=("party", "contact", "reach", "intent", "step", "amount", "expected_on", "next_on", "next_step", "worth"),
    search=("party.name", "party.name_zh", "contact.name"),
    default_order=("next_on", "id"),
    title_field="party",
    key_fields=("party",),
    form=(
        Section(_("Who"), ("party", "contact", "reach")),
        Section(_("How far"), ("step", "intent")),
        Section(_("How much"), ("amount", "expected_on")),
        Section(_("What next"), ("next_on", "next_step")),
    ),
    views=(
        View("due", _("Due"), {"next_on__lte": "today"}, ("-worth",)),
        View("loose", _("Without a next step"), {"next_on__isnull": "true"}, ("-worth",)),
        View("soon", _("Buying soon"), {"intent__in": "a,b"}, ("expected_on",)),
        View("all", _("All")),
    ),
    create=f"{CARDS}.customer_card_create",
    update=f"{CARDS}.customer_card_update",
    owner_field="party__owner",
    department_field="party__department",
    importable=False,
)
ALL = (FOLLOW_UP_RULE, CUSTOMER_CARD)
