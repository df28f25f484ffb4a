"""Whose turn it is: by hand, and for any shares."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from modules.crm.rules.assignment import Place, next_place, words_of


def turns(places: list[Place], count: int, about: str = "") -> list[int]:
    return [chosen.key for _ in range(count) if (chosen := next_place(places, about))]


def test_shares_of_two_and_one_take_turns() -> None:
    """Credits before each choice: 2 1, then 1 2 (the second stands higher), then 3 0."""
    assert turns([Place(1, 2, 0), Place(2, 1, 0)], 6) == [1, 2, 1, 1, 2, 1]


def test_whoever_names_a_word_comes_first() -> None:
    everybody = [Place(1, 1, 0), Place(2, 1, 0, words_of("Shanghai，上海、road bikes"))]
    assert turns(everybody, 2, "Autumn campaign\n上海") == [2, 2]
    assert turns(everybody, 2, "Beijing") == [1, 1]
    assert turns([everybody[1]], 1, "Beijing") == []


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 4))
def test_over_a_whole_round_each_gets_its_share(weights: list[int], rounds: int) -> None:
    places = [Place(n, weight, 0) for n, weight in enumerate(weights)]
    got = Counter(turns(places, sum(weights) * rounds))
    assert got == {n: weight * rounds for n, weight in enumerate(weights)}
    assert [p.credit for p in places] == [0] * len(weights)
