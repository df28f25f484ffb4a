"""How a new object of each kind looks before anything is known about it: all of Stripe's fields, empty.

Held to tests/billing/simulator/objects.json by a test. `id`, `created` and `livemode` are added when it is made.
"""

from __future__ import annotations

import copy

from billing.simulator.shapes.basics import ADDRESS, MODELESS, PREFIXES, SHAPES, UNDATED, Doc
from billing.simulator.shapes.billing import BILLING_SHAPES

__all__ = ["ADDRESS", "MODELESS", "PREFIXES", "UNDATED", "Doc", "shape_of"]


def shape_of(kind: str) -> Doc:
    return copy.deepcopy(SHAPES[kind] if kind in SHAPES else BILLING_SHAPES[kind])
