"""What goes when functions go is said before: every declared word can be counted, and the counts are the records'."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tenon.access.actor import Actor
from tenon.api.shapes import model_of
from tenon.records.selectors.impact import impact
from tenon.records.service import acting
from tenon.registry import registry as registry_module
from tenon.registry.errors import ManifestError
from tenon.registry.registry import Registry, registry
from tenon.registry.types import Impact, ModuleManifest, Schedule
from tenon.tenancy.context import Company
from tests.platform.api.record_factory import make

PRODUCTION = frozenset({"production.bom", "production.mrp", "production.shop_floor"})


def texts(company: Company, lost: Any, kept: Any = "off") -> list[str]:
    return [line.text for line in impact(lost=lost, kept=kept, company=company)]


def test_open_records_are_counted_and_named(serving_acme: Company, actor: Actor) -> None:
    model = model_of(registry().entities["production.order"])
    with acting(actor):
        made = [make(model) for _ in range(4)]
        model._default_manager.filter(pk=made[0].pk).update(status="cancelled")
    there = model._default_manager.filter(status__in=("draft", "released", "in_progress")).count()
    total = model._default_manager.count()
    found = impact(lost=PRODUCTION)
    first = found[0]
    assert (first.entity, first.count, first.effect) == ("production.order", there, "out_of_sight")
    assert first.text == f"{there} open production orders are out of sight"
    lines = [line for line in found if line.entity == "production.order"]
    assert sum(line.count for line in lines) == total, "none is named twice"
    assert f"Production orders ({total - there} others)" in lines[1].text
    assert texts(serving_acme, PRODUCTION, "read_only")[0] == f"{there} open production orders become read-only"
    with translation.override("zh-hans"):
        chinese = impact(lost=PRODUCTION, kept="read_only")[0].text
    assert str(there) in chinese
    assert "生产" in chinese
    assert "production" not in chinese


def test_what_stays_open_is_not_named(serving_acme: Company, actor: Actor) -> None:
    """A record that another function still opens is no loss, and what is off already cannot go."""
    assert impact(lost=[]) == []
    assert impact(lost=["no.such.feature"]) == []
    assert not [line for line in impact(lost=["crm.quotes"]) if line.entity.startswith("production.")]


def test_schedules_that_stop_are_counted(serving_acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    known = registry()
    manifest = known.modules["production"]
    for key in [key for key, (_manifest, word) in known.schedules.items() if word.feature == "production.mrp"]:
        monkeypatch.delitem(known.schedules, key)
    for n, title in enumerate(("Nightly planning", "Late orders")):
        word = Schedule(f"production.test_{n}", "os.getcwd", "0 5 * * *", feature="production.mrp", title=title)
        monkeypatch.setitem(known.schedules, word.key, (manifest, word))
    found = [line for line in impact(lost=["production.mrp"]) if line.effect == "stops"]
    assert [(line.count, line.text) for line in found] == [(2, "2 schedules stop: Nightly planning, Late orders")]


@pytest.mark.parametrize("index", range(len(registry_module.registry().impacts)))
def test_every_declared_word_can_be_counted_in_both_languages(serving_acme: Company, index: int) -> None:
    manifest, word = registry().impacts[index]
    entity = registry().entities[word.entity]
    assert entity.module == manifest.key
    assert model_of(entity)._default_manager.filter(**word.filters).count() >= 0
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said[language] = {str(word.what % {"count": count}) for count in (1, 2)}
    assert len(said["en"]) == 2
    assert all("2" in text or "1" in text for texts in said.values() for text in texts)
    assert not said["en"] & said["zh-hans"], "translated"


def test_a_word_about_nothing_is_refused_at_start_up() -> None:
    for word in (Impact("x", entity="no.such"), Impact("x", count="a.b"), Impact("x")):
        with pytest.raises(ManifestError):
            Registry([ModuleManifest("odd", "Odd", impacts=(word,))])
