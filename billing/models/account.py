"""How a company pays, and what its subscription consists of: a copy of what Stripe says, written in one place."""

from __future__ import annotations

from django.db import models


class BillingAccount(models.Model):
    """A company as a customer (计费账户). Everything about the subscription is Stripe's; `standing` is our verdict on
    it, `review_at` when that changes by itself."""

    tenant = models.OneToOneField("tenants.Tenant", models.CASCADE, related_name="billing")
    customer_id = models.CharField(max_length=60, null=True, unique=True)
    checkout_id = models.CharField(max_length=100, blank=True, default="")  # the open page, at most one
    currency = models.CharField(max_length=3, blank=True, default="")
    subscription_id = models.CharField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=24, blank=True, default="")  # Stripe's word
    interval = models.CharField(max_length=5, blank=True, default="")
    by_invoice = models.BooleanField(default=False)  # pays invoices by transfer instead of by card
    started_at = models.DateTimeField(null=True)
    period_end = models.DateTimeField(null=True)
    trial_end = models.DateTimeField(null=True)  # of the subscription: paid from then on
    ended_at = models.DateTimeField(null=True)
    owing_since = models.DateTimeField(null=True)
    card_brand = models.CharField(max_length=20, blank=True, default="")
    card_last4 = models.CharField(max_length=4, blank=True, default="")
    card_until = models.DateTimeField(null=True)  # the moment from which the card is no longer good
    card_told = models.CharField(max_length=40, blank=True, default="")  # which card was called to mind, and how
    schedule_id = models.CharField(max_length=60, blank=True, default="")
    next_plan = models.JSONField(null=True)  # {"keys", "seats", "interval"} from period_end on; no keys: it ends
    standing = models.CharField(max_length=10, default="active")
    standing_since = models.DateTimeField(null=True)
    review_at = models.DateTimeField(null=True, db_index=True)
    reminded_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.standing}"


class SubscriptionItem(models.Model):
    """One module or bundle of a subscription. The price is that of the day it was bought."""

    account = models.ForeignKey(BillingAccount, models.CASCADE, related_name="items")
    item_id = models.CharField(max_length=60, unique=True)
    key = models.CharField(max_length=60)
    price_id = models.CharField(max_length=60)
    interval = models.CharField(max_length=5)
    quantity = models.PositiveIntegerField()
    unit_amount = models.BigIntegerField()  # cents

    def __str__(self) -> str:
        return f"{self.key} × {self.quantity}"
