"""What CRM starts with: a pipeline with its stages, reasons that deals are lost for."""

from __future__ import annotations

from decimal import Decimal

from modules.crm.models import LossReason, Pipeline, Stage
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company

STAGES: tuple[tuple[str, str, str, str, str, tuple[str, ...]], ...] = (
    ("Qualification", "初步接触", "open", "10", "pipeline", ()),
    ("Needs", "需求确认", "open", "30", "pipeline", ()),
    ("Proposal", "方案报价", "open", "50", "best", ("amount",)),
    ("Negotiation", "商务谈判", "open", "75", "commit", ("amount", "expected_close")),
    ("Won", "赢单", "won", "100", "commit", ()),
    ("Lost", "输单", "lost", "0", "omitted", ()),
)


LOSSES = (
    ("Price", "价格"), ("Delivery time", "交期"), ("Product does not fit", "产品不匹配"), ("Competitor", "竞争对手"),
    ("No budget", "无预算"), ("No decision", "客户未决策"), ("Other", "其他"),
)  # fmt: skip


def seed(*, actor: Actor, company: Company, pack: str) -> None:
    """Idempotent: a company that has stages or reasons keeps its own."""
    zh = company.language.lower().startswith("zh")
    with acting(actor):
        if not LossReason.objects.exists():
            LossReason.objects.bulk_create(LossReason(name=name_zh if zh else name) for name, name_zh in LOSSES)
        if Stage.objects.exists():
            return
        pipeline = Pipeline.objects.order_by("position", "id").first()
        if pipeline is None:
            pipeline = Pipeline(name="销售" if zh else "Sales")
            pipeline.save()
        Stage.objects.bulk_create(
            Stage(
                pipeline=pipeline, name=name_zh if zh else name, position=(index + 1) * 10, kind=kind,
                probability=Decimal(probability), category=category, required_fields=list(required),
            )
            for index, (name, name_zh, kind, probability, category, required) in enumerate(STAGES)
        )  # fmt: skip
