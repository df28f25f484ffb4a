"""What a company would feel when functions go: asked before a switch is turned, and before a plan gets smaller.

    impact(lost={"production.mrp", …}, kept="read_only")

`kept` says what becomes of the records: `off` (an admin's switch: out of sight until it is on again) or `read_only` (a
smaller plan: seen and exported, not changed). Nothing is written; every count is a real one, taken inside the company
being served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.apps import apps
from django.db.models import Model, Q
from django.utils.module_loading import import_string
from django.utils.text import format_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext, pgettext

from tenon.registry.menus import entity_is_on, entity_title
from tenon.registry.registry import registry
from tenon.registry.types import Entity, Impact, ModuleManifest
from tenon.tenancy.context import Company, current

Kept = Literal["off", "read_only"]
OVER = ("done", "off")  # kinds of states in which nothing is waiting any more


@dataclass(frozen=True)
class ImpactLine:
    """One line of the list: `text` is a whole sentence in the active language, `effect` what it is about."""

    effect: Literal["read_only", "out_of_sight", "stops"]
    count: int
    text: str
    entity: str = ""


def without(company: Company, lost: Iterable[str]) -> Company:
    return replace(company, features=company.features - frozenset(lost))


def impact(*, lost: Iterable[str], kept: Kept = "off", company: Company | None = None) -> list[ImpactLine]:
    """The lines, the heaviest first: what is declared, then what is open, then schedules, then plain records."""
    before = company or current()
    after = without(before, lost)
    closing = [e for e in registry().entities.values() if entity_is_on(e, before) and not entity_is_on(e, after)]
    declared = [(i, _declared_count(i)) for m, i in registry().impacts if _goes(m, i, before, after)]
    named = {i.entity for i, count in declared if count}
    found = [_line(kept, str(i.what % {"count": count}), count, i.entity) for i, count in declared if count]
    found += [line for e in closing if e.key not in named and (line := _open(e, kept))]
    said: dict[str, Q] = {}
    for i, count in declared:
        if count and not i.count:
            said[i.entity] = said.get(i.entity, Q(pk__in=())) | Q(**i.filters)
    said |= {e.key: waiting for e in closing if e.key not in named and (waiting := _waiting(e))}
    found += _schedules(before, after)
    return found + [line for e in closing if (line := _others(e, kept, said.get(e.key)))]


def _goes(manifest: ModuleManifest, one: Impact, before: Company, after: Company) -> bool:
    """Whether what the word is about is there now and would not be there then."""
    if not before.has_module(manifest.key):
        return False
    if one.features:
        return before.has_any(one.features) and not after.has_any(one.features)
    entity = registry().entities[one.entity]
    return entity_is_on(entity, before) and not entity_is_on(entity, after)


def _declared_count(one: Impact) -> int:
    if one.count:
        return int(import_string(one.count)())
    return _rows(registry().entities[one.entity]).filter(**one.filters).count()


def _rows(entity: Entity) -> Any:
    model: type[Model] = apps.get_model(entity.model)
    return model._default_manager.all()


def _is_line(entity: Entity) -> bool:
    return bool(entity.parent_field) or any(e.lines == entity.key for e in registry().entities.values())


def _waiting(entity: Entity) -> Q | None:
    """Which of its records wait for something: those in a state that is not the end of them."""
    waiting = [s.value for s in entity.states if s.kind not in OVER]
    stored = entity.state_field and any(f.name == entity.state_field for f in apps.get_model(entity.model)._meta.fields)
    return Q(**{f"{entity.state_field}__in": waiting}) if waiting and stored and not _is_line(entity) else None


def _open(entity: Entity, kept: Kept) -> ImpactLine | None:
    waiting = _waiting(entity)
    if waiting is None or not (count := _rows(entity).filter(waiting).count()):
        return None
    what = _t("%(count)d open: %(records)s") % {"count": count, "records": entity_title(entity)}
    return _line(kept, what, count, entity.key)


def _others(entity: Entity, kept: Kept, said: Q | None) -> ImpactLine | None:
    """Its records that no line has named yet; lines go with their documents."""
    if _is_line(entity):
        return None
    total = _rows(entity).count()
    count = _rows(entity).exclude(said).count() if said and total else total
    if not count:
        return None
    words = _t("%(records)s (%(count)d)") if count == total else _t("%(records)s (%(count)d others)")
    what = words % {"count": count, "records": entity_title(entity)}
    return _line(kept, what, count, entity.key)


def _line(kept: Kept, what: str, count: int, entity: str) -> ImpactLine:
    if kept == "read_only":
        sentence = ngettext("%(what)s becomes read-only", "%(what)s become read-only", count)
        return ImpactLine("read_only", count, sentence % {"what": what}, entity)
    sentence = ngettext("%(what)s is out of sight", "%(what)s are out of sight", count)
    return ImpactLine("out_of_sight", count, sentence % {"what": what}, entity)


def _schedules(before: Company, after: Company) -> list[ImpactLine]:
    def running(company: Company) -> dict[str, str]:
        return {
            key: str(schedule.title)
            for key, (manifest, schedule) in registry().schedules.items()
            if company.has_module(manifest.key) and (not schedule.feature or company.has_feature(schedule.feature))
        }

    there = running(after)
    stopping = [title for key, title in running(before).items() if key not in there]
    if not stopping:
        return []
    text = ngettext("%(count)d schedule stops", "%(count)d schedules stop", len(stopping)) % {"count": len(stopping)}
    titles = [title for title in stopping if title]
    if titles:
        text = str(format_lazy("{}: {}", text, pgettext("list", ", ").join(titles)))
    return [ImpactLine("stops", len(stopping), text)]
