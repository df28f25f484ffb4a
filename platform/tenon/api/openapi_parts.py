"""Parts of the OpenAPI document that all entities share, and the kit's own addresses."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
_ID: Schema = {"type": "integer", "format": "int64"}
_TEXT: Schema = {"type": "string"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}


def refer(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def parameter(name: str, schema: Schema, description: str) -> Schema:
    out: Schema = {"name": name, "in": "query", "schema": schema}
    return {**out, "description": description} if description else out


def with_id(item: Schema) -> Schema:
    """Each operation of an address names the id: some readers overlook what stands beside the operations."""
    for operation in item.values():
        operation["parameters"] = [{"$ref": "#/components/parameters/id"}, *operation.get("parameters", ())]
    return item


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    return {**schema, "required": list(required)} if required else schema


def _list(name: str, **more: Schema) -> Schema:
    return _object(("results",), results={"type": "array", "items": refer(name)}, **more)


def _nullable(schema: Schema) -> Schema:
    return {"allOf": [schema], "nullable": True} if "$ref" in schema else {**schema, "nullable": True}


_PAGING: list[Schema] = [
    parameter("search", _TEXT, "Every word must stand somewhere in the search fields"),
    parameter("order", _TEXT, "Fields, with - for descending: -number,customer"),
    parameter("fields", _TEXT, "Only these fields"),
    parameter("limit", {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}, ""),
    parameter("cursor", _TEXT, "`next` of the page before"),
    parameter("count", {"type": "string", "enum": ["1", "true"]}, "Adds the count"),
    parameter("totals", {"type": "string", "enum": ["1", "true"]}, "Adds sums of the entity's totals"),
]

_IF_MATCH: Schema = {
    "name": "If-Match", "in": "header", "required": True, "schema": _TEXT, "description": "The version known",
}  # fmt: skip
_KEY: Schema = {
    "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 120},
    "description": "The same key and body again: the same answer, one effect",
}  # fmt: skip
_PK: Schema = {
    "name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1, "maximum": 10**17},
}  # fmt: skip
PARAMETERS: dict[str, Schema] = {
    **{f"list_{item['name']}": item for item in _PAGING}, "IfMatch": _IF_MATCH, "IdempotencyKey": _KEY, "id": _PK,
}  # fmt: skip


def shared(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


PAGING = [shared(f"list_{item['name']}") for item in _PAGING]
_TITLES = {
    400: "Invalid input", 401: "Not signed in", 403: "Not allowed, or switched off", 404: "Not there, or not visible",
    409: "Contradicts the present state", 412: "Somebody else has changed it", 413: "Too large",
    428: "If-Match is missing", 429: "Too many requests",
}  # fmt: skip
RESPONSES: dict[str, Schema] = {
    f"Problem{code}": {"description": title, "content": {"application/problem+json": {"schema": refer("Problem")}}}
    for code, title in _TITLES.items()
}
PROBLEMS: dict[int, Schema] = {code: {"$ref": f"#/components/responses/Problem{code}"} for code in _TITLES}

COMPONENTS: dict[str, Schema] = {
    "Ref": _object(("id", "label"), id=_ID, label=_TEXT),
    "RefInput": {
        "description": "The id, {id}, or a natural key such as {code} or {number}",
        "oneOf": [_ID, _object(id=_ID, code=_TEXT, number=_TEXT)],
    },
    "FieldError": _object(("field", "code", "message"), field=_TEXT, code=_TEXT, message=_TEXT),
    "Problem": {
        **_object(
            ("type", "title", "status"), type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT,
            request_id=_TEXT, errors={"type": "array", "items": refer("FieldError")},
        ),
        "additionalProperties": True,
    },
    "Summary": _object(
        ("groups",),
        groups={
            "type": "array",
            "items": {**_object(("key", "label", "count"), key={}, label=_TEXT, count={"type": "integer"})},
        },
    ),
    "BulkRequest": _object(
        create={"type": "array", "items": {"type": "object"}},
        update={"type": "array", "items": {"type": "object"}},
        action=_TEXT,
        ids={"type": "array", "items": _ID},
        params={"type": "object"},
    ),
    "BulkAnswer": _object(
        ("results",),
        results={
            "type": "array",
            "items": _object(
                ("index", "status"), index={"type": "integer"}, status={"type": "integer"}, id=_ID,
                record={"type": "object", "additionalProperties": True}, problem=refer("Problem"),
            ),
        },
    ),
    "HistoryEntry": _object(
        ("at", "actor", "op", "changes"), at=_MOMENT,
        actor=_object(("label",), id=_nullable(_ID), label=_TEXT),
        op={"type": "string", "enum": ["insert", "update", "delete"]}, request_id=_TEXT,
        changes={"type": "object", "additionalProperties": {"type": "array", "items": {}}},
    ),
    "History": _list("HistoryEntry", next=_nullable({"type": "integer"})),
    "CommentInput": _object(("body",), body={"type": "string", "minLength": 1, "maxLength": 10_000}),
    "Comment": _object(
        ("id", "at", "author", "body", "mentions"), id=_ID, at=_MOMENT, author=_nullable(refer("Ref")), body=_TEXT,
        mentions={"type": "array", "items": refer("Ref")},
    ),
    "Comments": _list("Comment"),
    "Attachment": _object(
        ("id", "name", "size", "content_type", "url"), id=_ID, name=_TEXT, size=_ID, content_type=_TEXT, sha256=_TEXT,
        url=_TEXT, created_at=_MOMENT, created_by=_nullable(refer("Ref")),
    ),
    "Attachments": _list("Attachment"),
    "SearchHit": _object(
        ("entity", "entity_label", "id", "title", "route"), entity=_TEXT, entity_label=_TEXT, id=_ID, title=_TEXT,
        subtitle=_TEXT, state=_TEXT, kind=_TEXT, route=_TEXT,
    ),
    "SearchHits": _list("SearchHit"),
    "ImportColumn": _object(
        ("column", "sample", "field"), column=_TEXT, sample={"type": "array", "items": _TEXT}, field=_nullable(_TEXT)
    ),
    "Import": _object(
        ("id", "entity", "state"), id=_ID, entity=_TEXT, name=_TEXT,
        state={"type": "string", "enum": ["mapping", "running", "checked", "done", "cancelled", "failed"]},
        mode={"type": "string", "enum": ["dry-run", "run", None], "nullable": True},
        columns={"type": "array", "items": refer("ImportColumn")},
        mapping={"type": "object", "additionalProperties": _TEXT}, key=_TEXT,
        key_fields={"type": "array", "items": _TEXT},
        on_existing={"type": "string", "enum": ["update", "skip", "error"]},
        **{name: {"type": "integer"} for name in
           ("rows", "total", "done", "created", "updated", "skipped", "failed")},
        message=_TEXT, job=_nullable(_ID), created_at=_MOMENT,
    ),
    "Imports": _list("Import"),
    "ImportChange": _object(
        mapping={"type": "object", "additionalProperties": _TEXT}, key=_TEXT,
        on_existing={"type": "string", "enum": ["update", "skip", "error"]},
    ),
    "ImportError": _object(
        ("row", "field", "message"), row={"type": "integer"}, field=_TEXT, column=_TEXT, value=_TEXT, message=_TEXT
    ),
    "ImportErrors": _list("ImportError", next=_nullable({"type": "integer"})),
}  # fmt: skip


def _kit(name: str, summary: str, schema: Schema | None, ok: str = "200", **parts: Any) -> Schema:
    good: Schema = {"description": "OK"}
    if schema is not None:
        good["content"] = {"application/json": {"schema": schema}}
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["kernel"],
        "security": [{"session": []}, {"apiKey": []}],
        **parts,
        "responses": {ok: good, **{str(code): PROBLEMS[code] for code in (400, 401, 403, 404, 409, 429)}},
    }


_UPLOAD = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": _object(("entity", "file"), entity=_TEXT, file={"type": "string", "format": "binary"})
        }
    },
}
_CHANGE = {"required": True, "content": {"application/json": {"schema": refer("ImportChange")}}}
EXTRA_PATHS: dict[str, Schema] = {
    "/api/v1/search/": {
        "get": _kit("search", "Find any record", refer("SearchHits"), parameters=[parameter("q", _TEXT, "")])
    },
    "/api/v1/files/{id}/": {
        "get": _kit("file_download", "Download a file", None),
        "delete": _kit("file_delete", "Take a file away", None, "204"),
    },
    "/api/v1/imports/": {
        "get": _kit("import_list", "My imports", refer("Imports")),
        "post": _kit("import_start", "Upload a file to import", refer("Import"), "201", requestBody=_UPLOAD),
    },
    "/api/v1/imports/{id}/": {
        "get": _kit("import_retrieve", "How far an import is", refer("Import")),
        "patch": _kit("import_change", "Assign columns to fields", refer("Import"), requestBody=_CHANGE),
    },
    "/api/v1/imports/{id}/errors/": {
        "get": _kit("import_errors", "What was wrong with which row", refer("ImportErrors")),
    },
    **{
        f"/api/v1/imports/{{id}}/actions/{verb}/": {
            "post": _kit(f"import_{verb.replace('-', '_')}", title, refer("Import")),
        }
        for verb, title in (("dry-run", "Check a file"), ("run", "Import a file"), ("cancel", "Stop an import"))
    },
}
for _path, _item in EXTRA_PATHS.items():
    if "{id}" in _path:
        with_id(_item)
