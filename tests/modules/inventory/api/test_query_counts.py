"""Twelve of everything take the queries that two take: each page of inventory and of the shared orders that is no plain
list (those are asked in tests/platform/api/test_every_entity.py). A new address without a line here fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal as D
from importlib import import_module
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from modules.inventory.models import CountSheet, Forecast, Inquiry, Lot, StockBalance, SupplierLink
from modules.inventory.selectors.demand import first_of
from modules.inventory.services.blankets import blanket_call_off, blanket_order_activate, blanket_order_create
from modules.inventory.services.count_plans import count_plan_create, count_sheets_make
from modules.inventory.services.count_sheets import Found, count_enter, count_sheet_post
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.forecasts import past_demand_create
from modules.inventory.services.inquiries import inquiry_create
from modules.inventory.services.inquiry_answers import answer_give
from modules.inventory.services.inquiry_rounds import inquiry_send
from modules.inventory.services.packing import parcel_create
from modules.inventory.services.place import place_new
from modules.inventory.services.supplier_links import actor_of_link, link_new
from modules.inventory.tasks import work_out_replenishment
from modules.shared.data.models import Party, Product
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api

FEW, MANY = 2, 12


class Full:
    """A company with so many of everything: more is added to what is there, and the long documents are made anew."""

    def __init__(self, world: World) -> None:
        self.world, self.actor, self.size = world, world.actor, 0
        self.hub = world.product()  # of which everybody wants some
        self.traced = world.product(tracking="lot")
        self._received(self.traced, "TRACED", 100)
        self.lot = Lot.objects.get(product=self.traced)
        self.suppliers: list[Party] = []
        self.links: list[SupplierLink] = []
        self.secret = ""
        with acting(self.actor):
            self.dock = place_new(code="DOCK", name="Dock", warehouse=world.place().warehouse, purpose="receiving")

    def grow(self, to: int) -> None:
        for n in range(self.size, to):
            self._one_more(n)
        self.size = to
        self._documents()
        work_out_replenishment(actor=self.actor, progress=lambda *_said: None)  # type: ignore[arg-type]

    def _received(self, product: Product, lot: str, quantity: int) -> None:
        order = self.world.purchase((product, quantity, 3))
        until = current().today() + timedelta(days=20)
        line = {"order_line": order.lines.get().pk, "quantity": quantity, "lots": lot, "expires_on": until}
        self.world.receive(order, [line])

    def _one_more(self, n: int) -> None:
        world, today = self.world, current().today()
        with acting(self.actor):
            supplier = Party(code=f"S-{n}", name=f"Supplier {n}", is_supplier=True, is_customer=True, currency="CNY")
            supplier.save()
            twin = Party(code=f"T-{n}", name=f"Supplier {n}", is_supplier=True, is_customer=True)
            twin.save()
            link, self.secret = link_new(supplier)
        self.suppliers.append(supplier)
        self.links.append(link)
        world.parties["supplier"] = world.parties["customer"] = supplier
        product, lotted = world.product(reorder_point=D(500), lead_time_days=4), world.product(tracking="lot")
        self._received(lotted, f"L-{n}", 20)
        world.opening((product, 40, 3), (self.hub, 20, 3))
        world.opening((product, 5, 3), place=self.dock)
        for back in range(8):
            month = first_of(today) - relativedelta(months=back + 1)
            past_demand_create(actor=self.actor, product=product, month=month, quantity=D(30))
        world.purchase((product, 9, 3), (self.hub, 9, 3), due_on=today + timedelta(days=n + 2))
        world.sale((product, 90), (self.hub, 30), requested_on=today + timedelta(days=n + 3))
        sold = world.sale((self.traced, 2), (product, 1), (lotted, 1))
        delivery_post(actor=self.actor, delivery=delivery_create(actor=self.actor, order=sold))

    def _documents(self) -> None:
        world, actor, today = self.world, self.actor, current().today()
        goods = list(Product.objects.filter(code__startswith="P-", tracking="none").order_by("pk"))
        lotted = Product.objects.filter(tracking="lot").exclude(pk=self.traced.pk)
        self.delivery = delivery_create(actor=actor, order=world.sale(*((p, 1) for p in lotted)))
        for row in self.delivery.lines.all():
            parcel_create(
                actor=actor, delivery=self.delivery, lines=[{"delivery_line": row.pk, "quantity": row.quantity}]
            )
        self.sale = world.sale(*((p, 1) for p in goods))
        self.bought = world.purchase(*((p, 2, 3) for p in goods), supplier_reference=f"R-{self.size}")
        plan = count_plan_create(actor=actor, name=f"All {self.size}", tolerance_percent=D(50), tolerance_value=None)
        count_sheets_make(actor=actor, record=plan)
        posted = CountSheet.objects.get(plan=plan)
        for line in posted.lines.all():
            there = StockBalance.objects.get(product=line.product_id, location=line.location_id, lot=line.lot)
            count_enter(actor=actor, sheet=posted, found=Found(there.on_hand, line.pk))
        count_sheet_post(actor=actor, record=posted)
        self.sheet = posted
        asked = inquiry_create(
            actor=actor, title=f"All {self.size}", lines=[{"product": p, "quantity": 10} for p in goods],
            suppliers=[{"supplier": p.pk} for p in self.suppliers],
        )  # fmt: skip
        self.inquiry = inquiry_send(actor=actor, inquiry=asked, closes_at=timezone.now() + timedelta(hours=1))
        offers = [{"line": line.pk, "price": "4"} for line in self.inquiry.lines.all()]
        for link in self.links:
            answer_give(
                actor=actor_of_link(link), link=link, inquiry_id=asked.pk, currency="CNY", lines=offers
            )  # fmt: skip
        with acting(actor):
            Inquiry.objects.filter(pk=asked.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
        blanket = blanket_order_create(
            actor=actor, supplier=self.suppliers[-1], valid_until=today + timedelta(days=90),
            lines=[{"product": p, "quantity": 100, "unit_price": 4} for p in goods],
        )  # fmt: skip
        self.blanket = blanket_order_activate(actor=actor, blanket=blanket)
        lines = [{"line": line.pk, "quantity": D(1)} for line in blanket.lines.all()]
        for _ in range(self.size):
            blanket_call_off(actor=actor, blanket=self.blanket, lines=lines)

    @property
    def goods(self) -> str:
        return ",".join(str(pk) for pk in Product.objects.filter(code__startswith="P-").values_list("pk", flat=True))


# Address → what is asked of it. None: it takes something (POST), or its queries are counted where it is tested.
ASKED: dict[str, Callable[[Full], str] | None] = {
    "expiry/": lambda full: "",
    "lots/<key:lot_id>/trace/": lambda full: "",
    "lots/<key:lot_id>/recall/": None,
    "lots/<key:lot_id>/customers.csv": lambda full: "",
    "lots/<key:lot_id>/labels.pdf": lambda full: "",
    "products/<key:product_id>/labels.pdf": lambda full: "",
    "deliveries/<key:delivery_id>/lots/": lambda full: "",
    "deliveries/<key:delivery_id>/note.pdf": lambda full: "",
    "deliveries/<key:delivery_id>/labels.pdf": lambda full: "",
    "parcels/<key:parcel_id>/label.pdf": lambda full: "",
    "availability/": lambda full: f"?products={full.goods}",
    "availability/<int:product_id>/": lambda full: "",
    "count-sheets/<key:sheet_id>/counting/": lambda full: "",
    "count-accuracy/": lambda full: "?by=cause",
    "purchase-workbench/": lambda full: "?horizon=60",
    "purchase-workbench/order/": None,
    "purchase-workbench/inquire/": None,
    "supplier-scorecard/": lambda full: "",
    "purchase-costs/": lambda full: "",
    "receiving-desk/": lambda full: "",
    "shipping-desk/": lambda full: "",
    "scan/": lambda full: "?code=DOCK",
    "scan/receive/": None,
    "put-away/": lambda full: "",
    "carrier-events/": None,
    "replenishment/": lambda full: "",
    "replenishment/act/": None,
    "replenishment/transfer/": None,
    "replenishment/run/": None,
    "forecasts/<key:forecast_id>/outlook/": lambda full: "",
    "slow-stock/": lambda full: "?horizon=1",
    "stock-turnover/": lambda full: "?by=product",
    "reservation-board/": lambda full: "",
    "reservation-board/lock/": None,
    "reservation-board/claim/": None,
    "reservation-board/release/": None,
    "reservation-board/reassign/": None,
    "reservation-board/take-over/": None,
    "stock-by-place/": lambda full: "",
    "inquiries/<int:inquiry_id>/comparison/": lambda full: "",
    "inquiries/<int:inquiry_id>/award/": None,
    "inquiries/<int:inquiry_id>/files/": lambda full: "",
    "supplier-links/new/": None,
    "blanket-orders/<int:blanket_id>/drawn/": lambda full: "",
    "blanket-orders/<int:blanket_id>/call-off/": None,
    "blanket-orders/<int:blanket_id>/deliveries/": None,
    "blanket-orders/<int:blanket_id>/deliveries/call/": None,
    "portal/": lambda full: "",
    "portal/inquiries/<int:inquiry_id>/": lambda full: "",
    "portal/inquiries/<int:inquiry_id>/answer/": None,
    "portal/inquiries/<int:inquiry_id>/decline/": None,
    "portal/inquiries/<int:inquiry_id>/files/": None,
    "portal/orders/<int:order_id>/": lambda full: "",
    "portal/orders/<int:order_id>/confirm/": None,
    "portal/orders/<int:order_id>/propose/": None,
    "parties/duplicates/": lambda full: "?name=Supplier 1",
    "products/duplicates/": lambda full: "?name=Part P",
    "parties/duplicate-groups/": lambda full: "",
    "parties/merge-preview/": None,
    "parties/merge/": None,
    "parties/<key:party_id>/customer/": lambda full: "",
    "sales-orders/<int:pk>/cancel-preview/": None,
    "sales-orders/<int:pk>/change-preview/": None,
    "sales-orders/<int:pk>/close-preview/": None,
    "sales-orders/<int:pk>/promises/": lambda full: "",
    "sales-orders/preview/": None,
}  # fmt: skip
ONE_FILE = {
    "inquiries/<int:inquiry_id>/answer-files/<key:file_id>/",
    "portal/inquiries/<int:inquiry_id>/files/<key:file_id>/",
}
IDS: dict[str, Callable[[Full], int]] = {
    "<key:lot_id>": lambda full: full.lot.pk,
    "<key:product_id>": lambda full: full.hub.pk,
    "<int:product_id>": lambda full: full.hub.pk,
    "<key:delivery_id>": lambda full: full.delivery.pk,
    "<key:parcel_id>": lambda full: full.delivery.parcels.order_by("pk")[0].pk,
    "<key:sheet_id>": lambda full: full.sheet.pk,
    "<key:forecast_id>": lambda full: Forecast.objects.order_by("pk")[0].pk,
    "<int:inquiry_id>": lambda full: full.inquiry.pk,
    "<int:blanket_id>": lambda full: full.blanket.pk,
    "<int:order_id>": lambda full: full.bought.pk,
    "<int:pk>": lambda full: full.sale.pk,
    "<key:party_id>": lambda full: full.sale.customer_id,
}


def _patterns() -> dict[str, list[Any]]:
    """The addresses below each module's; read after the site's own, which know what a key is."""
    get_resolver().url_patterns  # noqa: B018
    return {
        "inventory": import_module("modules.inventory.api.urls").urlpatterns,
        "shared": import_module("modules.shared.data.api.urls").urlpatterns,
    }


def _asked(full: Full) -> dict[str, str]:
    """Pattern → the address asked now."""
    out = {}
    for module, patterns in _patterns().items():
        for one in patterns:
            text = str(one.pattern)
            ask = ASKED.get(text)
            if ask is None:
                continue
            path = text
            for mark, of in IDS.items():
                path = path.replace(mark, str(of(full)))
            out[text] = f"/api/v1/{module}/{path}{ask(full)}"
    return out


def _counts(full: Full) -> dict[str, list[str]]:
    api, found = Api(full.actor), {}
    for text, path in _asked(full).items():
        headers = {"authorization": f"Link {full.secret}"} if text.startswith("portal/") else {}
        answer = api.get(path, **headers)  # what is cached is cached
        assert answer.status == 200, (path, answer.content[:500])
        with CaptureQueriesContext(connection) as seen:
            api.get(path, **headers)
        found[text] = [query["sql"] for query in seen.captured_queries]
    return found


def test_every_address_is_asked_or_said_why_not() -> None:
    every = [one for patterns in _patterns().values() for one in patterns]
    assert {str(one.pattern) for one in every} == set(ASKED) | ONE_FILE
    writing = {str(one.pattern) for one in every if not hasattr(one.callback.view_class, "get")}
    assert {text for text, ask in ASKED.items() if ask is None} == writing


def test_twelve_take_the_queries_of_two(world: World) -> None:
    full = Full(world)
    full.grow(FEW)
    few = _counts(full)
    full.grow(MANY)
    many = _counts(full)
    grown = {text: (len(few[text]), len(many[text])) for text in few if len(many[text]) > len(few[text])}
    assert grown == {}
    assert {text: len(sql) for text, sql in many.items() if len(sql) > 30} == {}
