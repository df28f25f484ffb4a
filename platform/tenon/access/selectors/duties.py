"""Who holds duties together that should be apart: for the administrator to read, never to refuse."""

from __future__ import annotations

from tenon.access.models import Member, Role
from tenon.access.rules.duties import Clash, clashes
from tenon.access.rules.merge import EVERYTHING
from tenon.access.selectors.actors import facts_of
from tenon.registry.registry import registry
from tenon.registry.types import Duty
from tenon.tenancy.context import current

MOST = 1000  # members looked at


def duties_now() -> list[Duty]:
    """Those both of whose sides are worth something in this company."""
    known, company = registry(), current()

    def counts(code: str) -> bool:
        if code not in known.permissions:
            return False
        features = known.features_of_permission(code)
        return company.has_any(features) if features else company.has_module(code.partition(".")[0])

    return [d for d in known.duties.values() if any(map(counts, d.left)) and any(map(counts, d.right))]


def role_clashes() -> list[tuple[Role, list[Clash]]]:
    """Roles that hold both sides of a duty. Owners hold everything, and that is known."""
    duties = duties_now()
    found = []
    for role in Role.objects.order_by("name", "pk"):
        if EVERYTHING not in role.permissions and (held := clashes({role.key: frozenset(role.permissions)}, duties)):
            found.append((role, held))
    return found


def member_clashes(member_id: int | None = None) -> list[tuple[Member, list[Clash]]]:
    """Members whose roles, lent ones too, bring both sides together."""
    duties = duties_now()
    members = Member.objects.filter(is_active=True).order_by("name", "pk")
    found = []
    for member in members.filter(pk=member_id) if member_id is not None else members[:MOST]:
        held = {key: frozenset(codes) for key, codes, _scope, _scopes, _rules in facts_of(member)[1]}
        if held and not any(EVERYTHING in codes for codes in held.values()) and (seen := clashes(held, duties)):
            found.append((member, seen))
    return found
