"""How a company guards its door: second factor, networks; and who came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.addresses import checked_networks
from tenants.identity import has_second_factor
from tenants.models import CompanyLog, Domain, LoginLog, Tenant
from tenon.access.actor import Actor
from tenon.access.models import Member, Role
from tenon.access.services.guards import may_hand_out
from tenon.problems import Forbidden, Invalid, NotFound
from tenon.realtime.notify import bootstrap_changed
from tenon.records.models import AuditEntry
from tenon.records.service import require_writable
from tenon.tenancy.context import current, outside

POLICY = "access.company.update"  # the company's own door
PEOPLE = "access.member.deactivate"  # sessions and sign-ins of others
LONGEST_GRACE = 90
PAGE = 100
# What people and rights consist of: their changes are the second half of the trail.
_TABLES = {
    "access_member": _("Member"), "access_role": _("Role"), "access_department": _("Department"),
    "access_apikey": _("API key"), "webhooks_webhookendpoint": _("Webhook"), "handover_handover": _("Handover"),
}  # fmt: skip
# Written of a row's making and taking away: the rest is in the row's own history.
_SECRET = ("secret", "old_secret", "secret_hash")


@dataclass(frozen=True)
class Policy:
    mfa_required_from: datetime | None
    allowed_addresses: list[str]
    without: list[dict[str, Any]]
    members: int


def policy(*, actor: Actor) -> Policy:
    """What is asked of whoever comes in, and which members have no second factor yet. Raises Forbidden."""
    actor.require(POLICY)
    company = current()
    members = list(Member.objects.filter(is_active=True).order_by("name", "pk"))
    with outside():
        tenant = Tenant.objects.get(pk=company.id)
        guarded = set(
            Authenticator.objects.filter(
                user_id__in=[m.person_id for m in members],
                type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN),
            ).values_list("user_id", flat=True)
        )
    without = [{"id": m.pk, "name": m.name, "email": m.email} for m in members if m.person_id not in guarded]
    return Policy(tenant.mfa_required_from, list(tenant.allowed_addresses), without, len(members))


def policy_update(
    *,
    actor: Actor,
    mfa: bool | None = None,
    grace_days: int = 0,
    allowed_addresses: list[str] | None = None,
    own_address: str | None = None,
) -> None:
    """Changes what is asked at the door; written into the company's log. With `mfa`, members without a second factor
    are let in for `grace_days` more. Raises Forbidden, ReadOnly, Invalid (a wrong network; a list that shuts out
    whoever saves it; a second factor asked for at once by somebody who has none)."""  # fmt: skip
    actor.require(POLICY)
    require_writable()
    if actor.kind != "member":
        raise Forbidden(_("Only a member changes this"))
    company = current()
    person_id = Member.objects.values_list("person_id", flat=True).get(pk=actor.member_id or 0)
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=company.id)
        before = _facts(tenant)
        if mfa is not None:
            tenant.mfa_required_from = _required_from(tenant, person_id, grace_days) if mfa else None
        if allowed_addresses is not None:
            tenant.allowed_addresses = checked_networks(allowed_addresses, own_address)
        after = _facts(tenant)
        if before == after:
            return
        tenant.save(update_fields=["mfa_required_from", "allowed_addresses"])
        changed = {k: [before[k], after[k]] for k in before if before[k] != after[k]}
        CompanyLog.objects.create(
            tenant=tenant, actor=actor.ref, actor_label=actor.label[:160], what="security", detail=changed
        )
        transaction.on_commit(lambda: bootstrap_changed(company), robust=True)


def _required_from(tenant: Tenant, person_id: int, grace_days: int) -> datetime:
    if not 0 <= grace_days <= LONGEST_GRACE:
        raise Invalid.field("grace_days", _("From 0 to %(n)s days") % {"n": LONGEST_GRACE}, "range")
    if tenant.mfa_required_from is not None and tenant.mfa_required_from <= timezone.now() and grace_days == 0:
        return tenant.mfa_required_from
    if grace_days == 0 and not has_second_factor(person_id):
        raise Invalid.field(
            "grace_days", _("Set up your own second factor first, or leave some days for it"), "shuts_out"
        )
    return timezone.now() + timedelta(days=grace_days)


def _facts(tenant: Tenant) -> dict[str, Any]:
    due = tenant.mfa_required_from
    return {
        "mfa_required_from": due.isoformat() if due else None,
        "allowed_addresses": list(tenant.allowed_addresses),
    }


def door_reset(slug: str) -> Tenant:
    """Opens a company's door again whose people have shut themselves out: by whoever runs Tenon, from the command
    line. Written into the company's log. Raises NotFound."""
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().filter(slug=slug).first()
        if tenant is None:
            raise NotFound
        before = _facts(tenant)
        tenant.allowed_addresses, tenant.mfa_required_from = [], None
        tenant.save(update_fields=["mfa_required_from", "allowed_addresses"])
        CompanyLog.objects.create(
            tenant=tenant, actor="system:operator", actor_label="operator", what="security",
            detail={k: [v, _facts(tenant)[k]] for k, v in before.items()},
        )  # fmt: skip
        return tenant


