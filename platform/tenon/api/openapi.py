"""The OpenAPI document of all entities: generated from what they declare, the same text from run to run."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.text import capfirst
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from tenon.api.fields import DECIMALS
from tenon.api.filters import RESERVED
from tenon.api.openapi_parts import (
    COMPONENTS,
    EXTRA_PATHS,
    PAGING,
    PARAMETERS,
    PROBLEMS,
    RESPONSES,
    parameter,
    refer,
    shared,
    with_id,
)
from tenon.api.shapes import FieldShape, kernel_shapes, model_of, param_shape, shapes
from tenon.registry.registry import registry
from tenon.registry.types import Action, Entity

Schema = dict[str, Any]
_PLAIN: dict[str, Schema] = {
    "email": {"type": "string", "format": "email"},
    "url": {"type": "string", "format": "uri"},
    "integer": {"type": "integer", "format": "int64"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "json": {},
}


_ANYWHERE = (400, 401, 403, 404, 409, 429)


class ActorScheme(OpenApiAuthenticationExtension):
    target_class = "tenon.api.authentication.ActorAuthentication"
    name = ["session", "apiKey"]

    def get_security_definition(self, auto_schema: Any) -> list[Schema]:
        return [
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            {"type": "http", "scheme": "bearer", "description": "tn_<id>_<secret>"},
        ]


class PersonScheme(OpenApiAuthenticationExtension):
    target_class = "tenants.api.base.PersonAuthentication"
    name = "person"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class SupplierScheme(OpenApiAuthenticationExtension):
    target_class = "modules.inventory.api.portal_door.SupplierAuthentication"
    name = "supplierLink"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Link <secret>"}


class QuoteScheme(OpenApiAuthenticationExtension):
    target_class = "modules.crm.api.offer.QuoteAuthentication"
    name = "quoteLink"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Link <secret>"}


def component(entity: Entity) -> str:
    """`shared.sales_order` → SharedSalesOrder."""
    return "".join(part.capitalize() for part in entity.key.replace(".", "_").split("_"))


def value_schema(shape: FieldShape, *, writing: bool) -> Schema:
    """One field's value as rows carry it, or as writes take it."""
    if shape.type == "ref":
        schema: Schema = refer("RefInput" if writing else "Ref")
        if shape.nullable:
            schema = {"allOf": [schema], "nullable": True}
        return schema
    if shape.type == "choice":
        values = [value for value, _label in shape.choices or ()]
        schema = {"type": "integer" if values and all(isinstance(v, int) for v in values) else "string"}
        allowed = [*values, ""] if shape.blank_allowed and schema["type"] == "string" and "" not in values else values
        if allowed:
            schema["enum"] = allowed
    elif shape.type == "multichoice":
        items: Schema = {"type": "string"}
        if shape.choices:
            items["enum"] = [value for value, _label in shape.choices]
        schema = {"type": "array", "items": items}
    elif shape.type in DECIMALS:
        schema = {"type": "string", "format": "decimal", "pattern": r"^-?\d+(\.\d+)?$"}
    else:
        schema = dict(_PLAIN.get(shape.type, {"type": "string"}))
        if not writing or shape.blank_allowed:
            schema.pop("format", None) if shape.type in ("email", "url") else None
        if shape.max_length and writing:
            schema["maxLength"] = shape.max_length
    if shape.nullable and schema:
        schema["nullable"] = True
    if "enum" in schema and shape.nullable:
        schema["enum"] = [*schema["enum"], None]
    return schema


def _described(shape: FieldShape, *, writing: bool) -> Schema:
    schema = value_schema(shape, writing=writing)
    text = capfirst(str(shape.label)) + (f". {shape.help}" if shape.help else "")
    if shape.type == "ref" and shape.target:
        text += f" ({shape.target})"
    if "$ref" in schema:
        schema = {"allOf": [schema]}
    return {**schema, "description": text}


def row_schema(entity: Entity) -> Schema:
    fields = {**kernel_shapes(entity.key), **shapes(entity.key)}
    properties = {
        key: _described(shape, writing=False)
        for key, shape in fields.items()
        if shape.stored and key not in ("created_by", "changed_by")
    }
    properties["id"] = {"type": "integer", "format": "int64"}
    if entity.custom_fields:
        properties["custom"] = {"type": "object", "additionalProperties": True}
    if entity.lines:
        line = registry().entities[entity.lines]
        properties[entity.lines_field] = {"type": "array", "items": refer(component(line))}
    return {"type": "object", "required": ["id"], "properties": properties}


