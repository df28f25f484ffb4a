"""The branch of a what-if: the tables that its changes touch, copied for one transaction and changed there.

A temporary table of the same name stands before the company's own in PostgreSQL's search path, so whatever reads
afterwards (demand, prices, working time, figures) reads the branch, without knowing of it. The transaction may write
nothing else: it is read-only but for its temporary tables, and PostgreSQL sees to that. When it ends they are gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from psycopg import sql

from modules.production.models import ScenarioChange, WorkTimeChange
from modules.shared.data.models import Product, SalesOrder, SalesOrderLine, SupplierPrice
from tenon.tenancy.context import current

Kind = ScenarioChange.Kind
COPIED: dict[str, tuple[type[Model], ...]] = {
    Kind.LINE: (SalesOrderLine,),
    Kind.ORDER: (SalesOrder, SalesOrderLine),
    Kind.OVERTIME: (WorkTimeChange,),
    Kind.STOP: (WorkTimeChange,),
    Kind.SUPPLIER: (SupplierPrice,),
    Kind.PLANNING: (Product,),
}
ZERO = Decimal(0)


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything as of one moment, whoever changes it meanwhile; whatever happens inside is rolled back. Inside a
    transaction as it reads."""
    outside = not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("select 1")  # role and search path stand before the transaction begins
    with transaction.atomic():
        if outside:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read")
        try:
            yield
        finally:
            transaction.set_rollback(True)


def lay_over(changes: Sequence[ScenarioChange]) -> None:
    """From here to the end of the snapshot, everything that is read has the changes in it, and nothing but them can be
    written."""
    for model in sorted({m for c in changes for m in COPIED[c.kind]}, key=lambda m: m._meta.db_table):
        _copy(model)
    with connection.cursor() as cursor:
        cursor.execute("set transaction read only")
    for change in changes:
        _WRITE[change.kind](change)


def _copy(model: type[Model]) -> None:
    table = sql.Identifier(model._meta.db_table)
    columns = sql.SQL(", ").join(
        sql.Identifier(str(f.column)) for f in model._meta.concrete_fields if not f.generated
    )  # fmt: skip
    own = sql.Identifier(current().schema, model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "create temporary table {} (like {} including defaults including generated including indexes)"
                " on commit drop"
            ).format(table, own)
        )
        cursor.execute(sql.SQL("insert into {} ({}) select {} from {}").format(table, columns, columns, own))
        cursor.execute(sql.SQL("analyze {}").format(table))


def _line(change: ScenarioChange) -> None:
    row = SalesOrderLine.objects.filter(pk=change.order_line or 0).first()
    if row is None:
        return  # gone meanwhile: applying says so
    values: dict[str, Any] = {"expected_on": None}
    if change.on is not None:
        values["requested_on"] = change.on
    if change.quantity is not None:
        share = change.quantity / row.quantity if row.quantity else ZERO
        if change.quantity == 0:
            values["cancelled"] = max(row.base_quantity - row.delivered, ZERO)
        else:
            base = (row.base_quantity * share).quantize(Decimal("0.000001"))
            values |= {"quantity": change.quantity, "base_quantity": base, "total": row.total * share}
    SalesOrderLine.objects.filter(pk=row.pk).update(**values)


def _order(change: ScenarioChange) -> None:
    """At the price given, without tax, on the customer's terms."""
    today = current().today()
    assert change.product is not None
    assert change.party is not None
    assert change.quantity is not None
    total = change.quantity * (change.price or ZERO)
    order = SalesOrder(
        pk=-change.pk, number=f"+{change.pk}", customer=change.party, status=SalesOrder.Status.CONFIRMED,
        ordered_on=today, requested_on=change.on, currency=current().currency, subtotal=total, total=total,
        payment_term_id=change.party.payment_term_id,
    )  # fmt: skip
    SalesOrder.objects.bulk_create([order])
    SalesOrderLine.objects.bulk_create([
        SalesOrderLine(
            pk=-change.pk, order=order, position=1, product=change.product, quantity=change.quantity,
            unit_id=change.product.unit_id, base_quantity=change.quantity, unit_price=change.price or ZERO,
            subtotal=total, total=total, requested_on=change.on,
        )
    ])  # fmt: skip


def _time(change: ScenarioChange) -> None:
    assert change.work_centre is not None
    assert change.starts_at is not None
    assert change.ends_at is not None
    WorkTimeChange.objects.bulk_create([
        WorkTimeChange(
            pk=-change.pk, work_centre=change.work_centre, kind=change.kind, starts_at=change.starts_at,
            ends_at=change.ends_at,
        )
    ])  # fmt: skip


def _supplier(change: ScenarioChange) -> None:
    """Preferred before the others, at one price from the first piece on."""
    assert change.product is not None
    assert change.party is not None
    rows = SupplierPrice.objects.filter(product=change.product)
    said = offer_now(change)
    price, lead = change.price, change.lead_days
    if said is not None:
        # What is not said stays as the supplier has it.
        rows.filter(pk=said.pk).update(
            is_preferred=True,
            lead_time_days=said.lead_time_days if lead is None else lead,
            **(
                {}
                if price is None
                else {"price": price, "currency": current().currency, "unit": change.product.unit_id}
            ),
        )
        rows.exclude(pk=said.pk).update(is_preferred=False)
        return
    rows.update(is_preferred=False)
    SupplierPrice.objects.bulk_create([
        SupplierPrice(
            pk=-change.pk, supplier=change.party, product=change.product, price=price or ZERO,
            currency=current().currency, unit_id=change.product.unit_id, lead_time_days=lead or 0, is_preferred=True,
        )
    ])  # fmt: skip


def offer_now(change: ScenarioChange) -> SupplierPrice | None:
    """The supplier's offer of the product that holds today, the one for the smallest quantity."""
    rows = SupplierPrice.objects.filter(product=change.product_id, supplier=change.party_id)
    today = current().today()
    holds = [
        r for r in rows.order_by("min_quantity", "id")
        if (r.valid_from is None or r.valid_from <= today) and (r.valid_until is None or r.valid_until >= today)
    ]  # fmt: skip
    return holds[0] if holds else None


def planning_values(change: ScenarioChange) -> dict[str, Any]:
    """What the change says of the product's planning data, by the product's own names."""
    said = {
        "safety_stock": change.safety_stock, "order_min": change.order_min, "order_multiple": change.order_multiple,
        "lead_time_days": change.lead_days,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def _planning(change: ScenarioChange) -> None:
    Product.objects.filter(pk=change.product_id or 0).update(**planning_values(change))


_WRITE: dict[str, Callable[[ScenarioChange], None]] = {
    Kind.LINE: _line, Kind.ORDER: _order, Kind.OVERTIME: _time, Kind.STOP: _time, Kind.SUPPLIER: _supplier,
    Kind.PLANNING: _planning,
}  # fmt: skip
