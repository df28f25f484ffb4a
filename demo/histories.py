"""Made-up ways of deals, with the truth about them: who sells, how large, how much is done about it, and by what chance
it is won. For the demo's past, and for tests that must know what a model should find."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log
from random import Random

OPEN_STAGES = 4
SKILL = (0.9, 0.3, -0.2, -0.8)  # of the sellers, as log odds


@dataclass
class Way:
    """Days are counted from the opening; `opened` from the first day of the history. `moves`: (day, stage index), then
    how it ended, or the last stage reached while it is open. `dates`: (day, expected close as day)."""

    opened: float
    customer: int
    seller: int
    amount: int
    chance: float  # true probability of winning, as the deal is opened
    won: bool
    moves: list[tuple[float, int]]
    ends: float
    dates: list[tuple[float, int]] = field(default_factory=list)
    touches: list[float] = field(default_factory=list)
    quoted: float | None = None
    rival: float | None = None


def ways(*, seed: int, count: int, days: int, customers: int = 80) -> list[Way]:
    """In order of their opening. Whether a deal is won is drawn with its chance; deals that will be lost stand longer,
    are put off more often and less is done about them, so that what happens on the way tells more than the opening."""
    random = Random(seed)
    liking = [random.gauss(0, 0.6) for _n in range(customers)]
    found = []
    for opened in sorted(random.uniform(0, days) for _n in range(count)):
        customer, seller = random.randrange(customers), random.randrange(len(SKILL))
        amount = round(exp(random.gauss(log(40_000), 0.9)), -2)
        odds = -0.5 + 1.3 * SKILL[seller] + liking[customer] - 0.7 * (log(max(amount, 100)) - log(40_000))
        chance = 1 / (1 + exp(-odds))
        won = random.random() < chance
        found.append(_way(random, opened, customer, seller, int(amount), chance, won))
    return found


def _way(random: Random, opened: float, customer: int, seller: int, amount: int, chance: float, won: bool) -> Way:
    pace = random.uniform(5, 14) * (1.0 if won else 1.5)
    moves, day, stage = [(0.0, 0)], 0.0, 0
    last = OPEN_STAGES if won else random.choices((1, 2, 3, 4), (3, 3, 2, 2))[0]
    while stage < last - 1:
        day += random.expovariate(1 / pace) + 0.5
        if stage and random.random() < (0.05 if won else 0.15):
            stage -= 1
        else:
            stage += 1
        moves.append((day, stage))
    ends = day + random.expovariate(1 / (pace * 1.2)) + 1
    way = Way(opened, customer, seller, amount, chance, won, moves, ends)
    planned, at = random.randint(25, 60), 0.0
    way.dates.append((0.0, planned))
    while planned < ends or random.random() < (0.05 if won else 0.15):
        at += random.uniform(0.3, 1.0) * max(planned - at, 3)
        planned += random.randint(10, 30)
        if at >= ends:
            break
        way.dates.append((at, planned))
    day = 0.0
    while (day := day + random.expovariate(1 / (6 if won else 11))) < ends:
        way.touches.append(day)
    arrived = next((day for day, stage in moves if stage == 2), None)
    if arrived is not None and arrived + 1 < ends and random.random() < 0.9:
        way.quoted = arrived + 1
    if random.random() < (0.2 if won else 0.4):
        way.rival = random.uniform(0, ends * 0.8)
    return way
