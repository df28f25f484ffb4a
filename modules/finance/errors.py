"""Refusals of the finance module."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem


class PeriodClosed(Problem):
    """The date lies in a closed period, in one that only some may still post to, or in none; members `on`, `period`."""

    type, status, title = "period-closed", 409, _("The accounting period is not open for this")


class Unbalanced(Problem):
    """Debit and credit differ; members `debit`, `credit`, and `currency` where it is a foreign one."""

    type, status, title = "unbalanced", 409, _("Debit and credit are not equal")


class MissingRule(Problem):
    """No posting rule says which accounts a document uses; member `event`."""

    type, status, title = "missing-rule", 409, _("No posting rule says which accounts to use")


class OverInvoiced(Problem):
    """More would be invoiced than there is to invoice; members `line`, `open`, `attempted`."""

    type, status, title = "over-invoiced", 409, _("This is more than there is to invoice")


class OverAllocated(Problem):
    """More would be allocated than is open; members `open`, `attempted`."""

    type, status, title = "over-allocated", 409, _("This is more than is open")


class PeriodNotReady(Problem):
    """The close check list has entries; member `findings`."""

    type, status, title = "period-not-ready", 409, _("The period cannot be closed yet")
