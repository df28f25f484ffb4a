"""The demo company as `manage.py demo_load` makes it: every file through the importer, counts as the data set's README
says, duplicates reported, books right, and a second run that changes nothing."""

from __future__ import annotations

import csv
import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum

from demo import load, making, people
from modules.finance.models import Asset
from modules.inventory.models import (
    BlanketOrder,
    CountLine,
    CountSheet,
    Inquiry,
    Requisition,
    SupplierProposal,
    Transfer,
)
from modules.inventory.selectors.inquiry_comparison import described
from modules.inventory.selectors.purchase_costs import purchase_costs
from modules.inventory.selectors.supplier_scores import supplier_scores
from modules.production.models import Pegging, PlanningRun
from modules.production.rules.terms import from_micro, micro
from modules.production.selectors.structure import components_to_plan
from modules.production.services import planning_run
from modules.production.services.badges import badge_shown
from modules.shared.data.models import (
    Party,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    SalesOrder,
    SalesOrderChange,
    SalesOrderLine,
)
from modules.shared.data.selectors.duplicates import duplicate_groups
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenants.models import Person
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.records.models import AuditEntry
from tenon.tenancy.context import Company, current, outside, serving
from tenon_site.management.commands.check_books import check_company
from tests.committed import committing
from tests.companies import owner_of

SECRET = "tenon-test-4711"


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Company, str]]:
    """Loaded once for this file, committed; it goes with the file."""
    out = StringIO()
    with committing(django_db_blocker), patch.dict(os.environ, {"TENON_DEMO_PASSWORD": SECRET}):
        call_command("demo_load", stdout=out)
        tenant = load.company()
        assert tenant is not None
        yield tenant.company(), out.getvalue()


def test_counts_are_those_of_the_readme(loaded: tuple[Company, str]) -> None:
    company, _out = loaded
    with serving(company):
        # One service more: what purchase orders of outside work buy.
        assert Product.objects.exclude(code__startswith="OUTSIDE-").count() == 504
        assert Party.objects.filter(is_supplier=True).count() == 104
        # One customer more: a lead that was converted.
        assert Party.objects.filter(is_customer=True).count() == 848
        assert (SalesOrder.objects.filter(is_migrated=True).count(), _lines(SalesOrderLine)) == (32, 542)
        assert (PurchaseOrder.objects.filter(is_migrated=True).count(), _lines(PurchaseOrderLine)) == (4012, 8845)
        assert {name: apps.get_model(name).objects.count() for name in EXPECTED} == EXPECTED


EXPECTED = {
    "data.SupplierPrice": 460,
    "data.Address": 407,
    "production.BomLine": 2576,
    "production.BillOfMaterials": 238,
    "production.WorkCentre": 7,
    "inventory.StockAdjustmentLine": 1065,
}


def _lines(model: Any) -> int:
    return int(model.objects.filter(order__is_migrated=True).count())


def test_history_is_closed_and_worth_what_it_was(loaded: tuple[Company, str]) -> None:
    """SO71774: 2 × 356.898 → 356.90 each, tax 8 % 28.55 each, freight 22.0087 → 22.01: 792.91.
    Purchase order 1: 4 × 50.26 = 201.04, tax 16.08, freight 5.026 → 5.03: 222.15."""
    company, _out = loaded
    with serving(company):
        order = SalesOrder.objects.get(number="SO71774")
        assert (order.status, order.invoice_status, order.total) == ("closed", "full", Decimal("792.91"))
        assert str(order.delivered_on) == "2008-06-08"
        assert order.custom == {"ship_method": "CARGO TRANSPORT 5"}
        bought = PurchaseOrder.objects.get(number="1")
        assert (bought.status, bought.former_status, bought.total) == ("closed", "complete", Decimal("222.15"))
        states = PurchaseOrder.objects.filter(is_migrated=True).values_list("status", "former_status").distinct()
        assert set(states) == {
            ("closed", "complete"), ("closed", "pending"), ("closed", "approved"), ("cancelled", "rejected"),
        }  # fmt: skip
        discounted = SalesOrderLine.objects.filter(order__is_migrated=True, discount__gt=0)
        assert (discounted.count(), discounted.filter(discount=40).count()) == (43, 19)
        # History owes nothing and expects nothing.
        undelivered = SalesOrderLine.objects.filter(order__is_migrated=True, order__status="closed")
        sums = undelivered.aggregate(a=Sum("base_quantity"), b=Sum("delivered"), c=Sum("invoiced"))
        assert sums["a"] == sums["b"] == sums["c"]


