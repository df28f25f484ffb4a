"""Sample data: believable, noted, and removed in one action without touching what is one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from modules.crm.models import Lead, Opportunity, Quote, Stage, StageHistory
from modules.crm.services import lead_create, opportunity_move
from modules.inventory.models import StockAdjustment
from modules.inventory.services.adjustment import adjustment_post
from modules.shared.data.models import Contact, Party, Product, SalesOrder
from modules.shared.data.services import party_create, product_create, sales_order_create
from tenants.models import Person, Tenant
from tenants.services.companies import company_create
from tenon.access.actor import Actor
from tenon.problems import Forbidden
from tenon.records.models import AuditEntry, Comment
from tenon.records.service import acting
from tenon.samples.models import SampleRecord
from tenon.samples.services.loading import samples_load
from tenon.samples.services.removal import counts, plan, registered, samples_remove
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of
from tests.tenants.conftest import Web


@pytest.fixture
def company(fresh_company: Callable[..., Company]) -> Iterator[Company]:
    """Not in a transaction of the test: the tables' owner removes, over a connection of its own."""
    made = fresh_company("Sampled")
    with serving(made):
        actor = owner_of(made)
        party_create(actor=actor, name="My own customer", is_customer=True)
        product_create(actor=actor, name="My own product")
        samples_load()
        yield made


@pytest.fixture
def mine(company: Company) -> Actor:
    return owner_of(company)


def rows() -> dict[str, list[Any]]:
    """Every audited or ledger row there is, by table."""
    from tenon.samples.services.removal import _models

    return {
        m._meta.db_table: sorted(m._base_manager.values_list("pk", flat=True), key=str)
        for m in _models()
        if m._meta.db_table not in ("records_audit", "records_sequence")
    }


def test_every_module_brings_some_and_all_rows_are_noted(company: Company) -> None:
    assert Party.objects.filter(is_customer=True).count() == 5
    assert SalesOrder.objects.count() == 3
    assert Quote.objects.count() == 1
    assert StockAdjustment.objects.get().lines.count() == 6
    noted = {model._meta.db_table: len(pks) for model, pks in registered().items()}
    assert (noted["data_product"], noted["crm_lead"], noted["inventory_stockadjustmentline"]) == (6, 4, 6)
    assert noted["data_party"] == 6
    assert Party.objects.get(name="My own customer").pk not in registered()[Party]
    assert SampleRecord.objects.count() == sum(noted.values()) == 60
    assert samples_load() == 0, "once"


def test_they_go_in_one_action_and_what_is_ones_own_stays(fresh_company: Callable[..., Company]) -> None:
    company = fresh_company("Both")
    with serving(company):
        actor = owner_of(company)
        own = party_create(actor=actor, name="My own customer", is_customer=True, contact_name="Mine")
        product = product_create(actor=actor, name="My own product")
        sales_order_create(actor=actor, customer=own, lines=[{"product": product, "quantity": 1, "unit_price": 5}])
        lead_create(actor=actor, name="My own lead")
        before = rows()
        samples_load()
        # Trying out: a deal moves on, somebody comments, an order is changed. None of this is a use by one's own.
        deal = Opportunity.objects.order_by("pk").last()
        assert deal is not None
        stage = Stage.objects.filter(kind=Stage.Kind.OPEN).exclude(pk=deal.stage_id).order_by("position").first()
        assert stage is not None
        opportunity_move(actor=actor, opportunity=deal, stage=stage)
        with acting(actor):
            Comment(entity="crm.opportunity", record_id=deal.pk, body="Tried the pipeline").save()
        assert dict(counts(plan()))
        assert samples_remove(actor=actor) == []
        after = rows()
        assert {t: after[t] for t in after if after[t] != before[t]} == {}
        gone = AuditEntry.objects.filter(op="delete", table_name="data_product").latest("id")
        assert gone.actor == actor.ref
        # The guard of the history is in force again.
        with connection.cursor() as cursor:
            cursor.execute("select tgenabled from pg_trigger where tgname like 'records_append_only%%'")
            assert {state for (state,) in cursor.fetchall()} == {"O"}
        assert samples_remove(actor=actor) == []


def test_what_own_documents_use_stays_and_is_named(company: Company, mine: Actor) -> None:
    customer, product = Party.objects.get(code="S-C1"), Product.objects.get(code="S-HL-U509")
    order = sales_order_create(actor=mine, customer=customer, lines=[{"product": product, "quantity": 2}])
    kept = samples_remove(actor=mine)
    said = {(k.title, k.used_by) for k in kept}
    assert any(customer.name in title and order.number in user for title, user in said), said
    assert any(product.name in title and order.number in user for title, user in said), said
    assert len(kept) == 2
    assert list(Product.objects.filter(code__startswith="S-")) == [product]
    assert not Lead.objects.exists()
    assert not StageHistory.objects.exists()
    assert SalesOrder.objects.get() == order
    # What stays is whole: the customer with its address and contact, the article with its category.
    assert list(Contact.objects.values_list("name", flat=True)) == ["Orlando Gee"]
    assert customer.addresses.count() == 1
    with acting(mine):
        order.lines.all().delete()
        order.delete()
    assert samples_remove(actor=mine) == []
    assert not Product.objects.filter(code__startswith="S-").exists()


def test_what_was_posted_is_told_by_the_ledger_and_stays(company: Company, mine: Actor) -> None:
    document = StockAdjustment.objects.get()
    adjustment_post(actor=mine, adjustment=document)
    titles = {k.title for k in samples_remove(actor=mine)}
    assert document.number in titles
    assert Product.objects.filter(code__startswith="S-").count() == 6
    assert StockAdjustment.objects.get().lines.count() == 6
    assert not SalesOrder.objects.exists()


def test_only_who_may(company: Company, mine: Actor) -> None:
    with pytest.raises(Forbidden):
        samples_remove(actor=replace(mine, permissions=frozenset()))
    assert SampleRecord.objects.exists()


@pytest.mark.parametrize("modules", [None, ["crm", "inventory"], ["finance"]], ids=["core", "picked", "finance"])
def test_over_the_api_with_the_sign_up(company: Company, modules: list[str] | None) -> None:
    """Whatever is switched on at first: the samples are of what is on."""
    from tenon.tenancy.context import outside

    with outside():
        person = Person.objects.create_user(f"trial-{company.id}@example.com", name="Founder")
        tenant = company_create(
            person=person, name="Trial", slug=f"trial-co-{company.slug}", language="zh-hans", sample_data=True,
            modules=modules,
        )  # fmt: skip
        assert tenant.state == Tenant.State.READY, tenant.error
        web = Web(f"{tenant.slug}.localhost", person)
        found = web.get("/api/v1/company/samples/").json()
        assert sum(c["count"] for c in found["removable"]) >= 20
        assert found["kept"] == []
        names = [row["name"] for row in web.get("/api/v1/shared/products/").json()["results"]]
        assert "旅行车 Touring-1000 蓝 46" in names
        assert web.post("/api/v1/company/samples/remove/").json() == {"kept": []}
        assert web.get("/api/v1/company/samples/").json() == {"removable": [], "kept": []}
        assert web.get("/api/v1/shared/products/").json()["results"] == []
        stranger = Web(f"{tenant.slug}.localhost")
        assert stranger.get("/api/v1/company/samples/").status_code == 401
        assert stranger.post("/api/v1/company/samples/remove/").status_code == 401
