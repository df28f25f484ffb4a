"""What comes in, checked against the entity's fields: the Python values that services take, or every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from tenon.api.fields import DECIMALS, FieldFault, parse, plain
from tenon.api.metadata import Resource
from tenon.api.references import Wanted, find, read
from tenon.api.shapes import FieldShape, param_shape
from tenon.problems import FieldError, Invalid
from tenon.registry.types import Action

# Rows may be sent back as they came: what the kernel keeps is not an input, and no error either.
_IGNORED = frozenset({"id", "version", "created_at", "changed_at", "created_by", "changed_by"})
_LINES = 5000


class Check:
    """One validation: gathers errors and references over the record and its lines, then settles them together."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.errors: list[FieldError] = []
        self.wanted: list[Wanted] = []

    def fault(self, field: str, code: str, message: Any) -> None:
        self.errors.append(FieldError(field, code, message))

    def settle(self) -> None:
        """Looks all references up. Raises Invalid when anything was wrong."""
        self.errors += find(self.resource.actor, self.wanted)
        if self.errors:
            raise Invalid(errors=self.errors)

    def value(
        self,
        shape: FieldShape,
        raw: Any,
        data: dict[str, Any],
        field: str,
        current: Model | None = None,
        line: Model | None = None,
    ) -> None:
        """Puts the value of one field into `data`, now or when references are settled. `current` is the record that is
        changed, `line` the line that is changed with its document."""
        if raw in (None, "") and current is None and not (shape.required or shape.nullable or shape.empty is not None):
            return  # left empty where the service completes it
        if shape.type != "ref":
            try:
                data[shape.key] = parse(shape, raw)
            except FieldFault as fault:
                self.fault(field, fault.code, fault.message)
            return
        if raw is None or raw == "" or (isinstance(raw, dict) and raw.get("id", "") is None):
            if shape.required or not shape.nullable:
                self.fault(field, "required", _("This is required."))
            else:
                data[shape.key] = None
            return
        found = read(shape, raw)
        if found is None:
            self.fault(field, "invalid", _("Say which record: its id, or its code or number."))
            return
        by, value = found
        # What stands there may stay, also when it could not be chosen any more.
        stands = current or line
        standing = getattr(stands, shape.column, None) if stands is not None and "__" not in shape.column else None

        def put(record: Model) -> None:
            data[shape.key] = record

        self.wanted.append(Wanted(shape, field, by, value, put, standing))

    def fields(
        self,
        resource: Resource,
        body: Mapping[str, Any],
        *,
        current: Model | None,
        creating: bool,
        prefix: str = "",
        line: Model | None = None,
    ) -> dict[str, Any]:
        data: dict[str, Any] = {}
        lines_field = resource.entity.lines_field if resource.entity.lines else None
        custom: dict[str, Any] = {}
        for key, raw in body.items():
            if key == "custom":
                custom.update(self._custom_object(raw, prefix))
            elif key.startswith("custom."):
                custom[key.removeprefix("custom.")] = raw
            elif key == lines_field and not prefix:
                self._lines(resource, raw, data, creating, current)
            elif key not in _IGNORED or key in resource.fields:
                self._one(resource, key, raw, data, current, creating, prefix, line)
        if creating:
            self._required(resource, body, custom, data, prefix)
        if custom:
            self._custom(resource, custom, data, current or line, prefix)
        return data

    def _one(
        self,
        resource: Resource,
        key: str,
        raw: Any,
        data: dict[str, Any],
        current: Model | None,
        creating: bool,
        prefix: str,
        line: Model | None,
    ) -> None:
        shape = resource.fields.get(key)
        if shape is None:
            self.fault(prefix + key, "unknown", _("There is no such field."))
        elif shape.read_only:
            self.fault(prefix + key, "read_only", _("This cannot be set."))
        elif shape.write_once and not creating and current is not None:
            self._unchanged(shape, raw, current, prefix + key)
        else:
            self.value(shape, raw, data, prefix + key, current, line)

    def _unchanged(self, shape: FieldShape, raw: Any, current: Model, field: str) -> None:
        standing = getattr(current, shape.column, None)
        if shape.type == "ref":
            found = read(shape, raw)
            same = (found[1] if found and found[0] == "pk" else None) == standing
        else:
            try:
                same = parse(shape, raw) == standing
            except FieldFault:
                same = False
        if not same:
            self.fault(field, "write_once", _("This cannot be changed any more."))

    def _required(
        self, resource: Resource, body: Mapping[str, Any], custom: Mapping[str, Any], data: dict[str, Any], prefix: str
    ) -> None:
        for key, shape in resource.fields.items():
            given = key in body or (shape.custom and key.removeprefix("custom.") in custom)
            if not shape.required or shape.read_only or given or self._is_parent(resource, key, prefix):
                continue
            if shape.default is not None and not shape.custom:
                self.value(shape, shape.default, data, prefix + key)
            else:
                self.fault(prefix + key, "required", _("This is required."))

    @staticmethod
    def _is_parent(resource: Resource, key: str, prefix: str) -> bool:
        """A line among its document's lines need not say whose line it is."""
        return bool(prefix) and key == resource.entity.parent_field

    def _custom_object(self, raw: Any, prefix: str) -> dict[str, Any]:
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self.fault(f"{prefix}custom", "invalid", _("This must be an object."))
            return {}
        return raw

    def _custom(
        self, resource: Resource, given: Mapping[str, Any], data: dict[str, Any], current: Model | None, prefix: str
    ) -> None:
        """Given keys change, others stay; empty values go away."""
        merged = dict(getattr(current, "custom", None) or {})
        for key, raw in given.items():
            field = f"{prefix}custom.{key}"
            shape = resource.fields.get(f"custom.{key}")
            if shape is None:
                self.fault(field, "unknown", _("There is no such custom field."))
            elif shape.read_only:
                self.fault(field, "read_only", _("This cannot be set."))
            elif raw is None or raw == "":
                if shape.required:
                    self.fault(field, "required", _("This is required."))
                merged.pop(key, None)
            else:
                try:
                    merged[key] = custom_value(shape, parse(shape, raw))
                except FieldFault as fault:
                    self.fault(field, fault.code, fault.message)
        data["custom"] = merged

    def _lines(self, resource: Resource, raw: Any, data: dict[str, Any], creating: bool, current: Model | None) -> None:
        field, lines = resource.entity.lines_field, resource.lines
        if lines is None:
            self.fault(field, "unknown", _("There is no such field."))
            return
        if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
            self.fault(field, "invalid", _("This must be a list of lines."))
            return
        if len(raw) > _LINES:
            self.fault(field, "too_many", _("At most %(n)s lines.") % {"n": _LINES})
            return
        out: list[dict[str, Any]] = []
        seen: set[int] = set()
        there = self._standing_lines(lines, current) if any(item.get("id") for item in raw) else {}
        for index, item in enumerate(raw):
            prefix = f"{field}.{index}."
            pk = item.get("id")
            if pk is not None and (isinstance(pk, bool) or not isinstance(pk, int) or pk in seen or creating):
                self.fault(f"{prefix}id", "invalid", _("This line does not belong to the record."))
                continue
            values = self.fields(
                lines,
                {k: v for k, v in item.items() if k != lines.entity.parent_field and not self._computed(lines, k, v)},
                current=None,
                creating=pk is None,
                prefix=prefix,
                line=there.get(pk) if pk is not None else None,
            )
            if pk is not None:
                seen.add(pk)
                values["id"] = pk
            out.append(values)
        data[field] = out

    @staticmethod
    def _standing_lines(lines: Resource, document: Model | None) -> dict[int, Model]:
        if document is None or not lines.entity.parent_field:
            return {}
        rows = lines.model._base_manager.filter(**{lines.entity.parent_field: document})
        return {row.pk: row for row in rows}

    @staticmethod
    def _computed(lines: Resource, key: str, value: Any) -> bool:
        """Lines are sent back whole, with the amounts the server worked out: those are not inputs."""
        shape = lines.fields.get(key)
        return shape is not None and shape.read_only


