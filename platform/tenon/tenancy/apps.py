"""The tenancy app: public tables of ready-made schemas, and the commands that look after them."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "tenon.tenancy"
    label = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenon.tenancy.backend import key_lists  # fields exist only now

        key_lists.register()
