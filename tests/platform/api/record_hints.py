"""What the factory cannot guess: values that tables with constraints of their own want."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

from django.apps import apps

_serial = itertools.count(1)


def _letters() -> str:
    number = next(_serial)
    return "Q" + chr(65 + number // 26 % 26) + chr(65 + number % 26)


def _new(label: str, **values: Any) -> Any:
    from tests.platform.api.record_factory import make

    return make(apps.get_model(label), **values)


def _two_places() -> dict[str, Any]:
    return {"from_location": _new("inventory.Location"), "to_location": _new("inventory.Location")}


def _in_a_period() -> dict[str, Any]:
    """An entry's date lies within its period: the database sees to it."""
    period = apps.get_model("finance.Period").objects.order_by("starts_on")[0]
    return {"period": period, "entry_date": period.starts_on}


# label of the model → values. Rows that only a service can make whole are named in NEVER.
HINTS: dict[str, Callable[[], dict[str, Any]]] = {
    "data.unitconversion": lambda: {"from_unit": _new("data.Unit"), "to_unit": _new("data.Unit")},
    "data.currency": lambda: {"code": _letters()},
    "data.purchaselimit": lambda: {"role": _new("access.Role")},
    "data.saleschangelimit": lambda: {"role": _new("access.Role")},
    "crm.quotelimit": lambda: {"role": _new("access.Role")},
    "data.purchasetolerance": lambda: {"supplier": _new("data.Party")},
    "data.partymerge": lambda: {"absorbed": _new("data.Party"), "survivor": _new("data.Party")},
    "data.cancellationterms": lambda: {"is_default": False},
    "data.cancellationstep": lambda: {"when": "always", "percent": 10},
    "data.cancellationcharge": lambda: {"sales_order": _new("data.SalesOrder")},
    "finance.journalentry": _in_a_period,
    "finance.bankrule": lambda: {"text": "fee", "account": _new("finance.Account"), "party": None},
    "finance.paymentrunline": lambda: {"amount": 1, "invoice": _new("finance.Invoice")},
    "finance.creditgroup": lambda: {"limit": 1},
    "finance.creditpolicy": lambda: {"group": _new("finance.CreditGroup")},
    "finance.creditoverride": lambda: {"amount": 1},
    "finance.budgetline": lambda: {"month": date(2031, 1, 1)},
    "finance.budgetexcess": lambda: {"over": 1, "document": {"entity": "data.party", "id": 1, "label": "1"}},
    "finance.overheadrun": lambda: {"month": date(2031, 1, 1)},
    "finance.overheadshare": lambda: {"production_order": None},
    "inventory.location": lambda: {"warehouse": _new("inventory.Warehouse")},
    "inventory.stockmove": _two_places,
    "inventory.shipfrom": lambda: {"customer": _new("data.Party", is_customer=True)},
    "inventory.transfer": _two_places,
    "inventory.pastdemand": lambda: {"month": date(2031, 1, 1)},
    "inventory.forecast": lambda: {"quantities": ["1"], "lows": ["1"], "highs": ["1"]},
    "inventory.forecastoverride": lambda: {"month": date(2031, 1, 1)},
    "production.planningrule": lambda: {"product": _new("data.Product")},
    "production.forecastentry": lambda: {"starts_on": date(2031, 1, 1), "ends_on": date(2031, 1, 31)},
    "inventory.adjustmentline": lambda: {"adjustment": _new("inventory.Adjustment")},
    "production.operation": lambda: {"work_centre": _new("production.WorkCentre")},
    "production.inspectionplan": lambda: {"product": _new("data.Product")},
    "finance.settlement": lambda: {"amount": 1, "recovered": 0, "tax_amount": 0},
    "finance.settlementpolicy": lambda: {"currency": _letters(), "small_limit": 1, "discount_tolerance": 0},
    "finance.accountstatement": lambda: {
        "since": date(2031, 1, 1),
        "until": date(2031, 1, 31),
        "opening": 0,
        "charged": 0,
        "settled": 0,
        "closing": 0,
    },
    "finance.paymentallocation": lambda: {"payment": _new("finance.Payment")},
    "finance.invoice": lambda: {"number": None},
}
NEVER = {
    "finance.match_item": "holds a line of a balanced entry",
    "finance.journal_line": "stands in a balanced entry only",
    "finance.posting_rule": "one for each event and category; the seed brings them",
}