def custom_value(shape: FieldShape, value: Any) -> Any:
    """A custom value as the JSON column keeps it."""
    if shape.type in DECIMALS:
        return plain(value)
    return value.isoformat() if shape.type in ("date", "datetime") else value


def _object(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise Invalid(_("The body must be an object."))
    return body


def for_create(resource: Resource, body: Any) -> dict[str, Any]:
    """Raises Invalid with every fault."""
    check = Check(resource)
    data = check.fields(resource, _object(body), current=None, creating=True)
    check.settle()
    return data


def for_update(resource: Resource, body: Any, current: Model) -> dict[str, Any]:
    """Raises Invalid with every fault."""
    check = Check(resource)
    data = check.fields(resource, _object(body), current=current, creating=False)
    check.settle()
    return data


def for_action(resource: Resource, action: Action, body: Any) -> dict[str, Any]:
    """The parameters of an action; those not given are left to the service's defaults. Raises Invalid."""
    check, given = Check(resource), _object(body)
    data: dict[str, Any] = {}
    known = {p.key: param_shape(resource.entity, p) for p in action.params}
    for key in given:
        if key not in known:
            check.fault(key, "unknown", _("There is no such field."))
    for key, shape in known.items():
        if given.get(key) in (None, ""):
            if shape.required:
                check.fault(key, "required", _("This is required."))
        else:
            check.value(shape, given[key], data, key)
    check.settle()
    return data
