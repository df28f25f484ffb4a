"""Products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.contracts.events import PlanningBasisChanged
from modules.shared.contracts.stock import StockTracking
from modules.shared.contracts.valuation import CostMethods
from modules.shared.data.models import Product, ProductCategory, Unit
from modules.shared.data.selectors.units import Conversions
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number, next_numbers
from tenon.records.service import publish, service, touch_ids

REFERENCES = ("category", "unit", "tax", "weight_unit", "second_unit")
DEFAULT_UNITS = ("EA", "PCS")
LONGEST_LEAD = 3_650  # days; beyond ten years it is a slip of the keyboard, and dates run out


@service("shared.product.create")
def product_create(*, actor: Actor, name: str, **values: Any) -> Product:
    """A new product. Code and unit may be left out: the next number, and pieces. Raises Invalid."""
    product = Product(name=name)
    category = values.pop("category_name", "")
    subcategory = values.pop("subcategory_name", "")
    _set(product, values)
    if category:
        product.category = category_by_path(actor=actor, names=[category, subcategory])
    if not product.unit_id:
        product.unit_id = _default_unit()
    _check_second(product)
    if not product.code:
        product.code = next_number("P")
    product.save()
    return product


@service("shared.product.create")
def product_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[Product]:
    """The same for many at once, all or none. Raises Invalid."""
    products: list[Product] = []
    categories: dict[tuple[str, str], ProductCategory | None] = {}
    unit_id = 0
    for row in rows:
        values = dict(row)
        path = (values.pop("category_name", "") or "", values.pop("subcategory_name", "") or "")
        product = Product()
        _set(product, values)
        if path[0]:
            if path not in categories:
                categories[path] = category_by_path(actor=actor, names=list(path))
            product.category = categories[path]
        if not product.unit_id:
            unit_id = unit_id or _default_unit()
            product.unit_id = unit_id
        _check_second(product)
        product.created_by_id = product.changed_by_id = actor.member_id
        products.append(product)
    unnumbered = [p for p in products if not p.code]
    for product, code in zip(unnumbered, next_numbers("P", len(unnumbered)) if unnumbered else (), strict=True):
        product.code = code
    Product.objects.bulk_create(products, batch_size=1000)
    touch_ids(Product, "insert", {p.pk for p in products})
    return products


@service("shared.product.update")
def product_update(*, actor: Actor, product: Product, **values: Any) -> Product:
    """Changes a product. Its unit and kind stay once documents or stock count in it; a new cost method or standard cost
    values its stock anew. Emits PlanningBasisChanged. Raises Invalid, StateRefused, PeriodClosed."""
    # Not FOR UPDATE: whoever moves goods holds their cost row and refers to the product, and would wait for us.
    product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    costing = (product.cost_method, product.standard_cost)
    basis = _basis_of(product)
    category, subcategory = values.pop("category_name", ""), values.pop("subcategory_name", "")
    unit_id = key_of(values.get("unit"))
    if unit_id and unit_id != product.unit_id and unit_is_used(product):
        raise StateRefused(_("The unit stays: documents or stock already count in it"))
    second_id = key_of(values.get("second_unit", product.second_unit_id))
    if second_id != product.second_unit_id and unit_is_used(product):
        raise StateRefused(_("The second unit stays: documents or stock already count with or without it"))
    if values.get("kind", product.kind) != product.kind and unit_is_used(product):
        raise StateRefused(_("Goods or service: this stays, documents or stock already count on it"))
    tracking = values.get("tracking", product.tracking)
    stock = find(StockTracking) if tracking != product.tracking else None
    if stock is not None:
        stock.tracking_changed(actor=actor, product_id=product.pk, tracking=tracking)
    _set(product, values)
    if category:
        product.category = category_by_path(actor=actor, names=[category, subcategory])
    _check_second(product)
    product.save()
    if (product.cost_method, product.standard_cost) != costing:
        provider = find(CostMethods)
        if provider is not None:
            provider.cost_changed(actor=actor, product_ids=[product.pk])
    if _basis_of(product) != basis:
        publish(PlanningBasisChanged((product.pk,)))
    return product


def _basis_of(product: Product) -> tuple[Any, ...]:
    """What planning reads of it."""
    return (
        product.source, product.kind, product.is_active, product.lead_time_days, product.safety_stock,
        product.order_min, product.order_multiple, product.order_max, product.unit_id,
    )  # fmt: skip


def unit_is_used(product: Product) -> bool:
    """Does anything count in the product's stock unit? Asked of every table that refers to it and holds quantities."""
    relations: list[Any] = list(product._meta.get_fields(include_hidden=True))
    for relation in relations:
        model = relation.related_model
        if not relation.auto_created or relation.concrete or model is None or isinstance(model, str):
            continue
        if model._meta.label_lower not in _UNIT_FREE and _refers(model, relation.field.name, product):
            return True
    return False


