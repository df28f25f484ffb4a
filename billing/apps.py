"""The billing app (public)."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from billing.services.standing import stand_anew
        from tenants.signals import company_reopened

        company_reopened.connect(stand_anew, dispatch_uid="billing.stand_anew")
