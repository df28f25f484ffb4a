"""What the platform needs to know of webhooks: always on, in every company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.crud import crud
from tenon.registry.types import Entity, Listener, MenuNode, ModuleManifest, Schedule

# It speaks with its owner's eyes: who leaves hands it over, or it is silent.
ENDPOINT = Entity(
    key="webhooks.endpoint", model="webhooks.WebhookEndpoint", path="endpoints", fields=("name",), title_field="name",
    label=_("Webhook"), label_plural=_("Webhooks"), icon="webhook", handover_field="owner",
)  # fmt: skip

MANIFEST = ModuleManifest(
    key="webhooks",
    title=_("Webhooks"),
    icon="webhook",
    always_on=True,
    permissions=(*crud("webhooks.endpoint", _("Webhooks")),),
    looked_after=(ENDPOINT,),
    menus=(
        MenuNode(
            "admin.integration.webhooks", _("Webhooks"), parent="admin.integration", icon="webhook",
            route="/admin/webhooks", permission="webhooks.endpoint.view", order=15,
        ),
    ),
    listens=(
        Listener("webhooks", "tenon.webhooks.services.queueing.wanted", "tenon.webhooks.services.queueing.hear"),
    ),
    schedules=(
        Schedule("webhooks.due", "tenon.webhooks.services.sending.send_all_due", "*/5 * * * *"),
        Schedule("webhooks.forget", "tenon.webhooks.services.log.forget_old", "41 3 * * *"),
    ),
)  # fmt: skip
