"""Engineering changes and rolled-up costs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.production.services"
BOM = ("production.bom",)
WORDS = (Field("words", type="longtext", label=_("Words")),)
CHANGE = Entity(
    key="production.change",
    model="production.EngineeringChange",
    path="changes",
    icon="replace",
    features=BOM,
    fields=(
        Field("number", read_only=True, required=False),
        "title",
        "reason",
        Field("status", read_only=True, required=False),
        Field("effective_on", help=_("Needs of this day and later are planned with the new versions.")),
        Field("asked_by", read_only=True),
        Field("decided_by", read_only=True),
        Field("decision", read_only=True),
    ),
    list=("number", "title", "status", "effective_on", "asked_by", "decided_by", "changed_at"),
    search=("number", "title"),
    default_order=("-id",),
    title_field="number",
    subtitle_field="title",
    key_fields=("number",),
    form=(Section(_("Engineering change"), ("title", "effective_on", "reason")),),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"),
        State("waiting", _("Waiting for approval"), "hold"),
        State("approved", _("Approved"), "open"),
        State("effective", _("In effect"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    delete_states=("draft",),
    actions=(
        Action(
            "submit", _("Ask for approval"), f"{SERVICES}.engineering_change_submit", "production.change.update",
            argument="change", states=("draft",), primary=True, icon="send",
        ),
        Action(
            "approve", _("Approve"), f"{SERVICES}.engineering_change_approve", "production.change.approve",
            argument="change", states=("waiting",), params=WORDS, primary=True, icon="check",
        ),
        Action(
            "refuse", _("Refuse"), f"{SERVICES}.engineering_change_refuse", "production.change.approve",
            argument="change", states=("waiting",), params=WORDS, icon="undo-2",
        ),
        Action(
            "cancel", pgettext_lazy("production", "Drop change"), f"{SERVICES}.engineering_change_cancel",
            "production.change.update", argument="change", states=("draft", "waiting", "approved"), params=WORDS,
            danger=True, icon="ban",
        ),
    ),
    views=(
        View("open", pgettext_lazy("production", "Open"), {"status__in": "draft,waiting,approved"}, ("effective_on",)),
        View("all", _("All")),
    ),
    lines="production.change_line",
    create=f"{SERVICES}.engineering_change_create",
    update=f"{SERVICES}.engineering_change_update",
    delete=f"{SERVICES}.engineering_change_delete",
    importable=False,
)  # fmt: skip
CHANGE_LINE = Entity(
    key="production.change_line",
    model="production.EngineeringChangeLine",
    path="change-lines",
    icon="list",
    features=BOM,
    permission="production.change",
    parent_field="change",
    fields=(
        Field("change", required=False, write_once=True),
        Field("bom", ref_filter={"is_active": False}),
        Field("replaced", read_only=True),
    ),
    list=("bom", "replaced"),
    search=("bom.product.code",),
    default_order=("id",),
    title_field="bom",
    form=(Section(_("New version"), ("bom",)),),
    importable=False,
    comments=False,
    attachments=False,
)
READ: dict[str, Any] = {"read_only": True, "sensitive": True}
ROLL_UP = Entity(
    key="production.cost_roll_up",
    model="production.CostRollUp",
    path="cost-roll-ups",
    icon="calculator",
    features=BOM,
    fields=(
        Field("title", required=False, write_once=True, help=_("Left empty, its day.")),
        Field("rolled_on", read_only=True, required=False),
        Field("status", read_only=True, required=False),
        Field("note", write_once=True),
    ),
    list=("title", "rolled_on", "status", "changed_at"),
    search=("title",),
    default_order=("-id",),
    title_field="title",
    key_fields=("title",),
    form=(Section(_("Cost roll-up"), ("title", "note")),),
    state_field="status",
    states=(State("frozen", _("Frozen"), "open"), State("applied", pgettext_lazy("production", "Applied"), "done")),
    update_states=("none",),
    delete_states=("frozen",),
    actions=(
        Action(
            "apply", _("Make it the standard"), f"{SERVICES}.cost_roll_up_apply", "production.cost_roll_up.apply",
            argument="roll_up", states=("frozen",), primary=True, icon="check",
        ),
    ),
    create=f"{SERVICES}.cost_roll_up_create",
    delete=f"{SERVICES}.cost_roll_up_delete",
    importable=False,
)  # fmt: skip
ROLL_UP_LINE = Entity(
    key="production.rolled_up_cost",
    model="production.CostRollUpLine",
    path="rolled-up-costs",
    icon="list",
    features=BOM,
    permission="production.cost_roll_up",
    fields=(
        "roll_up", "product",
        Field("product_name", source="product__name", type="text", label=_("Product name"), read_only=True),
        Field("material", **READ), Field("labour", **READ), Field("overhead", **READ), Field("outside", **READ),
        Field("total", **READ),
        Field("standard_before", **READ),
    ),
    list=("roll_up", "product", "material", "labour", "overhead", "outside", "total", "standard_before"),
    search=("product.code", "product.name"),
    default_order=("-roll_up", "product"),
    title_field="product",
    subtitle_field="roll_up",
    writable=False,
    importable=False,
    comments=False,
    attachments=False,
)  # fmt: skip
ALL = (CHANGE, CHANGE_LINE, ROLL_UP, ROLL_UP_LINE)
