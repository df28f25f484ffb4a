"""凭证字: the word of a voucher, by where its money goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from modules.finance.rules.entry import DraftLine

ZERO = Decimal(0)
GENERAL, RECEIPT, PAYMENT, TRANSFER = "记", "收", "付", "转"
MONEY = ("cash", "bank")


class _Account(Protocol):
    control: str


def voucher_word(lines: Sequence[DraftLine], accounts: Mapping[int, _Account], words: str) -> str:
    """记 for all, or (`words` is three) 收 when money comes in, 付 when it goes out or only changes its account, 转
    when none moves."""
    if words != "three":
        return GENERAL
    money = [line for line in lines if accounts[line.account_id].control in MONEY]
    if not money:
        return TRANSFER
    return RECEIPT if sum((line.debit - line.credit for line in money), ZERO) > 0 else PAYMENT
