"""A module that a company no longer subscribes to: seen, and written by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from modules.inventory.models import Warehouse
from modules.inventory.services.place import warehouse_create
from modules.shared.contracts.stock import StockAvailability
from tenon.access.actor import Actor, system
from tenon.api.metadata import entity_meta
from tenon.events import dispatcher
from tenon.events.models import Delivery, Outbox
from tenon.jobs import schedules
from tenon.ports import find
from tenon.problems import FeatureOff, FeatureReadOnly
from tenon.records.service import acting
from tenon.records.services.attachment import attachment_create
from tenon.records.services.comment import comment_create
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, outside, serving

INVENTORY = frozenset(feature.key for feature in registry().modules["inventory"].features)


@pytest.fixture
def company(acme: Company) -> Iterator[Company]:
    dropped = replace(acme, read_only_features=INVENTORY)
    with serving(dropped):
        yield dropped


def test_reading_goes_on_and_every_writing_code_is_refused(company: Company, actor: Actor) -> None:
    for code in (c for c in registry().permissions if c.startswith("inventory.")):
        if code.endswith((".view", ".export")):
            actor.require(code)
        else:
            assert not actor.can(code), code
            with pytest.raises(FeatureReadOnly):
                actor.require(code)
    actor.require("crm.lead.create")
    with serving(replace(company, features=company.features - INVENTORY)), pytest.raises(FeatureOff):
        actor.require("inventory.warehouse.create")
    meta = entity_meta(actor, registry().entities["inventory.warehouse"])
    assert meta["can"]["view"]
    assert not meta["can"]["create"]
    assert not meta["can"]["update"]


def test_no_write_comes_through_whoever_tries(company: Company, actor: Actor) -> None:
    there = Warehouse.objects.get(pk=Warehouse.objects.values_list("pk", flat=True)[0])
    entity = registry().entities["inventory.warehouse"]
    with pytest.raises(FeatureReadOnly):
        warehouse_create(actor=system("planning"), code="W9", name="Ninth")
    with acting(system("import")):
        for write in (there.save, there.delete, Warehouse(code="W9", name="Ninth").save):
            with pytest.raises(FeatureReadOnly):
                write()
    with pytest.raises(FeatureReadOnly):
        comment_create(actor=actor, entity=entity, record_id=there.pk, label="W", body="Hello")
    with pytest.raises(FeatureReadOnly):
        file = SimpleUploadedFile("a.txt", b"text")
        attachment_create(actor=actor, entity=entity, record_id=there.pk, upload=file)
    assert not Warehouse.objects.filter(code="W9").exists()


def test_for_the_others_it_is_as_good_as_gone(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find(StockAvailability) is None
    _manifest, schedule = next(iter(registry().schedules.values()))
    of_inventory = replace(schedule, key="inventory.nightly", cron="* * * * *", feature="inventory.stock")
    everybody = {"inventory.nightly": (registry().modules["inventory"], of_inventory)}
    monkeypatch.setattr(registry(), "schedules", everybody)
    assert schedules.due(datetime.now(UTC), [company]) == []
    assert len(schedules.due(datetime.now(UTC), [replace(company, read_only_features=frozenset())])) == 1


def test_what_happens_meanwhile_waits_until_it_is_back(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(iter(registry().handlers.values()))[0][1]
    monkeypatch.setattr(dispatcher, "_find", lambda _event, _key: (registry().modules["inventory"], handler))
    delivery = Delivery(event=Outbox(name="x", role=company.role), role=company.role, handler=handler.key)
    monkeypatch.setattr(dispatcher, "company_by_role", lambda: lambda _role: company)
    with outside():
        dispatcher._deliver(delivery)
    assert delivery.state == Delivery.State.SKIPPED
