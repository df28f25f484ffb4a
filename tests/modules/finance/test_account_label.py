"""References to accounts say number and name, in the reader's language."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from modules.finance.models import Account
from tests.platform.api.client import Api


@pytest.mark.parametrize(("language", "name"), [("en", "Raw steel"), ("zh-hans", "原材料-钢")])
def test_the_parent_of_an_account_is_named(books: Any, language: str, name: str) -> None:
    top = Account.objects.filter(type="asset", parent=None).order_by("code").first()
    assert top is not None
    made = (
        Api(books.actor)
        .post(
            "/api/v1/finance/accounts/",
            {"code": "14999", "name": "Raw steel", "name_zh": "原材料-钢", "type": "asset", "parent": top.pk},
        )
        .json
    )
    Api(books.actor).post(
        "/api/v1/finance/accounts/", {"code": "149991", "name": "Coils", "type": "asset", "parent": made["id"]}
    )
    with translation.override(language):
        row = Api(books.actor).get("/api/v1/finance/accounts/?code=149991").json["results"][0]
    assert row["parent"]["label"] == f"14999 {name}"
