"""The handover app (every company)."""

from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "tenon.handover"
    label = "handover"
    default_auto_field = "django.db.models.BigAutoField"
