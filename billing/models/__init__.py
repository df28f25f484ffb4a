"""Public tables: how companies pay."""

from billing.models.account import BillingAccount, SubscriptionItem
from billing.models.event import StripeEvent

__all__ = ["BillingAccount", "StripeEvent", "SubscriptionItem"]
