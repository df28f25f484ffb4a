"""The websocket of a company's members: what changed, never the data itself.

Every socket of a company listens to one group; what its member may not see it does not pass on. One group instead of
one per entity makes a commit one PUBLISH and a socket one subscription, and a change of rights is in force as soon as
the socket has looked again. Whoever sees only part of an entity's rows is told that something changed, not what."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from channels.db import DatabaseSyncToAsync
from channels.generic.websocket import AsyncWebsocketConsumer

from tenon.access.actor import Actor
from tenon.access.scope import scope_filter
from tenon.api.metadata import feature_on
from tenon.api.visibility import scoped
from tenon.problems import Problem
from tenon.realtime.notify import company_group
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, serving

REFUSED = 4403  # close code: come back only after signing in again
LOOK_AGAIN = 300.0  # seconds after which a ping makes the socket check its session anew
LONGEST_MESSAGE = 1000


@dataclass(frozen=True)
class Sight:
    """What a socket's member may hear of. `whole`: entities all of whose rows it sees."""

    company_id: int
    member_id: int | None
    entities: frozenset[str]
    whole: frozenset[str]
    all_jobs: bool


def sight(company: Company, actor: Actor) -> Sight:
    """What the actor sees of the company now: its permissions, the features that are on, its scopes."""
    with serving(company):
        seen = [e for e in registry().entities.values() if feature_on(e) and actor.can(f"{e.permission_prefix}.view")]
        whole = [e.key for e in seen if not scope_filter(actor, scoped(e.key))]
        return Sight(
            company.id,
            actor.member_id,
            frozenset(e.key for e in seen),
            frozenset(whole),
            actor.can("access.job.follow"),
        )


def _look(admit: Callable[[], tuple[Company, Actor]]) -> Sight:
    return sight(*admit())


# Sockets share no thread with requests or with each other; connections go back to their pool after each look.
look = DatabaseSyncToAsync(_look, thread_sensitive=False)


class CompanySocket(AsyncWebsocketConsumer):
    """`ws://<company host>/ws/`, see docs/api.md."""

    sight: Sight | None = None
    looked_at = 0.0

    async def connect(self) -> None:
        """Refused at the handshake without a session here, a membership, or with a foreign page's origin."""
        if not await self._look():
            await self.close()
            return
        assert self.sight is not None
        await self.channel_layer.group_add(company_group(self.sight.company_id), self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.sight is not None:
            await self.channel_layer.group_discard(company_group(self.sight.company_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            message = json.loads((text_data or "")[:LONGEST_MESSAGE])
        except (ValueError, RecursionError):
            return
        if isinstance(message, dict) and message.get("type") == "ping":
            if time.monotonic() - self.looked_at > LOOK_AGAIN and not await self._look():
                await self.close(REFUSED)
                return
            await self._say({"type": "pong"})

    # --- messages of the company's group

    async def changed(self, message: dict[str, Any]) -> None:
        """Items of entities that the member may view; ids only where it sees all rows."""
        if self.sight is None:
            return
        items = [
            item if item["entity"] in self.sight.whole else {**item, "ids": []}
            for item in message["items"]
            if item["entity"] in self.sight.entities
        ]
        if items:
            await self._say({"type": "changed", "items": items})

    async def job(self, message: dict[str, Any]) -> None:
        """A job's progress: to whoever started it, and to those who see all jobs."""
        if self.sight is not None and (self.sight.all_jobs or message["member"] == self.sight.member_id):
            await self._say({k: v for k, v in message.items() if k != "member"})

    async def notified(self, message: dict[str, Any]) -> None:
        """A member's notifications changed: to that member's sockets only."""
        if self.sight is not None and message["member"] == self.sight.member_id:
            await self._say({"type": "notified"})

    async def bootstrap(self, message: dict[str, Any]) -> None:
        """Features, menu or roles changed: looks again, and leaves when there is nothing left to see."""
        if await self._look():
            await self._say({"type": "bootstrap"})
        else:
            await self.close(REFUSED)

    async def _look(self) -> bool:
        try:
            found = await look(self.scope["admit"])
        except Problem:
            return False
        self.sight, self.looked_at = found, time.monotonic()
        return True

    async def _say(self, message: dict[str, Any]) -> None:
        await self.send(text_data=json.dumps(message))
