"""Refusals of the shared data layer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem


class CreditExceeded(Problem):
    """The customer would owe more than its limit; members `limit`, `exposure`, `additional`, `overdue_days`."""

    type, status, title = "credit-exceeded", 409, _("The customer's credit limit does not allow this order")


class BudgetExceeded(Problem):
    """A purchase would go beyond a budget that stops it; members `account`, `budget`, `used`, `wanted`, `over`."""

    type, status, title = "budget-exceeded", 409, _("The budget does not allow this purchase")


class OverDelivery(Problem):
    """More than was ordered would be delivered or received; members `ordered`, `so_far`, `attempted`."""

    type, status, title = "over-delivery", 409, _("This is more than was ordered")


class MissingRate(Problem):
    """No exchange rate is known for the currency on that day; members `currency`, `day`."""

    type, status, title = "missing-rate", 409, _("There is no exchange rate for this currency and day")


class MissingPrice(Problem):
    type, status, title = "missing-price", 409, _("There is no price for this product")


class UnitMismatch(Problem):
    """Two units have no conversion, or it would leave a fraction that the unit does not allow; member `remainder`."""

    type, status, title = "unit-mismatch", 409, _("These units cannot be converted into one another")


class Duplicate(Problem):
    """The record is there already; member `duplicates` names those that the actor may see."""

    type, status, title = "duplicate", 409, _("There is such a record already")


class ApprovalNeeded(Problem):
    """The order is worth more than whoever acts may bind the company to; members `amount`, `limit`, `currency`."""

    type, status, title = "approval-needed", 409, _("This order needs approval first")