def input_schema(entity: Entity, *, creating: bool) -> Schema:
    properties: Schema = {}
    required = []
    for key, shape in shapes(entity.key).items():
        if shape.read_only or (shape.write_once and not creating):
            continue
        properties[key] = _described(shape, writing=True)
        if creating and shape.required and shape.default is None:
            required.append(key)
    if entity.custom_fields:
        properties["custom"] = {"type": "object", "additionalProperties": True}
    if entity.lines:
        line = registry().entities[entity.lines]
        properties[entity.lines_field] = {"type": "array", "items": refer(f"{component(line)}Line")}
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def line_schema(entity: Entity) -> Schema:
    """A line inside its document: with `id` it changes one that is there."""
    schema = input_schema(entity, creating=False)
    properties = {
        k: v for k, v in input_schema(entity, creating=True)["properties"].items() if k != entity.parent_field
    }
    schema["properties"] = {"id": {"type": "integer", "format": "int64"}, **properties}
    return schema


def params_schema(entity: Entity, action: Action) -> Schema:
    found = {p.key: param_shape(entity, p) for p in action.params}
    properties = {key: _described(shape, writing=True) for key, shape in found.items()}
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    required = [key for key, shape in found.items() if shape.required]
    return {**schema, "required": required} if required else schema


# --- addresses ----------------------------------------------------------------


def _filters(entity: Entity) -> list[Schema]:
    out = []
    for key, shape in shapes(entity.key).items():
        if "eq" in shape.filters:
            more = [f"{key}__{name}" for name in shape.filters if name != "eq"]
            name = f"{key}__eq" if key in RESERVED else key  # the bare word is the API's own
            out.append(parameter(name, {"type": "string"}, f"Also: {', '.join(more)}." if more else ""))
    return out


def _operation(entity: Entity, verb: str, summary: str, **parts: Any) -> Schema:
    return {
        "operationId": f"{entity.key.replace('.', '_')}_{verb.replace('-', '_')}",
        "summary": summary,
        "tags": [entity.module],
        "security": [{"session": []}, {"apiKey": []}],
        **{key: value for key, value in parts.items() if value},
    }


def _answers(ok: str, schema: Schema | None, *problems: int) -> Schema:
    good: Schema = {"description": "OK"}
    if schema is not None:
        good["content"] = {"application/json": {"schema": schema}}
    return {ok: good, **{str(code): PROBLEMS[code] for code in sorted({*_ANYWHERE, *problems})}}


