"""A list of keys is one parameter, and finds what Django's own way finds, whatever stands in the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, IntegerField
from django.db.models.fields.related import ForeignObject
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import In
from django.test.utils import CaptureQueriesContext

from modules.shared.data.models import Product, ProductCategory
from tenon.records.service import acting
from tenon.tenancy.backend import key_lists
from tenon.tenancy.context import Company
from tests.modules.inventory.stock_world import World


@pytest.fixture
def products(serving_acme: Company, actor: Any) -> list[Product]:
    made = World(actor).products(9)
    with acting(actor):
        top = ProductCategory.objects.create(name="Wheels")
        Product.objects.filter(pk__in=[p.pk for p in made[:6]]).update(category=top)
    return list(Product.objects.order_by("pk"))


@pytest.fixture
def django_way() -> Iterator[None]:
    IntegerField.register_lookup(In)
    ForeignObject.register_lookup(RelatedIn)
    yield
    key_lists.register()


def lists(products: list[Product]) -> list[Any]:
    keys = [p.pk for p in products]
    return [
        keys, keys[:5] + keys[:5], tuple(keys[2:7]), set(keys[1:8]), keys[:3], [keys[0]], [0, -1, -2, -3, -4],
        [*keys[:4], None], [*keys[:4], True], [str(k) for k in keys[:5]], [*keys[:4], 2**63, 2**70],
        [*keys[:4], -(2**63), 2**63 - 1], [*keys[:4], F("category")],
        Product.objects.filter(pk__lt=keys[5]), (k for k in keys[:6]), frozenset(),
    ]  # fmt: skip


def found(products: list[Product]) -> list[Any]:
    kinds = ProductCategory.objects.all()
    tops = [p.category_id for p in products if p.category_id] * 2
    out: list[Any] = []
    for given in lists(products):
        given = list(given) if hasattr(given, "__next__") else given
        out.append(sorted(p.pk for p in Product.objects.filter(pk__in=given)))
        out.append(sorted(p.pk for p in Product.objects.exclude(pk__in=given)))
    for rows in (
        Product.objects.filter(category__in=tops), Product.objects.exclude(category__in=tops),
        Product.objects.filter(category__in=[None, *tops]), Product.objects.filter(category__in=list(kinds)),
        Product.objects.filter(category__parent__in=tops),
        Product.objects.filter(lead_time_days__in=[0, 1, 2, 3, 4, 2**31, 2**40]),
    ):  # fmt: skip
        out.append(sorted(p.pk for p in rows))
    return out


def test_it_finds_what_django_finds(products: list[Product], request: pytest.FixtureRequest) -> None:
    ours = found(products)
    assert any(ours)
    request.getfixturevalue("django_way")
    assert found(products) == ours


def test_many_keys_are_one_parameter(products: list[Product]) -> None:
    keys = [p.pk for p in products]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        list(Product.objects.filter(pk__in=keys))
        list(Product.objects.filter(category__in=keys))
        list(Product.objects.filter(pk__in=keys[:3]))
    pk, reference, few = (query["sql"] for query in asked.captured_queries)
    assert "::bigint[])" in pk
    assert "::bigint[])" in reference
    assert "::bigint[])" not in few
    _sql, params = Product.objects.filter(pk__in=keys).query.sql_with_params()
    assert params == (keys,)


def test_of_nothing_nothing_is_asked(products: list[Product]) -> None:
    with pytest.raises(EmptyResultSet):
        Product.objects.filter(pk__in=[]).query.sql_with_params()
