"""Products: units that stay, categories by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from modules.shared.data.models import Party, Product, ProductCategory, Unit
from modules.shared.data.selectors.product_duplicates import product_duplicates
from modules.shared.data.services import product_create, product_update, sales_order_create
from modules.shared.data.services.products import category_update
from modules.shared.data.services.supplier_prices import supplier_price_create, supplier_price_update
from modules.shared.data.services.units import unit_update
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.tenancy.context import Company


def test_left_out_code_unit_and_named_category(actor: Actor, serving_acme: Company) -> None:
    first = product_create(actor=actor, name="Bottom bracket", category_name="Components", subcategory_name="Brackets")
    second = product_create(actor=actor, name="Hub", category_name="Components", subcategory_name="Hubs")
    assert first.code.startswith("P-")
    assert first.unit.code == "EA"
    assert first.category is not None
    assert second.category is not None
    assert first.category.parent_id == second.category.parent_id
    # "Parts / Parts" in a spreadsheet is one category, not one below itself.
    third = product_create(actor=actor, name="Nut", category_name="Parts", subcategory_name="Parts")
    assert third.category is not None
    assert third.category.parent is None


def test_the_unit_stays_once_something_counts_in_it(
    actor: Actor, customer: Party, make_product: Callable[..., Product]
) -> None:
    product, kg = make_product(), Unit.objects.get(code="KG")
    assert product_update(actor=actor, product=product, unit=kg).unit == kg
    sales_order_create(actor=actor, customer=customer, lines=[{"product": product, "quantity": 1}])
    with pytest.raises(StateRefused):
        product_update(actor=actor, product=product, unit=Unit.objects.get(code="EA"))
    assert product_update(actor=actor, product=product, name="Same unit", unit=kg).name == "Same unit"


@pytest.mark.parametrize(
    ("field", "value"),
    [("list_price", Decimal(-1)), ("safety_stock", Decimal(-1)), ("order_multiple", Decimal(0))],
)
def test_bad_values_name_their_field(field: str, value: Decimal, actor: Actor, serving_acme: Company) -> None:
    with pytest.raises(Invalid) as caught:
        product_create(actor=actor, name="X", **{field: value})
    assert [e.field for e in caught.value.errors] == [field]


def test_sold_until_lies_after_sold_from(actor: Actor, serving_acme: Company) -> None:
    with pytest.raises(Invalid):
        product_create(actor=actor, name="X", sell_from=date(2026, 2, 1), sell_until=date(2026, 1, 1))


def test_a_category_cannot_lie_below_itself(actor: Actor, frame: None) -> None:
    top = ProductCategory(name="Top")
    top.save()
    below = ProductCategory(name="Below", parent=top)
    below.save()
    with pytest.raises(Invalid):
        category_update(actor=actor, category=top, parent=below)
    with pytest.raises(Invalid):
        category_update(actor=actor, category=top, parent=top)


def test_look_alikes(actor: Actor, make_product: Callable[..., Product]) -> None:
    road = make_product("RB-9231", name="Rear Brakes", barcode="6901234567892")
    front = make_product("FB-9873", name="Front Brakes")
    make_product("CH-0234", name="Chain")
    assert [(h.id, h.reason) for h in product_duplicates(code="rb-9231")] == [(road.pk, "code")]
    assert [(h.id, h.reason) for h in product_duplicates(barcode="6901234567892")] == [(road.pk, "barcode")]
    assert [(h.id, h.reason) for h in product_duplicates(name="front brakes ")] == [(front.pk, "name")]
    assert [(h.id, h.reason) for h in product_duplicates(name="Rear Brake")] == [(road.pk, "similar_name")]
    assert product_duplicates(name="Rear Brakes", exclude=road.pk) == []
    assert product_duplicates() == []


def test_goods_do_not_become_a_service_once_something_counts_on_them(
    actor: Actor, customer: Party, make_product: Callable[..., Product]
) -> None:
    product = make_product()
    assert product_update(actor=actor, product=product, kind="service").kind == "service"
    product_update(actor=actor, product=product, kind="goods")
    sales_order_create(actor=actor, customer=customer, lines=[{"product": product, "quantity": 1}])
    with pytest.raises(StateRefused):
        product_update(actor=actor, product=product, kind="service")


def test_a_lead_time_beyond_all_calendars_is_a_slip(
    actor: Actor, supplier: Party, make_product: Callable[..., Product]
) -> None:
    with pytest.raises(Invalid) as caught:
        make_product(lead_time_days=2_000_000_000)
    assert caught.value.errors[0].field == "lead_time_days"
    price = supplier_price_create(actor=actor, supplier=supplier, product=make_product(), price=Decimal(1))
    with pytest.raises(Invalid) as caught:
        supplier_price_update(actor=actor, row=price, lead_time_days=4_000)
    assert caught.value.errors[0].field == "lead_time_days"


def test_references_show_name_and_code(actor: Actor, make_product: Callable[..., Product]) -> None:
    product = make_product("BK-M68B-38", name="Mountain-200 Black, 38")
    assert Product.objects.get(pk=product.pk).label == str(product) == "Mountain-200 Black, 38 · BK-M68B-38"
    product_update(actor=actor, product=product, name="Mountain-200")
    assert Product.objects.get(pk=product.pk).label == "Mountain-200 · BK-M68B-38"


def test_a_unit_counts_no_coarser_than_what_is_kept_in_it(actor: Actor, make_product: Callable[..., Product]) -> None:
    kg = Unit.objects.get(code="KG")
    make_product(unit=kg)
    with pytest.raises(StateRefused):
        unit_update(actor=actor, unit=kg, data={"decimals": 0})
    assert unit_update(actor=actor, unit=kg, data={"decimals": 4}).decimals == 4


def test_the_most_of_an_order_lies_above_the_least(actor: Actor, make_product: Callable[..., Product]) -> None:
    with pytest.raises(Invalid) as caught:
        make_product(order_min=Decimal(10), order_max=Decimal(5))
    assert [e.field for e in caught.value.errors] == ["order_max"]
