"""What the platform needs to know of notifications: always on, in every company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.records.events import MemberMentioned
from tenon.registry.types import Handler, ModuleManifest, Schedule

SERVICES = "tenon.notifications.services"
MANIFEST = ModuleManifest(
    key="notifications",
    title=_("Notifications"),
    icon="bell",
    always_on=True,
    handles=(Handler(MemberMentioned, f"{SERVICES}.mentioned", "notifications.mentioned"),),
    schedules=(Schedule("notifications.forget", f"{SERVICES}.notifications_forget", "51 3 * * *"),),
)