def logins_of_person(person_id: int, before: int | None = None) -> list[LoginLog]:
    """My own sign-ins and refusals, the latest first."""
    with outside():
        rows = LoginLog.objects.filter(person_id=person_id)
        return list((rows.filter(pk__lt=before) if before else rows).order_by("-id")[:PAGE])


def logins_of_company(*, actor: Actor, member: int | None = None, before: int | None = None) -> list[LoginLog]:
    """Members' sign-ins on the company's hosts, and who was refused with a member's address anywhere. What people do
    on other companies' hosts is not shown. Raises Forbidden."""
    actor.require(PEOPLE)
    company = current()
    people = Member.objects.all() if member is None else Member.objects.filter(pk=member)
    ids = list(people.values_list("person_id", flat=True))
    with outside():
        hosts = list(Domain.objects.filter(tenant_id=company.id).values_list("domain", flat=True))
        here = Q(pk__in=[])
        for host in hosts:
            here |= Q(host=host) | Q(host__startswith=f"{host}:")
        rows = LoginLog.objects.filter(here | Q(kind=LoginLog.Kind.REFUSED), person_id__in=ids).select_related("person")
        return list((rows.filter(pk__lt=before) if before else rows).order_by("-id")[:PAGE])


def member_for_sessions(*, actor: Actor, member_id: int) -> Member:
    """Raises NotFound, Forbidden (somebody who holds more)."""
    actor.require(PEOPLE)
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise NotFound
    may_hand_out(actor, list(Role.objects.filter(key__in=member.roles)))
    return member


def changes(*, actor: Actor) -> list[dict[str, Any]]:
    """Changes to the company itself, to people, roles, keys and webhooks: the latest first. Raises Forbidden."""
    actor.require(POLICY)
    company = current()
    entries = AuditEntry.objects.filter(table_name__in=_TABLES).order_by("-at", "-id")[:PAGE]
    found: list[dict[str, Any]] = [
        {
            "at": entry.at, "actor": entry.actor_label or entry.actor, "what": entry.op,
            "kind": str(_TABLES[entry.table_name]), "id": entry.row_id,
            "label": str(entry.changes.get("name", "")) if entry.op != "update" else "",
            "changes": {k: v for k, v in entry.changes.items() if k not in _SECRET} if entry.op == "update" else {},
        }
        for entry in entries
    ]  # fmt: skip
    with outside():
        for log in CompanyLog.objects.filter(tenant_id=company.id).order_by("-at", "-id")[:PAGE]:
            found.append(
                {
                    "at": log.at, "actor": log.actor_label or log.actor, "what": log.what, "kind": str(_("Company")),
                    "id": None, "label": "", "changes": log.detail if isinstance(log.detail, dict) else {},
                }
            )  # fmt: skip
    return sorted(found, key=lambda one: one["at"], reverse=True)[:PAGE]


def second_factor_of(tenant: Tenant, person_id: int) -> dict[str, Any]:
    """What the web app says of the second factor before it is asked for."""
    due = tenant.mfa_required_from
    return {"required_from": due, "missing": due is not None and not has_second_factor(person_id)}
