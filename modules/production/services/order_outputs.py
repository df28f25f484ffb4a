"""By-products of production orders: copied from the bill like material, received with the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import ProductionOrder, ProductionOrderOutput
from modules.production.rules.outputs import Arrival, comes, split
from modules.production.rules.terms import from_micro, micro
from modules.production.selectors.outputs import outputs_of
from modules.production.services.ledger import order_ref, output_ref
from modules.shared.contracts.posting import PostingKind
from modules.shared.contracts.stock import StockIssue
from modules.shared.data.selectors.units import smallest_pieces
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Invalid
from tenon.records.service import frame, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)


def copy_outputs(order: ProductionOrder) -> None:
    """What the order's bill makes besides, as it says today, in whole pieces."""
    old = set(order.outputs.values_list("pk", flat=True))
    if old:
        ProductionOrderOutput.objects.filter(pk__in=old).delete()
        touch_ids(ProductionOrderOutput, "delete", old)
    outputs = outputs_of(order.bom_id)
    steps = smallest_pieces([o.product for o in outputs])
    member_id = frame().actor.member_id
    rows = ProductionOrderOutput.objects.bulk_create(
        ProductionOrderOutput(
            order=order,
            position=(index + 1) * 10,
            product_id=output.product,
            cost_share=output.share,
            expected=from_micro(output.of(micro(order.quantity))) // steps[output.product] * steps[output.product],
            created_by_id=member_id,
            changed_by_id=member_id,
        )
        for index, output in enumerate(outputs)
    )
    touch_ids(ProductionOrderOutput, "insert", {r.pk for r in rows})


def counted(order: ProductionOrder, given: Mapping[Any, Any] | None, done: Decimal) -> list[tuple[Any, Decimal]]:
    """[(output, quantity that comes now)] of the order under lock: as somebody counted it (product id → quantity),
    else in proportion to the pieces `done`, these included. Raises Invalid."""
    outputs = list(order.outputs.select_for_update().order_by("product_id"))
    steps = smallest_pieces([o.product_id for o in outputs])
    if given is None:
        return [(o, comes(o.expected, o.received, done, order.started, steps[o.product_id])) for o in outputs]
    try:
        found = {int(product): Decimal(str(quantity or 0)) for product, quantity in given.items()}
    except (AttributeError, ValueError, InvalidOperation) as error:
        raise Invalid.field("outputs", _("Give product ids with quantities"), "invalid") from error
    if set(found) - set(steps):
        raise Invalid.field("outputs", _("This order does not make that besides"), "unknown")
    for product, quantity in found.items():
        if not quantity.is_finite() or quantity < 0 or quantity % steps[product]:
            raise Invalid.field("outputs", _("Whole pieces of the unit, none below zero"), "step")
    return [(o, found.get(o.product_id, ZERO)) for o in outputs]


def receive_outputs(
    actor: Actor,
    order: ProductionOrder,
    arrivals: Sequence[tuple[ProductionOrderOutput, Decimal]],
    value: Decimal,
    good: Decimal,
    last: bool,
    on: date,
    stock: StockIssue | None,
) -> tuple[Decimal, list[tuple[PostingKind, int, Decimal, str]]]:
    """By-products into stock with their share of `value`. Answers what is left to the good pieces, and the postings."""
    main, parts = split(
        value,
        [Arrival(output.cost_share, output.waiting_value, quantity) for output, quantity in arrivals],
        good,
        last,
        currency_step(current().currency),
    )
    amounts: list[tuple[PostingKind, int, Decimal, str]] = []
    for (output, quantity), (received, waiting) in zip(arrivals, parts, strict=True):
        if quantity and stock is not None:
            stock.receive_from_production(
                actor=actor,
                order=order_ref(order),
                product_id=output.product_id,
                quantity=quantity,
                value=received,
                moved_on=on,
                supply=output_ref(output, order),
            )
        output.received += quantity
        output.received_value += received
        output.waiting_value = waiting
        output.save()
        amounts.append(("production_receipt", output.product_id, received, ""))
    return main, amounts