def test_materials_are_kept_in_the_unit_of_their_bill(loaded: tuple[Company, str]) -> None:
    with serving(loaded[0]):
        units = Product.objects.exclude(unit__code="EA").values_list("unit__code", flat=True)
        assert sorted(units) == ["IN"] * 3 + ["OZ"] * 5


def test_duplicates_among_the_customers(loaded: tuple[Company, str]) -> None:
    """Of 847 rows 405 companies stand on two and one on four."""
    company, out = loaded
    assert "406 customers stand on several rows (814 rows)" in out
    with serving(company):
        groups = duplicate_groups(actor=owner_of(company))
        sizes = sorted(len(rows) for _key, rows in groups)
    # The converted lead and its namesake among the suppliers are no pair of customers.
    assert sizes == [2] * 405 + [4]


def test_books_are_right(loaded: tuple[Company, str]) -> None:
    assert check_company(loaded[0]) == []


def test_open_business_is_alive(loaded: tuple[Company, str]) -> None:
    with serving(loaded[0]):
        live = SalesOrder.objects.filter(is_migrated=False)
        begun = live.filter(status__in=("part_delivered", "delivered")).count()
        assert (live.filter(status="confirmed").count(), begun, live.filter(status="draft").count()) == (6, 2, 1)
        assert SalesOrderLine.objects.filter(order__in=live, reserved__gt=0).exists()
        assert not SalesOrderLine.objects.filter(order__in=live.filter(status="confirmed"), promised_on=None).exists()
        assert apps.get_model("crm.StageHistory").objects.count() > 15
        assert apps.get_model("crm.Quote").objects.filter(status="accepted").count() == 1


def test_what_leaves_is_packed_carried_and_proved(loaded: tuple[Company, str]) -> None:
    """One delivery has arrived, one is on its way, one stands packed at the dock: all of it in parcels."""
    with serving(loaded[0]):
        shipments = apps.get_model("inventory.Shipment").objects.order_by("pk")
        told = shipments.values_list("status", "delivery__status", "received_by", "freight_cost")
        assert list(told) == [
            ("delivered", "posted", "Goods-in desk", Decimal("38.50")), ("transit", "posted", "", Decimal("38.50")),
            ("ready", "draft", "", Decimal(0)),
        ]  # fmt: skip
        for shipment in shipments:
            goods = shipment.delivery.lines.aggregate(sum=Sum("quantity"))["sum"]
            packed = shipment.delivery.parcels.aggregate(sum=Sum("lines__quantity"))["sum"]
            assert goods == packed > 0
        assert apps.get_model("inventory.Repack").objects.filter(status="posted").exists()


def test_buyers_and_the_warehouse_have_work_on_their_desks(loaded: tuple[Company, str]) -> None:
    """An inquiry to compare and a sealed one, what is agreed by day, a proposal and a change that wait, counts in three
    states, goods between two warehouses, assets depreciated until last month."""
    with serving(loaded[0]):
        opened = described(Inquiry.objects.get(status="opened"))
        assert [len(line["cells"]) for line in opened["lines"]] == [3, 3, 3]
        assert {cell["currency"] for line in opened["lines"] for cell in line["cells"].values()} == {
            "USD",
            "EUR",
            "CNY",
        }
        assert described(Inquiry.objects.get(status="sent"))["sealed"]
        assert Requisition.objects.get().status == "requested"
        assert BlanketOrder.objects.get().lines.get().deliveries.count() == 5
        assert (SupplierProposal.objects.get().state, SalesOrderChange.objects.get().state) == ("open", "proposed")
        assert sorted(CountSheet.objects.values_list("status", flat=True)) == ["open", "open", "posted"]
        assert CountLine.objects.filter(state="recount").count() == 1, "one is missing: somebody else counts again"
        goods = Transfer.objects.get().lines
        assert [(x.quantity, x.received) for x in goods.all()] == [(20, 10)] * 3
        last = current().today().replace(day=1) - timedelta(days=1)
        assert set(Asset.objects.values_list("status", "depreciated_until")) == {("in_use", last)}


def test_the_works_are_planned_and_at_work(loaded: tuple[Company, str]) -> None:
    """Every made product has its operations, the second plan is the last, what was sold before it is made is made to
    the order, and the worker stands at two orders, of one of which half is through its first operation."""
    with serving(loaded[0]):
        routed = apps.get_model("production.Operation").objects.values("product").distinct().count()
        assert routed == Product.objects.filter(source="make").count()
        orders = apps.get_model("production.ProductionOrder").objects
        states = Counter(orders.values_list("status", flat=True))
        assert states == {"draft": 6, "released": 7, "in_progress": 4, "done": 3}, states
        assert orders.exclude(demand_label="").count() == 2
        assert apps.get_model("production.WorkSession").objects.filter(ended_at=None).count() == 2
        reports = apps.get_model("production.ProductionReport").objects.values_list("good", "scrap", "order__quantity")
        good, scrap, quantity = reports.order_by("pk")[0]
        steps = apps.get_model("production.ProductionOrderOperation").objects.filter(status="waiting")
        assert steps.filter(planned_start=None).count() == 0 < steps.count(), "the schedule board shows them all"
        assert (good * 2, scrap) == (quantity, 1)
        held = apps.get_model("production.PromiseHold").objects.filter(state="held", head_entity="crm.quote")
        assert held.exists(), "a promise is held for a quote"


