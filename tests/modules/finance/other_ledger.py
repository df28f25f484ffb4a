"""The same journal told to beancount, a ledger by others: what it makes of it is compared with ours."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from beancount import loader
from beancount.core import realization

from modules.finance.models import Account, JournalLine
from tenon.tenancy.context import current

ROOTS = {
    "asset": "Assets", "cost": "Assets", "liability": "Liabilities", "equity": "Equity", "revenue": "Income",
    "expense": "Expenses",
}  # fmt: skip


def name_of(account: Account) -> str:
    return f"{ROOTS[account.type]}:A{account.code.replace('.', '-')}"


def told(*, base: bool) -> str:
    """The journal as text: amounts in company currency, or each in its own with what it was worth."""
    currency, entries = current().currency, defaultdict(list)
    for line in JournalLine.objects.select_related("account", "entry").order_by("entry_id", "position"):
        entries[line.entry].append(line)
    accounts = {x.account for lines in entries.values() for x in lines}
    out = ['option "inferred_tolerance_default" "*:0"', *(f"1970-01-01 open {name_of(a)}" for a in accounts)]
    for entry, lines in entries.items():
        out.append(f'{entry.entry_date} * "{entry.number}"')
        for x in lines:
            amount = x.debit - x.credit
            if base or x.currency == currency or not x.amount_currency:
                out.append(f"  {name_of(x.account)}  {amount:f} {currency}")
            else:
                out.append(f"  {name_of(x.account)}  {x.amount_currency:f} {x.currency} @@ {abs(amount):f} {currency}")
    return "\n".join(out) + "\n"


def balances(*, base: bool = True) -> dict[str, dict[str, Decimal]]:
    """account code → currency → balance, as beancount has it. Fails when it finds anything wrong with the journal."""
    entries, errors, _options = loader.load_string(told(base=base), dedent=False)
    assert errors == [], errors[:3]
    codes = {name_of(a): a.code for a in Account.objects.all()}
    found: dict[str, dict[str, Decimal]] = {}
    for node in realization.iter_children(realization.realize(entries)):
        if node.account in codes:
            units = node.balance.reduce(lambda position: position.units)
            sums = {p.units.currency: p.units.number for p in units if p.units.number}
            if sums:
                found[codes[node.account]] = sums
    return found
