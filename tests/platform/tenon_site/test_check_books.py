"""The command that proves the books: quiet when all is well, loud and non-zero when something was damaged."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from modules.inventory.models import ProductCost, StockMove
from tenon.tenancy.context import serving
from tests.companies import owner_of
from tests.modules.inventory.stock_world import World


def run(*slugs: str) -> str:
    out = StringIO()
    call_command("check_books", *slugs, stdout=out)
    return out.getvalue()


def test_proves_and_finds(fresh_company):
    """Rule 14."""
    company = fresh_company("Books")
    with serving(company):
        world = World(owner_of(company))
        product = world.product()
        world.opening((product, 5, 10))
        world.sale((product, 3))
    assert f"{company.slug}: ok" in run(company.slug)
    with serving(company), transaction.atomic():
        ProductCost.objects.filter(product=product).update(value=51)
    with pytest.raises(CommandError, match="1 of 1 companies"):
        run(company.slug)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_books", company.slug, stdout=out)
    assert f"cost row of product {product.pk}" in out.getvalue()
    with serving(company), transaction.atomic():
        ProductCost.objects.filter(product=product).update(value=50)
    assert f"{company.slug}: ok" in run(company.slug)


def test_looks_without_touching(fresh_company):
    """The proof runs in a read-only snapshot: a check that wrote would be refused."""
    from tenon_site.management.commands import check_books

    company = fresh_company("Read only")
    seen = []

    def nosy(of):
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('transaction_read_only'), current_setting('transaction_isolation')")
            seen.append(cursor.fetchone())
        assert StockMove.objects.count() == 0
        return []

    real = check_books.checks
    check_books.checks = lambda: iter([("nosy", nosy)])
    try:
        assert check_books.check_company(company) == []
    finally:
        check_books.checks = real
    assert seen == [("on", "repeatable read")]


def test_an_unknown_address(db):
    with pytest.raises(CommandError, match="no company"):
        run("nobody-here")
