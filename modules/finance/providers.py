"""Answers to contracts of the shared layer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from modules.finance.selectors.credit import credit_answer
from modules.finance.selectors.price_differences import invoiced_differences
from modules.finance.selectors.profit import profit_lines
from modules.finance.services.catch_up import ledger_catch_up
from modules.finance.services.posting import posting_post
from modules.shared.contracts.posting import CreditAnswer, OrderProfitLine, Posting
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder
from tenon.access.actor import Actor


class Ledger:
    """LedgerPosting."""

    def post(self, *, actor: Actor, postings: Sequence[Posting]) -> list[RecordRef]:
        return posting_post(actor=actor, postings=postings)


class CatchUp:
    """LedgerCatchUp."""

    def catch_up(self, *, actor: Actor) -> None:
        ledger_catch_up(actor=actor)


class Differences:
    """InvoicedDifferences."""

    def differences(self) -> dict[int, Decimal]:
        return invoiced_differences()


class Credit:
    """CreditCheck."""

    def check(self, *, party_id: int, additional: Decimal) -> CreditAnswer:
        return credit_answer(party_id, additional)


class Profit:
    """OrderProfit. Whoever asks has seen to it that the order may be seen."""

    def profit(self, sales_order_id: int) -> list[OrderProfitLine]:
        order = SalesOrder.objects.filter(pk=sales_order_id).first()
        return profit_lines(order) if order else []
