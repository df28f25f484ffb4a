"""Quality in the demo company: plans, readings of a turned diameter for its control chart, a drum of paint that was
refused, with its nonconformance and what is done about it, another that waits, and a customer's complaint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.production.models import Inspection, InspectionPlan, LossReason, NonConformance
from modules.production.services.corrective_actions import corrective_action_create
from modules.production.services.inspection_plans import inspection_plan_create
from modules.production.services.inspections import inspection_create, inspection_judge, inspection_record
from modules.production.services.nonconformances import inspection_report_nonconformance, nonconformance_create
from modules.shared.data.models import Party, Product, SalesOrderLine
from modules.shared.data.services import purchase_order_confirm, purchase_order_create
from tenon.access.actor import Actor
from tenon.tenancy.context import current

D = Decimal
# Means of eighteen samples in hundredths above 22 mm, and how far their five pieces lie around them: from the
# fourteenth on a tool is worn.
MEANS = (0, 1, -1, 0, 2, -2, 1, 0, -1, 1, 0, -1, 0, 2, 3, 4, 6, 7)
AROUND = ("-0.02", "-0.01", "0", "0.01", "0.02")


def inspected(owner: Actor, planner: Actor, say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    turned = Product.objects.filter(source="make", name__icontains="handlebar").order_by("code").first()
    turned = turned or Product.objects.filter(source="make").order_by("code")[0]
    samples = _readings(planner, turned)
    lots = _paint(owner, planner)
    _complaint(owner)
    say(f"{'Quality':<24}{samples + lots:>6} inspections, {NonConformance.objects.count()} nonconformances")


def _readings(planner: Actor, product: Product) -> int:
    plan = inspection_plan_create(
        actor=planner, name=f"Clamp diameter of {product.code}", stage="in_process", product=product,
        sampling="fixed", sample_size=5,
        characteristics=[
            {"name": "Clamp diameter", "kind": "measured", "unit": "mm", "nominal": D(22), "lower": D("21.9"),
             "upper": D("22.1")},
            {"name": "Free of burrs", "kind": "attribute"},
        ],
    )  # fmt: skip
    for mean in MEANS:
        one = inspection_create(actor=planner, product=product, stage="in_process", plan=plan, quantity=D(40))
        width, burrs = one.checks.order_by("position")
        values = [str(D(22) + D(mean) / 100 + D(each)) for each in AROUND]
        readings: dict[str, dict[str, Any]] = {str(width.pk): {"values": values}, str(burrs.pk): {"bad_pieces": []}}
        inspection_judge(actor=planner, inspection=inspection_record(actor=planner, inspection=one, readings=readings))
    return len(MEANS)


def _paint(owner: Actor, planner: Actor) -> int:
    """Two drums come: one is too thin and refused, the other one waits."""
    paint = Product.objects.filter(name__startswith="Paint - ", tracking="lot").order_by("code").first()
    supplier = Party.objects.filter(is_supplier=True, is_active=True).order_by("code").first()
    if paint is None or supplier is None:
        return 0
    plan: InspectionPlan = inspection_plan_create(
        actor=planner, name="Paint", stage="incoming", product=paint, sampling="fixed", sample_size=3,
        characteristics=[
            {"name": "Viscosity", "kind": "measured", "unit": "s", "lower": D(18), "upper": D(22)},
            {"name": "Colour as the sample", "kind": "attribute"},
        ],
    )  # fmt: skip
    order = purchase_order_create(
        actor=owner, supplier=supplier, due_on=current().today(),
        lines=[{"product": paint, "quantity": D(16), "unit_price": D(12)}],
    )  # fmt: skip
    order = purchase_order_confirm(actor=owner, order=order)
    day = current().today()
    first, second = (f"{paint.code[3:]}-{day:%y%m}{n}" for n in ("Q1", "Q2"))
    line = {
        "order_line": order.lines.get().pk, "quantity": D(16), "lots": f"{first}=8, {second}=8",
        "supplier_lot": "S-4471", "expires_on": day + timedelta(days=300),
    }  # fmt: skip
    receipt_post(actor=owner, receipt=receipt_create(actor=owner, order=order, lines=[line]))
    thin = Inspection.objects.get(plan=plan, lot=first)
    viscosity = thin.checks.order_by("position")[0]
    inspection_record(actor=planner, inspection=thin, readings={str(viscosity.pk): {"values": ["16.5", "17.2", "19"]}})
    inspection_judge(actor=planner, inspection=thin)
    inspection_report_nonconformance(
        actor=planner, inspection=thin, title="Thinner than agreed, runs on the frame", severity="major"
    )
    corrective_action_create(
        actor=planner, title="Viscosity on the supplier's certificate with each drum", owner_id=planner.member_id,
        nonconformance=NonConformance.objects.get(inspection=thin), due_on=day + timedelta(days=5),
    )  # fmt: skip
    corrective_action_create(
        actor=planner, title="Exchange the reamer after 600 handlebars", kind="preventive", owner_id=owner.member_id,
        due_on=day - timedelta(days=2),
    )  # fmt: skip
    return 2


def _complaint(owner: Actor) -> None:
    """Of the last bicycles that were delivered."""
    line = SalesOrderLine.objects.filter(
        delivered__gt=0, product__source="make", product__category__parent__name="Bikes"
    ).order_by("-pk").first()  # fmt: skip
    if line is not None:
        nonconformance_create(
            actor=owner, title="Rear wheel rubs on the frame", sales_order_line=line, quantity=D(1),
            cause=LossReason.objects.filter(kind=LossReason.Kind.SCRAP).order_by("code").first(),
            due_on=current().today() + timedelta(days=3), other_cost=D(35),
        )  # fmt: skip