def test_all_lines_of_the_32_orders_are_planned_through(loaded: tuple[Company, str]) -> None:
    """The orders of the data set, ordered once more: each of their 542 lines is covered by stock, by purchase or by
    production, each order to make has all of its material, and a second run writes nothing. Rolled back."""
    with serving(loaded[0]), transaction.atomic():
        actor = owner_of(loaded[0])
        lines = _ordered_again(actor)
        assert len(lines) == 542
        run = planning_run(actor=actor)
        covered: dict[int, Decimal] = defaultdict(Decimal)
        for line, quantity in Pegging.objects.filter(need_entity="shared.sales_order_line").values_list(
            "need_id", "quantity"
        ):
            covered[line or 0] += quantity
        assert [x.pk for x in lines if x.reserved + covered[x.pk] != x.base_quantity] == []
        assert _lacking(run) == []
        before = (
            PlanningRun.objects.count(),
            AuditEntry.objects.count(),
            set(run.planned.values_list("id", flat=True)),
        )
        assert planning_run(actor=actor).pk == run.pk
        assert before == (
            PlanningRun.objects.count(), AuditEntry.objects.count(), set(run.planned.values_list("id", flat=True)),
        )  # fmt: skip
        transaction.set_rollback(True)


def _ordered_again(actor: Actor) -> list[SalesOrderLine]:
    made = []
    for order in SalesOrder.objects.filter(is_migrated=True).select_related("customer").order_by("pk"):
        again = sales_order_create(
            actor=actor, customer=order.customer, requested_on=current().today() + timedelta(days=90),
            lines=[
                {"product": x.product, "quantity": x.quantity, "unit": x.unit, "unit_price": x.unit_price}
                for x in order.lines.select_related("product", "unit").order_by("position")
            ],
        )  # fmt: skip
        made.append(sales_order_confirm(actor=actor, order=again))
    return list(SalesOrderLine.objects.filter(order__in=made))


def _lacking(run: PlanningRun) -> list[tuple[int, int]]:
    """(index of what is made, component) that is not covered as its bill says."""
    pegged: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for peg in Pegging.objects.filter(run=run, need_planned__isnull=False):
        pegged[(peg.need_planned or 0, peg.product_id)] += peg.quantity
    bills = components_to_plan()
    lacking, made = [], run.planned.filter(kind="make")
    assert made.count() > 100, "the bicycles go down to their parts"
    for row in made:
        wanted: dict[int, Decimal] = defaultdict(Decimal)
        for component in bills.get(row.product_id, ()):
            if component.valid_on(row.release_on):
                wanted[component.product] += from_micro(component.needed_for(micro(row.quantity)))
        lacking += [(row.index, p) for p, quantity in wanted.items() if pegged[(row.index, p)] != quantity]
    return lacking


def test_a_terminal_knows_the_demo_badge(loaded: tuple[Company, str]) -> None:
    with serving(loaded[0]):
        worker, _token = badge_shown(code=making.BADGE, pin=making.PIN, terminal=owner_of(loaded[0]))
        assert worker.label == "Worker"


def test_everybody_can_sign_in(loaded: tuple[Company, str]) -> None:
    company, _out = loaded
    with outside():
        for login in people.ALL:
            person = Person.objects.get(email=login.email)
            assert person.check_password(SECRET)
            assert EmailAddress.objects.get(user=person).verified
    with serving(company):
        assert dict(Member.objects.values_list("name", "department__name"))["Buyer"] == "Purchasing"
        assert Member.objects.count() == len(people.ALL)


def test_a_second_run_changes_nothing(loaded: tuple[Company, str]) -> None:
    company, _out = loaded
    with serving(company):
        before = AuditEntry.objects.count()
    again = StringIO()
    with patch.dict(os.environ, {"TENON_DEMO_PASSWORD": SECRET}):
        call_command("demo_load", stdout=again)
        call_command("demo_load", "--show-logins", stdout=again)
    with serving(company):
        assert AuditEntry.objects.count() == before
    assert again.getvalue().count(f"{people.OWNER.mailbox}@{people.DOMAIN}") == 2
    assert SECRET in again.getvalue()


