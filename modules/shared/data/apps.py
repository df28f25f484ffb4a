"""The shared data app (in every company)."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    name = "modules.shared.data"
    label = "data"
    default_auto_field = "django.db.models.BigAutoField"
