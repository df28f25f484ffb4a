"""The staff's log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from console.access import may
from console.models import StaffAction
from tenants.models import Staff, Tenant
from tenon.problems import Forbidden, Invalid


@dataclass(frozen=True)
class By:
    """Who acts in the console, from where."""

    staff: Staff
    ip: str | None = None

    def require(self, verb: str) -> None:
        """Raises Forbidden."""
        if not may(self.staff, verb):
            raise Forbidden(_("Your role does not include this"))

    @property
    def name(self) -> str:
        return str(self.staff.person)


def reason_of(text: str) -> str:
    """Raises Invalid: an action without a reason is not done."""
    found = " ".join(text.split())
    if not 3 <= len(found) <= 500:
        raise Invalid.field("reason", _("Say in a few words why"), "length")
    return found


def note(by: By, what: str, *, tenant: Tenant | None = None, reason: str = "", **detail: Any) -> StaffAction:
    return StaffAction.objects.create(
        person_id=by.staff.person_id, person=by.name[:254], role=by.staff.role, what=what,
        company_id=tenant.pk if tenant else None, company=tenant.slug if tenant else "", reason=reason, detail=detail,
        ip=by.ip,
    )  # fmt: skip
