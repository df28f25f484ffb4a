"""Recurring work of the kernel in every company."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import ModuleManifest, Schedule

MANIFEST = ModuleManifest(
    key="jobs",
    title=_("Background work"),
    icon="loader",
    always_on=True,
    schedules=(
        Schedule("jobs.recover", "tenon.jobs.services.jobs_recover", "*/10 * * * *"),
        Schedule("jobs.forget", "tenon.jobs.services.jobs_forget", "17 3 * * *"),
        Schedule("jobs.forget_idempotency_keys", "tenon.jobs.cleanup.forget_idempotency_keys", "23 * * * *"),
    ),
)
