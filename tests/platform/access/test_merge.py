"""Roles merged: the widest scope, the mildest field rule; one more role takes nothing away. No database."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenon.access.rules.merge import RoleFacts, merge, widest

CODES = frozenset({"a.x.view", "a.x.update", "a.y.view"})
VIEWS = {"a.x": "a.x.view", "a.y": "a.y.view"}


def test_the_widest_scope_counts_among_roles_that_show_the_entity() -> None:
    sales = RoleFacts("sales", frozenset({"a.x.view"}), "own", {"a.x": "department"})
    books = RoleFacts("books", frozenset({"a.y.view"}), "all")
    rights = merge([sales, books], CODES, VIEWS)
    assert rights.scopes["a.x"] == "department", "the accountant's `all` does not open leads"
    assert rights.scopes["a.y"] == "all"
    assert rights.permissions == {"a.x.view", "a.y.view"}


def test_field_rules_are_as_mild_as_the_mildest_role() -> None:
    strict = RoleFacts("s", frozenset({"a.x.view"}), "all", {}, {"a.x": {"cost": "hidden", "margin": "hidden"}})
    mild = RoleFacts("m", frozenset({"a.x.view"}), "all", {}, {"a.x": {"cost": "read_only"}})
    blind = RoleFacts("b", frozenset({"a.y.view"}), "all")
    assert merge([strict], CODES, VIEWS).hidden["a.x"] == {"cost", "margin"}
    both = merge([strict, mild], CODES, VIEWS)
    assert "a.x" not in both.hidden
    assert both.locked["a.x"] == {"cost"}
    assert merge([strict, blind], CODES, VIEWS).hidden["a.x"] == {"cost", "margin"}, "a role that shows nothing"


def test_a_star_holds_everything_and_unknown_codes_nothing() -> None:
    assert merge([RoleFacts("o", frozenset({"*"}), "all")], CODES, VIEWS).permissions == CODES
    assert merge([RoleFacts("o", frozenset({"gone.code"}), "all")], CODES, VIEWS).permissions == frozenset()
    assert merge([], CODES, VIEWS).permissions == frozenset()
    assert widest([]) == "own"


_role = st.builds(
    RoleFacts, st.text(min_size=1, max_size=3), st.frozensets(st.sampled_from(sorted(CODES))),
    st.sampled_from(["own", "department", "subtree", "all"]),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault
@given(st.lists(_role, max_size=4), _role)
def test_one_more_role_never_takes_anything_away(roles: list[RoleFacts], more: RoleFacts) -> None:
    before, after = merge(roles, CODES, VIEWS), merge([*roles, more], CODES, VIEWS)
    assert before.permissions <= after.permissions
    for entity, scope in before.scopes.items():
        if entity:
            assert widest([scope, after.scopes[entity]]) == after.scopes[entity]
