"""What nobody may do to the rights of a company, whatever their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import Member, Role
from tenon.access.rules.merge import EVERYTHING, WIDTH
from tenon.access.selectors.actors import rights_of
from tenon.access.selectors.roles import role_title
from tenon.problems import Conflict, Forbidden, Invalid
from tenon.registry.registry import registry
from tenon.tenancy.context import current

OWNER = "owner"


class SeatsTaken(Conflict):
    type, title = "seats-taken", _("All seats of the subscription are taken")


def require_seat() -> None:
    """Before somebody becomes active: the subscription must have a seat for them. Who is in stays in, also when the
    subscription has fewer seats by now. Raises SeatsTaken."""
    seats = current().limits.get("access.members")
    if seats is None:
        return
    list(_owners())  # locked: of two who come at once, the second counts the first
    if seats_used() >= seats:
        raise SeatsTaken(seats=seats)


def seats_used() -> int:
    return Member.objects.filter(is_active=True).count()


def words(field: str, value: Any) -> list[str]:
    """A list of codes or keys, each once. Raises Invalid for anything else."""
    if not isinstance(value or [], list) or not all(isinstance(item, str) for item in value or ()):
        raise Invalid.field(field, _("This must be a list of words."))
    return list(dict.fromkeys(value or ()))


def known_roles(keys: Iterable[str]) -> list[Role]:
    """The roles of these keys. Raises Invalid for one that does not exist."""
    wanted = list(dict.fromkeys(keys))
    found = list(Role.objects.filter(key__in=wanted))
    missing = set(wanted) - {r.key for r in found}
    if missing:
        raise Invalid.field("roles", _("There is no role %(key)s") % {"key": sorted(missing)[0]}, "does_not_exist")
    return found


def may_hand_out(actor: Actor, roles: Iterable[Role]) -> None:
    """Nobody grants or takes away what they do not hold themselves. Raises Forbidden."""
    for role in roles if actor.kind != "system" else ():
        if rights_of([role]).permissions - actor.permissions:
            raise Forbidden(
                _("The role %(role)s holds more than your own roles do") % {"role": role_title(role.key, role.name)},
                role=role.key,
            )
        may_show(actor, role)
        if EVERYTHING in role.permissions and OWNER not in actor.roles:
            raise Forbidden(_("Only an owner makes or unmakes owners"), role=role.key)


def may_show(actor: Actor, role: Role) -> None:
    """The same for what a role lets see: rows beyond one's own scope, fields hidden from oneself. Raises Forbidden."""
    if actor.kind == "system":
        return
    rights = rights_of([role])
    for entity, scope in rights.scopes.items():
        if entity and (
            WIDTH[scope] > WIDTH[actor.scope(entity)]
            or actor.hidden.get(entity, frozenset()) - rights.hidden.get(entity, frozenset())
        ):
            raise Forbidden(
                _("The role %(role)s shows more than your own roles do") % {"role": role_title(role.key, role.name)},
                role=role.key,
            )


def may_reach(actor: Actor, codes: Iterable[str], scope: str) -> None:
    """And for how far single permissions reach: rows beyond one's own scope. Raises Forbidden."""
    if actor.kind == "system":
        return
    shown = {e.key for e in registry().entities.values() if f"{e.permission_prefix}.view" in set(codes)}
    for entity in sorted(shown):
        if WIDTH[scope] > WIDTH[actor.scope(entity)] or actor.hidden.get(entity):
            raise Forbidden(_("This shows more than your own roles do"), entity=entity)


def may_grant(actor: Actor, codes: Iterable[str]) -> None:
    """The same for single permissions. Raises Forbidden."""
    if actor.kind == "system":
        return
    beyond = sorted(set(codes) - actor.permissions)
    if beyond:
        raise Forbidden(_("You cannot grant what you do not hold: %(code)s") % {"code": beyond[0]}, permissions=beyond)


def _owners() -> QuerySet[Member]:
    """Locked when they are read."""
    return Member.objects.select_for_update().filter(is_active=True, roles__contains=[OWNER]).order_by("pk")


def keep_an_owner(leaving: Member) -> None:
    """Raises Conflict when nobody else would own the company. Locks the owners, so that two cannot leave at once."""
    if not [m for m in _owners() if m.pk != leaving.pk]:
        raise Conflict(_("The last owner cannot be removed: make somebody else an owner first"))
