"""The works of the demo company: how its bicycles, frames and parts are made, a plan of these days, and orders on the
floor, made through the services by the planner and the worker.

Work centres, their rates and hours are those of the data set. It names no operations: those here follow its work
centres, the minutes are ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from modules.crm.models import Quote
from modules.crm.services.quote_holds import quote_hold
from modules.production.models import Badge, LossReason, Pegging, PlannedOrder, ProductionOrder, PromiseHold
from modules.production.rules.buckets import buckets
from modules.production.selectors.shortages import clear_to_build
from modules.production.services import (
    badge_pin_set,
    operation_report,
    operation_start,
    planned_orders_firm,
    planning_run,
    production_order_create,
    production_order_release,
)
from modules.production.services.master_plan import master_plan_set
from modules.production.services.orders import SALES_LINE
from modules.production.services.planning_parameters import forecast_create, planning_rule_create
from modules.production.services.scheduling import schedule_in_steps
from modules.shared.contracts.stock import StockAvailability
from modules.shared.data.models import Party, Product
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.api.importing import import_rows
from tenon.ports import find
from tenon.records.service import acting
from tenon.tenancy.context import current

# For the demo only: what the worker shows at a terminal (/production/terminal).
BADGE, PIN = "DEMO-1", "2580"
RELEASED, STARTED = 8, 2
FOR_STOCK = (
    ("Mountain Bikes", Decimal(12)), ("Road Frames", Decimal(20)), ("Wheels", Decimal(40)),
    ("Touring Bikes", Decimal(8)), ("Handlebars", Decimal(30)), ("Mountain Frames", Decimal(16)),
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """An operation: minutes to set up once an order, and for each piece."""

    name: str
    work_centre: str
    setup: str
    run: str


FRAME = (
    Step("Form tubes", "Frame Forming", "30", "4"),
    Step("Weld", "Frame Welding", "20", "9"),
    Step("Debur and polish", "Debur and Polish", "10", "5"),
)
PAINT, SPECIAL = Step("Paint", "Paint", "25", "6"), Step("Paint in two coats", "Specialized Paint", "35", "9")
BICYCLE = (
    Step("Fit wheels and drive", "Subassembly", "15", "8"),
    Step("Assemble and adjust", "Final Assembly", "20", "14"),
)
PART = (Step("Cut and bend", "Frame Forming", "15", "1.5"),)
ASSEMBLY = (Step("Assemble", "Subassembly", "10", "3"),)


def works(owner: Actor, seller: Actor, planner: Actor, worker: Actor, say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    operations = _routings(owner)
    _badge(owner, worker)
    _sold_before_it_is_made(seller)
    planning_run(actor=planner)
    made = _orders(planner)
    _master_plan(planner)
    begun = _begin(worker, made)
    run = planning_run(actor=planner)
    schedule_in_steps(actor=planner, direction="forward", seconds=0, frozen_hours=0, tell=lambda _share, _words: None)
    held = _promise_held(seller)
    say(
        f"{'Production':<24}{operations:>6} operations, {run.proposals} proposals, {len(made)} orders released, "
        f"{begun} begun, {held} held for a quote"
    )


def _promise_held(seller: Actor) -> int:
    """A customer thinks it over: goods, machines and the day are kept for the quote while it is valid."""
    quote = Quote.objects.filter(status=Quote.Status.SENT).order_by("pk").first()
    if quote is None:
        return 0
    quote_hold(actor=seller, quote=quote)
    return PromiseHold.objects.filter(head_id=quote.pk, state=PromiseHold.State.HELD).count()


def _steps(product: Product) -> tuple[Step, ...]:
    category = product.category
    kind = category.name if category else ""
    group = category.parent.name if category and category.parent else ""
    if group == "Bikes":
        return BICYCLE
    if "Frames" in kind:
        return (*FRAME, SPECIAL if kind == "Mountain Frames" else PAINT)
    return ASSEMBLY if group == "Components" else PART


def _routings(owner: Actor) -> int:
    rows = [
        {
            "product": product.code, "position": str((n + 1) * 10), "name": step.name, "work_centre": step.work_centre,
            "setup_minutes": step.setup, "run_minutes": step.run,
        }
        for product in Product.objects.filter(source="make").select_related("category__parent").order_by("code")
        for n, step in enumerate(_steps(product))
    ]  # fmt: skip
    result = import_rows(actor=owner, entity_key="production.operation", rows=rows)
    assert result.created == len(rows), result.errors[:3]
    return result.created


def _badge(owner: Actor, worker: Actor) -> None:
    with acting(owner):
        badge = Badge(member=Member.objects.get(pk=worker.member_id or 0), code=BADGE)
        badge.save()
    badge_pin_set(actor=owner, badge=badge, pin=PIN)


def _sold_before_it_is_made(seller: Actor) -> None:
    """An order for more bicycles than there are: its dates come from the bill and the plan."""
    stock = find(StockAvailability)
    if stock is None:
        return
    bikes = Product.objects.filter(
        source="make", category__parent__name="Bikes", is_saleable=True, sell_until=None, list_price__gt=0
    )  # fmt: skip
    there = stock.availability(list(bikes.values_list("pk", flat=True)))
    free = {bike: max(there[bike.pk].available, Decimal(0)) if bike.pk in there else Decimal(0) for bike in bikes}
    customer = Party.objects.filter(is_customer=True, is_active=True).order_by("pk")[20]
    scarce = sorted(bikes, key=lambda bike: (free[bike], bike.code))[:2]
    order = sales_order_create(
        actor=seller, customer=customer, lines=[{"product": bike, "quantity": free[bike] + 4} for bike in scarce],
        requested_on=current().today() + timedelta(days=28), customer_reference=f"PO-{customer.code}",
    )  # fmt: skip
    sales_order_confirm(actor=seller, order=order)


def _orders(planner: Actor) -> list[ProductionOrder]:
    """What customers wait for is made to their orders; a few products are made for stock. What can be built comes
    first; of some released orders material is still on its way."""
    waited_for = Pegging.objects.filter(need_entity=SALES_LINE, cover_planned__isnull=False)
    wanted = PlannedOrder.objects.filter(
        kind="make", state="proposed", index__in=waited_for.values("cover_planned")
    )  # fmt: skip
    planned_orders_firm(actor=planner, ids=list(wanted.values_list("pk", flat=True)))
    today = current().today()
    for n, (kind, quantity) in enumerate(FOR_STOCK):
        made = Product.objects.filter(source="make", category__name=kind, operations__isnull=False)
        for product in made.distinct().order_by("code")[:2]:
            production_order_create(
                actor=planner, product=product, quantity=quantity, start_on=today + timedelta(days=n),
                due_on=today + timedelta(days=n + 6),
            )  # fmt: skip
    missing = {pk: len(found.missing) for pk, found in clear_to_build().items()}
    orders = ProductionOrder.objects.filter(status="draft").order_by("start_on", "pk")
    first = sorted(orders, key=lambda order: missing.get(order.pk, 0))[:RELEASED]
    return [production_order_release(actor=planner, order=order) for order in first]


def _master_plan(planner: Actor) -> None:
    """The bicycles that are waited for are planned by hand, too: what is expected of them in the coming weeks, and some
    of it decided; the first ten working days stand."""
    today = current().today()
    for n, product in enumerate(_waited_for()):
        planning_rule_create(
            actor=planner, product=product, master=True, frozen_days=10, demand_days=5, forecast="entered"
        )
        starts_on = buckets(today, "week", 3)[2].since
        forecast_create(
            actor=planner, product=product, starts_on=starts_on, ends_on=starts_on + timedelta(days=55),
            quantity=Decimal(64 - 16 * n),
        )  # fmt: skip
        for week, quantity in ((4, 20), (6, 12), (8, 20)):
            since = buckets(today, "week", week + 1)[week].since
            master_plan_set(actor=planner, product=product, size="week", since=since, quantity=Decimal(quantity))


def _waited_for() -> list[Product]:
    """What the order for more bicycles than there are asks for."""
    lines = Pegging.objects.filter(need_entity=SALES_LINE, cover_planned__isnull=False, product__source="make")
    return list(Product.objects.filter(pk__in=lines.values("product")).order_by("code")[:3])


def _begin(worker: Actor, orders: list[ProductionOrder]) -> int:
    """The worker stands at the first operation of some orders, half of the first is through, one piece is lost."""
    reason = LossReason.objects.filter(kind=LossReason.Kind.SCRAP, is_active=True).order_by("pk").first()
    begun = 0
    for order in orders[:STARTED]:
        operation = order.operations.order_by("position").first()
        if operation is None:
            continue
        operation_start(actor=worker, operation=operation)
        if not begun and order.quantity >= 4:
            good = (order.quantity / 2).to_integral_value()
            operation_report(actor=worker, operation=operation, good=good, scrap=Decimal(1), reason=reason)
        begun += 1
    return begun
