"""The notifications app (every company)."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "tenon.notifications"
    default_auto_field = "django.db.models.BigAutoField"
