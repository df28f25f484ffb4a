"""Public tables: how companies pay."""

from billing.models.account import BillingAccount, SubscriptionItem
from billing.models.dispute import Dispute
from billing.models.event import StripeEvent
from billing.models.exception import LimitException

__all__ = ["BillingAccount", "Dispute", "LimitException", "StripeEvent", "SubscriptionItem"]
