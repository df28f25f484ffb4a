"""What-ifs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.production.services.scenarios"
READ: dict[str, Any] = {"read_only": True}
SCENARIO = Entity(
    key="production.scenario",
    model="production.Scenario",
    path="scenarios",
    icon="git-branch",
    features=("production.mrp",),
    fields=(
        "name", "note", Field("state", **READ), Field("planned_at", **READ), Field("earlier", **READ),
        Field("later", **READ), Field("changed_at", **READ),
    ),
    list=("name", "state", "earlier", "later", "planned_at", "note"),
    search=("name", "note"),
    default_order=("-id",),
    title_field="name",
    subtitle_field="note",
    state_field="state",
    states=(
        State("draft", pgettext_lazy("scenario", "Not calculated"), "draft"),
        State("done", pgettext_lazy("scenario", "Calculated"), "open"),
        State("applied", pgettext_lazy("scenario", "Applied"), "done"),
    ),
    form=(Section(pgettext_lazy("scenario", "What-if"), ("name", "note")),),
    actions=(
        Action(
            "copy", pgettext_lazy("scenario", "Copy"), f"{SERVICES}.scenario_copy", "production.scenario.create",
            argument="scenario", icon="copy",
        ),
    ),
    views=(View("all", _("All")),),
    create=f"{SERVICES}.scenario_create",
    update=f"{SERVICES}.scenario_update",
    delete=f"{SERVICES}.scenario_delete",
    importable=False,
)  # fmt: skip
ALL = (SCENARIO,)
