"""What CRM does when something happened."""

from __future__ import annotations

from modules.crm.services.quote_links import quote_mail_send
from modules.shared.contracts.events import QuoteMailDue


def quote_mail_due(event: QuoteMailDue) -> None:
    """Writes to one customer."""
    quote_mail_send(quote_id=event.quote_id, email=event.email)
