"""What finance does when something happened elsewhere. Idempotent: comparing again says the same again."""

from __future__ import annotations

from modules.finance.services.account_statement_mails import account_statement_mail_send
from modules.finance.services.invoice_matching import invoices_match_again
from modules.shared.contracts.events import CollectionMailDue, GoodsReceived
from tenon.access.actor import system


def goods_received(event: GoodsReceived) -> None:
    """Invoices that were ahead of their goods may match by now."""
    invoices_match_again(actor=system("three-way match"), order_line_ids=[line.line_id for line in event.lines])


def collection_mail_due(event: CollectionMailDue) -> None:
    """Writes to one customer."""
    if event.kind == "account_statement":
        account_statement_mail_send(event.record_id)
