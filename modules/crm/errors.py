"""Refusals of CRM."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem


class AlreadyConverted(Problem):
    """Somebody has made a customer of this lead already; members `party_id`, `opportunity_id`."""

    type, status, title = "already-converted", 409, _("This lead has been converted already")


class QuoteExpired(Problem):
    """The quote's validity is over; member `valid_until`. Revise it to offer it again."""

    type, status, title = "quote-expired", 409, _("This quote is no longer valid")


class ClaimRefused(Problem):
    """A customer of the pool that may not be claimed (now, by this member); member `why`."""

    type, status, title = "claim-refused", 409, _("This customer cannot be claimed")
