"""When a company was last worked in, to a few minutes: one write for each process and company in that time."""

from __future__ import annotations

import time

from django.db import connection

from tenon.tenancy.context import outside

EVERY = 300.0  # seconds
_noted: dict[int, float] = {}


def activity_note(tenant_id: int) -> None:
    now = time.monotonic()
    if now - _noted.get(tenant_id, -EVERY) < EVERY:
        return
    _noted[tenant_id] = now
    with outside(), connection.cursor() as cursor:
        cursor.execute(
            """insert into tenants_companyactivity (tenant_id, at) values (%s, now())
               on conflict (tenant_id) do update set at = greatest(excluded.at, tenants_companyactivity.at)""",
            [tenant_id],
        )
