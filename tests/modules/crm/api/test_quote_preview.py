"""What the quote editor shows while one types: sums, dates and margin, the latter only to those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from modules.crm.models import Quote
from modules.shared.data.models import Party, Product
from tenon.access.actor import Actor
from tests.platform.api.client import Api

PREVIEW = "/api/v1/crm/quotes/preview/"


def test_sums_dates_and_margin(actor: Actor, customer: Party, make_product: Callable[..., Product]) -> None:
    """2 × 100.00 − 5 % = 190.00, cost 120.00, margin 70.00."""
    body = {"party": customer.pk, "lines": [{"product": make_product().pk, "quantity": "2", "discount": "5"}]}
    shown = Api(actor).post(PREVIEW, body)
    assert shown.status == 200, shown.content
    assert Quote.objects.count() == 0
    found = shown.json
    assert (found["total"], found["margin"], found["margin_percent"]) == ("190.00", "70.00", "36.84")
    assert (found["lines"][0]["margin"], found["lines"][0]["available"]) == ("70.00", None)  # a service: no stock
    assert found["promised_on"] is not None

    blind = Api(replace(actor, hidden={"crm.quote": frozenset({"margin"})})).post(PREVIEW, body).json
    assert "margin" not in blind
    assert "margin" not in blind["lines"][0]
