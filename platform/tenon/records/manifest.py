"""What the platform needs to know of the record services: always on, in every company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.records import entities, permissions
from tenon.records.events import MemberMentioned
from tenon.registry.types import Limit, MenuNode, ModuleManifest, Schedule

MENUS = (
    MenuNode("admin.company", parent="admin"),
    MenuNode(
        "admin.company.custom_fields", parent="admin.company", entity="records.custom_field",
        permission="records.custom_field.view", order=30,
    ),
    MenuNode("admin.company.saved_views", parent="admin.company", entity="records.saved_view", order=40),
)  # fmt: skip

MANIFEST = ModuleManifest(
    key="records",
    title=_("Records"),
    icon="file",
    always_on=True,
    permissions=permissions.ALL,
    menus=MENUS,
    entities=entities.ALL,
    limits=(Limit("records.storage", _("Storage"), "tenon.records.selectors.attachment.bytes_stored", "bytes"),),
    publishes=(MemberMentioned,),
    schedules=(Schedule("records.forget_imports", "tenon.records.services.retention.forget_imports", "41 3 * * *"),),
)
