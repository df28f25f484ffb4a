"""A function that is off is off on every way in: beside the surfaces of test_every_entity.py these are the importer,
files, sockets, schedules, providers, and every address that a module adds by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from tenon.access.actor import Actor
from tenon.api.shapes import model_of
from tenon.jobs import schedules
from tenon.ports import find, find_all
from tenon.realtime.consumer import sight
from tenon.records.models import Attachment
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, serving
from tests.platform.api.client import Api
from tests.platform.api.entity_suite import Surfaces, entities
from tests.platform.api.record_factory import make
from tests.platform.api.record_hints import NEVER
from tests.platform.api.test_importing import csv_of, upload

SWITCHED = [m.key for m in registry().modules.values() if m.features and not m.always_on]
NOBODYS = ("search", "imports", "jobs")


@pytest.fixture(autouse=True)
def _undone(serving_acme: Company) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def off(serving_acme: Company) -> Company:
    return replace(serving_acme, features=frozenset())


def closable() -> list[str]:
    known = registry()
    return [
        k for k in entities() if known.entities[k].features or not known.modules[known.entities[k].module].always_on
    ]


@pytest.mark.parametrize("key", closable())
def test_import_files_and_sockets(key: str, actor: Actor, serving_acme: Company, off: Company) -> None:
    entity = registry().entities[key]
    file_id = None
    if entity.attachments and key not in NEVER:
        with acting(actor):
            record = make(model_of(entity))
        path = f"{Surfaces(entity).one(record.pk)}attachments/"
        with acting(actor):
            kept = Attachment.objects.create(
                entity=key, record_id=record.pk, name="x.txt", size=1, content_type="text/plain", path="no/such/x.txt"
            )
        file_id = kept.pk
        assert Api(actor).get(path).status in (200, 404), "while it is on"
    with serving(off):
        api = Api(actor)
        if entity.importable:
            refused = upload(actor, csv_of("name", "A"), entity=key)
            assert refused.status_code == 403, refused.content
            assert b"feature-off" in refused.content
        if file_id is not None:
            answer = api.get(f"/api/v1/files/{file_id}/")
            assert answer.type in ("feature-off", "not-found"), answer.content
        seen = sight(off, actor)
        assert key not in seen.entities
        assert key not in seen.whole
    assert key in sight(serving_acme, actor).entities, "so that the silence above was the switch's"


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for found in resolver.url_patterns:
        path = prefix + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from addresses(found, path)
        else:
            yield path, found


def own_addresses() -> list[str]:
    """Every address below /api/v1/<switched module>/ that is not the generic one."""
    found = set()
    for path, _pattern in addresses(get_resolver()):
        clean = path.replace("^", "").replace("\\Z", "").replace("$", "")
        match = re.match(r"/?api/v1/([a-z_]+)/", clean)
        if match and match[1] in SWITCHED:
            found.add("/" + re.sub(r"<[^>]*>", "1", clean).lstrip("/"))
    return sorted(found)


def test_modules_do_add_addresses_of_their_own() -> None:
    assert len(own_addresses()) > 10, "otherwise the walk below walks over nothing"


@pytest.mark.parametrize("path", own_addresses())
def test_what_a_module_adds_by_hand_is_closed_too(path: str, actor: Actor, off: Company) -> None:
    with serving(off):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answer = Api(actor)(method, path, {} if method != "GET" else None, if_match="1")
            assert answer.status in (403, 405), (method, path, answer.status, answer.content[:300])
            assert answer.type in ("feature-off", "method-not-allowed"), (method, path, answer.content[:300])


@pytest.mark.parametrize("key", sorted(registry().schedules))
def test_schedules_of_what_is_off_do_not_run(key: str, off: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest, schedule = registry().schedules[key]
    if manifest.always_on and not schedule.feature:
        pytest.skip("always on")
    monkeypatch.setattr(schedules, "import_string", lambda path: pytest.fail(f"{path} ran"))
    with serving(off):
        assert not schedules.is_on(key, off)
        assert schedules.run(key) is False


def test_providers_of_what_is_off_do_not_answer(off: Company, serving_acme: Company) -> None:
    known = registry()
    with serving(off):
        for contract, rows in known.providers.items():
            if all(m.key in SWITCHED for m, _path in rows):
                assert find(contract) is None, contract
        for contract, rows in known.answerers.items():
            expected = [path for m, path in rows if m.key not in SWITCHED]
            assert len(find_all(contract)) == len(expected), contract


def test_the_palette_and_the_menu_know_nothing_of_it(actor: Actor, off: Company) -> None:
    from tenon.access.selectors.menu import menu_of

    def routes(nodes: Any) -> Iterator[str]:
        for node in nodes:
            if node.route:
                yield node.route
            yield from routes(node.children)

    with serving(off):
        led = [r for r in routes(menu_of(actor).roots) if r.split("/")[1] in SWITCHED]
        assert led == []
