"""Refusals of inventory."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem


class InsufficientStock(Problem):
    """More is wanted than is free; member `lines` says of each product what is wanted, free and missing."""

    type, status, title = "insufficient-stock", 409, _("There is not enough stock")
