"""Many records in one request, each in its own transaction, with a result for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from tenon.api import writing
from tenon.api.idempotency import fingerprint, once
from tenon.api.metadata import Resource
from tenon.api.problems import as_problem, document
from tenon.problems import Invalid, NotFound, PreconditionRequired

MOST = 1000


def run(resource: Resource, body: Any, *, key: str = "", request_id: str = "") -> list[dict[str, Any]]:
    """`{"create": [...]}`, `{"update": [...]}` or `{"action", "ids", "params"}`. Raises Invalid, Forbidden."""
    if not isinstance(body, dict):
        raise Invalid(_("The body must be an object."))
    if isinstance(body.get("create"), list):
        writing.require(resource, "create")
        jobs = [_create(resource, row) for row in body["create"]]
    elif isinstance(body.get("update"), list):
        writing.require(resource, "update")
        jobs = [_update(resource, row) for row in body["update"]]
    elif isinstance(body.get("action"), str) and isinstance(body.get("ids"), list):
        writing.action_of(resource, body["action"])
        jobs = [_act(resource, body["action"], pk, body.get("params") or {}) for pk in body["ids"]]
    else:
        raise Invalid(_("Say what to do: create, update, or action with ids."))
    if len(jobs) > MOST:
        raise Invalid(_("At most %(n)s records at once.") % {"n": MOST})
    results = []
    for index, (content, job) in enumerate(jobs):
        row_key = f"{key}#{index}" if key else ""
        results.append(
            _one(resource, index, job, row_key, fingerprint("BULK", resource.entity.key, content), request_id)
        )
    return results


Job = tuple[Any, Callable[[], tuple[int, int]]]


def _one(
    resource: Resource, index: int, job: Callable[[], tuple[int, int]], key: str, print_: str, request_id: str
) -> dict[str, Any]:
    def work() -> tuple[int, Any]:
        status, pk = job()
        return status, {"id": pk, "record": writing.row_or_none(resource, pk)}

    try:
        status, body, _again = writing.in_frame(
            actor=resource.actor, work=lambda: once(resource.actor, key, print_, work)
        )
    except Exception as error:
        problem = as_problem(error)
        if problem is None:
            raise
        return {"index": index, "status": problem.status, "problem": document(problem, request_id)}
    return {"index": index, "status": status, **body}


def _create(resource: Resource, row: Any) -> Job:
    return row, lambda: (201, writing.create(resource, row))


def _pk(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotFound
    return value


def _update(resource: Resource, row: Any) -> Job:
    def job() -> tuple[int, int]:
        if not isinstance(row, dict):
            raise Invalid(_("This must be an object."))
        pk, version = _pk(row.get("id")), row.get("version")
        if isinstance(version, bool) or not isinstance(version, int):
            raise PreconditionRequired
        writing.update(resource, pk, version, row)
        return 200, pk

    return row, job


def _act(resource: Resource, action: str, pk: Any, params: Any) -> Job:
    def job() -> tuple[int, int]:
        writing.act(resource, _pk(pk), action, None, params)
        return 200, _pk(pk)

    return [action, pk, params], job
