"""Writing events: raw inserts, because a company's role may insert into the outbox and do nothing else there."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.db import connection

from tenon.events.codec import encode
from tenon.registry.registry import event_name, registry


def write_outbox(events: list[Any]) -> None:
    """One row per event, in the caller's transaction. Raises KeyError for an event that no manifest publishes."""
    from tenon.records.service import frame

    actor = frame().actor.ref
    known = registry().events
    rows = []
    for event in events:
        name = event_name(type(event))
        if name not in known:
            raise KeyError(f"event {name!r} is published by no manifest")
        rows.append((str(uuid4()), name, json.dumps(encode(event))))
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into public.events_outbox (event_id, role, name, payload, actor, created_at)
               select event_id, current_user, name, payload, %s, clock_timestamp()
                 from unnest(%s::uuid[], %s::text[], %s::jsonb[]) with ordinality as d(event_id, name, payload, n)
                order by n""",
            [actor, *([row[i] for row in rows] for i in range(3))],
        )
