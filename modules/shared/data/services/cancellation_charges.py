"""What is charged when a confirmed order is cancelled or reduced: by the terms agreed, or waived with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.contracts.posting import CancellationInvoicing
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import (
    CancellationCharge,
    CancellationTerms,
    PurchaseOrder,
    PurchaseOrderLine,
    SalesOrder,
    SalesOrderLine,
)
from modules.shared.data.rules.cancellation import CancelledLine, Part, Step, charge
from modules.shared.data.selectors.order_supplies import coming_for
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step, round_money
from tenon.ports import find
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
State = CancellationCharge.State


def default_terms() -> CancellationTerms | None:
    return CancellationTerms.objects.filter(is_default=True, is_active=True).first()


def charge_cancelled(
    actor: Actor,
    order: SalesOrder,
    lines: Sequence[SalesOrderLine],
    cancelled: Mapping[int, Decimal],
    *,
    waive_reason: str = "",
) -> CancellationCharge | None:
    """Before stock is freed: `lines` as they stand, `cancelled` by line id in the stock unit. A draft invoice is made
    of what the order's terms ask for, unless it is waived (needs shared.cancellation_charge.waive)."""
    if order.cancellation_terms_id is None or not any(cancelled.values()):
        return None
    lost = [row for row in lines if cancelled.get(row.pk, ZERO) > 0]
    coming = coming_for(lost)
    found: list[CancelledLine] = []
    for row in lost:
        found += _pieces(order, row, cancelled[row.pk], sum((x.quantity for x in coming[row.pk]), ZERO))
    parts = charge(_steps(order), found, currency_step(order.currency))
    agreed = sum((part.amount for part in parts), ZERO)
    if not agreed:
        return None
    made = CancellationCharge(
        sales_order=order, party_id=order.customer_id, currency=order.currency, agreed=agreed,
        cancelled_value=sum((x.value for x in found), ZERO), parts=[_part(part) for part in parts],
    )  # fmt: skip
    if waive_reason.strip():
        actor.require("shared.cancellation_charge.waive")
        _waive(made, actor, waive_reason)
    else:
        made.charged = agreed
        invoicing = find(CancellationInvoicing)
        if invoicing is not None:
            terms = order.cancellation_terms
            ref = invoicing.charge(
                actor=actor, sales_order_id=order.pk, amount=agreed, tax_id=terms.tax_id if terms else None
            )
            made.invoice_ref = asdict(ref)
    made.save()
    return made


def _pieces(order: SalesOrder, row: SalesOrderLine, cancelled: Decimal, coming: Decimal) -> list[CancelledLine]:
    """What lies ready or is coming serves first what is still wanted: only the rest of it is cancelled."""
    left = row.open_quantity - cancelled
    ready = min(max(row.reserved - left, ZERO), cancelled)
    begun = min(max(row.reserved + coming - left, ZERO), cancelled)
    promised = row.promised_on or order.promised_on
    days = (promised - current().today()).days if promised else None

    def value(quantity: Decimal) -> Decimal:
        return round_money(row.subtotal * quantity / row.base_quantity, order.currency)

    pieces = (
        CancelledLine(row.position, value(ready), days, released=True, ready=True),
        CancelledLine(row.position, value(begun) - value(ready), days, released=True),
        CancelledLine(row.position, value(cancelled) - value(begun), days),
    )
    return [piece for piece in pieces if piece.value > 0]


def supplier_charge(
    actor: Actor, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], amount: Decimal | None, reason: str
) -> CancellationCharge | None:
    """What the supplier asks for because we cancel: a draft of its invoice, without goods. Before the lines end. Raises
    Invalid."""
    if not amount:
        return None
    if amount < 0:
        raise Invalid.field("charge", _("A charge is not negative"), "min_value")
    amount = round_money(amount, order.currency)
    lost = (x.subtotal * max(x.base_quantity - x.cancelled - x.received, ZERO) / x.base_quantity for x in lines)
    made = CancellationCharge(
        purchase_order=order, party_id=order.supplier_id, currency=order.currency, agreed=amount, charged=amount,
        cancelled_value=round_money(sum(lost, ZERO), order.currency), reason=reason.strip()[:500],
    )  # fmt: skip
    invoicing = find(CancellationInvoicing)
    if invoicing is not None:
        made.invoice_ref = asdict(invoicing.charge(actor=actor, purchase_order_id=order.pk, amount=amount))
    made.save()
    return made


@service("shared.cancellation_charge.waive")
def cancellation_charge_waive(*, actor: Actor, charge: CancellationCharge, reason: str) -> CancellationCharge:
    """Gives up a charge to a customer whose invoice is still a draft, and says why; the draft goes. Raises
    StateRefused, Invalid without a reason."""
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    charge = CancellationCharge.objects.select_for_update().get(pk=charge.pk)
    if charge.state != State.CHARGED or charge.sales_order_id is None:
        raise StateRefused(_("Only what a customer was charged is waived"))
    invoicing = find(CancellationInvoicing)
    if charge.invoice_ref:
        if invoicing is None:
            raise StateRefused(_("Its invoice cannot be taken back while finance is switched off"))
        invoicing.drop(actor=actor, invoice=RecordRef(**charge.invoice_ref))
    _waive(charge, actor, reason)
    charge.save()
    return charge


def _waive(charge: CancellationCharge, actor: Actor, reason: str) -> None:
    charge.state, charge.charged, charge.invoice_ref = State.WAIVED, ZERO, None
    charge.reason, charge.waived_by = reason.strip()[:500], actor.label


def _steps(order: SalesOrder) -> list[Step]:
    rows = order.cancellation_terms.steps.order_by("pk") if order.cancellation_terms else ()
    return [Step(x.when, x.days, x.percent, None if x.amount is None else x.amount / order.exchange_rate) for x in rows]


def _part(part: Part) -> dict[str, Any]:
    return {
        "position": part.position, "when": part.when, "days": part.days,
        "percent": None if part.percent is None else f"{part.percent.normalize():f}", "amount": f"{part.amount}",
    }  # fmt: skip
