"""Members: joining, changing, leaving and handing over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Department, Member, Role
from tenon.access.services.guards import OWNER, keep_an_owner, known_roles, may_hand_out, require_seat, words
from tenon.problems import Forbidden, Invalid, NotFound
from tenon.realtime.notify import bootstrap_changed
from tenon.records.service import service, touch_ids
from tenon.registry.registry import registry
from tenon.registry.types import Entity
from tenon.tenancy.context import current


@service("access.member.create")
def member_add(
    *,
    actor: Actor,
    person_id: int,
    name: str,
    email: str,
    roles: Iterable[str] = (),
    department: Department | None = None,
    manager: Member | None = None,
    language: str = "",
) -> Member:
    """Makes a person a member, or an old member active again; who is one already stays what they are. Raises Invalid,
    Forbidden."""
    chosen = known_roles(roles)
    may_hand_out(actor, chosen)
    member = Member.objects.select_for_update().filter(person_id=person_id).first()
    if member is not None and member.is_active:
        return member
    require_seat()
    if member is None:
        # Of an archive's members nobody knew who they were here: whoever comes in by the same address is that one.
        member = Member.objects.select_for_update().filter(person_id__lt=0, email__iexact=email).order_by("pk").first()
        member = member or Member(person_id=person_id)
        member.person_id = person_id
    member.name, member.email, member.roles = name or email, email, [r.key for r in chosen]
    member.department, member.manager, member.is_active = department, manager, True
    member.language = language or member.language
    member.save()
    return member


@service("access.member.update")
def member_update(*, actor: Actor, record: Member, data: dict[str, Any]) -> Member:
    """Name, roles, department, manager, language. Raises Invalid, Forbidden (rights beyond one's own), Conflict (last
    owner)."""
    member = Member.objects.select_for_update().get(pk=record.pk)
    if "roles" in data:
        _change_roles(actor, member, words("roles", data["roles"]))
    if "manager" in data:
        member.manager = _manager(member, data["manager"])
    for name in ("name", "department", "language", "time_zone", "custom"):
        if name in data:
            setattr(member, name, data[name])
    member.full_clean(exclude=["roles"], validate_unique=False)
    member.save()
    _tell()
    return member


def _change_roles(actor: Actor, member: Member, keys: list[str]) -> None:
    before, after = set(member.roles), set(keys)
    may_hand_out(actor, [*known_roles(sorted(after - before)), *_existing(before - after)])
    if OWNER in before - after:
        keep_an_owner(member)
    member.roles = keys


def _existing(keys: Iterable[str]) -> list[Role]:
    return list(Role.objects.filter(key__in=list(keys)))


def _manager(member: Member, manager: Member | None) -> Member | None:
    """Raises Invalid when the member would report to itself, directly or through others."""
    if manager is not None and (manager.pk == member.pk or manager.pk in Member.subordinates_of(member.pk)):
        raise Invalid.field("manager", _("%(name)s already reports to this member") % {"name": manager.name}, "cycle")
    return manager


@service("access.member.deactivate")
def member_deactivate(*, actor: Actor, member: Member) -> Member:
    """Somebody leaves: no way in any more, sessions over at once, API keys dead. What they own stays theirs until it is
    handed over. Raises Conflict for the last owner, Forbidden for oneself and for those who hold more."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    if actor.member_id == member.pk:
        raise Forbidden(_("You cannot deactivate yourself"))
    may_hand_out(actor, _existing(member.roles))
    if OWNER in member.roles:
        keep_an_owner(member)
    member.is_active, member.signed_out_before = False, timezone.now()
    member.save()
    for key in ApiKey.objects.select_for_update().filter(owner=member, is_active=True).order_by("pk"):
        key.is_active = False
        key.save()
    _membership_changed(member)
    return member


@service("access.member.deactivate")
def member_reactivate(*, actor: Actor, member: Member) -> Member:
    """Somebody comes back, with the roles they had. Sessions of before stay over. Raises Forbidden."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    may_hand_out(actor, _existing(member.roles))
    if not member.is_active:
        require_seat()
    member.is_active = True
    member.save()
    _membership_changed(member)
    return member


@service("access.member.hand_over")
def member_hand_over(*, actor: Actor, member: Member, to: Member | None = None) -> dict[str, Any]:
    """Everything that the member owns goes to `to`, or to their manager, in one audited step (离职交接). Returns how
    many records of each entity. Who does not look after members does so for their own people only: it would bring other
    people's records within their sight. Raises Forbidden, Invalid when there is nobody to take over."""
    if not actor.can("access.member.update") and member.pk not in actor.subordinates:
        raise Forbidden(_("You hand over the records of those who report to you"))
    heir = to or member.manager
    if heir is None or heir.pk == member.pk or not heir.is_active:
        raise Invalid.field("to", _("Choose an active member who takes over"), "required")
    moved = []
    for entity, model, field in owned_entities():
        rows = model._default_manager.select_for_update().filter(**{field: member}).order_by("pk")
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            continue
        changes: dict[str, Any] = {field: heir, "version": F("version") + 1, "changed_at": timezone.now()}
        model._default_manager.filter(pk__in=ids).update(**changes, changed_by_id=actor.member_id)
        touch_ids(model, "update", set(ids))
        moved.append(
            {"entity": entity.key, "label": str(entity.label_plural or entity.label or entity.key), "count": len(ids)}
        )
    for report in Member.objects.select_for_update().filter(manager=member).exclude(pk=heir.pk).order_by("pk"):
        report.manager = heir
        report.save()
    return {"moved": moved, "to": {"id": heir.pk, "label": heir.name}}


def owned_entities() -> list[tuple[Entity, Any, str]]:
    """Entities whose rows have an owner of their own (lines follow their head)."""
    from django.apps import apps

    found: dict[str, tuple[Entity, Any, str]] = {}
    for entity in registry().owned_entities():
        owner = entity.owner_field or entity.handover_field
        found.setdefault(entity.model.lower(), (entity, apps.get_model(entity.model), owner))
    return list(found.values())


@service(unlocked=True)
def me_update(
    *, actor: Actor, name: str | None = None, language: str | None = None, time_zone: str | None = None
) -> Member:
    """One's own name, language and time zone; nothing else. Raises NotFound for API keys, Invalid."""
    if actor.kind != "member" or actor.member_id is None:
        raise NotFound
    member = Member.objects.select_for_update().get(pk=actor.member_id)
    for field, value in (("name", name), ("language", language), ("time_zone", time_zone)):
        if value is not None:
            setattr(member, field, value)
    member.full_clean(exclude=["roles"], validate_unique=False)
    member.save()
    return member


def _tell() -> None:
    company = current()
    transaction.on_commit(lambda: bootstrap_changed(company), robust=True)


def _membership_changed(member: Member) -> None:
    """Tells whoever keeps people's list of companies. The member row decides; the list follows."""
    company, person_id, is_active = current(), member.person_id, member.is_active
    listener = import_string(settings.ON_MEMBER_CHANGED)

    def tell() -> None:
        listener(company, person_id, is_active)
        bootstrap_changed(company)

    transaction.on_commit(tell, robust=True)
