"""Permissions of access, jobs and events, with the shipped roles that hold them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.crud import crud
from tenon.registry.types import Permission

EVERYBODY = ("sales", "sales_manager", "buyer", "warehouse", "planner", "shop_floor", "accountant", "viewer")

ALL: tuple[Permission, ...] = (
    *crud("access.member", _("Members"), view=EVERYBODY),
    Permission("access.member.deactivate", _("Deactivate members")),
    Permission("access.member.hand_over", _("Hand a member's records over"), roles=("sales_manager",)),
    *crud("access.role", _("Roles")),
    Permission("access.grant.view", _("Temporary grants")),
    Permission("access.grant.create", _("Grant rights for a while")),
    Permission("access.grant.end", _("End temporary grants")),
    *crud("access.department", _("Departments"), view=EVERYBODY),
    *crud("access.api_key", _("API keys")),
    Permission("access.menu.update", _("Change the menu")),
    Permission("access.feature.switch", _("Switch modules and functions on and off")),
    Permission("access.company.update", _("Change the company's settings")),
    Permission("access.company.export", _("Export all data of the company")),
    Permission("access.company.delete", _("Delete the company")),
    Permission("access.dead_letter.view", _("See events that could not be delivered")),
    Permission("access.dead_letter.replay", _("Deliver events again")),
    Permission("access.job.follow", _("See everybody's jobs")),
)