def _refers(model: Any, field: str, product: Product) -> bool:
    return bool(model._default_manager.filter(**{field: product.pk}).exists())


# Prices and conversions name their own unit or move with the product.
_UNIT_FREE = frozenset({"data.unitconversion", "data.price", "data.supplierprice"})


@service("shared.product_category.create")
def category_by_path(*, actor: Actor, names: list[str]) -> ProductCategory | None:
    """The category at a path such as Bikes / Road bikes, made where it is missing."""
    found: ProductCategory | None = None
    for name in dict.fromkeys(n.strip() for n in names if n and n.strip()):
        child = ProductCategory.objects.filter(parent=found, name=name).first()
        if child is None:
            child = ProductCategory(parent=found, name=name)
            child.save()
        found = child
    return found


@service("shared.product_category.update")
def category_update(*, actor: Actor, category: ProductCategory, **values: Any) -> ProductCategory:
    """Renames or moves a category. Raises Invalid when it would lie below itself."""
    category = ProductCategory.objects.select_for_update().get(pk=category.pk)
    if "parent" in values:
        parent = ProductCategory.objects.filter(pk=key_of(values["parent"]) or 0).first()
        above = parent
        while above is not None:
            if above.pk == category.pk:
                raise Invalid.field("parent", _("A category cannot lie below itself"), "cycle")
            above = above.parent
        category.parent = parent
    if "name" in values:
        category.name = values["name"]
    if "custom" in values:
        category.custom = {**category.custom, **(values["custom"] or {})}
    category.save()
    return category


def _check_second(product: Product) -> None:
    """The second unit measures something else than the unit does: no ratio leads from one to the other. Raises
    Invalid."""
    if product.second_unit_id is None:
        for name in ("second_nominal", "second_tolerance", "priced_by_second"):
            if getattr(product, name):
                raise Invalid.field(name, _("Say the second unit first"), "second")
        return
    if product.kind != Product.Kind.GOODS:
        raise Invalid.field("second_unit", _("Only goods are kept in stock, and in two quantities"), "kind")
    if Conversions([product.pk] if product.pk else []).ratio(product.pk or 0, product.second_unit_id, product.unit_id):
        message = _("The units can be converted: goods are kept in two when one does not follow from the other")
        raise Invalid.field("second_unit", message, "convertible")
    if product.second_nominal is None or product.second_nominal <= 0:
        raise Invalid.field("second_nominal", _("Say what one piece weighs as a rule"), "required")
    if product.second_tolerance is not None and not 0 < product.second_tolerance < 100:
        raise Invalid.field("second_tolerance", _("A tolerance lies between 0 and 100 per cent"), "range")


def _default_unit() -> int:
    found = dict(Unit.objects.filter(code__in=DEFAULT_UNITS).values_list("code", "pk"))
    unit_id = next((found[code] for code in DEFAULT_UNITS if code in found), None)
    if unit_id is None:
        raise Invalid.field("unit", _("Say in which unit the product is kept"), "required")
    return unit_id


def _set(product: Product, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in REFERENCES:
            if name == "unit" and value is None:
                continue
            setattr(product, f"{name}_id", key_of(value))
        elif name == "custom":
            product.custom = {**product.custom, **(value or {})}
        else:
            setattr(product, name, value)
    if product.cost_method == Product.CostMethod.STANDARD and product.standard_cost is None:
        raise Invalid.field("standard_cost", _("Goods at standard cost need one"), "required")
    if product.sell_from and product.sell_until and product.sell_until < product.sell_from:
        raise Invalid.field("sell_until", _("The last day lies before the first"), "range")
    for name in ("safety_stock", "reorder_point", "standard_cost", "list_price", "order_min", "order_max"):
        value = getattr(product, name)
        if value is not None and value < 0:
            raise Invalid.field(name, _("This is not negative"), "min_value")
    if product.lead_time_days > LONGEST_LEAD:
        raise Invalid.field("lead_time_days", _("A lead time is ten years at most"), "max_value")
    if product.order_min and product.order_max and product.order_max < product.order_min:
        raise Invalid.field("order_max", _("The most lies below the least"), "range")
    if product.order_multiple is not None and product.order_multiple <= 0:
        raise Invalid.field("order_multiple", _("A multiple is greater than zero"), "min_value")
