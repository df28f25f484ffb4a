"""Pure arithmetic: entries, parts of amounts, instalments, ageing, profit. Random cases and cases by hand."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from modules.finance.rules.ageing import BUCKETS, bucket, spread
from modules.finance.rules.amounts import portion, relief, tax_of, to_base
from modules.finance.rules.chart import chart_for, read_accounts, read_rules
from modules.finance.rules.due import Instalment, open_instalments, plan, read_plan, store_plan
from modules.finance.rules.entry import imbalance, reversed_lines, signed
from modules.finance.rules.profit import margin, profit, split_cost

D = Decimal
CENT, YEN = D("0.01"), D(1)


def amounts(seeded: random.Random, n: int) -> list[Decimal]:
    return [D(seeded.randint(-1_000_000, 1_000_000)) / 100 for _ in range(n)]


def test_a_signed_amount_stands_on_its_side():
    plus, minus = signed(D(5), D(5), 1, "CNY"), signed(D(-5), D(-5), 1, "CNY")
    assert (plus.debit, plus.credit) == (D(5), D(0))
    assert (minus.debit, minus.credit) == (D(0), D(5))


def test_imbalance_is_found_in_base_and_in_each_currency():
    balanced = [signed(D(10), D(2), 1, "USD"), signed(D(-10), D(-2), 2, "USD")]
    assert imbalance(balanced) is None
    wrong = imbalance([signed(D(10), D(2), 1, "USD"), signed(D(-10), D("-1.5"), 2, "USD")])
    assert wrong is not None
    assert (wrong.currency, wrong.debit, wrong.credit) == ("USD", D(2), D("1.5"))
    base = imbalance([signed(D(10), D(10), 1, "CNY"), signed(D(-9), D(-10), 2, "CNY")])
    assert base is not None
    assert base.currency == ""


def test_a_reversal_nets_to_zero_and_twice_is_once():
    seeded = random.Random(1)
    for _ in range(200):
        lines = tuple(signed(a, a, i, "CNY", sales_order_id=i) for i, a in enumerate(amounts(seeded, 5)))
        back = reversed_lines(lines)
        for a, b in zip(lines, back, strict=True):
            assert a.debit - a.credit + b.debit - b.credit == 0
            assert a.amount_currency + b.amount_currency == 0
            assert a.sales_order_id == b.sales_order_id
        assert reversed_lines(back) == lines


def test_parts_of_a_line_add_up_to_it_whatever_the_parts():
    seeded = random.Random(2)
    for _ in range(500):
        whole = D(seeded.randint(1, 500))
        total = D(seeded.randint(1, 1_000_000)) / 100
        done, charged = D(0), D(0)
        while done < whole:
            part = min(D(seeded.randint(1, 40)), whole - done)
            charged += portion(total, done, part, whole, CENT)
            done += part
        assert charged == total
    with pytest.raises(ValueError, match="positive"):
        portion(D(1), D(0), D(1), D(0), CENT)


def test_thirds_of_a_hundred():
    parts = [portion(D(100), D(i), D(1), D(3), CENT) for i in range(3)]
    assert parts == [D("33.33"), D("33.34"), D("33.33")]


def test_translation_adds_up_to_the_rounded_whole():
    seeded = random.Random(3)
    for _ in range(500):
        parts = amounts(seeded, seeded.randint(1, 30))
        rate = D(seeded.randint(1, 10_000_000)) / 1_000_000
        base = to_base(parts, rate, CENT)
        assert sum(base) == (sum(parts) * rate).quantize(CENT, rounding="ROUND_HALF_UP")
        off = [abs(b - p * rate) for b, p in zip(base, parts, strict=True)]
        assert sorted(off)[:-1] == [x for x in sorted(off)[:-1] if x <= D("0.005")]
    assert to_base([], D(1), CENT) == []


def test_the_last_settlement_takes_the_whole_carrying_amount():
    seeded = random.Random(4)
    for _ in range(300):
        open_amount, base = D(seeded.randint(1, 10_000)) / 100, D(seeded.randint(0, 100_000)) / 100
        relieved, left = D(0), base
        while open_amount > 0:
            part = min(D(seeded.randint(1, 2_000)) / 100, open_amount)
            gone = relief(part, open_amount, left, CENT)
            relieved, left, open_amount = relieved + gone, left - gone, open_amount - part
        assert relieved == base
        assert left == 0


@pytest.mark.parametrize(
    ("amount", "rate", "included", "step", "expected"),
    [
        ("1000", "13", False, CENT, ("1000", "130")),
        ("113", "13", True, CENT, ("100", "13")),
        ("100.5", "10", False, YEN, ("101", "10")),  # JPY has no decimals
        ("348.35", "22", False, CENT, ("348.35", "76.64")),
        ("0", "13", False, CENT, ("0", "0")),
    ],
)
def test_tax_by_hand(amount, rate, included, step, expected):
    assert tax_of(D(amount), D(rate), included, step) == (D(expected[0]), D(expected[1]))


def test_instalments_are_settled_from_the_oldest():
    start = date(2026, 1, 1)
    parts = plan([(start + timedelta(days=30), D(70)), (start, D(30))])
    assert [i.amount for i in parts] == [D(30), D(70)]
    assert open_instalments(parts, D(0)) == parts
    assert open_instalments(parts, D(40)) == [Instalment(start + timedelta(days=30), D(60))]
    assert open_instalments(parts, D(100)) == []
    assert read_plan(store_plan(parts)) == parts


def test_ageing_buckets_by_hand():
    as_of = date(2026, 6, 30)
    days = {0: "not_due", -5: "not_due", 1: "1_30", 30: "1_30", 31: "31_60", 60: "31_60", 61: "61_90", 91: "over_90"}
    for late, name in days.items():
        assert bucket(as_of - timedelta(days=late), as_of) == name
    out = spread([(as_of, D(5)), (as_of - timedelta(days=31), D(7)), (as_of - timedelta(days=45), D(1))], as_of)
    assert out == dict(zip(BUCKETS, (D(5), D(0), D(8), D(0), D(0)), strict=True))


def test_cost_is_split_exactly_by_largest_remainder():
    assert split_cost(D("100.00"), {"material": D(1), "labour": D(1), "overhead": D(1)}, CENT) == {
        "material": D("33.34"), "labour": D("33.33"), "overhead": D("33.33"),
    }  # fmt: skip
    assert split_cost(D(10), {}, CENT) == {"material": D(10)}
    assert split_cost(D(10), {"material": D(0), "labour": D(3)}, CENT) == {"labour": D(10)}
    seeded = random.Random(5)
    for _ in range(300):
        amount = D(seeded.randint(-1_000_000, 1_000_000)) / 100
        shares = {k: D(seeded.randint(0, 5000)) / 100 for k in ("material", "labour", "overhead")}
        assert sum(split_cost(amount, shares, CENT).values()) == amount


def test_profit_and_margin():
    figures = {"revenue": D(1000), "material": D(500), "labour": D(100), "freight": D(25)}
    assert profit(figures) == D(375)
    assert margin(D(1000), D(375)) == D("37.5")
    assert margin(D(0), D(-5)) is None


@pytest.mark.parametrize("chart", ["cn_small_business", "international"])
def test_charts_hold_together(chart):
    accounts = {a.code: a for a in read_accounts(chart)}
    groups = {a.parent for a in accounts.values()}
    assert all(a.name and a.name_zh for a in accounts.values())
    assert all(not a.parent or a.parent in accounts for a in accounts.values())
    for pack in ("general", "manufacturing", "trading"):
        for rule in read_rules(chart, pack):
            for code in (rule.debit, rule.credit):
                assert code in accounts
                assert code not in groups
    for control in ("receivable", "payable", "stock", "grni", "wip", "suspense", "bank", "opening"):
        assert control in {a.control for a in accounts.values()}, control


def test_the_chart_of_a_company_follows_its_currency():
    assert chart_for("CNY", "en") == "cn_small_business"
    assert chart_for("EUR", "zh-hans") == "international"
    official = {"1001": "库存现金", "1002": "银行存款", "1122": "应收账款", "1405": "库存商品", "2202": "应付账款",
                "4001": "生产成本", "4101": "制造费用", "5001": "主营业务收入", "5401": "主营业务成本"}  # fmt: skip
    names = {a.code: a.name_zh for a in read_accounts("cn_small_business")}
    assert {code: names[code] for code in official} == official


def test_every_posting_kind_has_a_rule_in_both_charts():
    from typing import get_args

    from modules.shared.contracts.posting import PostingKind

    for chart in ("cn_small_business", "international"):
        events = {r.event for r in read_rules(chart, "manufacturing")}
        assert set(get_args(PostingKind)) <= events
