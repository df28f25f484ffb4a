"""Which files of an inquiry who may see."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from modules.inventory.models import Inquiry, InquiryFile, InquirySupplier
from tenon.problems import NotFound


def for_suppliers(inquiry: Inquiry) -> QuerySet[InquiryFile]:
    """Ours, marked for all that are asked."""
    return InquiryFile.objects.filter(inquiry=inquiry, asked=None).select_related("attachment").order_by("id")


def own_files(asked: InquirySupplier) -> QuerySet[InquiryFile]:
    """What one supplier attached to its answers."""
    return InquiryFile.objects.filter(asked=asked).select_related("attachment").order_by("id")


def opened_files(inquiry: Inquiry) -> QuerySet[InquiryFile]:
    """What suppliers attached, of rounds that are opened: what is sealed is not there."""
    rows = InquiryFile.objects.filter(inquiry=inquiry, asked__isnull=False).select_related("attachment").order_by("id")
    if inquiry.status in (Inquiry.Status.OPENED, Inquiry.Status.AWARDED):
        return rows
    return rows.filter(round__lt=inquiry.round)


def opened_file(inquiry: Inquiry, file_id: int) -> InquiryFile:
    """Raises NotFound, also while it is sealed."""
    file = opened_files(inquiry).filter(pk=file_id).first()
    if file is None:
        raise NotFound
    return file


def file_for(asked: InquirySupplier, file_id: int) -> InquiryFile:
    """What a supplier may download: ours that are marked, and its own. Raises NotFound, also for those of others."""
    file = (for_suppliers(asked.inquiry) | own_files(asked)).filter(pk=file_id).first()
    if file is None:
        raise NotFound
    return file


def files_by_supplier(inquiry: Inquiry) -> dict[int, list[dict[str, Any]]]:
    out: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for file in opened_files(inquiry):
        out[file.asked_id or 0].append(listed(file))
    return out


def listed(file: InquiryFile) -> dict[str, Any]:
    return {"id": file.pk, "name": file.attachment.name, "size": file.attachment.size, "round": file.round}
