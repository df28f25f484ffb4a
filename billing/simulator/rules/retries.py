"""When a failed payment is tried again."""

from __future__ import annotations

from collections.abc import Sequence

from billing.simulator.rules.periods import DAY

# A card that was reported lost or stolen is not asked again; a new card is (Stripe's hard declines).
HARD_DECLINES = frozenset({"lost_card", "stolen_card", "pickup_card", "incorrect_number", "authentication_required"})


def next_attempt(first_failure: int, failures: int, days: Sequence[int]) -> int | None:
    """The time of the retry after the n-th failure, `days` counting from the first one; None when all are used up."""
    if failures < 1 or failures > len(days):
        return None
    return first_failure + days[failures - 1] * DAY
