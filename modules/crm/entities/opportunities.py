"""Opportunities, stages and the stage history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.crm.services"
FEATURES = ("crm.opportunities",)
ENTRY_FIELDS = (
    ("amount", _("Amount")), ("expected_close", _("Expected close")), ("contact", _("Contact")),
    ("competitor", _("Competitor")),
)  # fmt: skip
STAGE = Entity(
    key="crm.stage",
    model="crm.Stage",
    path="stages",
    icon="columns-3",
    features=FEATURES,
    fields=(
        "name",
        "position",
        Field("kind", write_once=True),
        "probability",
        Field("required_fields", type="multichoice", choices=ENTRY_FIELDS),
        "is_active",
    ),
    list=("position", "name", "kind", "probability", "is_active"),
    search=("name",),
    default_order=("position", "id"),
    title_field="name",
    key_fields=("name",),
    form=(Section(_("Stage"), ("name", "position", "kind", "probability", "required_fields", "is_active")),),
    comments=False,
    attachments=False,
)
OPPORTUNITY = Entity(
    key="crm.opportunity",
    model="crm.Opportunity",
    path="opportunities",
    icon="target",
    features=FEATURES,
    fields=(
        Field("number", read_only=True),
        Field("name", required=False),
        Field("party", ref_filter={"is_customer": True}),
        "contact",
        Field("stage", required=False, ref_filter={"is_active": True}),
        Field("state", read_only=True),
        "amount",
        Field("currency", required=False),
        Field("probability", required=False, help=_("Left empty, the stage's.")),
        "expected_close",
        Field("closed_on", read_only=True),
        Field("reason", read_only=True),
        "competitor",
        "note",
        Field("stage_since", read_only=True),
        Field("lead", read_only=True),
        "owner",
        "department",
    ),
    list=("number", "name", "party", "stage", "amount", "currency", "probability", "expected_close", "owner"),
    search=("number", "name", "party.name"),
    default_order=("expected_close", "-id"),
    totals=("amount",),
    title_field="name",
    subtitle_field="party",
    key_fields=("number",),
    form=(
        Section(_("Opportunity"), ("name", "party", "contact", "stage")),
        Section(_("Worth"), ("amount", "currency", "probability", "expected_close", "competitor")),
        Section(_("Responsible"), ("owner", "department", "note")),
    ),
    state_field="state",
    states=(
        State("open", _("Open"), "open"),
        State("won", _("Won"), "done"),
        State("lost", _("Lost"), "off"),
    ),
    update_states=("open",),
    actions=(
        Action(
            "move", _("Move to stage"), f"{SERVICES}.opportunity_move", "crm.opportunity.move", argument="opportunity",
            states=("open",), icon="arrow-right", bulk=True,
            params=(
                Field("stage", type="ref", ref="crm.stage", label=_("Stage"), required=True),
                Field("reason", type="text", label=_("Reason")),
            ),
        ),
        Action(
            "win", _("Won"), f"{SERVICES}.opportunity_win", "crm.opportunity.move", argument="opportunity",
            states=("open",), primary=True, icon="trophy", params=(Field("reason", type="text", label=_("Reason")),),
        ),
        Action(
            "lose", _("Lost"), f"{SERVICES}.opportunity_lose", "crm.opportunity.move", argument="opportunity",
            states=("open",), danger=True, icon="x",
            params=(
                Field("reason", type="text", label=_("Reason"), required=True),
                Field("competitor", type="text", label=_("Competitor")),
            ),
        ),
        Action(
            "reopen", _("Reopen"), f"{SERVICES}.opportunity_reopen", "crm.opportunity.move", argument="opportunity",
            states=("won", "lost"), icon="rotate-ccw",
        ),
    ),
    views=(
        View("open", _("Open"), {"state": "open"}),
        View("mine", _("Mine"), {"state": "open", "owner": "me"}),
        View("late", _("Overdue"), {"state": "open", "expected_close__lt": "today"}),
        View("won", _("Won"), {"state": "won"}, ("-closed_on",)),
        View("lost", _("Lost"), {"state": "lost"}, ("-closed_on",)),
        View("all", _("All")),
    ),
    create=f"{SERVICES}.opportunity_create",
    update=f"{SERVICES}.opportunity_update",
    deletable=False,
    owner_field="owner",
    department_field="department",
)  # fmt: skip
STAGE_HISTORY = Entity(
    key="crm.stage_history",
    model="crm.StageHistory",
    path="stage-history",
    icon="history",
    features=FEATURES,
    fields=(
        "opportunity",
        "from_stage",
        "to_stage",
        "at",
        "amount",
        "currency",
        "probability",
        "expected_close",
        Field("days_in_stage", decimals=1),
        "backward",
        "reason",
        "owner",
    ),
    list=(
        "at",
        "opportunity",
        "from_stage",
        "to_stage",
        "days_in_stage",
        "amount",
        "probability",
        "backward",
        "reason",
    ),
    search=("opportunity.number", "opportunity.name"),
    default_order=("-at", "-id"),
    title_field="opportunity",
    writable=False,
    creatable=False,
    deletable=False,
    importable=False,
    owner_field="opportunity__owner",
    department_field="opportunity__department",
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)
ALL = (STAGE, OPPORTUNITY, STAGE_HISTORY)
