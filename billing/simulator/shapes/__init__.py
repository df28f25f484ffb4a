"""How a new object of each kind looks before anything is known about it: all of Stripe's fields, empty.

Held to tests/billing/simulator/objects.json by a test. `id`, `created` and `livemode` are added when it is made.
"""

from __future__ import annotations

import orjson

from billing.simulator.shapes.basics import ADDRESS, MODELESS, PREFIXES, SHAPES, UNDATED, Doc
from billing.simulator.shapes.billing import BILLING_SHAPES

__all__ = ["ADDRESS", "MODELESS", "PREFIXES", "UNDATED", "Doc", "shape_of"]


_EMPTY = {kind: orjson.dumps(shape) for kind, shape in (SHAPES | BILLING_SHAPES).items()}


def shape_of(kind: str) -> Doc:
    fresh: Doc = orjson.loads(_EMPTY[kind])
    return fresh
