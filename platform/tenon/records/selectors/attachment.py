"""Reads of attached files."""

from __future__ import annotations

from django.db.models import Sum

from tenon.records.models import Attachment


def bytes_stored() -> int:
    """What all attached files take in storage."""
    return int(Attachment.objects.aggregate(total=Sum("size"))["total"] or 0)
