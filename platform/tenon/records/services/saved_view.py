"""Saved views: everybody keeps their own; sharing and changing shared ones takes a right of its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Forbidden, Invalid
from tenon.records.models import SavedView
from tenon.records.service import service
from tenon.registry.registry import registry

SHARE = "records.saved_view.share"
_SHAPES: dict[str, type] = {"filters": dict, "order": list, "columns": list}
_LARGEST = 20_000


def _check(actor: Actor, values: dict[str, Any]) -> None:
    entity = registry().entities.get(values.get("entity", ""))
    if entity is None or not actor.can(f"{entity.permission_prefix}.view"):
        raise Invalid.field("entity", _("There is no such kind of record, or you may not see it."))
    config = values.get("config")
    if not isinstance(config, dict) or len(str(config)) > _LARGEST:
        raise Invalid.field("config", _("This must be an object of moderate size."))
    for key, shape in _SHAPES.items():
        if key in config and not isinstance(config[key], shape):
            raise Invalid.field("config", _("“%(key)s” has the wrong shape.") % {"key": key})


@service("records.saved_view.create")
def saved_view_create(*, actor: Actor, data: dict[str, Any]) -> SavedView:
    """A view of one's own. Raises Invalid, Forbidden (sharing)."""
    if actor.member_id is None:
        raise Forbidden(_("Views belong to members."))
    _check(actor, {"config": {}, **data})
    if data.get("shared"):
        actor.require(SHARE)
    view = SavedView(owner=Member.objects.get(pk=actor.member_id), **data)
    view.save()
    return view


@service("records.saved_view.update")
def saved_view_update(*, actor: Actor, record: SavedView, data: dict[str, Any]) -> SavedView:
    """Changes a view. Raises Invalid, Forbidden (somebody else's, or sharing)."""
    if record.owner_id != actor.member_id or ("shared" in data and data["shared"] != record.shared):
        actor.require(SHARE)
    _check(actor, {"entity": record.entity, "config": record.config, **data})
    for name, value in data.items():
        setattr(record, name, value)
    record.save()
    return record


@service("records.saved_view.delete")
def saved_view_delete(*, actor: Actor, record: SavedView) -> None:
    """Raises Forbidden (somebody else's)."""
    if record.owner_id != actor.member_id:
        actor.require(SHARE)
    record.delete()
