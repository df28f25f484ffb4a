"""Leads and activities."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.crm.services"
REASON = Field("reason", type="text", label=_("Reason"), required=True)
LEAD = Entity(
    key="crm.lead",
    model="crm.Lead",
    path="leads",
    icon="user-plus",
    features=("crm.leads",),
    fields=(
        Field("name", required=False, help=_("Left empty, the contact's name.")),
        "contact_name",
        "email",
        "phone",
        "website",
        "source",
        "campaign",
        Field("status", read_only=True, required=False),
        "expected_amount",
        "note",
        Field("lost_reason", read_only=True),
        Field("party", read_only=True),
        Field("converted_at", read_only=True),
        Field("created_at", read_only=True),
        "owner",
        "department",
    ),
    list=("name", "contact_name", "status", "source", "phone", "expected_amount", "owner", "created_at"),
    search=("name", "contact_name", "email", "phone"),
    default_order=("-created_at", "-id"),
    totals=("expected_amount",),
    title_field="name",
    subtitle_field="contact_name",
    form=(
        Section(_("Who"), ("name", "contact_name", "email", "phone", "website")),
        Section(_("Where from"), ("source", "campaign", "expected_amount")),
        Section(_("Responsible"), ("owner", "department", "note")),
    ),
    state_field="status",
    states=(
        State("new", _("New"), "open"),
        State("contacted", _("Contacted"), "prog"),
        State("qualified", _("Qualified"), "prog"),
        State("converted", _("Converted"), "done"),
        State("lost", _("Lost"), "off"),
    ),
    actions=(
        Action(
            "convert", _("Convert to customer"), f"{SERVICES}.lead_convert", "crm.lead.convert", argument="lead",
            states=("new", "contacted", "qualified"), primary=True, icon="user-check",
            params=(
                Field("party", type="ref", ref="shared.party", label=_("Join an existing customer")),
                Field("with_opportunity", type="boolean", label=_("With an opportunity")),
                Field("opportunity_name", type="text", label=_("Name of the opportunity")),
                Field("amount", type="money", label=_("Amount")),
                Field("expected_close", type="date", label=_("Expected close")),
            ),
        ),
        Action(
            "contacted", _("Mark as contacted"), f"{SERVICES}.lead_contacted", "crm.lead.update", argument="lead",
            states=("new",), bulk=True, icon="phone",
        ),
        Action(
            "qualify", _("Qualify"), f"{SERVICES}.lead_qualify", "crm.lead.update", argument="lead",
            states=("new", "contacted"), bulk=True, icon="star",
        ),
        Action(
            "lose", _("Mark as lost"), f"{SERVICES}.lead_lose", "crm.lead.update", argument="lead",
            states=("new", "contacted", "qualified"), bulk=True, danger=True, icon="x", params=(REASON,),
        ),
        Action(
            "reopen", _("Reopen"), f"{SERVICES}.lead_reopen", "crm.lead.update", argument="lead", states=("lost",),
            icon="rotate-ccw",
        ),
    ),
    views=(
        View("open", _("Open"), {"status__in": "new,contacted,qualified"}),
        View("mine", _("Mine"), {"status__in": "new,contacted,qualified", "owner": "me"}),
        View("converted", _("Converted"), {"status": "converted"}),
        View("lost", _("Lost"), {"status": "lost"}),
        View("all", _("All")),
    ),
    create=f"{SERVICES}.lead_create",
    update=f"{SERVICES}.lead_update",
    owner_field="owner",
    department_field="department",
)  # fmt: skip
KINDS = (
    ("call", _("Call")), ("meeting", _("Meeting")), ("visit", _("Visit")), ("email", _("E-mail")), ("task", _("Task")),
)  # fmt: skip
ACTIVITY = Entity(
    key="crm.activity",
    model="crm.Activity",
    path="activities",
    icon="calendar-check",
    features=("crm.leads",),
    fields=(
        "kind",
        "subject",
        "note",
        Field("status", read_only=True, required=False),
        "due_on",
        Field("starts_at", help=_("With an hour the day is that of the hour.")),
        "minutes",
        Field("done_at", read_only=True),
        "outcome",
        Field("moved", read_only=True),
        Field("checked_in_at", read_only=True),
        Field("latitude", read_only=True),
        Field("longitude", read_only=True),
        Field("accuracy", read_only=True),
        Field("rule", read_only=True),
        Field("done", type="boolean", label=_("Done already"), write_once=True),
        "party",
        "contact",
        "lead",
        "opportunity",
        "quote",
        "about",
        "owner",
        "department",
    ),
    list=("due_on", "kind", "subject", "party", "opportunity", "status", "owner"),
    search=("subject", "note", "party.name"),
    default_order=("due_on", "id"),
    title_field="subject",
    subtitle_field="party",
    form=(
        Section(_("What"), ("kind", "subject", "due_on", "starts_at", "minutes", "note")),
        Section(_("With whom"), ("party", "contact", "lead", "opportunity", "quote")),
        Section(_("Responsible"), ("owner", "department")),
    ),
    state_field="status",
    states=(
        State("planned", _("Planned"), "open"),
        State("done", _("Done"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    actions=(
        Action(
            "done", _("Done"), f"{SERVICES}.activity_done", "crm.activity.update", argument="activity",
            states=("planned",), bulk=True, primary=True, icon="check",
            params=(
                Field("outcome", type="text", label=_("Outcome")),
                Field("next_on", type="date", label=_("Next step on")),
                Field("next_kind", type="choice", label=_("Kind of the next step"), choices=KINDS),
                Field("next_subject", type="text", label=_("Next step")),
            ),
        ),
        Action(
            "postpone", _("Put off"), f"{SERVICES}.activity_postpone", "crm.activity.update", argument="activity",
            states=("planned",), bulk=True, icon="calendar-clock",
            params=(Field("due_on", type="date", label=_("New day"), required=True),),
        ),
        Action(
            "check_in", _("Check in"), f"{SERVICES}.activity_check_in", "crm.activity.update", argument="activity",
            states=("planned",), when={"kind": ("visit",)}, icon="map-pin",
            params=(
                Field("latitude", type="decimal", decimals=6, label=_("Latitude")),
                Field("longitude", type="decimal", decimals=6, label=_("Longitude")),
                Field("accuracy", type="integer", label=_("Accuracy in metres")),
            ),
        ),
        Action(
            "cancel", _("Not needed"), f"{SERVICES}.activity_cancel", "crm.activity.update", argument="activity",
            states=("planned",), bulk=True, icon="x",
        ),
    ),
    views=(
        View("mine", _("Mine"), {"status": "planned", "owner": "me"}),
        View("due", _("Due"), {"status": "planned", "due_on__lte": "today"}),
        View("planned", _("Planned"), {"status": "planned"}),
        View("done", _("Done"), {"status": "done"}, ("-done_at",)),
        View("all", _("All")),
    ),
    create=f"{SERVICES}.activity_create",
    update=f"{SERVICES}.activity_update",
    owner_field="owner",
    department_field="department",
)  # fmt: skip
ALL = (LEAD, ACTIVITY)
