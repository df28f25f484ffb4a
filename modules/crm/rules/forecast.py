"""The forecast of a period: what is won, and what open deals may bring, by how surely somebody counts on them.

commit = won + Σ committed; best case = commit + Σ best case; weighted = won + Σ amount × P(win) of all open deals that
are not left out. A deal belongs to the period its expected close lies in, one whose date is past to the present one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

ZERO = Decimal(0)
WRITTEN = re.compile(r"([0-9]{4})-(?:Q([1-4])|([0-9]{2}))")
CATEGORIES = ("commit", "best", "pipeline", "omitted")


@dataclass(frozen=True)
class Period:
    """A month "2026-11" or a quarter "2026-Q4", first to last day."""

    key: str
    since: date
    until: date

    @classmethod
    def of(cls, key: str) -> Period:
        """Raises ValueError: what is no period, a thirteenth month among them."""
        found = WRITTEN.fullmatch(key)
        if found is None:
            raise ValueError(f"no period: {key}")
        year, quarter, month = found.groups()
        months = 3 if quarter else 1
        try:
            since = date(int(year), int(quarter) * 3 - 2 if quarter else int(month), 1)
            until = since + relativedelta(months=months) - timedelta(days=1)
        except ValueError as error:
            raise ValueError(f"no period: {key}") from error
        return cls(key, since, until)

    @classmethod
    def month(cls, day: date) -> Period:
        return cls.of(f"{day:%Y-%m}")

    def holds(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.until

    def expects(self, expected: date | None, today: date) -> bool:
        """Whether an open deal belongs here; overdue ones are expected from today on."""
        return expected is not None and self.holds(max(expected, today))


@dataclass(frozen=True)
class OpenDeal:
    """`amount` in the company's currency; `probability` 0–1."""

    owner: int | None
    category: str
    amount: Decimal
    probability: Decimal


@dataclass
class Figures:
    won: Decimal = ZERO
    committed: Decimal = ZERO
    best_case: Decimal = ZERO
    pipeline: Decimal = ZERO
    expected: Decimal = ZERO  # Σ amount × P(win)
    deals: int = 0

    @property
    def commit(self) -> Decimal:
        return self.won + self.committed

    @property
    def best(self) -> Decimal:
        return self.commit + self.best_case

    @property
    def weighted(self) -> Decimal:
        return self.won + self.expected

    def add(self, deal: OpenDeal) -> None:
        if deal.category == "omitted":
            return
        self.deals += 1
        self.expected += deal.amount * deal.probability
        if deal.category == "commit":
            self.committed += deal.amount
        elif deal.category == "best":
            self.best_case += deal.amount
        else:
            self.pipeline += deal.amount

    def join(self, other: Figures) -> None:
        for name in ("won", "committed", "best_case", "pipeline", "expected", "deals"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def own_figures(open_deals: Iterable[OpenDeal], won: Iterable[tuple[int | None, Decimal]]) -> dict[int | None, Figures]:
    """Member (None: nobody's) → their own."""
    found: dict[int | None, Figures] = defaultdict(Figures)
    for deal in open_deals:
        found[deal.owner].add(deal)
    for owner, amount in won:
        found[owner].won += amount
    return dict(found)


@dataclass(frozen=True)
class Line:
    """A member of the tree: `own` deals, and those of the whole team below with them."""

    member: int | None
    depth: int
    own: Figures
    team: Figures
    reports: bool  # somebody below has deals


def tree(
    own: Mapping[int | None, Figures], managers: Mapping[int, int | None], order: Mapping[int, object]
) -> list[Line]:
    """From the top down, everybody who has deals or has somebody below who does; who is nobody's comes last. A manager
    who is not among `managers` is as good as none; a circle in the data ends at the member met twice."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for member, manager in managers.items():
        below[manager if manager in managers else None].append(member)
    lines: list[Line] = []
    done: set[int] = set()

    def walk(member: int, depth: int) -> tuple[Figures, list[Line]]:
        done.add(member)
        mine, team, under = own.get(member, Figures()), Figures(), []
        team.join(mine)
        for report in sorted(below[member], key=lambda m: (str(order.get(m, "")), m)):
            if report not in done:
                figures, rows = walk(report, depth + 1)
                team.join(figures)
                under += rows
        if member not in own and not under:
            return team, []
        return team, [Line(member, depth, mine, team, bool(under)), *under]

    tops = sorted(below[None], key=lambda m: (str(order.get(m, "")), m))
    for member in [*tops, *sorted(managers)]:
        if member not in done:
            lines += walk(member, 0)[1]
    if None in own:
        lines.append(Line(None, 0, own[None], own[None], False))
    return lines


def accuracy(forecast: Decimal, came: Decimal) -> Decimal | None:
    """1 − |forecast − came| ÷ came, not below 0; None when nothing came."""
    if came <= 0:
        return None
    return max(ZERO, 1 - abs(forecast - came) / came)
