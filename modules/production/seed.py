"""Reasons that a new company starts with, for it to change."""

from __future__ import annotations

from modules.production.models import LossReason
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company

Kind = LossReason.Kind
# kind, code, English, Chinese
REASONS: tuple[tuple[str, str, str, str], ...] = (
    (Kind.SCRAP, "S-SIZE", "Out of size", "尺寸不良"),
    (Kind.SCRAP, "S-SURF", "Surface damaged", "表面不良"),
    (Kind.SCRAP, "S-MAT", "Faulty material", "来料不良"),
    (Kind.SCRAP, "S-SET", "Set-up piece", "调机件"),
    (Kind.DOWNTIME, "D-BREAK", "Breakdown", "设备故障"),
    (Kind.DOWNTIME, "D-TOOL", "Tool change", "换刀换模"),
    (Kind.DOWNTIME, "D-MAT", "No material", "待料"),
    (Kind.DOWNTIME, "D-STOP", "Short stop", "短暂停机"),
    (Kind.CALL, "C-LEAD", "Team lead", "班长"),
    (Kind.CALL, "C-MAINT", "Maintenance", "设备维修"),
    (Kind.CALL, "C-QUAL", "Quality", "品质"),
    (Kind.CALL, "C-MAT", "Material", "物料"),
)


def seed(*, actor: Actor, company: Company, pack: str) -> None:
    """Idempotent: a company that has reasons keeps its own."""
    zh = company.language.lower().startswith("zh")
    with acting(actor):
        if not LossReason.objects.exists():
            for kind, code, name, name_zh in REASONS:
                LossReason(kind=kind, code=code, name=name_zh if zh else name).save()
