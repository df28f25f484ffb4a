"""Fewer seats than people: whoever looks after the subscription says who stays. Nobody is deleted, and nobody has to go
until somebody says so; those who go lose their way in, and keep what is theirs until it is handed over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.manifest import MANAGE
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.services.members import member_deactivate
from tenon.problems import Invalid
from tenon.records.service import service
from tenon.tenancy.context import current


def people_active(*, actor: Actor) -> list[dict[str, Any]]:
    """Everybody who takes a seat, by name. Raises Forbidden."""
    actor.require(MANAGE)
    rows = Member.objects.filter(is_active=True).order_by("name", "pk")
    return [{"id": m.pk, "name": m.name, "email": m.email, "me": m.pk == actor.member_id} for m in rows]


@service("access.member.deactivate")
def people_stay(*, actor: Actor, stay: list[int]) -> int:
    """Ends the access of everybody who is not named, so that those who are have a seat each. Returns how many went.
    Raises Forbidden, Invalid for more people than seats or none, Conflict for the last owner."""
    actor.require(MANAGE)
    seats = current().limits.get("access.members")
    chosen = set(stay)
    there = {m.pk: m for m in Member.objects.filter(is_active=True).order_by("pk")}
    if not chosen or not chosen <= set(there):
        raise Invalid.field("stay", _("Choose from those who are here now"))
    if seats is None or len(there) <= seats:
        raise Invalid.field("stay", _("There is a seat for everybody"))
    if len(chosen) > seats:
        raise Invalid.field("stay", _("There are %(seats)s seats") % {"seats": seats}, "limit")
    going = [member for pk, member in there.items() if pk not in chosen]
    for member in going:
        member_deactivate(actor=actor, member=member)
    return len(going)
