"""Who belongs to which company, kept beside the companies' own members."""

from __future__ import annotations

from tenants.models import Membership
from tenon.tenancy.context import Company, outside


def member_changed(company: Company, person_id: int, is_active: bool) -> None:
    """Follows a member who left or came back. The company's member row decides; this is the list of my companies."""
    with outside():
        Membership.objects.filter(tenant_id=company.id, person_id=person_id).update(is_active=is_active)