def _body(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def entity_paths(entity: Entity) -> dict[str, Schema]:
    name, one_label = component(entity), str(capfirst(str(entity.label or model_of(entity)._meta.verbose_name)))
    many = str(capfirst(str(entity.label_plural or model_of(entity)._meta.verbose_name_plural)))
    base = f"/api/v1/{entity.module}/{entity.path}/"
    row = refer(name)
    writes = entity.writable
    paths: dict[str, Schema] = {base: {}, f"{base}{{id}}/": {}}
    page = {
        "type": "object",
        "required": ["results", "next"],
        "properties": {
            "results": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
            "next": {"type": "string", "nullable": True},
            "count": {"type": "integer"},
            "totals": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    page["properties"]["results"]["items"] = row  # type: ignore[index]
    listing = [*PAGING, *_filters(entity)]
    paths[base]["get"] = _operation(entity, "list", many, parameters=listing, responses=_answers("200", page))
    one = paths[f"{base}{{id}}/"]
    one["get"] = _operation(entity, "retrieve", one_label, responses=_answers("200", row))
    if writes and entity.creatable:
        paths[base]["post"] = _operation(
            entity, "create", f"New: {one_label}", parameters=[shared("IdempotencyKey")],
            requestBody=_body(refer(f"{name}Create")), responses=_answers("201", row, 409),
        )  # fmt: skip
    if writes:
        one["patch"] = _operation(
            entity, "update", f"Change: {one_label}", parameters=[shared("IfMatch")],
            requestBody=_body(refer(f"{name}Update")), responses=_answers("200", row, 409, 412, 428),
        )  # fmt: skip
        paths[f"{base}bulk/"] = {
            "post": _operation(
                entity, "bulk", f"Many: {many}", parameters=[shared("IdempotencyKey")],
                requestBody=_body(refer("BulkRequest")), responses=_answers("200", refer("BulkAnswer")),
            )
        }  # fmt: skip
    if writes and entity.deletable:
        one["delete"] = _operation(
            entity, "delete", f"Delete: {one_label}", parameters=[shared("IfMatch")],
            responses=_answers("204", None, 409, 412, 428),
        )  # fmt: skip
    group = parameter("group", {"type": "string"}, "Field, dates also with __day, __week, __month, __quarter, __year")
    group["required"] = True
    figures = [group, parameter("sum", {"type": "string"}, "Fields to add up"), PAGING[0]]
    by_group = f"By group, with the list's filters: {many}"
    answers = _answers("200", refer("Summary"))
    paths[f"{base}summary/"] = {"get": _operation(entity, "summary", by_group, parameters=figures, responses=answers)}
    paths[f"{base}export/"] = {"get": _export(entity, many)}
    for action in entity.actions:
        paths[f"{base}{{id}}/actions/{action.key}/"] = {
            "post": _operation(
                entity, f"action_{action.key}", str(capfirst(str(action.label))), parameters=[shared("IdempotencyKey")],
                requestBody={**_body(refer(f"{name}_{action.key}")), "required": False} if action.params else None,
                responses=_answers("200", _acted(row), 409, 412),
            ),
        }  # fmt: skip
    for facet, schema in (("history", "History"), ("comments", "Comments"), ("attachments", "Attachments")):
        if getattr(entity, facet):
            paths[f"{base}{{id}}/{facet}/"] = _facet(entity, facet, schema, one_label)
    for path, item in paths.items():
        if "{id}" in path:
            with_id(item)
    return paths


def _acted(row: Schema) -> Schema:
    record = {"allOf": [row], "nullable": True}
    return {"type": "object", "required": ["record", "result"], "properties": {"record": record, "result": {}}}


def _export(entity: Entity, many: str) -> Schema:
    kind = parameter("format", {"type": "string", "enum": ["csv", "xlsx"]}, "")
    operation = _operation(
        entity,
        "export",
        f"Export, with the list's filters: {many}",
        parameters=[kind, *PAGING[:3]],
        responses=_answers("200", None),
    )
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    binary: Schema = {"schema": {"type": "string", "format": "binary"}}
    operation["responses"]["200"]["content"] = {"text/csv": {"schema": {"type": "string"}}, sheet: binary}
    return operation


def _facet(entity: Entity, facet: str, schema: str, label: str) -> Schema:
    out = {"get": _operation(entity, facet, f"{schema}: {label}", responses=_answers("200", refer(schema)))}
    if facet == "comments":
        out["post"] = _operation(
            entity, "comment", f"Comment on: {label}", requestBody=_body(refer("CommentInput")),
            responses=_answers("201", refer("Comment")),
        )  # fmt: skip
    if facet == "attachments":
        upload: Schema = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        body = {"required": True, "content": {"multipart/form-data": {"schema": upload}}}
        out["post"] = _operation(
            entity, "attach", f"Attach a file to: {label}", requestBody=body,
            responses=_answers("201", refer("Attachment"), 413),
        )  # fmt: skip
    return out


def add_entities(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's post-processing hook."""
    found = result.setdefault("components", {}).setdefault("schemas", {})
    with translation.override("en"):
        for entity in registry().entities.values():
            name = component(entity)
            found[name] = row_schema(entity)
            if entity.writable:
                found[f"{name}Create"] = input_schema(entity, creating=True)
                found[f"{name}Update"] = input_schema(entity, creating=False)
            if entity.parent_field:
                found[f"{name}Line"] = line_schema(entity)
            for action in entity.actions:
                if action.params:
                    found[f"{name}_{action.key}"] = params_schema(entity, action)
            for path, item in entity_paths(entity).items():
                # A view of a module's own at the same address is described by itself.
                result["paths"].setdefault(path, item)
    found.update(COMPONENTS)
    for path, item in EXTRA_PATHS.items():
        result["paths"].setdefault(path, item)
    result["components"]["parameters"], result["components"]["responses"] = PARAMETERS, RESPONSES
    schemes = result["components"].setdefault("securitySchemes", {})
    schemes["session"], schemes["apiKey"] = ActorScheme.get_security_definition(None, None)  # type: ignore[arg-type]
    for item in result["paths"].values():
        for operation in item.values():
            # Views that are described by hand name their answers; refusals are the same everywhere.
            for code in _ANYWHERE:
                operation["responses"].setdefault(str(code), PROBLEMS[code])
    result["paths"] = dict(sorted(result["paths"].items()))
    result["components"]["schemas"] = dict(sorted(found.items()))
    return result
