"""Permissions of the record services, with the shipped roles that hold them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.crud import crud
from tenon.registry.types import Permission

EVERYBODY = ("sales", "sales_manager", "buyer", "warehouse", "planner", "shop_floor", "accountant", "viewer")

ALL: tuple[Permission, ...] = (
    *crud("records.saved_view", _("Saved views"), edit=EVERYBODY),
    Permission("records.saved_view.share", _("Share views, and change shared ones"), roles=("sales_manager",)),
    *crud("records.custom_field", _("Custom fields")),
)
