"""Rows by COPY: defaults for what is left out, exact decimals, all or nothing with the transaction around them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from modules.production.models import PlannedOrder, PlanningRun
from modules.shared.data.models import Product, Unit
from tenon.access.actor import Actor
from tenon.records.copying import copy_rows, drop_rows
from tenon.records.service import acting

NAMES = ("run_id", "index", "kind", "product_id", "quantity", "release_on", "due_on")


@pytest.mark.usefixtures("serving_acme")
def test_rows_come_and_go_without_instances(actor: Actor) -> None:
    day = date(2026, 3, 20)
    with acting(actor):
        product = Product(code="P", name="P\tand\nnew line \\N", unit=Unit.objects.get(code="EA"))
        product.save()
        run = PlanningRun.objects.create(planned_on=day)
    quantity = Decimal("123456789012.123456")
    copy_rows(PlannedOrder, NAMES, ((run.pk, n, "buy", product.pk, quantity, day, day) for n in range(3)))
    first = PlannedOrder.objects.order_by("index")[0]
    assert (first.quantity, first.late, first.state, first.supplier_id) == (quantity, False, "proposed", None)
    assert PlannedOrder.objects.count() == 3
    rows = [(run.pk, n, "buy", product.pk, quantity, day, day) for n in (7, 8, 0)]
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows(PlannedOrder, NAMES, rows)
    assert PlannedOrder.objects.count() == 3, "none of a refused lot is there"
    drop_rows(PlannedOrder, "product_id", [product.pk + 1])
    assert PlannedOrder.objects.count() == 3, "of others they stay"
    drop_rows(PlannedOrder, "product_id", [product.pk])
    assert not PlannedOrder.objects.exists()
    copy_rows(PlannedOrder, NAMES, rows)
    drop_rows(PlannedOrder)
    assert not PlannedOrder.objects.exists()
