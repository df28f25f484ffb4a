"""Rows as JSON, straight from the query: no model instances, references with their labels joined in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tenon.api.fields import OUT
from tenon.api.labels import label_path
from tenon.api.metadata import Resource
from tenon.api.shapes import FieldShape, model_field
from tenon.problems import FieldError, Invalid

_STAMPS = ("created_at", "changed_at")


class RowPlan:
    """Which columns to select for the wanted fields, and how a tuple of them becomes a row."""

    def __init__(self, resource: Resource, wanted: Sequence[str] | None = None) -> None:
        self.resource = resource
        self.columns: list[str] = []
        self._index: dict[str, int] = {}
        self._steps: list[tuple[str, Callable[[tuple[Any, ...]], Any]]] = []
        self.custom = self._custom_keys(wanted)
        self._plain("id", "pk")
        if "version" in resource.queryable:
            self._plain("version", "version")
        for shape in self._shapes(wanted):
            self._field(shape)
        if self.custom is not None and model_field(resource.model, "custom") is not None:
            self._custom()

    def _custom_keys(self, wanted: Sequence[str] | None) -> list[str] | None:
        visible = [key.removeprefix("custom.") for key in self.resource.custom]
        if wanted is None or "custom" in wanted:
            return visible
        asked = [key.removeprefix("custom.") for key in wanted if key.startswith("custom.")]
        return [key for key in asked if key in visible] if asked else None

    def _shapes(self, wanted: Sequence[str] | None) -> Iterable[FieldShape]:
        known = self.resource.queryable
        if wanted is None:
            names = [k for k, s in self.resource.fields.items() if s.stored and not s.custom]
            names += [k for k in _STAMPS if k in known and k not in names]
        else:
            names = [k for k in dict.fromkeys(wanted) if k != "custom" and not k.startswith("custom.")]
            wrong = [k for k in names if k not in known or not known[k].stored]
            wrong += [k for k in wanted if k.startswith("custom.") and k not in self.resource.custom]
            if wrong:
                message = _("There is no such field.")
                raise Invalid(errors=[FieldError("fields", "unknown", f"{name}: {message}") for name in wrong])
        return (known[name] for name in names if name not in ("id", "version"))

    def _column(self, path: str) -> int:
        if path not in self._index:
            self._index[path] = len(self.columns)
            self.columns.append(path)
        return self._index[path]

    def _plain(self, key: str, path: str) -> None:
        at = self._column(path)
        self._steps.append((key, lambda row: row[at]))

    def _field(self, shape: FieldShape) -> None:
        if shape.type == "ref":
            at, label = self._column(shape.column), self._column(label_path(self.resource.actor, shape))
            self._steps.append((shape.key, lambda row: _ref(row[at], row[label])))
            return
        at, out = self._column(shape.column), OUT.get(shape.type)
        if out is None:
            self._steps.append((shape.key, lambda row: row[at]))
        else:
            self._steps.append((shape.key, lambda row: out(row[at])))

    def _custom(self) -> None:
        at, keys = self._column("custom"), self.custom or []
        self._steps.append(("custom", lambda row: {k: row[at][k] for k in keys if k in row[at]} if row[at] else {}))

    def rows(self, found: QuerySet[Any], *extra: str) -> Iterable[tuple[dict[str, Any], tuple[Any, ...]]]:
        """Each row as JSON, and the values of the `extra` columns behind it."""
        return self.read(found.values_list(*self.columns, *extra))

    def read(self, selected: Iterable[tuple[Any, ...]]) -> Iterable[tuple[dict[str, Any], tuple[Any, ...]]]:
        """The same for what has been selected already."""
        steps, width = self._steps, len(self.columns)
        for values in selected:
            yield {key: step(values) for key, step in steps}, values[width:]


def _ref(key: Any, label: Any) -> dict[str, Any] | None:
    if key is None:
        return None
    return {"id": key, "label": str(label) if label not in (None, "") else f"#{key}"}
