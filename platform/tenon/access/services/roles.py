"""Roles: making, changing, deleting, and the shipped ones."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import Member, Role
from tenon.access.rules.merge import EVERYTHING, WIDTH
from tenon.access.services.guards import OWNER, may_grant, may_show, words
from tenon.problems import Conflict, Invalid
from tenon.realtime.notify import bootstrap_changed
from tenon.records.service import service, touch_ids
from tenon.registry.registry import registry
from tenon.registry.types import RoleTemplate
from tenon.tenancy.context import current

_RULES = ("hidden", "read_only")


@service("access.role.create")
def role_create(*, actor: Actor, data: dict[str, Any]) -> Role:
    """A role of the company's own. Raises Invalid, Forbidden (nobody grants what they do not hold)."""
    role = Role(key=data.get("key") or _free_key(data.get("name", "")))
    if role.key == OWNER or Role.objects.filter(key=role.key).exists():
        raise Invalid.field("key", _("There is already a role with this key"), "unique")
    return _write(actor, role, data)


@service("access.role.update")
def role_update(*, actor: Actor, record: Role, data: dict[str, Any]) -> Role:
    """Name, permissions, scopes, field rules. The owner's role always holds everything; it can be renamed only."""
    role = Role.objects.select_for_update().get(pk=record.pk)
    if role.key == OWNER and set(data) - {"name", "custom"}:
        raise Conflict(_("The owner's role always holds everything"))
    if "key" in data and data["key"] != role.key:
        raise Invalid.field("key", _("The key of a role does not change"), "write_once")
    return _write(actor, role, data)


@service("access.role.delete")
def role_delete(*, actor: Actor, record: Role) -> None:
    """Deletes a role that nobody has. Raises Conflict."""
    role = Role.objects.select_for_update().get(pk=record.pk)
    holders = Member.objects.filter(roles__contains=[role.key]).count()
    if role.key == OWNER or holders:
        raise Conflict(_("%(count)s members still have this role") % {"count": holders}, holders=holders)
    may_grant(actor, set(role.permissions) - {EVERYTHING})
    role.delete()


def _free_key(name: str) -> str:
    base = slugify(name)[:50] or "role"
    key, number = base, 2
    while Role.objects.filter(key=key).exists():
        key, number = f"{base}-{number}", number + 1
    return key


def _write(actor: Actor, role: Role, data: dict[str, Any]) -> Role:
    before = (set(role.permissions), role.scope, dict(role.scopes), dict(role.field_rules))
    for name in ("name", "permissions", "scope", "scopes", "field_rules", "custom"):
        if name in data:
            setattr(role, name, data[name] if data[name] is not None else type(getattr(role, name))())
    role.permissions = sorted(words("permissions", role.permissions))
    _check(role)
    may_grant(actor, set(role.permissions) - before[0])
    role.full_clean()
    if not role.pk or before != (set(role.permissions), role.scope, role.scopes, role.field_rules):
        may_grant(actor, set(role.permissions) - {EVERYTHING})  # wider rows are a grant too
        may_show(actor, role)
    role.save()
    company = current()
    transaction.on_commit(lambda: bootstrap_changed(company), robust=True)
    return role


def _check(role: Role) -> None:
    known = registry()
    for code in role.permissions:
        if code not in known.permissions and not (code == EVERYTHING and role.key == OWNER):
            raise Invalid.field("permissions", _("There is no permission %(code)s") % {"code": code}, "does_not_exist")
    if not isinstance(role.scopes, dict) or not isinstance(role.field_rules, dict):
        raise Invalid.field("scopes", _("Not a mapping"))
    for entity, scope in role.scopes.items():
        if entity not in known.entities or not isinstance(scope, str) or scope not in WIDTH:
            raise Invalid.field(f"scopes.{entity}", _("No such entity or scope"), "does_not_exist")
    for entity, rules in role.field_rules.items():
        fields = (
            {f if isinstance(f, str) else f.key for f in known.entities[entity].fields}
            if entity in known.entities
            else None
        )
        if fields is None or not isinstance(rules, dict):
            raise Invalid.field(f"field_rules.{entity}", _("No such entity"), "does_not_exist")
        for field, rule in rules.items():
            if field not in fields or rule not in _RULES:
                raise Invalid.field(f"field_rules.{entity}.{field}", _("No such field or rule"), "does_not_exist")


def template_codes(template: RoleTemplate) -> list[str]:
    """What a shipped role holds: the codes that name it. Owner: everything. Admin: every code. Viewer: all `.view`."""
    codes = registry().permissions
    if template.key == OWNER:
        return [EVERYTHING]
    if template.key == "admin":
        return sorted(codes)
    named = {c for c, p in codes.items() if {template.key, *template.includes} & set(p.roles)}
    named |= set(template.permissions)
    if template.key == "viewer":
        named |= {c for c in codes if c.endswith(".view")}
    return sorted(named)


@service("access.role.update")
def roles_seed(*, actor: Actor) -> list[Role]:
    """Shipped roles that are missing, and codes of a later release for those that are there. Idempotent."""
    there = {r.key: r for r in Role.objects.select_for_update().order_by("pk")}
    made = []
    with translation.override(current().language):
        for template in registry().roles.values():
            codes = template_codes(template)
            role = there.get(template.key)
            if role is None:
                made.append(
                    Role(
                        key=template.key, name=str(template.title), permissions=codes, offered=codes,
                        scope=template.scope, scopes=dict(template.scopes),
                    )
                )  # fmt: skip
            elif new := set(codes) - set(role.offered):
                role.permissions = sorted({*role.permissions, *new})
                role.offered = sorted({*role.offered, *new})
                role.save()
    Role.objects.bulk_create(made)
    touch_ids(Role, "insert", {r.pk for r in made})
    return made
