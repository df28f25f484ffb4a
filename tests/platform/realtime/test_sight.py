"""Which records' ids a socket passes on: those of entities all of whose rows its member sees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenon.access.actor import Actor
from tenon.realtime.consumer import sight
from tenon.registry.registry import registry
from tenon.tenancy.context import Company

UNDER_PARTIES = [e.key for e in registry().entities.values() if e.permission == "shared.party" and not e.parent_field]


def test_the_owner_sees_all_ids(acme: Company, actor: Actor) -> None:
    found = sight(acme, actor)
    assert found.whole == found.entities == frozenset(registry().entities)


@pytest.mark.parametrize("key", ["shared.party", "shared.sales_order", "shared.sales_order_line", *UNDER_PARTIES])
def test_a_narrow_scope_hides_ids_of_what_lies_under_it_too(acme: Company, actor: Actor, key: str) -> None:
    if key not in registry().entities:
        pytest.skip("without the shared layer")
    narrow = replace(actor, scopes={"": "all", "shared.party": "own", "shared.sales_order": "own"})
    found = sight(acme, narrow)
    assert key in found.entities
    assert key not in found.whole
    assert "shared.product" in found.whole


def test_what_is_off_is_out_of_sight(acme: Company, actor: Actor) -> None:
    bare = replace(acme, features=frozenset())
    assert not [key for key in sight(bare, actor).entities if registry().entities[key].features]
