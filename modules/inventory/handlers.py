"""What inventory does when something happened."""

from __future__ import annotations

from modules.inventory.services.supplier_mails import inquiry_mail_send
from modules.shared.contracts.events import SupplierMailDue


def supplier_mail_due(event: SupplierMailDue) -> None:
    """Writes to one supplier."""
    inquiry_mail_send(kind=event.kind, asked_id=event.asked_id)
