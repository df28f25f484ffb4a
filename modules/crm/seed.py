"""What CRM starts with: the stages of the pipeline."""

from __future__ import annotations

from decimal import Decimal

from modules.crm.models import Stage
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company

STAGES: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("Qualification", "初步接触", "open", "10", ()),
    ("Needs", "需求确认", "open", "30", ()),
    ("Proposal", "方案报价", "open", "50", ("amount",)),
    ("Negotiation", "商务谈判", "open", "75", ("amount", "expected_close")),
    ("Won", "赢单", "won", "100", ()),
    ("Lost", "输单", "lost", "0", ()),
)


def seed(*, actor: Actor, company: Company, pack: str) -> None:
    """Idempotent: a company that has stages keeps its own."""
    zh = company.language.lower().startswith("zh")
    with acting(actor):
        if Stage.objects.exists():
            return
        Stage.objects.bulk_create(
            Stage(
                name=name_zh if zh else name, position=(index + 1) * 10, kind=kind, probability=Decimal(probability),
                required_fields=list(required),
            )
            for index, (name, name_zh, kind, probability, required) in enumerate(STAGES)
        )  # fmt: skip
