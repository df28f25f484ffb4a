"""The finance app (in every company)."""

from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "modules.finance"
    label = "finance"
    default_auto_field = "django.db.models.BigAutoField"
