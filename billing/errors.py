"""Refusals of billing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem


class BillingUnavailable(Problem):
    type, status, title = "billing-unavailable", 503, _("The payment service cannot be reached; please try again")


class PaymentRefused(Problem):
    type, status, title = "payment-refused", 402, _("The payment was refused; nothing has changed")


class AlreadySubscribed(Problem):
    type, status, title = "already-subscribed", 409, _("The company has a subscription already; change that one")


class NotSubscribed(Problem):
    type, status, title = "not-subscribed", 409, _("The company has no subscription yet")


class PreviewOutdated(Problem):
    type, status, title = "preview-outdated", 409, _("The preview is no longer true; look at the price again")
