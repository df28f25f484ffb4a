"""What the platform needs to know of handovers: always on, in every company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.handover.events import MemberHandedOver
from tenon.registry.types import MenuNode, ModuleManifest, Schedule

MANIFEST = ModuleManifest(
    key="handover",
    title=_("Handover"),
    icon="hand-helping",
    always_on=True,
    menus=(
        MenuNode(
            "admin.people.handover", _("Handover"), parent="admin.people", icon="hand-helping", route="/admin/handover",
            permission="access.member.hand_over", order=40,
        ),
    ),
    publishes=(MemberHandedOver,),
    schedules=(Schedule("handover.due", "tenon.handover.services.due.handovers_due", "*/10 * * * *"),),
)  # fmt: skip
