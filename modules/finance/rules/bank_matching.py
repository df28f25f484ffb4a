"""What a bank line may be, and how sure that is. Confidence is 0 to 100, by fixed steps, so that the same line is
always proposed alike; the reasons are codes, put into words where they are shown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rapidfuzz import fuzz

ZERO = Decimal(0)
SAME_NAME = 90  # of 100: how alike two names must be
FEE_SHARE = Decimal("0.02")  # what a bank keeps of a transfer is at most so much of it
MOST_PARTS = 12  # open invoices looked at for a sum
MOST_STEPS = 20_000
TOKEN = re.compile(r"[0-9A-Z]+(?:[-/._#][0-9A-Z]+)*")
FEES = re.compile(r"\b(fees?|charges?|commission|gebühren?)\b|手续费|服务费|账户管理费|工本费", re.I)
INTEREST = re.compile(r"\b(interest|zinsen)\b|利息|结息", re.I)


@dataclass(frozen=True)
class Line:
    id: int
    day: date
    amount: Decimal
    party: str = ""  # comparable form of the payer's name
    party_account: str = ""
    words: str = ""  # reference and text
    party_raw: str = ""


@dataclass(frozen=True)
class OpenInvoice:
    """`amount` is what is open, in the bank's sense: what a customer owes is positive, what is owed negative."""

    id: int
    party_id: int
    amount: Decimal
    due_on: date
    numbers: tuple[str, ...]  # its number, the supplier's, its order's


@dataclass(frozen=True)
class LedgerLine:
    id: int
    day: date
    amount: Decimal
    party_id: int | None
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    id: int
    name: str
    direction: str
    text: str
    party_text: str
    least: Decimal | None
    most: Decimal | None
    account_id: int | None
    party_id: int | None
    automatic: bool


@dataclass(frozen=True)
class Proposal:
    """What the line would be matched with. `invoices`: what is settled of each, in the bank's sense. `posting`: what
    goes to an account. `on_account`: what a party paid beyond its invoices. All of it adds up to the line."""

    confidence: int
    reasons: tuple[str, ...]
    ledger: tuple[int, ...] = ()
    invoices: tuple[tuple[int, Decimal], ...] = ()
    party_id: int | None = None
    on_account: Decimal = ZERO
    account_id: int | None = None
    posting: Decimal = ZERO
    rule_id: int | None = None
    automatic: bool = False


@dataclass
class Known:
    """All that lines are compared with, put in order once."""

    invoices: Sequence[OpenInvoice] = ()
    ledger: Sequence[LedgerLine] = ()
    rules: Sequence[Rule] = ()
    party_names: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    party_accounts: Mapping[str, int] = field(default_factory=dict)
    fee_account: int | None = None
    interest_account: int | None = None

    def __post_init__(self) -> None:
        self.by_party: dict[int, list[OpenInvoice]] = defaultdict(list)
        self.by_number: dict[str, list[OpenInvoice]] = defaultdict(list)
        self.by_amount: dict[Decimal, list[OpenInvoice]] = defaultdict(list)
        self.ledger_by_amount: dict[Decimal, list[LedgerLine]] = defaultdict(list)
        for invoice in self.invoices:
            self.by_party[invoice.party_id].append(invoice)
            self.by_amount[invoice.amount].append(invoice)
            for number in invoice.numbers:
                if key := number_key(number):
                    self.by_number[key].append(invoice)
        for line in self.ledger:
            self.ledger_by_amount[line.amount].append(line)
        self.by_name = {name: pk for pk, names in self.party_names.items() for name in names if name}


def number_key(number: str) -> str:
    """Letters and digits of a document number; empty where it could be anything."""
    key = re.sub(r"[^0-9A-Z]", "", number.upper())
    return key if len(key) >= 4 and any(c.isdigit() for c in key) else ""


def numbers_in(words: str) -> set[str]:
    """Every run of letters and digits that may be a number of a document, also where it was broken by blanks."""
    tokens = [re.sub(r"[^0-9A-Z]", "", t) for t in TOKEN.findall(words.upper())]
    out = set()
    for size in (1, 2, 3):
        for start in range(len(tokens) - size + 1):
            out.add("".join(tokens[start : start + size]))
    # A label may be stuck to the number: 发票INV-1 is apart already, RE4711 is looked for whole.
    return {t for t in out if len(t) >= 4}


