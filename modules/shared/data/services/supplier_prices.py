"""What suppliers ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.contracts.events import PlanningBasisChanged
from modules.shared.data.models import Party, Product, SupplierPrice
from modules.shared.data.selectors.rates import known_currency
from modules.shared.data.services.products import LONGEST_LEAD
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import publish, service, touch_ids
from tenon.tenancy.context import current


@service("shared.supplier_price.create")
def supplier_price_create(*, actor: Actor, supplier: Party, product: Product, **values: Any) -> SupplierPrice:
    """A supplier's price; currency and unit may be left out: the supplier's, and the product's own. Raises Invalid."""
    row = _new(supplier, product, values)
    row.save()
    publish(PlanningBasisChanged((product.pk,)))
    return row


@service("shared.supplier_price.create")
def supplier_price_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[SupplierPrice]:
    """The same for many at once, all or none. Raises Invalid."""
    made = []
    for row in rows:
        price = _new(
            row["supplier"], row["product"], {k: v for k, v in row.items() if k not in ("supplier", "product")}
        )
        price.created_by_id = price.changed_by_id = actor.member_id
        made.append(price)
    SupplierPrice.objects.bulk_create(made, batch_size=1000)
    touch_ids(SupplierPrice, "insert", {price.pk for price in made})
    if made:
        publish(PlanningBasisChanged(tuple(sorted({price.product_id for price in made}))))
    return made


def _new(supplier: Party, product: Product, values: Mapping[str, Any]) -> SupplierPrice:
    row = SupplierPrice(supplier=supplier, product=product)
    for name, value in values.items():
        setattr(row, name, value)
    _check(row)
    row.currency = row.currency or supplier.currency or current().currency
    row.unit_id = row.unit_id or product.unit_id
    return row


@service("shared.supplier_price.update")
def supplier_price_update(*, actor: Actor, row: SupplierPrice, **values: Any) -> SupplierPrice:
    """Changes a supplier's price. Raises Invalid."""
    row = SupplierPrice.objects.select_for_update(of=("self",)).select_related("supplier", "product").get(pk=row.pk)
    before = row.product_id
    for name, value in values.items():
        setattr(row, name, {**row.custom, **(value or {})} if name == "custom" else value)
    _check(row)
    row.currency = row.currency or row.supplier.currency or current().currency
    row.unit_id = row.unit_id or row.product.unit_id
    row.save()
    publish(PlanningBasisChanged(tuple(sorted({before, row.product_id}))))
    return row


@service("shared.supplier_price.delete")
def supplier_price_delete(*, actor: Actor, row: SupplierPrice) -> None:
    """A supplier's price that is not asked any more."""
    row.delete()
    publish(PlanningBasisChanged((row.product_id,)))


def _check(row: SupplierPrice) -> None:
    if not row.supplier.is_supplier:
        raise Invalid.field("supplier", _("This party is not a supplier"), "not_supplier")
    if row.max_quantity is not None and row.max_quantity < row.min_quantity:
        raise Invalid.field("max_quantity", _("The most lies below the least"), "range")
    if row.valid_from and row.valid_until and row.valid_until < row.valid_from:
        raise Invalid.field("valid_until", _("A price ends after it begins"), "range")
    if row.quota is not None and not 0 <= row.quota <= 100:
        raise Invalid.field("quota", _("A quota lies between 0 and 100 per cent"), "range")
    if row.order_multiple is not None and row.order_multiple <= 0:
        raise Invalid.field("order_multiple", _("The quantity must be greater than zero"), "min_value")
    if row.currency:
        known_currency(row.currency)
    if row.lead_time_days > LONGEST_LEAD:
        raise Invalid.field("lead_time_days", _("A lead time is ten years at most"), "max_value")
