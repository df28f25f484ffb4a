"""Payment terms."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import PaymentTerm
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service

LONGEST = 3_650  # days


@service("shared.payment_term.create")
def payment_term_create(*, actor: Actor, **values: Any) -> PaymentTerm:
    """A new term. Raises Invalid when its instalments do not add up to 100 per cent."""
    term = PaymentTerm()
    _set(term, values)
    term.save()
    return term


@service("shared.payment_term.update")
def payment_term_update(*, actor: Actor, term: PaymentTerm, **values: Any) -> PaymentTerm:
    """Changes a term; invoices that are out keep the days they were given. Raises Invalid."""
    term = PaymentTerm.objects.select_for_update().get(pk=term.pk)
    _set(term, values)
    term.save()
    return term


def _set(term: PaymentTerm, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(term, name, {**term.custom, **(value or {})} if name == "custom" else value)
    try:
        parts = [(Decimal(str(part["percent"])), int(part["days"])) for part in term.lines or []]
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise Invalid.field("lines", _("Each instalment names its per cent and its days"), "invalid") from None
    if max([term.days, *(d for _percent, d in parts)]) > LONGEST:
        raise Invalid.field("days", _("A payment term is ten years at most"), "max_value")
    if not 0 <= Decimal(term.discount_percent or 0) < 100:
        raise Invalid.field("discount_percent", _("A discount lies between 0 and 100 per cent"), "range")
    if (term.discount_days or 0) > LONGEST:
        raise Invalid.field("discount_days", _("A payment term is ten years at most"), "max_value")
    if parts and (sum(p for p, _days in parts) != 100 or any(p <= 0 or d < 0 for p, d in parts)):
        raise Invalid.field("lines", _("The instalments must add up to 100 per cent"), "sum")
