"""How many of the duplicates that are there the check finds, and how much of what it says is true.

    python -m bench.duplicates

Two sets with known truth. FEBRL's data set 1: 500 persons are there, the same 500 are asked for as somebody else wrote
them down. And a Chinese one of our own making: 600 companies, each asked for again in one of the ways in which people
write a company twice, beside companies that only look alike (branches, the same brand in another place). Recall: of the
pairs that are there, how many were told. Precision: of the records told, how many were the one. The first figure counts
everything told, the second what is told first only. Nothing here has a bar; the test of the rules has."""

from __future__ import annotations

import csv
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pypinyin import lazy_pinyin

from bench.company import fresh_company  # first: names the database
from bench.measure import keep, seconds_of
from modules.shared.data.models import Party
from modules.shared.data.selectors.duplicates import party_duplicates
from modules.shared.data.services.parties import fill
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import serving

FEBRL = Path(__file__).parent / "febrl" / "dataset1.csv"
PLACES = ("上海", "北京", "深圳", "广州", "杭州", "苏州", "宁波", "天津", "成都", "武汉", "青岛", "厦门")
BRANDS = (
    "永久", "凤凰", "飞鸽", "捷安", "华为", "海信", "远东", "鸿运", "恒通", "金龙", "银河", "长江", "东方", "顺达",
    "宏图", "瑞祥", "德邦", "中兴", "新华", "天宇", "万达", "联创", "星火", "友谊", "泰山",
)  # fmt: skip
TRADES = ("自行车", "机械", "电子", "贸易", "钢管", "五金", "轮胎", "科技", "包装", "物流")
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
TRADITIONAL = str.maketrans(
    "广苏宁汉青厦飞鸽华为远东鸿运龙银长顺达宏图邦兴万联创谊车机电贸钢轮科装",
    "廣蘇寧漢青廈飛鴿華為遠東鴻運龍銀長順達宏圖邦興萬聯創誼車機電貿鋼輪科裝",
)


@dataclass
class Told:
    """What the check said of many questions."""

    asked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    first: int = 0
    true: int = 0
    said: int = 0
    seconds: float = 0.0

    def line(self, name: str) -> str:
        asked = sum(self.asked.values())
        recall, precision = sum(self.found.values()) / asked, self.true / max(self.said, 1)
        return (
            f"{name:34} recall {recall:6.1%}  precision {precision:6.1%}  told first {self.first / asked:6.1%}"
            f"  {1000 * self.seconds / asked:5.1f} ms a question ({asked} questions, {self.said} told)"
        )


@dataclass(frozen=True)
class Question:
    """`truth`: codes of the records that are the same; empty where none is."""

    kind: str
    truth: frozenset[str]
    values: dict[str, str]


def ask(actor: Actor, questions: Iterable[Question]) -> Told:
    told = Told()
    codes = dict(Party.objects.values_list("id", "code"))
    for question in questions:
        began = time.perf_counter()
        hits = [codes[hit.id] for hit in party_duplicates(actor=actor, **question.values) if hit.id is not None]  # type: ignore[arg-type]
        told.seconds += time.perf_counter() - began
        told.said += len(hits)
        told.true += sum(code in question.truth for code in hits)
        if question.truth:
            told.asked[question.kind] += 1
            told.found[question.kind] += bool(question.truth & set(hits))
            told.first += bool(hits) and hits[0] in question.truth
    return told


def kept(parties: Sequence[dict[str, str]]) -> None:
    rows = []
    for values in parties:
        party = Party(is_customer=True)
        fill(party, values)
        rows.append(party)
    Party.objects.all().delete()
    Party.objects.bulk_create(rows)


def febrl() -> tuple[list[dict[str, str]], list[Question], list[Question]]:
    """Those that are there; questions by name alone; and by name with the number of the person."""
    with FEBRL.open(encoding="utf-8", newline="") as file:
        rows = [{k.strip(): v.strip() for k, v in row.items()} for row in csv.DictReader(file)]
    there, by_name, by_number = [], [], []
    for row in rows:
        number, kind = row["rec_id"].split("-")[1:3]
        name = " ".join(x for x in (row["given_name"], row["surname"]) if x) or "?"
        if kind == "org":
            there.append({"code": number, "name": name, "tax_id": row["soc_sec_id"]})
            continue
        truth = frozenset({number})
        by_name.append(Question("name", truth, {"name": name}))
        by_number.append(Question("name and number", truth, {"name": name, "tax_id": row["soc_sec_id"]}))
    return there, by_name, by_number


def chinese(chance: random.Random) -> tuple[list[dict[str, str]], list[Question]]:
    """600 companies, each asked for again; and look-alikes that are not there."""
    seen = sorted({(p, b, t) for p in PLACES for b in BRANDS for t in TRADES})
    chosen = chance.sample(seen, 600)
    there, questions = [], []
    for n, (place, brand, trade) in enumerate(chosen):
        form = chance.choice(FORMS)
        there.append({"code": f"Z{n:04d}", "name": f"{place}{brand}{trade}{form}"})
        kind, name = _again(chance, place, brand, trade, form)
        questions.append(Question(kind, frozenset({f"Z{n:04d}"}), {"name": name}))
    taken = set(chosen)
    for place, brand, trade in chance.sample(chosen, 200):
        other = chance.choice([p for p in PLACES if (p, brand, trade) not in taken])
        questions.append(Question("elsewhere", frozenset(), {"name": f"{other}{brand}{trade}有限公司"}))
        questions.append(Question("branch", frozenset(), {"name": f"{place}{brand}{trade}有限公司第二分公司"}))
    return there, questions


def _again(chance: random.Random, place: str, brand: str, trade: str, form: str) -> tuple[str, str]:
    whole = f"{place}{brand}{trade}"
    ways = {
        "other legal form": f"{whole}{chance.choice([f for f in FORMS if f != form])}",
        "place in brackets": f"{brand}{trade}（{place}）{form}",
        "wide letters and spaces": " ".join(f"{whole}{form}"),
        "traditional": f"{whole}{form}".translate(TRADITIONAL),
        "pinyin": " ".join(x.capitalize() for x in lazy_pinyin(whole)) + " Co., Ltd.",
        "no legal form": whole,
        "one letter wrong": _wrong(chance, whole) + form,
        "the trade left out": f"{place}{brand}{form}",
    }
    return chance.choice(list(ways.items()))


def _wrong(chance: random.Random, text: str) -> str:
    at = chance.randrange(2, len(text))
    return text[:at] + chance.choice([c for c in "安平福成业明" if c != text[at]]) + text[at + 1 :]


def main() -> int:
    measured = []
    with fresh_company() as (company, actor), serving(company), acting(actor):
        there, by_name, by_number = febrl()
        kept(there)
        for name, questions in (("FEBRL 1, by name alone", by_name), ("FEBRL 1, name and number", by_number)):
            told = ask(actor, questions)
            print(told.line(name))
            measured.append(seconds_of(name, told.seconds / len(questions), questions=len(questions)))
        companies, questions = chinese(random.Random(7))
        kept(companies)
        told = ask(actor, questions)
        print(told.line("Chinese companies"))
        measured.append(seconds_of("Chinese companies", told.seconds / len(questions), questions=len(questions)))
        for kind, count in sorted(told.asked.items()):
            print(f"    {kind:30} {told.found[kind]:4} of {count}")
    return 0 if keep("duplicates", measured) else 1


if __name__ == "__main__":
    sys.exit(main())
