"""What a customer owes and will owe: the exposure that its credit limit covers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, ExpressionWrapper, F, Sum
from django.db.models.functions import Greatest

from modules.finance.selectors.open_items import open_by_party
from modules.shared.contracts.posting import CreditAnswer
from modules.shared.data.models import Party, SalesOrderLine
from tenon.money.rounding import round_money
from tenon.tenancy.context import current

ZERO = Decimal(0)


def exposure(party_id: int) -> tuple[Decimal, int]:
    """(open receivable less unapplied money and credit notes, plus everything of confirmed orders that is not invoiced
    yet; days that the oldest due item is overdue), in base currency."""
    open_base, oldest = open_by_party("receivable", party_id)
    company = current()
    overdue = max((company.today() - oldest).days, 0) if oldest else 0
    return open_base + uninvoiced(party_id), overdue


def uninvoiced(party_id: int) -> Decimal:
    """Ordered (as far as it is still wanted or delivered) and not invoiced, with tax, in base currency."""
    left = Greatest(
        F("base_quantity") - F("cancelled"), F("delivered") - F("returned"), output_field=DecimalField()
    ) - F("invoiced")
    value = ExpressionWrapper(
        F("total") * left / F("base_quantity") * F("order__exchange_rate"),
        output_field=DecimalField(max_digits=30, decimal_places=10),
    )
    found: dict[str, Any] = (
        SalesOrderLine.objects.filter(
            order__customer_id=party_id,
            order__status__in=("confirmed", "part_delivered", "delivered", "closed"),
            order__is_migrated=False,
            invoiced__lt=Greatest(F("base_quantity") - F("cancelled"), F("delivered") - F("returned")),
        )
        .annotate(value=value)
        .aggregate(total=Sum("value"))
    )
    return round_money(found["total"] or ZERO, current().currency)


def credit_answer(party_id: int, additional: Decimal) -> CreditAnswer:
    """Does `additional` still fit? The party's row is locked until the transaction ends, so that two orders are asked
    one after the other."""
    party = Party.objects.select_for_update(no_key=True).only("id", "credit_limit").get(pk=party_id)
    owed, overdue = exposure(party_id)
    limit = party.credit_limit
    return CreditAnswer(
        allowed=limit is None or owed + additional <= limit, limit=limit, exposure=owed, overdue_days=overdue
    )
