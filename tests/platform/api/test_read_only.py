"""A company that is read-only (not paid for) can be seen as ever, and is written by no way at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import RequestFactory
from django.urls import resolve

from tenants.services.features import feature_disable, feature_enable
from tenants.services.invitations import invitation_create
from tenon.access.actor import Actor
from tenon.api.importing import import_rows
from tenon.api.importing.services import import_start
from tenon.api.shapes import model_of
from tenon.problems import ReadOnly
from tenon.records.models import AuditEntry, DataImport
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, serving
from tests.platform.api.client import Api
from tests.platform.api.entity_suite import Surfaces, entities
from tests.platform.api.record_factory import make
from tests.platform.api.record_hints import NEVER
from tests.platform.api.test_contract import WITH_LINES


@pytest.fixture(autouse=True)
def _undone(acme: Company) -> Iterator[None]:
    """The factory's records are not whole: deferred triggers must not see them."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def unpaid(acme: Company) -> Iterator[Company]:
    with serving(replace(acme, read_only=True)) as company:
        yield company


@pytest.mark.parametrize("key", entities())
def test_no_surface_writes(key: str, acme: Company, actor: Actor) -> None:
    entity = registry().entities[key]
    if key in NEVER or key in WITH_LINES:
        pytest.skip("its records stand with others only")
    with serving(acme), acting(actor):
        pk = make(model_of(entity)).pk
    surfaces, api = Surfaces(entity), Api(actor)
    with serving(replace(acme, read_only=True)):
        before = AuditEntry.objects.count()
        for method, path, body in surfaces.calls(pk, surfaces.group_field(actor)):
            if method == "GET":
                continue
            answer = api(method, path, body, if_match="*")
            if path.endswith("bulk/"):
                told = {row["problem"]["type"] for row in answer.json.get("results", [])} or {answer.json["type"]}
            else:
                told = {answer.json["type"]}
            assert told <= {"/problems/read-only", "/problems/method-not-allowed"}, (method, path, answer.content)
        assert api.get(surfaces.base).status == 200
        assert AuditEntry.objects.count() == before


def test_no_file_is_attached_or_imported(unpaid: Company, actor: Actor) -> None:
    path = f"/api/v1/access/members/{actor.member_id}/attachments/"
    request = RequestFactory().post(path, {"file": SimpleUploadedFile("a.txt", b"x")})
    request.actor, request.request_id = actor, "r"  # type: ignore[attr-defined]
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    match = resolve(path)
    assert match.func(request, *match.args, **match.kwargs).status_code == 403
    with pytest.raises(ReadOnly):
        import_start(actor=actor, entity="access.department", upload=SimpleUploadedFile("a.csv", b"name\nA"))
    with pytest.raises(ReadOnly):
        import_rows(actor=actor, entity_key="access.department", rows=[{"name": "A"}])
    assert not DataImport.objects.exists()


def test_nobody_is_invited_and_nothing_switched(unpaid: Company, actor: Actor) -> None:
    key = next(iter(unpaid.features))
    calls: list[Any] = [
        lambda: invitation_create(actor=actor, email="new@example.com", roles=["viewer"]),
        lambda: feature_disable(actor=actor, key=key),
        lambda: feature_enable(actor=actor, key=key),
    ]
    for call in calls:
        with pytest.raises(ReadOnly):
            call()
