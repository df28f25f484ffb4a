"""One English word may be said in two ways by two catalogues; in a company the trade's way is the one that shows."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, override


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("customer", "客户"), ("Delivered", "已发货"), ("Release", "释放"), ("Allocated", "已核销"), ("owner", "负责人")],
)
def test_the_trade_s_word_goes_before_the_console_s(english: str, chinese: str) -> None:
    with override("zh-hans"):
        assert gettext(english) == chinese
