"""Where leads come from by themselves, who gets them, and every knock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.crm.services"
SELECTORS = "modules.crm.selectors.capture"
FEATURES = ("crm.leads",)
KEYS = (
    ("set", pgettext_lazy("key", "Set")), ("missing", pgettext_lazy("key", "Missing")),
    ("none", pgettext_lazy("key", "Not needed")),
)  # fmt: skip

LEAD_SOURCE = Entity(
    key="crm.lead_source",
    model="crm.LeadSource",
    path="lead-sources",
    icon="webhook",
    features=FEATURES,
    selector=f"{SELECTORS}.lead_source_list",
    fields=(
        "name",
        Field("kind", write_once=True),
        Field(
            "address", type="text", label=pgettext_lazy("lead source", "Address"), read_only=True,
            help=_("Send leads here, or show this page on your web site. Whoever knows it can send leads."),
        ),
        Field("key_state", type="choice", label=_("Sender's key"), choices=KEYS, read_only=True, required=False),
        "campaign", "owner", "per_minute",
        Field("mapping", required=False), "origins", "thanks", "is_active",
    ),
    list=("name", "kind", "campaign", "owner", "key_state", "is_active"),
    search=("name", "campaign"),
    default_order=("name", "id"),
    title_field="name",
    subtitle_field="kind",
    key_fields=("name",),
    form=(
        Section(_("Lead source"), ("name", "kind", "campaign", "owner", "is_active")),
        Section(_("On a web site"), ("origins", "thanks")),
        Section(_("From programs"), ("mapping", "per_minute")),
    ),
    actions=(
        Action(
            "sign", _("Set the sender's key"), f"{SERVICES}.lead_source_sign", "crm.lead_source.update",
            argument="source", when={"kind": ("json", "meta", "google")}, icon="key-round",
            params=(
                Field(
                    "key", type="text", label=pgettext_lazy("lead source", "Key"), required=True,
                    help=_("At least 16 characters. Google: the key of the form. Meta: the app's secret."),
                ),
            ),
        ),
        Action(
            "readdress", _("New address"), f"{SERVICES}.lead_source_readdress", "crm.lead_source.update",
            argument="source", danger=True, icon="rotate-ccw",
        ),
    ),
    create=f"{SERVICES}.lead_source_create",
    update=f"{SERVICES}.lead_source_update",
    handover_field="owner",
    importable=False,
)  # fmt: skip
LEAD_ASSIGNEE = Entity(
    key="crm.lead_assignee",
    model="crm.LeadAssignee",
    path="lead-assignees",
    icon="users",
    features=FEATURES,
    fields=(Field("source", write_once=True), Field("member", write_once=True), "weight", "ceiling", "words"),
    list=("source", "member", "weight", "ceiling", "words"),
    search=("source.name", "member.name", "words"),
    default_order=("source", "id"),
    title_field="member",
    subtitle_field="source",
    form=(Section(_("Place on a rota"), ("source", "member", "weight", "ceiling", "words")),),
    comments=False,
    attachments=False,
)
LEAD_TOUCH = Entity(
    key="crm.lead_touch",
    model="crm.LeadTouch",
    path="lead-touches",
    icon="inbox",
    features=FEATURES,
    selector=f"{SELECTORS}.lead_touch_list",
    fields=(
        Field("created_at", read_only=True), "source", "outcome", "lead", "external_id", "campaign", "ad", "why",
        "trail", "payload",
    ),
    list=("created_at", "source", "outcome", "lead", "campaign", "ad", "why"),
    search=("external_id", "campaign", "lead.name"),
    default_order=("-created_at", "-id"),
    title_field="source",
    subtitle_field="created_at",
    state_field="outcome",
    states=(
        State("new", pgettext_lazy("touch", "New lead"), "done"),
        State("again", pgettext_lazy("touch", "Same lead again"), "prog"),
        State("unreadable", pgettext_lazy("touch", "Could not be read"), "warn"),
        State("spam", pgettext_lazy("touch", "Taken for spam"), "off"),
        State("test", pgettext_lazy("touch", "Test of the sender"), "draft"),
    ),
    views=(
        View("leads", pgettext_lazy("touch", "With a lead"), {"outcome__in": "new,again"}),
        View("unreadable", pgettext_lazy("touch", "Could not be read"), {"outcome": "unreadable"}),
        View("spam", pgettext_lazy("touch", "Taken for spam"), {"outcome": "spam"}),
        View("all", _("All")),
    ),
    writable=False,
    creatable=False,
    deletable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip
ALL = (LEAD_SOURCE, LEAD_ASSIGNEE, LEAD_TOUCH)
