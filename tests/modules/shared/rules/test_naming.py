"""Names as the duplicate check sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.shared.data.rules.naming import name_key, phone_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Litware, Inc.", "LITWARE INC"),
        ("Advanced Bike Components", "  advanced  bike components Co., Ltd. "),
        ("G & K Bicycle Corp.", "G&K Bicycle Corporation"),
        ("Société Générale S.A.", "Societe Generale"),
        ("Ｔｒｅｙ　Ｒｅｓｅａｒｃｈ", "Trey Research LLC"),
        ("上海华为技术有限公司", "华为技术（上海）有限公司"),
        ("上海自行车股份有限公司", "上海自行车 有限责任公司"),
        ("海尔集团公司", "海尔集团"),
    ],
)
def test_same_party(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A Bike Store", "A Bicycle Store"),
        ("上海自行车有限公司", "北京自行车有限公司"),
        ("上海自行车有限公司", "上海自行车有限公司徐汇分公司"),
        ("International", "International Bicycles"),
    ],
)
def test_not_the_same(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


def test_a_name_of_legal_forms_only_keeps_something() -> None:
    assert name_key("The Group Co., Ltd.") == "the group co ltd"
    assert name_key("有限公司") == "有限公司"
    assert name_key("  ") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("0086 13812345678", "138 1234 5678"),
        ("245-555-0173", "(245) 555 0173 ext 9"),
    ],
)
def test_same_phone(one: str, other: str) -> None:
    assert phone_key(one) == phone_key(other) != ""


def test_short_numbers_say_nothing() -> None:
    assert phone_key("110") == "" == phone_key("")


@given(st.text(max_size=60))
def test_the_key_of_a_key_is_itself_stable(name: str) -> None:
    """Spelling it again, in capitals or with blanks around it, changes nothing."""
    assert name_key(f"  {name.strip()} ") == name_key(name.strip())
    assert bool(name_key(name)) == bool(name.strip())
