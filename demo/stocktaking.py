"""The warehouse's other work in the demo: goods on their way to a second warehouse, a place for what comes, counts of
which one is over, one waits for approval and one waits for somebody with a scanner."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from modules.inventory.models import CountSheet, Location, PutAwayRule, StockBalance
from modules.inventory.services.count_plans import count_plan_create, count_sheets_make
from modules.inventory.services.count_sheets import Found, count_enter, count_sheet_post
from modules.inventory.services.place import warehouse_create
from modules.inventory.services.transfer_order import transfer_create, transfer_receive, transfer_send
from modules.shared.data.models import ProductCategory
from tenon.access.actor import Actor
from tenon.records.service import acting

D = Decimal
# (place, is over, differences: 1 for one too few)
COUNTED = (("Specialized Paint", True, 0), ("Paint Storage", False, 1))


def stocktaking(owner: Actor, keeper: Actor, say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    lines = _transferred(owner, keeper)
    _put_away(owner)
    sheets = [_counted(owner, keeper, *one) for one in COUNTED]
    best = count_plan_create(
        actor=owner, name="The dearest, blind", days_b=None, days_c=None, is_blind=True, lines_per_sheet=12,
        tolerance_percent=D(1), tolerance_value=None,
    )  # fmt: skip
    count_sheets_make(actor=keeper, record=best)
    say(f"{'Counting':<24}{len(sheets) + 1:>6} sheets, {lines} lines between two warehouses")


def _transferred(owner: Actor, keeper: Actor) -> int:
    """Three kinds of goods for the shop in town: half has come."""
    town = warehouse_create(actor=owner, code="TOWN", name="Shop in town", name_zh="市区门店")
    there = Location.objects.get(code="Finished Goods Storage")
    goods = StockBalance.objects.filter(location__path__startswith=there.path, on_hand__gt=60, reserved=0)
    rows = {row.product_id: row.product for row in goods.select_related("product").order_by("product__code")}
    transfer = transfer_create(
        actor=keeper, from_location=there, to_location=town.stock_place,
        lines=[{"product": product, "quantity": D(20)} for product in list(rows.values())[:3]],
    )  # fmt: skip
    transfer = transfer_send(actor=keeper, transfer=transfer)
    transfer_receive(actor=keeper, transfer=transfer, lines={line.pk: "10" for line in transfer.lines.all()})
    return transfer.lines.count()


def _put_away(owner: Actor) -> None:
    with acting(owner):
        for category, name in (("Bikes", "Finished Goods Storage"), ("Components", "Subassembly")):
            kind = ProductCategory.objects.filter(name=category).first()
            place = Location.objects.filter(code=name).first()
            if kind is not None and place is not None:
                PutAwayRule(category=kind, place=place).save()


def _counted(owner: Actor, keeper: Actor, name: str, over: bool, missing: int) -> CountSheet:
    place = Location.objects.filter(code=name).first()
    plan = count_plan_create(
        actor=owner, name=name, place=place, tolerance_percent=D(0), tolerance_value=None, days_a=30, days_b=90
    )
    count_sheets_make(actor=keeper, record=plan)
    sheet = CountSheet.objects.filter(plan=plan).latest("pk")
    for number, line in enumerate(sheet.lines.order_by("pk")):
        held = StockBalance.objects.get(product=line.product_id, location=line.location_id, lot=line.lot).on_hand
        count_enter(actor=keeper, sheet=sheet, found=Found(held - (1 if number < missing else 0), line.pk))
    if over:
        count_sheet_post(actor=owner, record=sheet)
    return sheet