def test_a_password_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "state" / "demo-password"
    monkeypatch.delenv("TENON_DEMO_PASSWORD", raising=False)
    monkeypatch.setenv("TENON_DEMO_PASSWORD_FILE", str(kept))
    made = people.password()
    assert (people.password(), kept.read_text().strip(), kept.stat().st_mode & 0o777) == (made, made, 0o600)
    assert len(made) >= 12
    monkeypatch.setenv("TENON_DEMO_PASSWORD", "said-outright")
    assert people.password() == "said-outright"


def test_suppliers_scores_equal_the_sheets(loaded: tuple[Company, str]) -> None:
    """Spend and rejected share of every supplier, computed straight from purchase_orders.csv and
    purchase_order_lines.csv (orders that were rejected as a whole do not count), are what the scorecard says."""
    sheets = Path(load.__file__).parent / "adventureworks"
    cent, zero = Decimal("0.01"), Decimal(0)
    with (sheets / "purchase_orders.csv").open(encoding="utf-8", newline="") as file:
        heads = {row["number"]: row for row in csv.DictReader(file) if row["status"] != "rejected"}
    spend: dict[str, Decimal] = defaultdict(lambda: zero)
    received: dict[str, Decimal] = defaultdict(lambda: zero)
    rejected: dict[str, Decimal] = defaultdict(lambda: zero)
    with (sheets / "purchase_order_lines.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["order"] in heads:
                code = heads[row["order"]]["supplier"]
                amount = Decimal(row["quantity"]) * Decimal(row["unit_price"])
                spend[code] += amount.quantize(cent, ROUND_HALF_UP)
                received[code] += Decimal(row["received"])
                rejected[code] += Decimal(row["rejected"])
    until = date.fromisoformat(max(row["ordered_on"] for row in heads.values()))
    company, _out = loaded
    with serving(company):
        codes = dict(Party.objects.values_list("pk", "code"))
        scores = {codes[score.supplier_id]: score for score in supplier_scores(until=until)}
    assert set(scores) == set(spend)
    assert {code: score.spend for code, score in scores.items()} == dict(spend)
    assert {code: (score.received, score.rejected) for code, score in scores.items()} == {
        code: (received[code], rejected[code]) for code in spend
    }
    ppm = {c: (rejected[c] * 1_000_000 / received[c]).quantize(Decimal(1), ROUND_HALF_UP) for c in spend if received[c]}
    assert {code: score.rejected_ppm for code, score in scores.items() if score.received} == ppm
    assert any(share > 0 for share in ppm.values())


def test_purchase_costs_equal_the_sheets(loaded: tuple[Company, str]) -> None:
    """Spend by supplier and by month of order, and the variance from standard cost of what was accepted, computed
    straight from purchase_orders.csv, purchase_order_lines.csv and products.csv."""
    sheets = Path(load.__file__).parent / "adventureworks"
    cent, zero = Decimal("0.01"), Decimal(0)

    def rows(name: str) -> list[dict[str, str]]:
        with (sheets / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    heads = {row["number"]: row for row in rows("purchase_orders.csv") if row["status"] != "rejected"}
    by_supplier: dict[str, Decimal] = defaultdict(lambda: zero)
    by_month: dict[str, Decimal] = defaultdict(lambda: zero)
    accepted: dict[str, Decimal] = defaultdict(lambda: zero)
    for row in rows("purchase_order_lines.csv"):
        if row["order"] in heads:
            head, quantity = heads[row["order"]], Decimal(row["quantity"])
            amount = (quantity * Decimal(row["unit_price"])).quantize(cent, ROUND_HALF_UP)
            by_supplier[head["supplier"]] += amount
            by_month[head["ordered_on"][:7]] += amount
            accepted[head["supplier"]] += amount * (Decimal(row["received"]) - Decimal(row["rejected"])) / quantity
    until = date.fromisoformat(max(row["ordered_on"] for row in heads.values()))
    company, _out = loaded
    with serving(company):
        codes = {str(pk): code for pk, code in Party.objects.values_list("pk", "code")}
        suppliers = purchase_costs(actor=owner_of(company), by="supplier", until=until)
        months = purchase_costs(actor=owner_of(company), by="month", until=until)
    assert {codes[row.key]: row.ordered for row in suppliers.rows} == dict(by_supplier)
    assert {row.key: row.ordered for row in months.rows} == dict(by_month)
    assert {codes[row.key]: row.received for row in suppliers.rows} == {
        code: accepted[code].quantize(cent, ROUND_HALF_UP) for code in by_supplier
    }
