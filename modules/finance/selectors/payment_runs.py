"""What a payment run tells the bank."""

from __future__ import annotations

from modules.finance.models import PaymentRun, PaymentRunLine
from modules.finance.rules.payment_files import Order, Transfer
from tenon.tenancy.context import current


def order_of(run: PaymentRun) -> Order:
    """One transfer per supplier, with its invoices in the text; the same whenever it is asked for."""
    lines = PaymentRunLine.objects.filter(run=run).select_related("invoice", "party").order_by("party_id", "pk")
    # Recorded lines are not live any more, but of this run; what was taken out before has neither.
    own = [x for x in lines if x.live or x.payment_id]
    suppliers: dict[int, list[PaymentRunLine]] = {}
    for line in own:
        suppliers.setdefault(line.party_id, []).append(line)
    transfers = [
        Transfer(
            f"{run.number}-{party}", rows[0].holder or rows[0].party.name, rows[0].account_number, rows[0].bank,
            sum((x.amount for x in rows), start=0 * rows[0].amount),
            " ".join(x.invoice.reference or x.invoice.number or "" for x in rows),
        )
        for party, rows in suppliers.items()
    ]  # fmt: skip
    account = run.cash_account
    return Order(
        run.number, run.created_at, run.pay_on, current().name, account.number, account.bic, run.currency, transfers
    )
