"""The access app (in every company): departments, roles, members, API keys."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "tenon.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
