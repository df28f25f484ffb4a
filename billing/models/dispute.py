"""Payments that the bank took back."""

from __future__ import annotations

from django.db import models

# Stripe's words: the money is gone, and stays gone unless it is won.
TAKEN = ("needs_response", "under_review", "lost", "appeal_needs_response", "appeal_under_review")
DECIDED = ("won", "lost", "warning_closed", "prevented")
SETTLED = ("paid", "void")


class Dispute(models.Model):
    """A chargeback (拒付), as Stripe tells it. What was taken is owed again, from `opened_at` on, until the bank
    decides for us or it has been paid again by `invoice_id`."""

    id = models.CharField(primary_key=True, max_length=60)
    account = models.ForeignKey("billing.BillingAccount", models.CASCADE, related_name="disputes")
    charge_id = models.CharField(max_length=60)
    amount = models.BigIntegerField()  # cents
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=24)  # Stripe's word
    opened_at = models.DateTimeField()
    invoice_id = models.CharField(max_length=60, blank=True, default="")  # asks for it again
    invoice_status = models.CharField(max_length=16, blank=True, default="")
    made_good = models.BooleanField(default=False)  # won although it had been asked for again: given back

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"

    @property
    def owed(self) -> bool:
        return self.status in TAKEN and self.invoice_status not in SETTLED
