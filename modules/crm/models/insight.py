"""What is known of how customers order."""

from __future__ import annotations

from django.db import models

from tenon.records.base import LedgerRow


class LifetimeModel(LedgerRow):
    """One fit of rules.lifetime over the company's customers, in weeks and base currency; the latest is used, the
    others show how it moved. What did not settle leaves the spending empty."""

    internal = True

    fitted_on = models.DateField()
    customers = models.PositiveIntegerField()
    came_again = models.PositiveIntegerField()
    purchases = models.JSONField()  # r, alpha, a, b, log_likelihood
    spending = models.JSONField(null=True)  # p, q, gamma, log_likelihood

    class Meta:
        indexes = [models.Index(fields=["-id"], name="crm_lifetime_model_latest")]
