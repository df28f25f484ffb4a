"""Who belongs to which company, kept beside the companies' own members."""

from __future__ import annotations

from datetime import datetime

from tenants.models import Membership
from tenants.services.export import exports_withdraw
from tenants.services.sessions import sessions_end
from tenon.tenancy.context import Company, outside


def member_changed(company: Company, person_id: int, is_active: bool) -> None:
    """Follows a member who left or came back. The company's member row decides; this is the list of my companies. Who
    left has no session here any more and no export to fetch, who comes back no end that was set before."""
    with outside():
        Membership.objects.filter(tenant_id=company.id, person_id=person_id).update(is_active=is_active, until=None)
    if not is_active:
        sessions_end(company, person_id)
        exports_withdraw(company, person_id)


def member_until(company: Company, person_id: int, until: datetime | None) -> None:
    """From `until` on the door is shut for them by itself; None takes that back."""
    with outside():
        Membership.objects.filter(tenant_id=company.id, person_id=person_id).update(until=until)
