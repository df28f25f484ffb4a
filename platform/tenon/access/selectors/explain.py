"""Why somebody can see a record, or why not: each thing that was asked, with its answer, in the words of the company.

The verdict is not worked out a second time: it is what the list of records itself answers for that member
(`tenon.api.visibility.rows`). The reasons name what led there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _t

from tenon.access.actor import Actor
from tenon.access.models import Department, Member, Role
from tenon.access.rules.merge import EVERYTHING, WIDTH
from tenon.access.selectors.actors import actor_of, facts_of, live_grants
from tenon.access.selectors.roles import role_title, role_titles
from tenon.api.metadata import Resource, feature_on
from tenon.api.shapes import shapes
from tenon.api.visibility import rows, scoped
from tenon.problems import NotFound
from tenon.registry.menus import entity_title
from tenon.registry.types import Entity

Kind = Literal["active", "feature", "role", "grant", "scope", "record", "fields"]


@dataclass(frozen=True)
class Reason:
    """One question that was asked: `ok` when it let the member through."""

    kind: Kind
    ok: bool
    text: str


@dataclass
class Explanation:
    allowed: bool
    reasons: list[Reason] = field(default_factory=list)
    would: list[str] = field(default_factory=list)  # names of roles that would open it


def explain(*, actor: Actor, member: Member, entity: Entity, record_id: int | None = None) -> Explanation:
    """Whether `member` sees the entity (and the record), and why. Raises Forbidden, NotFound for what the asker itself
    may not see."""
    actor.require("access.role.view")
    if record_id is not None and not rows(Resource(actor, entity)).filter(pk=record_id).exists():
        raise NotFound
    found = Explanation(False)
    if not member.is_active:
        found.reasons.append(Reason("active", False, _t("%(name)s has left the company") % {"name": member.name}))
        return found
    if not feature_on(entity):
        text = _t("%(records)s are switched off for everybody") % {"records": entity_title(entity)}
        found.reasons.append(Reason("feature", False, text))
        return found
    sources = _sources(member, f"{entity.permission_prefix}.view", scoped(entity.key).key)
    if not sources:
        return _no_role(found, member, entity)
    found.reasons += [_source_reason(s, entity) for s in sources]
    found.allowed = True
    them = actor_of(member)
    if record_id is not None:
        found.allowed = rows(Resource(them, entity)).filter(pk=record_id).exists()
        found.reasons += _record_reasons(member, them, entity, record_id, found.allowed)
    if found.allowed and (hidden := _hidden(them, entity)):
        found.reasons.append(Reason("fields", False, _t("Not these fields: %(fields)s") % {"fields": hidden}))
    return found


@dataclass(frozen=True)
class _Source:
    name: str
    scope: str
    lent: dict[str, Any] | None


def _sources(member: Member, code: str, entity: str) -> list[_Source]:
    """Roles and grants that hold the code, the widest first."""
    lent = {g["role"] or f"grant:{g['id']}": g for g in live_grants(member)}
    roles = {r.key: r for r in Role.objects.filter(key__in=[*member.roles, *lent])}
    found = []
    for key, codes, scope, _scopes, _rules in facts_of(member)[1]:
        if code not in codes and EVERYTHING not in codes:
            continue
        role = roles.get(key)
        width = role.scopes.get(entity, role.scope) if role else scope
        found.append(
            _Source(
                role_title(role.key, role.name) if role else "", width, None if key in member.roles else lent.get(key)
            )
        )
    return sorted(found, key=lambda s: -WIDTH.get(s.scope, 0))


def _no_role(found: Explanation, member: Member, entity: Entity) -> Explanation:
    titles = role_titles()
    held = ", ".join(title for key, title in titles.items() if key in member.roles)
    what = {"name": member.name, "roles": held or "–", "records": entity_title(entity)}
    found.reasons.append(Reason("role", False, _t("No role of %(name)s (%(roles)s) shows %(records)s") % what))
    code = f"{entity.permission_prefix}.view"
    opening = set(Role.objects.filter(permissions__overlap=[code, EVERYTHING]).values_list("key", flat=True))
    found.would = [title for key, title in titles.items() if key in opening]
    return found


def _reach(scope: str) -> str:
    return {
        "own": _t("their own"),
        "department": _t("those of their department"),
        "subtree": _t("those of their department, of departments below and of whom they lead"),
        "all": _t("all"),
    }[scope]


def _source_reason(source: _Source, entity: Entity) -> Reason:
    what = {"role": source.name, "records": entity_title(entity), "reach": _reach(source.scope)}
    if not scoped(entity.key).owner_field:
        what["reach"] = _t("all, they belong to nobody")
    if source.lent is None:
        return Reason("role", True, _t("The role %(role)s shows %(records)s: %(reach)s") % what)
    from datetime import datetime

    what["until"] = date_format(datetime.fromisoformat(source.lent["until"]), "SHORT_DATETIME_FORMAT")
    if source.name:
        text = _t("The role %(role)s, lent until %(until)s, shows %(records)s: %(reach)s")
    else:
        text = _t("A grant until %(until)s shows %(records)s: %(reach)s")
    return Reason("grant", True, text % what)


def _record_reasons(member: Member, them: Actor, entity: Entity, pk: int, allowed: bool) -> list[Reason]:
    """Which rule of the scope took the record in, or that none did."""
    seen = scoped(entity.key)
    if not seen.owner_field:
        return [] if allowed else [_rule_of_its_own()]
    if them.scope(seen.key) == "all":
        return [] if allowed else [_rule_of_its_own()]
    owner_id, department_id = _holders(entity, pk)
    owner = Member.objects.filter(pk=owner_id).first() if owner_id else None
    name = {"name": member.name, "owner": owner.name if owner else _t("nobody")}
    scope, found = them.scope(seen.key), []
    if owner_id is not None and owner_id == member.pk:
        found.append(Reason("record", True, _t("It belongs to %(name)s") % name))
    elif scope == "subtree" and owner is not None and owner.pk in them.subordinates:
        chain = " → ".join(m.name for m in _line(owner, member))
        found.append(
            Reason("record", True, _t("It belongs to somebody %(name)s leads: %(chain)s") % {**name, "chain": chain})
        )
    department = Department.objects.filter(pk=department_id).first() if department_id else None
    if department is not None and member.department_id is not None and scope in ("department", "subtree"):
        where = {**name, "department": department.name}
        if department.pk == member.department_id:
            found.append(Reason("record", True, _t("It belongs to the department of %(name)s: %(department)s") % where))
        elif scope == "subtree" and department.path.startswith(them.department_path):
            text = _t("It belongs to a department below that of %(name)s: %(department)s")
            found.append(Reason("record", True, text % where))
    if allowed:
        return found
    if found:
        return [*found, _rule_of_its_own()]
    text = _t("It belongs to %(owner)s, out of reach of %(name)s")
    return [Reason("record", False, text % name)]


def _rule_of_its_own() -> Reason:
    return Reason("record", False, _t("It is private: what it is decides who sees it, not the scope"))


def _holders(entity: Entity, pk: int) -> tuple[int | None, int | None]:
    seen = scoped(entity.key)
    from tenon.api.shapes import model_of

    paths = [p for p in (seen.owner_field, seen.department_field) if p]
    values = model_of(entity)._default_manager.filter(pk=pk).values_list(*paths).first() or (None, None)
    return values[0], values[1] if len(values) > 1 else None


def _line(low: Member, high: Member) -> list[Member]:
    """From a member up the reporting line to another one."""
    found, at = [low], low
    while at.manager_id is not None and at.pk != high.pk and len(found) < 50:
        at = Member.objects.get(pk=at.manager_id)
        found.append(at)
    return found


def _hidden(them: Actor, entity: Entity) -> str:
    labels = {key: str(shape.label or key) for key, shape in shapes(entity.key).items()}
    return ", ".join(labels[key] for key in sorted(them.hidden.get(entity.key, ())) if key in labels)
