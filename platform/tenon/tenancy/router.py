"""Which app's tables live where: public apps in the public schema, company apps in every company's."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings

from tenon.tenancy.backend.base import OWNER
from tenon.tenancy.context import owned_schema


class SchemaRouter:
    """Tables are made over the owner's connection only; the application reads and writes over its own."""

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        if db != OWNER:
            return False
        name = apps.get_app_config(app_label).name
        wanted = settings.SHARED_APPS if owned_schema() == "public" else settings.TENANT_APPS
        return None if name in wanted else False

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        return True
