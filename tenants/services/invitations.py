"""Invitations: from a mail to a member."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants import hosts
from tenants.errors import InvitationInvalid
from tenants.identity import check_open
from tenants.mails import send_invitation
from tenants.models import CompanyLog, Invitation, Membership, Person, Tenant
from tenon.access.actor import Actor, system
from tenon.access.models import Department, Member, Role
from tenon.access.services.guards import known_roles, may_hand_out
from tenon.access.services.members import member_add
from tenon.problems import Conflict, Forbidden, Invalid, NotFound, TooManyRequests
from tenon.records.service import acting, require_writable
from tenon.tenancy.context import current, outside, serving

GOOD_FOR = timedelta(days=7)
MOST_OPEN = 200


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def invitation_create(
    *, actor: Actor, email: str, roles: Iterable[str], department: int | None = None, manager: int | None = None
) -> Invitation:
    """Invites by mail; inviting again replaces the open invitation. Raises Forbidden (roles beyond one's own), Invalid,
    Conflict (a member already), TooManyRequests, ReadOnly."""
    actor.require("access.member.create")
    require_writable()
    email = email.strip().lower()
    chosen = known_roles(roles)
    may_hand_out(actor, chosen)
    for field, model, pk in (("department", Department, department), ("manager", Member, manager)):
        if pk is not None and not model.objects.filter(pk=pk).exists():  # type: ignore[attr-defined]
            raise Invalid.field(field, _("There is no such record"), "does_not_exist")
    if Member.objects.filter(email__iexact=email, is_active=True).exists():
        raise Conflict(_("%(email)s is a member already") % {"email": email})
    company, token = current(), secrets.token_urlsafe(32)
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=company.id)
        open_ones = tenant.invitations.filter(accepted_at=None, expires_at__gt=timezone.now())
        if open_ones.count() >= MOST_OPEN:
            raise TooManyRequests(_("Too many invitations are open"))
        tenant.invitations.filter(accepted_at=None, email=email).delete()
        invitation = Invitation.objects.create(
            tenant=tenant, email=email, token_hash=token_hash(token), roles=[r.key for r in chosen],
            department_id=department, manager_id=manager, invited_by=actor.label, expires_at=timezone.now() + GOOD_FOR,
        )  # fmt: skip
        CompanyLog.objects.create(
            tenant=tenant, actor=actor.ref, actor_label=actor.label, what="invited",
            detail={"email": email, "roles": invitation.roles},
        )  # fmt: skip
        link = f"{hosts.origin(hosts.settings.BASE_DOMAIN)}/invitation/{token}"
        transaction.on_commit(lambda: send_invitation(invitation, company, link))
    return invitation


def invitations_open(*, actor: Actor) -> list[Invitation]:
    """The company's invitations that may still be accepted."""
    actor.require("access.member.create")
    company = current()
    with outside():
        rows = Invitation.objects.filter(tenant_id=company.id, accepted_at=None, expires_at__gt=timezone.now())
        return list(rows.order_by("-id"))


def invitation_revoke(*, actor: Actor, invitation_id: int) -> None:
    """Raises NotFound."""
    actor.require("access.member.create")
    company = current()
    with outside():
        gone, _rows = Invitation.objects.filter(tenant_id=company.id, pk=invitation_id, accepted_at=None).delete()
    if not gone:
        raise NotFound


def invitation_find(token: str) -> Invitation:
    """The open invitation of this token, with its company. Raises InvitationInvalid."""
    with outside():
        found = Invitation.objects.select_related("tenant").filter(token_hash=token_hash(token)).first()
        if found is None or found.accepted_at is not None or found.expires_at <= timezone.now():
            raise InvitationInvalid
        return found


def invitation_accept(*, person: Person, token: str) -> Tenant:
    """Makes the invited person a member: once; accepting again (a double click) finds the company joined. Raises
    InvitationInvalid, Forbidden (sent to somebody else), CompanySuspended."""
    with outside():
        joined = Invitation.objects.select_related("tenant").filter(
            token_hash=token_hash(token), email=person.email.lower(), accepted_at__isnull=False,
            tenant__memberships__person=person, tenant__memberships__is_active=True,
        ).first()  # fmt: skip
        if joined is not None:
            return joined.tenant
        invitation = invitation_find(token)
        if invitation.email != person.email.lower():
            raise Forbidden(_("This invitation was sent to another address"))
        tenant = invitation.tenant
        check_open(tenant)
        # The member first: should this process die now, accepting again goes on from here.
        with serving(tenant.company()):
            try:
                _make_member(person, invitation)
            except IntegrityError:  # a second click at the same moment was faster
                _make_member(person, invitation)
        with transaction.atomic():
            Membership.objects.update_or_create(person=person, tenant=tenant, defaults={"is_active": True})
            Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
            CompanyLog.objects.create(
                tenant=tenant, actor=f"person:{person.pk}", actor_label=str(person), what="joined", detail={}
            )
        return tenant


def _make_member(person: Person, invitation: Invitation) -> None:
    inviter = system("invitation")
    with acting(inviter):
        live = set(_live_roles(invitation.roles))
        member_add(
            actor=inviter, person_id=person.pk, name=person.name or person.email.partition("@")[0],
            email=person.email, roles=[r for r in invitation.roles if r in live], language=person.language,
            department=Department.objects.filter(pk=invitation.department_id or 0).first(),
            manager=Member.objects.filter(pk=invitation.manager_id or 0).first(),
        )  # fmt: skip


def _live_roles(keys: Iterable[str]) -> list[str]:
    """Roles that were deleted since the invitation fall away."""
    return list(Role.objects.filter(key__in=list(keys)).values_list("key", flat=True))
