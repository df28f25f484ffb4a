"""What entering vouchers by keyboard needs at hand: every account that can be posted to, with its pinyin; currencies
with their rate of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pypinyin import Style, lazy_pinyin

from modules.finance.models import Account
from modules.finance.models.account import CONTROLLED
from modules.shared.data.models import Currency
from modules.shared.data.selectors.rates import rates_on
from tenon.access.actor import Actor


@dataclass(frozen=True)
class PostableAccount:
    """`find`: pinyin of the Chinese name, as initials and in full. `by_hand`: entries by hand may use it."""

    id: int
    code: str
    title: str
    other: str
    find: tuple[str, str]
    control: str
    by_hand: bool


def postable_accounts(*, actor: Actor) -> list[PostableAccount]:
    """Leaves in use, by code. Permission: finance.journal_entry.view."""
    actor.require("finance.journal_entry.view")
    found = Account.objects.filter(is_active=True, children__isnull=True).order_by("code")
    return [
        PostableAccount(
            a.pk, a.code, a.title, a.name if a.title == a.name_zh else a.name_zh,
            ("".join(lazy_pinyin(a.name_zh, style=Style.FIRST_LETTER)), "".join(lazy_pinyin(a.name_zh))),
            a.control, a.control not in CONTROLLED,
        )
        for a in found
    ]  # fmt: skip


def currency_rates(on: date) -> dict[str, Decimal | None]:
    """Currencies in use and what one unit is worth on that day; None where no rate is known."""
    codes = list(Currency.objects.filter(is_active=True).order_by("code").values_list("code", flat=True))
    rates = rates_on(codes, on)
    return {code: rates.get(code) for code in codes}
