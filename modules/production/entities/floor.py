"""What happens at work centres."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.production.services"
FLOOR = ("production.shop_floor",)
READ_ONLY: dict[str, Any] = {
    "features": FLOOR, "writable": False, "importable": False, "comments": False, "attachments": False,
}  # fmt: skip
REASON = Entity(
    key="production.loss_reason",
    model="production.LossReason",
    path="loss-reasons",
    icon="tags",
    features=(*FLOOR, "production.quality"),
    permission="production.work_centre",
    fields=("code", "name", "kind", "is_active"),
    list=("code", "name", "kind", "is_active"),
    search=("code", "name"),
    default_order=("kind", "code"),
    title_field="name",
    subtitle_field="code",
    key_fields=("code",),
    form=(Section(_("Reason"), ("code", "name", "kind", "is_active")),),
)
SESSION = Entity(
    key="production.work_session",
    model="production.WorkSession",
    path="work-sessions",
    icon="timer",
    permission="production.order",
    fields=("operation", "worker", "started_at", "ended_at"),
    list=("operation", "worker", "started_at", "ended_at"),
    search=("operation__order.number", "worker.name"),
    default_order=("-id",),
    title_field="operation",
    subtitle_field="worker",
    **READ_ONLY,
)
DOWNTIME = Entity(
    key="production.downtime",
    model="production.Downtime",
    path="downtimes",
    icon="octagon-pause",
    permission="production.order",
    fields=("work_centre", "reason", "started_at", "ended_at", "note"),
    list=("work_centre", "reason", "started_at", "ended_at", "note"),
    search=("work_centre.name", "reason.name", "note"),
    default_order=("-started_at",),
    title_field="work_centre",
    subtitle_field="reason",
    actions=(
        Action(
            "end", _("Runs again"), f"{SERVICES}.downtime_end", "production.order.report", argument="downtime",
            primary=True, icon="play",
        ),
    ),
    **READ_ONLY,
)  # fmt: skip
CALL = Entity(
    key="production.call",
    model="production.AndonCall",
    path="calls",
    icon="siren",
    fields=(
        "work_centre", "reason", "status", "operation", "caller", "called_at", "answered_by", "answered_at",
        "closed_at", "note",
    ),
    list=("work_centre", "reason", "status", "caller", "called_at", "answered_by", "answered_at", "closed_at"),
    search=("work_centre.name", "reason.name", "note"),
    default_order=("-called_at",),
    title_field="work_centre",
    subtitle_field="reason",
    state_field="status",
    states=(
        State("open", pgettext_lazy("call", "Open"), "late"),
        State("answered", pgettext_lazy("call", "Answered"), "prog"),
        State("closed", pgettext_lazy("call", "Closed"), "done"),
    ),
    actions=(
        Action(
            "answer", _("I am on my way"), f"{SERVICES}.call_answer", "production.call.answer", argument="call",
            states=("open",), primary=True, icon="footprints",
        ),
        Action(
            "close", _("Solved"), f"{SERVICES}.call_close", "production.call.answer", argument="call",
            states=("open", "answered"), icon="check",
            params=(Field("note", type="text", label=_("What it was")),),
        ),
    ),
    views=(
        View("open", pgettext_lazy("call", "Open"), {"status__in": "open,answered"}, ("called_at",)),
        View("all", _("All")),
    ),
    **READ_ONLY,
)  # fmt: skip
BADGE = Entity(
    key="production.badge",
    model="production.Badge",
    path="badges",
    icon="id-card",
    features=FLOOR,
    fields=("member", Field("code", help=_("What the scanner reads from it.")), "is_active"),
    list=("member", "code", "is_active"),
    search=("member.name", "code"),
    default_order=("member", "id"),
    title_field="member",
    subtitle_field="code",
    key_fields=("code",),
    form=(Section(_("Badge"), ("member", "code", "is_active")),),
    actions=(
        Action(
            "set_pin", _("Set PIN"), f"{SERVICES}.badge_pin_set", "production.badge.update", argument="badge",
            primary=True, icon="key-round",
            params=(
                Field(
                    "pin", type="text", required=True, label=_("PIN"), help=_("Four to eight figures; kept as a hash.")
                ),
            ),
        ),
    ),
    comments=False,
    attachments=False,
)  # fmt: skip
ALL = (REASON, SESSION, DOWNTIME, CALL, BADGE)
