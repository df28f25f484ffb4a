"""The mix at work: so many requests at a time over all companies, sockets open, events delivered meanwhile."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from bench.isolation.caller import Ear
from bench.isolation.kinds import READS, WRITES, Foreign, Kind, Situation, Wrong
from bench.isolation.world import Place, found, furnish
from tenon.events.dispatcher import deliver_due, spread
from tenon.notifications.models import Notification
from tenon.tenancy.context import outside, serving

QUIET_EVERY = 4  # one company in four is written to no more


@dataclass
class Verdict:
    """What came of it. `leaks` is what must be empty; `faults` are answers that were wrong in another way."""

    requests: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    heard: int = 0
    delivered: int = 0

    @property
    def clean(self) -> bool:
        return not self.leaks and not self.faults


def build(companies: int) -> list[Place]:
    """The world, empty of what is written over the API."""
    return [found(quiet=n % QUIET_EVERY == 0) for n in range(companies)]


async def run(places: list[Place], requests: int, *, at_once: int = 8, seed: int = 1, say: Any = None) -> Verdict:
    verdict, chance = Verdict(), random.Random(seed)
    for place in places:
        if not place.customers:
            await furnish(place)
    ears = {place.slug: Ear(place.slug, place.cookie) for place in places}
    for slug, ear in ears.items():
        if not await ear.open():
            verdict.faults.append(f"{slug} could not open its socket")
    stranger = Ear(places[0].slug, places[1].cookie)
    if await stranger.open():
        verdict.leaks.append("a socket opened with a neighbour's session")
    begun, ended = time.perf_counter(), asyncio.Event()
    delivery = asyncio.create_task(_deliver(ended, verdict))
    left = iter(range(requests))
    await asyncio.gather(*(_ask(left, places, random.Random(chance.random()), verdict, say) for _ in range(at_once)))
    verdict.seconds = time.perf_counter() - begun
    ended.set()
    await delivery
    await asyncio.to_thread(_told, places, verdict)
    await asyncio.sleep(0.5)  # what was said last is still on its way
    await _listen(places, ears, verdict)
    return verdict


async def _ask(left: Any, places: Sequence[Place], chance: random.Random, verdict: Verdict, say: Any) -> None:
    reads = (list(READS), list(READS.values()))
    mixed = ([*READS, *WRITES], [*READS.values(), *WRITES.values()])
    for _ in left:
        here, there = chance.sample(list(places), 2)
        kinds, weights = reads if here.quiet else mixed
        kind: Kind = chance.choices(kinds, weights)[0]
        name = kind.__name__
        try:
            await kind(Situation(here, there, chance))
        except Foreign as leak:
            verdict.leaks.append(f"{name}: {leak}")
        except Wrong as fault:
            verdict.faults.append(f"{name}: {fault}")
        except Exception as error:  # an answer that is no JSON, a step of a longer kind refused: wrong all the same
            verdict.faults.append(f"{name}: {type(error).__name__}: {error}"[:600])
        verdict.kinds[name] += 1
        verdict.requests += 1
        if say is not None and verdict.requests % 5000 == 0:
            say(verdict)


async def _deliver(ended: asyncio.Event, verdict: Verdict) -> None:
    """The dispatcher at work beside the requests, and until nothing waits: one thread, all companies in turn on its
    connection."""

    def once() -> int:
        try:
            with outside():
                return spread() + deliver_due()
        finally:
            connections.close_all()

    while True:
        last = ended.is_set()
        done = await asyncio.to_thread(once)
        verdict.delivered += done
        if not done:
            if last:
                return
            await asyncio.sleep(0.2)


def _told(places: Sequence[Place], verdict: Verdict) -> None:
    """Each comment that names the colleague told them once, in its own company and in its own words."""
    told = 0
    try:
        for place in places:
            with serving(place.company):
                lines = Notification.objects.filter(member=place.colleague)
                for excerpt in lines.values_list("excerpt", flat=True):
                    told += 1
                    if not excerpt.startswith(place.mark):
                        verdict.leaks.append(f"event: {place.mark} was told {excerpt}")
                lines.delete()  # another run over these companies counts its own
    finally:
        connections.close_all()
    if told != verdict.kinds["mentioned"]:
        verdict.faults.append(f"{verdict.kinds['mentioned']} named their colleague, {told} were told")


async def _listen(places: Sequence[Place], ears: dict[str, Ear], verdict: Verdict) -> None:
    """A quiet company heard nothing; of the others at least one heard something, or the sockets were deaf."""
    for place in places:
        messages = await ears[place.slug].heard()
        told = [m for m in messages if m["type"] != "pong"]
        verdict.heard += len(told)
        if place.quiet and told:
            verdict.leaks.append(f"socket: {place.mark} heard {told[0]} of somebody else's change")
        await ears[place.slug].close()
    wrote = sum(verdict.kinds[kind.__name__] for kind in WRITES)
    if wrote and not verdict.heard:
        verdict.faults.append("no socket heard of any change")
