"""What need not be kept for ever: files that were imported long ago."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from tenon.records.models import DataImport

KEPT = timedelta(days=30)


def forget_imports() -> int:
    """Removes imports of more than thirty days ago with their files; what they brought in stays. Returns how many."""
    old = list(DataImport.objects.filter(changed_at__lt=timezone.now() - KEPT).order_by("pk")[:500])
    for found in old:
        default_storage.delete(found.path)
        found.delete()
    return len(old)
