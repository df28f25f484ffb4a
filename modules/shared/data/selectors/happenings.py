"""Rows of any entity as entries of a customer's history, with the actor's scope and hidden fields kept."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from modules.shared.contracts.customers import Happening
from modules.shared.contracts.refs import RecordRef
from tenon.access.actor import Actor
from tenon.api.labels import own_label_path
from tenon.api.metadata import Resource, feature_on
from tenon.api.visibility import rows
from tenon.registry.registry import registry
from tenon.tenancy.context import current


def happenings(
    *,
    actor: Actor,
    entity: str,
    where: Q,
    day: str,
    limit: int,
    newest: bool,
    kind: str = "",
    detail: str = "",
    amount: str = "",
    progress: tuple[str, str] | None = None,
) -> list[Happening]:
    """One query; none, and nothing, where the entity is off, the actor may not view it or its role hides `day`. The
    other arguments name fields of the entity; those that a role hides stay empty. `progress`: done, of how much."""
    known = registry().entities[entity]
    if not feature_on(known) or not actor.can(f"{known.permission_prefix}.view"):
        return []
    resource = Resource.of(actor, entity)
    shown = set(resource.fields)
    if day not in shown:
        return []
    label = own_label_path(actor, known, resource.model)
    optional = (kind, detail, amount, known.state_field, *(progress or ()), "currency" if amount else "")
    names = {name for name in optional if name in shown}
    first = F(day).desc(nulls_last=True) if newest else F(day).asc(nulls_last=True)
    found = rows(resource).filter(where).order_by(first, "-pk" if newest else "pk")
    kinds = dict(resource.fields[kind].choices or ()) if kind in names else {}
    states = {state.value: state for state in known.states}
    out = []
    for row in found.values("pk", day, label, *names)[:limit]:
        state = states.get(str(row.get(known.state_field, "")))
        share = None
        if progress and names.issuperset(progress) and row[progress[1]]:
            share = min(row[progress[0]] / row[progress[1]], Decimal(1))
        out.append(
            Happening(
                record=RecordRef(entity, row["pk"], str(row[label] or row["pk"])),
                day=_day(row[day]),
                kind=str(kinds.get(row.get(kind), "")),
                state=str(state.label) if state else "",
                state_kind=state.kind if state else "",
                detail=str(row.get(detail, "")),
                amount=row.get(amount),
                currency=str(row.get("currency", "")),
                progress=share,
            )
        )
    return out


def _day(value: date | datetime | None) -> date | None:
    return value.astimezone(ZoneInfo(current().time_zone)).date() if isinstance(value, datetime) else value
