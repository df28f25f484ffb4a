"""Refusals of inventory."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem


class InsufficientStock(Problem):
    """More is wanted than is free; member `lines` says of each product what is wanted, free and missing."""

    type, status, title = "insufficient-stock", 409, _("There is not enough stock")


class BlanketExceeded(Problem):
    """More would be called off than the blanket order leaves."""

    type, status, title = "blanket-exceeded", 409, _("More than was agreed")