def account_key(number: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def propose(line: Line, known: Known, most: int = 4) -> list[Proposal]:
    """The best of what the line may be, the surest first."""
    party_id, how = _party(line, known)
    found = [
        *_in_ledger(line, known, party_id, how),
        *_named(line, known, party_id),
        *_of_party(line, known, party_id, how),
        *_by_amount(line, known, party_id),
        *_by_rule(line, known),
        *_by_words(line, known),
    ]
    best: dict[tuple[object, ...], Proposal] = {}
    for one in found:
        key = (one.ledger, tuple(sorted(one.invoices)), one.account_id, one.on_account)
        if key not in best or best[key].confidence < one.confidence:
            best[key] = one
    return sorted(best.values(), key=lambda p: (-p.confidence, p.ledger, p.invoices))[:most]


def _party(line: Line, known: Known) -> tuple[int | None, str]:
    """Whose line it is: by the account it came from, else by name."""
    if line.party_account and (found := known.party_accounts.get(account_key(line.party_account))):
        return found, "account"
    if not line.party:
        return None, ""
    if found := known.by_name.get(line.party):
        return found, "name"
    best, who = 0.0, None
    for name, pk in known.by_name.items():
        score = fuzz.token_sort_ratio(line.party, name, score_cutoff=max(best, SAME_NAME))
        if score > best:
            best, who = score, pk
    return who, "name" if who else ""


def _in_ledger(line: Line, known: Known, party_id: int | None, how: str) -> Iterable[Proposal]:
    same = known.ledger_by_amount.get(line.amount, ())
    numbers = numbers_in(line.words)
    for item in sorted(same, key=lambda x: abs((x.day - line.day).days))[:4]:
        confidence, reasons = 40, ["ledger", "amount"]
        if any(number_key(n) in numbers for n in item.numbers if number_key(n)):
            confidence, reasons = confidence + 40, [*reasons, "reference"]
        if party_id is not None and item.party_id == party_id:
            confidence, reasons = confidence + 20, [*reasons, how]
        if abs((item.day - line.day).days) <= 5:
            confidence, reasons = confidence + 15, [*reasons, "date"]
        if len(same) == 1:
            confidence += 15
        yield Proposal(min(confidence, 99), tuple(reasons), ledger=(item.id,), party_id=item.party_id)


def _right_way(invoices: Iterable[OpenInvoice], amount: Decimal) -> list[OpenInvoice]:
    return sorted((i for i in invoices if (i.amount > 0) == (amount > 0)), key=lambda i: (i.due_on, i.id))


def _named(line: Line, known: Known, party_id: int | None) -> Iterable[Proposal]:
    """Invoices whose number, or whose order's number, stands in the text."""
    found: dict[int, OpenInvoice] = {}
    for number in numbers_in(line.words):
        found.update({i.id: i for i in known.by_number.get(number, ())})
    parties: dict[int, list[OpenInvoice]] = defaultdict(list)
    for invoice in _right_way(found.values(), line.amount):
        parties[invoice.party_id].append(invoice)
    for owner, invoices in parties.items():
        payer = ["payer"] if owner == party_id else []
        plus = 3 if payer else 0
        total = sum((i.amount for i in invoices), ZERO)
        whole = tuple((i.id, i.amount) for i in invoices)
        if total == line.amount:
            yield Proposal(95 + plus, ("reference", "amount", *payer), invoices=whole, party_id=owner)
            continue
        part = _subset(invoices, line.amount)
        if part:
            yield Proposal(
                92 + plus, ("reference", "sum", *payer), invoices=tuple((i.id, i.amount) for i in part), party_id=owner
            )
            continue
        short = total - line.amount
        if abs(line.amount) < abs(total):
            if known.fee_account and line.amount > 0 and short <= total * FEE_SHARE:
                yield Proposal(
                    84 + plus, ("reference", "fee", *payer), invoices=whole, party_id=owner,
                    account_id=known.fee_account, posting=-short,
                )  # fmt: skip
            yield Proposal(76 + plus, ("reference", "part", *payer), invoices=_fill(invoices, line.amount),
                           party_id=owner)  # fmt: skip
        else:
            yield Proposal(
                68 + plus, ("reference", "over", *payer), invoices=whole, party_id=owner, on_account=line.amount - total
            )


def _of_party(line: Line, known: Known, party_id: int | None, how: str) -> Iterable[Proposal]:
    if party_id is None:
        return
    invoices = _right_way(known.by_party.get(party_id, ()), line.amount)
    sure = 6 if how == "account" else 0
    exact = [i for i in invoices if i.amount == line.amount]
    for invoice in exact[:3]:
        confidence = 86 + sure if len(exact) == 1 else 66 + sure
        yield Proposal(confidence, (how, "amount"), invoices=((invoice.id, invoice.amount),), party_id=party_id)
    if exact:
        return
    part = _subset(invoices, line.amount)
    if part:
        yield Proposal(76 + sure, (how, "sum"), invoices=tuple((i.id, i.amount) for i in part), party_id=party_id)
        return
    total = sum((i.amount for i in invoices), ZERO)
    if not invoices:
        if line.amount > 0:
            yield Proposal(40 + sure, (how, "on_account"), party_id=party_id, on_account=line.amount)
    elif abs(line.amount) < abs(total):
        yield Proposal(48 + sure, (how, "oldest"), invoices=_fill(invoices, line.amount), party_id=party_id)
    else:
        yield Proposal(
            46 + sure, (how, "over"), invoices=tuple((i.id, i.amount) for i in invoices), party_id=party_id,
            on_account=line.amount - total,
        )  # fmt: skip


def _by_amount(line: Line, known: Known, party_id: int | None) -> Iterable[Proposal]:
    same = known.by_amount.get(line.amount, [])
    for invoice in sorted(same, key=lambda i: abs((i.due_on - line.day).days))[:3]:
        if invoice.party_id != party_id:
            # Whoever paid has a name, and it is another one: hardly.
            confidence = (55 if len(same) == 1 else 32) - (20 if party_id is not None else 0)
            yield Proposal(confidence, ("amount",), invoices=((invoice.id, invoice.amount),), party_id=invoice.party_id)


def _by_rule(line: Line, known: Known) -> Iterable[Proposal]:
    for rule in known.rules:
        if not applies(rule, line):
            continue
        if rule.account_id:
            yield Proposal(
                90, ("rule",), account_id=rule.account_id, posting=line.amount, rule_id=rule.id,
                automatic=rule.automatic,
            )  # fmt: skip
        elif rule.party_id:
            invoices = _right_way(known.by_party.get(rule.party_id, ()), line.amount)
            filled = _fill(invoices, line.amount)
            rest = line.amount - sum((a for _pk, a in filled), ZERO)
            yield Proposal(
                88, ("rule",), invoices=filled, party_id=rule.party_id, on_account=rest, rule_id=rule.id,
                automatic=rule.automatic,
            )  # fmt: skip
        return  # the first that applies


def applies(rule: Rule, line: Line) -> bool:
    """Whether a rule is about this line."""
    if rule.direction and (rule.direction == "in") != (line.amount > 0):
        return False
    if rule.text and rule.text.casefold() not in line.words.casefold():
        return False
    if rule.party_text and rule.party_text.casefold() not in line.party_raw.casefold():
        return False
    size = abs(line.amount)
    return (rule.least is None or size >= rule.least) and (rule.most is None or size <= rule.most)


def _by_words(line: Line, known: Known) -> Iterable[Proposal]:
    words = f"{line.words} {line.party_raw}"
    if known.fee_account and line.amount < 0 and FEES.search(words):
        yield Proposal(74, ("words_fee",), account_id=known.fee_account, posting=line.amount)
    if known.interest_account and INTEREST.search(words):
        yield Proposal(74, ("words_interest",), account_id=known.interest_account, posting=line.amount)


def _fill(invoices: Sequence[OpenInvoice], amount: Decimal) -> tuple[tuple[int, Decimal], ...]:
    """The oldest first, until the amount is spent."""
    out, left = [], amount
    for invoice in invoices:
        if left == 0:
            break
        part = invoice.amount if abs(invoice.amount) <= abs(left) else left
        out.append((invoice.id, part))
        left -= part
    return tuple(out)


def _subset(invoices: Sequence[OpenInvoice], amount: Decimal) -> list[OpenInvoice]:
    """Some of them that add up to the amount exactly, the oldest preferred; empty: none found in so many steps."""
    some, steps = list(invoices[:MOST_PARTS]), 0
    sums = [ZERO] * (len(some) + 1)
    for at in range(len(some) - 1, -1, -1):
        sums[at] = sums[at + 1] + abs(some[at].amount)

    def look(at: int, left: Decimal) -> list[OpenInvoice] | None:
        nonlocal steps
        steps += 1
        if left == 0:
            return []
        if at == len(some) or left < 0 or sums[at] < left or steps > MOST_STEPS:
            return None
        taken = look(at + 1, left - abs(some[at].amount))
        return [some[at], *taken] if taken is not None else look(at + 1, left)

    return look(0, abs(amount)) or []
