"""The same POST twice has one effect: the answer is kept in the transaction of the effect itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.api.renderers import dumps
from tenon.problems import Conflict, Invalid
from tenon.records.models import IdempotencyKey

LONGEST = 120


class KeyReused(Conflict):
    type, title = "idempotency-key-reused", _("This Idempotency-Key was used for another request")


def fingerprint(method: str, path: str, body: Any) -> str:
    return hashlib.sha256(f"{method} {path} ".encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def key_of(headers: Mapping[str, str]) -> str:
    """The request's Idempotency-Key; empty when it has none. Raises Invalid for one that cannot be kept whole."""
    key = headers.get("Idempotency-Key", "")
    if len(key) > LONGEST or not key.isprintable():
        raise Invalid.field("Idempotency-Key", _("At most %(n)s printable characters.") % {"n": LONGEST})
    return key


def once(actor: Actor, key: str, print_: str, work: Callable[[], tuple[int, Any]]) -> tuple[int, Any, bool]:
    """(status, body, whether it is a repetition). Runs inside a service frame; a second request with the key waits for
    the first one's transaction. Raises KeyReused when the key stands for something else."""
    if not key:
        return (*work(), False)
    full = f"{actor.ref}:{key}"
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into records_idempotencykey (key, request_hash, created_at) values (%s, %s, clock_timestamp())
               on conflict (key) do nothing""",
            [full, print_],
        )
        first = cursor.rowcount == 1
    if not first:
        known = IdempotencyKey.objects.get(key=full)
        if known.request_hash != print_ or known.status is None:
            raise KeyReused
        return known.status, known.body, True
    status, body = work()
    kept = orjson.loads(dumps(body))
    IdempotencyKey.objects.filter(key=full).update(status=status, body=kept)
    return status, body, False
