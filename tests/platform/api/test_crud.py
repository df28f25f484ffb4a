"""Create, read, change, delete over HTTP: versions, validation, idempotency, bulk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import resolve

from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.records.service import acting
from tests.platform.api.record_factory import make

URL = "/api/v1/access/departments/"


def test_a_record_lives_and_dies(api: Any) -> None:
    made = api.post(URL, {"name": "Sales"})
    assert made.status == 201, made.content
    assert made.response["ETag"] == '"1"' or made.json["version"] >= 1
    row = made.json
    below = api.post(URL, {"name": "Export", "parent": {"id": row["id"]}}).json
    assert below["parent"] == {"id": row["id"], "label": "Sales"}

    got = api.get(f"{URL}{row['id']}/")
    assert got.status == 200
    assert got.response["ETag"] == f'"{got.json["version"]}"'

    changed = api.patch(f"{URL}{row['id']}/", {"name": "Sales team"}, version=row["version"])
    assert (changed.status, changed.json["name"]) == (200, "Sales team")

    stale = api.patch(f"{URL}{row['id']}/", {"name": "Other"}, version=row["version"])
    assert (stale.status, stale.type) == (412, "stale-version")
    assert stale.json["current"]["name"] == "Sales team"
    assert stale.json["changed_by"]["label"] == "Owner"
    assert stale.json["changed_at"]

    assert api.patch(f"{URL}{row['id']}/", {"name": "Other"}).type == "precondition-required"
    in_use = api.delete(f"{URL}{row['id']}/", version=changed.json["version"])
    assert (in_use.status, in_use.type) == (409, "conflict")
    assert "Export" in in_use.json["detail"]
    assert api.delete(f"{URL}{below['id']}/", version=below["version"]).status == 204
    assert api.get(f"{URL}{below['id']}/").type == "not-found"


def test_bad_input_names_the_field_and_changes_nothing(api: Any) -> None:
    before = Department.objects.count()
    bad = api.post(URL, {"name": "x" * 500, "parent": 999_999_999, "colour": "red"})
    assert (bad.status, bad.type) == (400, "invalid")
    assert bad.fields() == {"name", "parent", "colour"}
    assert api.post(URL, {}).fields() == {"name"}
    assert api.post(URL, {"name": None}).fields() == {"name"}
    assert api.post(URL, {"name": ["a"]}).fields() == {"name"}
    assert api.post(URL, {"name": "a\x00b"}).fields() == {"name"}
    assert api.post(URL, {"name": "a", "parent": {"id": {"id": 1}}}).fields() == {"parent"}
    assert api("POST", URL, ["not", "an", "object"]).status == 400
    assert Department.objects.count() == before


def test_the_same_key_has_one_effect(api: Any) -> None:
    first = api.post(URL, {"name": "Once"}, idempotency_key="k-1")
    again = api.post(URL, {"name": "Once"}, idempotency_key="k-1")
    assert again.status == 201
    assert again.json == first.json
    assert again.response["Idempotent-Replayed"] == "true"
    other = api.post(URL, {"name": "Twice"}, idempotency_key="k-1")
    assert (other.status, other.type) == (409, "idempotency-key-reused")
    assert Department.objects.filter(name__in=["Once", "Twice"]).count() == 1


def test_a_refused_request_leaves_its_key_free(api: Any) -> None:
    assert api.post(URL, {"name": ""}, idempotency_key="k-2").status == 400
    assert api.post(URL, {"name": "Now right"}, idempotency_key="k-2").status == 201


def test_bulk_answers_row_by_row(api: Any) -> None:
    answer = api.post(f"{URL}bulk/", {"create": [{"name": "A"}, {"name": ""}, {"name": "B"}]})
    assert [r["status"] for r in answer.json["results"]] == [201, 400, 201]
    assert answer.json["results"][1]["problem"]["errors"][0]["field"] == "name"
    first = answer.json["results"][0]
    changes = [
        {"id": first["id"], "version": first["record"]["version"], "name": "A2"},
        {"id": first["id"], "version": 999, "name": "A3"},
        {"id": first["id"], "name": "A4"},
    ]
    answer = api.post(f"{URL}bulk/", {"update": changes})
    assert [r["status"] for r in answer.json["results"]] == [200, 412, 428]
    assert Department.objects.get(pk=first["id"]).name == "A2"


def test_unknown_addresses_are_not_found(api: Any) -> None:
    assert api.get("/api/v1/access/nonsense/").type == "not-found"
    assert api.get(f"{URL}123456789/").type == "not-found"
    assert api("PUT", URL, {}).status == 405


def test_nobody_gets_in_without_an_actor(api_as: Any) -> None:
    answer = api_as(None).get(URL)
    assert (answer.status, answer.type) == (401, "unauthenticated")


def test_what_a_role_locks_cannot_be_written(api: Any, api_as: Any, actor: Actor) -> None:
    row = api.post(URL, {"name": "Sales"}).json
    bound = api_as(replace(actor, locked={"access.department": frozenset({"name"})}))
    refused = bound.patch(f"{URL}{row['id']}/", {"name": "Other"}, row["version"])
    assert [(e["field"], e["code"]) for e in refused.json["errors"]] == [("name", "read_only")]
    blind = api_as(replace(actor, hidden={"access.department": frozenset({"name"})}))
    refused = blind.patch(f"{URL}{row['id']}/", {"name": "Other"}, row["version"])
    assert [(e["field"], e["code"]) for e in refused.json["errors"]] == [("name", "unknown")]
    assert Department.objects.get(pk=row["id"]).name == "Sales"


def test_a_hidden_title_is_not_told_by_references_either(api: Any, api_as: Any, actor: Actor) -> None:
    top = api.post(URL, {"name": "Secret office"}).json
    below = api.post(URL, {"name": "Sales", "parent": top["id"]}).json
    blind = api_as(replace(actor, hidden={"access.department": frozenset({"name"})}))
    for path in (f"{URL}{below['id']}/", URL, f"{URL}summary/?group=parent", f"{URL}{below['id']}/history/"):
        answer = blind.get(path)
        assert answer.status == 200
        assert b"Secret office" not in answer.content, path
    assert b"Secret" not in blind.get(f"{URL}export/?format=csv").content
    assert blind.get("/api/v1/search/?q=secret").json["results"] == []


def test_who_may_not_see_what_stands_in_the_way_is_told_its_kind_only(api_as: Any, actor: Actor) -> None:
    """Deleting is no way to learn the names of records that one does not see."""
    with acting(actor):
        term = make(apps.get_model("data.PaymentTerm"))
        make(apps.get_model("data.Party"), code="C-77", name="Secret customer", payment_term=term, is_customer=True)
    url = f"/api/v1/shared/payment-terms/{term.pk}/"
    narrow = api_as(replace(actor, permissions=actor.permissions - {"shared.party.view"}))
    refused = narrow.delete(url, version=term.version)
    assert (refused.status, refused.type) == (409, "conflict"), refused.content
    assert b"Secret" not in refused.content
    assert b"C-77" not in refused.content
    assert refused.json["in_use"][0]["count"] == 1
    shown = api_as(actor).delete(url, version=term.version)
    assert "Secret customer" in shown.json["detail"] or "C-77" in shown.json["detail"]


def test_a_form_is_no_json(api: Any, actor: Actor) -> None:
    """Not even with a key, whose fingerprint is made of the body."""
    request = RequestFactory().post(
        URL, {"name": "x", "file": SimpleUploadedFile("a.txt", b"x")}, HTTP_IDEMPOTENCY_KEY="k"
    )
    request.actor, request.request_id = actor, "r"  # type: ignore[attr-defined]
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    match = resolve(URL)
    response = match.func(request, *match.args, **match.kwargs)
    assert response.status_code == 415


def test_a_body_like_a_staircase_is_refused(api: Any) -> None:
    deep: Any = "x"
    for _level in range(500):
        deep = [deep]
    for body in ({"name": "x", "custom": deep}, {"name": deep}, deep):
        answer = api("POST", URL, body)
        assert (answer.status, answer.type) == (400, "invalid"), answer.content[:300]
    wide = {"name": "x", "parent": {"id": None}}
    assert api.post(URL, wide).status == 201


def test_a_key_of_full_length_serves_all_rows_of_a_bulk(api: Any) -> None:
    key = "k" * 120
    rows = [{"name": f"Row {n}"} for n in range(12)]
    first = api.post(f"{URL}bulk/", {"create": rows}, idempotency_key=key)
    assert {r["status"] for r in first.json["results"]} == {201}, first.content
    again = api.post(f"{URL}bulk/", {"create": rows}, idempotency_key=key)
    assert [r["id"] for r in again.json["results"]] == [r["id"] for r in first.json["results"]]
    assert api.post(URL, {"name": "x"}, idempotency_key=key + "k").fields() == {"Idempotency-Key"}


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("/api/v1/access/roles/", {"name": "x", "permissions": [[]]}),
        ("/api/v1/access/roles/", {"name": "x", "permissions": [1, "a", None]}),
        ("/api/v1/access/roles/", {"name": "x", "scopes": {"access.member": []}}),
        ("/api/v1/access/roles/", {"name": "x", "field_rules": {"access.member": {"name": {}}}}),
        ("/api/v1/access/api-keys/", {"name": "x", "permissions": [{}]}),
        ("/api/v1/records/saved-views/", {"name": "x", "entity": "access.member", "config": {"order": {}}}),
        ("/api/v1/records/custom-fields/", {"entity": "access.department", "key": "k", "label": "x", "type": "choice",
                                            "choices": [[1], {"value": {}}]}),
    ],
)  # fmt: skip
def test_lists_and_objects_of_the_wrong_things_are_refused(api: Any, url: str, body: dict[str, Any]) -> None:
    answer = api.post(url, body)
    assert (answer.status, answer.type) == (400, "invalid"), answer.content[:300]


def test_the_roles_of_a_member_are_words(api: Any, actor: Actor) -> None:
    url = f"/api/v1/access/members/{actor.member_id}/"
    wrong: list[Any] = [[[]], [1], [None], {"owner": 1}, "owner"]
    for roles in wrong:
        answer = api("PATCH", url, {"roles": roles}, if_match="*")
        assert (answer.status, answer.type) == (400, "invalid"), (roles, answer.content[:300])
