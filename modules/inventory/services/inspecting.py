"""Goods that come in wait for their inspection, where somebody inspects (质检)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from modules.shared.contracts.quality import Arrival, QualityGate
from modules.shared.contracts.refs import RecordRef
from tenon import ports
from tenon.access.actor import Actor


def inspect_arrivals(
    actor: Actor,
    stage: Literal["incoming", "final"],
    source: RecordRef,
    goods: Sequence[tuple[int, str, Decimal]],
) -> None:
    """(product, lot, quantity) that come in; their lots are there, and nothing is locked of them yet."""
    gate = ports.find(QualityGate)
    if gate is not None and goods:
        gate.goods_came(actor=actor, stage=stage, source=source, goods=[Arrival(*part) for part in goods])
