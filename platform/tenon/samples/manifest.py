"""What the platform needs to know of the sample data: always on, in every company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import ModuleManifest, Permission

MANIFEST = ModuleManifest(
    key="samples",
    title=_("Sample data"),
    icon="flask-conical",
    always_on=True,
    permissions=(Permission("samples.sample.remove", _("Remove the sample data")),),
)
