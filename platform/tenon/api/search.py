"""The search of the command palette: over every kind of record that the actor may see, in one round trip."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, Case, F, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.utils.text import capfirst
from rest_framework.request import Request
from rest_framework.views import APIView

from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.api.labels import label_path, own_label_path
from tenon.api.matching import searched
from tenon.api.metadata import Resource, feature_on
from tenon.api.negotiation import JsonOnly
from tenon.api.shapes import model_field, model_of
from tenon.api.viewset import json_response
from tenon.api.visibility import rows
from tenon.registry.registry import registry
from tenon.registry.types import Entity

EACH = 5
MOST = 40
LONGEST = 100
_COLUMNS = ("found_entity", "found_id", "found_title", "found_subtitle", "found_state", "found_rank")


def _candidates(actor: Actor) -> list[Resource]:
    """Not what is called by something else (the stock of a product, its value): that is what one looks for."""
    return [
        Resource(actor, entity)
        for entity in registry().entities.values()
        if entity.search
        and not entity.parent_field
        and entity.module != "records"
        and feature_on(entity)
        and actor.can(f"{entity.permission_prefix}.view")
        and not _is_ref(entity)
    ]


def _is_ref(entity: Entity) -> bool:
    field = model_field(model_of(entity), entity.title_field) if entity.title_field else None
    return field is not None and field.is_relation


def _text(path: str) -> Any:
    return Cast(F(path), TextField()) if path else Value("", output_field=TextField())


def _rank(resource: Resource, title: str, text: str) -> Case:
    """A number or code exactly as typed, then the beginning of the title, then anywhere."""
    exact = Q(**{f"{title}__iexact": text}) if _is_text(resource, title) else Q(pk__in=[])
    for key in resource.entity.key_fields:
        if _is_text(resource, key) and key not in resource.hidden:
            exact |= Q(**{f"{key}__iexact": text})
    begins = Q(**{f"{title}__istartswith": text}) if _is_text(resource, title) else Q(pk__in=[])
    return Case(When(exact, then=Value(0)), When(begins, then=Value(1)), default=Value(2), output_field=IntegerField())


def _is_text(resource: Resource, path: str) -> bool:
    field = model_field(resource.model, path)
    return field is not None and field.get_internal_type() in ("CharField", "TextField", "SlugField", "EmailField")


def _found(resource: Resource, text: str) -> QuerySet[Any]:
    entity = resource.entity
    title = own_label_path(resource.actor, entity, resource.model)
    subtitle = resource.fields.get(entity.subtitle_field) if entity.subtitle_field else None
    under = ""
    if subtitle is not None and subtitle.stored and not subtitle.custom:
        under = label_path(resource.actor, subtitle) if subtitle.type == "ref" else subtitle.source
    state = entity.state_field if entity.state_field in resource.fields else ""
    matching = searched(resource, rows(resource), text)
    return (
        matching.annotate(
            found_entity=Value(entity.key, output_field=TextField()),
            found_id=Cast(F("pk"), BigIntegerField()),
            found_title=_text(title),
            found_subtitle=_text(under),
            found_state=_text(state),
            found_rank=_rank(resource, title, text),
        )
        .order_by("found_rank", "-pk")
        .values_list(*_COLUMNS)[:EACH]
    )


def search(actor: Actor, text: str) -> list[dict[str, Any]]:
    """At most five records of a kind, exact numbers first."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if len(text) < 2 and not (text and ord(text[0]) > 0x2E80):  # one Chinese character is a word
        return []
    parts = [_found(resource, text) for resource in _candidates(actor)]
    if not parts:
        return []
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    places = {key: i for i, key in enumerate(registry().entities)}
    results = sorted(found, key=lambda row: (row[5], places[row[0]]))[:MOST]
    return [_result(registry().entities[row[0]], *row[1:5]) for row in results]


def _result(entity: Entity, pk: int, title: str | None, subtitle: str | None, state: str | None) -> dict[str, Any]:
    known = next((s for s in entity.states if s.value == state), None)
    return {
        "entity": entity.key,
        "entity_label": capfirst(str(entity.label or model_of(entity)._meta.verbose_name)),
        "id": pk,
        "title": title or f"#{pk}",
        "subtitle": subtitle or "",
        "state": str(known.label) if known else "",
        "kind": known.kind if known else "",
        "route": f"/{entity.module}/{entity.path}/{pk}",
    }


class SearchView(APIView):
    content_negotiation_class = JsonOnly
    schema = None

    def get(self, request: Request) -> HttpResponse:
        return json_response({"results": search(actor_of(request), request.query_params.get("q", ""))})
