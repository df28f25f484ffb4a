"""What remains of each field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.shared.data.models import Party
from modules.shared.data.rules.survivorship import PARTY, empty, survive

RULES: Any = {"name": "filled", "limit": "filled", "flag": "either", "note": "joined", "own": "union"}
KEEP: dict[str, Any] = {"name": "Giant", "limit": None, "flag": False, "note": "Old friends", "own": {"a": 1, "b": ""}}
GONE: dict[str, Any] = {
    "name": "GIANT",
    "limit": Decimal(0),
    "flag": True,
    "note": "Pays late",
    "own": {"a": 2, "b": 3},
}


def test_what_is_said_remains_what_is_empty_is_filled() -> None:
    assert survive(RULES, KEEP, [GONE]) == {
        "name": "Giant", "limit": Decimal(0), "flag": True, "note": "Old friends\n\nPays late", "own": {"a": 1, "b": 3},
    }  # fmt: skip


def test_a_choice_goes_before_the_rule() -> None:
    assert survive(RULES, KEEP, [GONE], {"name": "GIANT"})["name"] == "GIANT"
    with pytest.raises(KeyError):
        survive(RULES, KEEP, [GONE], {"colour": "red"})


def test_a_note_that_says_the_same_is_not_said_twice() -> None:
    assert survive(RULES, KEEP, [{**GONE, "note": "Old friends"}])["note"] == "Old friends"


def test_every_field_of_a_party_has_a_rule() -> None:
    """What a person can write of a party survives; what follows from it (keys, search) is kept by the services."""
    kept = {"id", "version", "created_at", "changed_at", "created_by_id", "changed_by_id", "code", "is_active",
            "merged_into_id", "name_key", "name_zh_key", "sound_key", "domain_key", "search_text"}  # fmt: skip
    assert {field.attname for field in Party._meta.concrete_fields} - kept == set(PARTY)


values = st.one_of(st.none(), st.just(""), st.text(max_size=5))


@given(values, st.lists(values, max_size=4))
def test_nothing_said_is_lost_to_nothing(own: Any, others: list[Any]) -> None:
    """Where anybody says something, something remains; and what the survivor said is what remains."""
    result = survive({"x": "filled"}, {"x": own}, [{"x": other} for other in others])["x"]
    assert empty(result) == all(empty(value) for value in (own, *others))
    assert empty(own) or result == own
