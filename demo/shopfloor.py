"""Documents of the shop floor in the demo company: how two operations are done, with drawings; work at suppliers, with
what of ours lies there; piece work, a temporary worker by the hour, and their wage slips. Products, suppliers and work
centres are those of the data set; rates, texts and drawings are ours."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import Count
from PIL import Image, ImageDraw

from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_post
from modules.production.models import (
    LossReason,
    Operation,
    ProductionOrder,
    SubcontractOrder,
    WorkCentre,
)
from modules.production.services import production_order_create, production_order_release, production_order_report
from modules.production.services.instructions import (
    instruction_approve,
    instruction_create,
    instruction_new_version,
    instruction_read,
)
from modules.production.services.scheduling import schedule_in_steps
from modules.production.services.subcontract_moves import subcontract_receive, subcontract_send
from modules.production.services.subcontracting import subcontract_orders_place
from modules.production.services.wages import (
    pay_rate_create,
    wage_slip_approve,
    wage_slip_create,
    wage_slip_reverse,
)
from modules.shared.contracts.stock import StockAvailability
from modules.shared.data.models import Party, Product
from modules.shared.data.services import purchase_order_confirm
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.ports import find
from tenon.records.service import acting
from tenon.records.services.attachment import attachment_create
from tenon.registry.registry import registry
from tenon.tenancy.context import current

D = Decimal
FORMING, BENCH = "Frame Forming", "Subassembly"
# (what to do, in Chinese, caution, which drawing)
WELDING: tuple[tuple[str, str, str, str], ...] = (
    ("Clamp the tubes in the jig: head tube first, then down tube and chain stays.",
     "将管件装夹到工装：先头管，再下管和后下叉。", "", "jig.png"),
    ("Check with the gauge that the head angle is 71.5° ± 0.3°.", "用角度规检查头管角度为 71.5° ± 0.3°。", "", ""),
    ("Tack four points crosswise, then weld in the order of the drawing, 3 mm at a time.",
     "先对角点焊四点，再按图示顺序分段焊接，每段 3 mm。", "Helmet, gloves, extraction on", "order.png"),
    ("Let it cool in the jig for four minutes, then loosen the clamps.", "在工装中冷却 4 分钟，再松开夹具。",
     "Above 60 °C after welding", ""),
    ("Look at every seam: no pores, no undercut. A doubtful frame goes onto the yellow rack.",
     "逐条检查焊缝：无气孔、无咬边。有疑问的车架放黄色架。", "", "seam.png"),
)  # fmt: skip
LACING: tuple[tuple[str, str, str, str], ...] = (
    ("Lay out the parts of one piece in the tray and compare them with the list.",
     "将一件所需零件摆入托盘并与清单核对。", "", ""),
    ("Press the bearing in straight; the mark shows outwards.", "平直压入轴承，标记朝外。",
     "Fingers clear of the press", "bearing.png"),
    ("Tighten to 12 Nm with the blue wrench and mark the screw.", "用蓝色扭力扳手拧紧至 12 Nm，并划线标记。", "", ""),
)  # fmt: skip


def documents(actors: dict[str, Actor], say: Callable[[str], None]) -> None:
    """`actors` by their roles' names. Everything in the caller's transaction."""
    written = _instructions(actors["Planner"], actors["Administrator"], actors["Worker"])
    outside = _outside(actors["Planner"], actors["Buyer"], actors["Warehouse"], actors["Accountant"])
    slips = _piece_work(actors)
    schedule_in_steps(
        actor=actors["Planner"], direction="forward", seconds=0, frozen_hours=0, tell=lambda _share, _words: None
    )
    say(f"{'Shop-floor documents':<24}{written:>6} work instructions, {outside} subcontract orders, {slips} wage slips")


# --- work instructions


def _instructions(planner: Actor, approver: Actor, worker: Actor) -> int:
    """Of the first operations of what is on the floor: one that must be read and was, with its next version being
    written, one that nobody has read yet."""
    begun = ProductionOrder.objects.filter(status="in_progress", operations__operation__isnull=False)
    order = begun.order_by("pk").first()
    on_floor = ProductionOrder.objects.filter(status__in=("released", "in_progress")).values("product")
    welds = Operation.objects.filter(name="Weld", product__in=on_floor)
    weld = welds.order_by("pk").first() or Operation.objects.filter(name="Weld").order_by("pk").first()
    first = order.operations.order_by("position")[0].operation if order is not None else None
    today, written = current().today(), 0
    for operation, title, title_zh, steps, read in (
        (weld, "Welding the frame", "车架焊接", WELDING, False),
        (first, "Assembling", "装配作业", LACING, True),
    ):
        if operation is None:
            continue
        instruction = instruction_create(
            actor=planner, operation=operation, effective_on=today - timedelta(days=30), title=title,
            title_zh=title_zh, must_be_read=True, steps=_steps(steps),
        )  # fmt: skip
        _draw(planner, instruction.pk, steps)
        instruction = instruction_approve(actor=approver, instruction=instruction)
        written += 1
        if read:
            instruction_read(actor=worker, instruction=instruction)
        else:
            instruction_new_version(
                actor=planner, instruction=instruction, effective_on=today + timedelta(days=7)
            )  # fmt: skip
            written += 1
    return written


def _steps(steps: Sequence[tuple[str, str, str, str]]) -> list[dict[str, Any]]:
    return [
        {"text": text, "text_zh": text_zh, "caution": caution, "picture": picture}
        for text, text_zh, caution, picture in steps
    ]


def _draw(planner: Actor, instruction: int, steps: Sequence[tuple[str, str, str, str]]) -> None:
    entity = registry().entities["production.instruction"]
    for name in sorted({step[3] for step in steps} - {""}):
        upload = ContentFile(DRAWINGS[name](), name=name)
        attachment_create(actor=planner, entity=entity, record_id=instruction, upload=upload)


INK, BLUE, RED, PAPER = "#334155", "#2563eb", "#dc2626", "#f8fafc"


def _sheet() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (960, 600), PAPER)
    return image, ImageDraw.Draw(image)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _frame_of(draw: ImageDraw.ImageDraw) -> None:
    """A frame from the side: seat, head, bottom bracket, rear axle."""
    seat, head, low, bracket, rear = (330, 150), (640, 150), (668, 235), (400, 410), (190, 400)
    for a, b in ((seat, head), (low, bracket), (seat, bracket), (seat, rear), (bracket, rear)):
        draw.line([a, b], fill=INK, width=14)
    draw.line([(632, 125), (676, 260)], fill=INK, width=20)
    for x, y in (bracket, rear):
        draw.ellipse([x - 20, y - 20, x + 20, y + 20], outline=INK, width=8, fill=PAPER)


def _jig() -> bytes:
    image, draw = _sheet()
    _frame_of(draw)
    for x, y in ((654, 190), (400, 410), (190, 400), (330, 150)):
        draw.rectangle([x - 34, y - 34, x + 34, y + 34], outline=BLUE, width=8)
    draw.line([(90, 500), (870, 500)], fill=BLUE, width=12)
    for x in (190, 400, 654):
        draw.line([(x, 500), (x, 440)], fill=BLUE, width=8)
    return _png(image)


def _order() -> bytes:
    image, draw = _sheet()
    _frame_of(draw)
    for n, (x, y) in enumerate(((654, 160), (400, 380), (330, 170), (215, 385)), 1):
        draw.ellipse([x - 30, y - 30, x + 30, y + 30], fill=RED)
        draw.text((x - 9, y - 19), str(n), fill="white", font_size=34)
    return _png(image)


def _seam() -> bytes:
    image, draw = _sheet()
    for left, colour in ((80, "#16a34a"), (520, RED)):
        draw.rectangle([left, 260, left + 360, 350], fill="#cbd5e1")
        for n in range(14):
            draw.arc([left + n * 25, 230, left + n * 25 + 44, 290], 180, 360, fill=INK, width=6)
        draw.rectangle([left - 20, 160, left + 380, 430], outline=colour, width=8)
    for x in (600, 690, 800):
        draw.ellipse([x, 246, x + 18, 264], fill=RED)
    return _png(image)


def _bearing() -> bytes:
    image, draw = _sheet()
    for radius, width in ((190, 26), (110, 22)):
        draw.ellipse([480 - radius, 300 - radius, 480 + radius, 300 + radius], outline=INK, width=width)
    for x, y in ((480, 155), (480, 445), (335, 300), (625, 300), (378, 198), (582, 198), (378, 402), (582, 402)):
        draw.ellipse([x - 26, y - 26, x + 26, y + 26], fill="#94a3b8", outline=INK, width=4)
    draw.polygon([(700, 240), (790, 300), (700, 360)], fill=BLUE)
    draw.line([(790, 300), (890, 300)], fill=BLUE, width=20)
    return _png(image)


DRAWINGS: dict[str, Callable[[], bytes]] = {
    "jig.png": _jig, "order.png": _order, "seam.png": _seam, "bearing.png": _bearing,
}  # fmt: skip


# --- work at suppliers


def _makeable(pieces: int, centre: str) -> list[Product]:
    """Products with one operation, at this work centre, that nothing is made of now and whose material is free in stock
    for so many pieces."""
    stock = find(StockAvailability)
    busy = ProductionOrder.objects.values("product")
    made = Product.objects.filter(source="make").annotate(steps=Count("operations"))
    made = made.filter(steps=1, operations__work_centre__name=centre).exclude(pk__in=busy)
    found: list[Product] = []
    for product in made.order_by("code")[:40]:
        bom = product.boms.filter(is_active=True).first()
        lines = list(bom.lines.all()) if bom is not None else []
        if stock is None or bom is None or not lines:
            continue
        there = stock.availability([line.component_id for line in lines])
        wanted = {line.component_id: line.base_quantity * pieces / bom.output_quantity for line in lines}
        if all(pk in there and there[pk].available >= quantity for pk, quantity in wanted.items()):
            found.append(product)
    return found


def _made_outside(planner: Actor, product: Product, supplier: Party, price: str) -> None:
    """Its first operation is done by a supplier."""
    operation = Operation.objects.filter(product=product).order_by("position")[0]
    with acting(planner):
        operation.work_centre, operation.supplier = None, supplier
        operation.outside_price, operation.outside_days = D(price), 5
        operation.setup_minutes = operation.run_minutes = D(0)
        operation.save()


def _ordered(planner: Actor, buyer: Actor, order: ProductionOrder, name: str, days: int) -> SubcontractOrder:
    operation = order.operations.get(name=name)
    [bought] = subcontract_orders_place(
        actor=planner, operations=[operation], due_on=current().today() + timedelta(days=days)
    )
    purchase_order_confirm(actor=buyer, order=bought)
    return SubcontractOrder.objects.get(purchase_line__order=bought)


def _released(planner: Actor, product: Product, quantity: int, days: int) -> ProductionOrder:
    today = current().today()
    order = production_order_create(
        actor=planner, product=product, quantity=D(quantity), start_on=today, due_on=today + timedelta(days=days)
    )
    return production_order_release(actor=planner, order=order)


def _outside(planner: Actor, buyer: Actor, keeper: Actor, accountant: Actor) -> int:
    """A part that suppliers bend from our material: one order is back and invoiced, with more material than it took
    still there; one is half back, one waits to be ordered. And an operation between two of ours."""
    suppliers = list(Party.objects.filter(is_supplier=True, is_active=True).order_by("code")[4:6])
    parts = _makeable(80, FORMING)
    reason = LossReason.objects.filter(kind=LossReason.Kind.SCRAP, is_active=True).order_by("pk")[0]
    made = 0
    if parts:
        part = parts[0]
        _made_outside(planner, part, suppliers[0], "1.85")
        name = Operation.objects.filter(product=part).order_by("position")[0].name
        second = subcontract_send(
            actor=keeper, subcontract=_ordered(planner, buyer, _released(planner, part, 30, 9), name, 6)
        )
        subcontract_receive(actor=keeper, subcontract=second, good=D(12), rejected=D(2), spoiled=D(1), reason=reason)
        first = _ordered(planner, buyer, _released(planner, part, 20, 4), name, 2)
        more = {m.product_id: (m.required * 5 / 4).to_integral_value() for m in first.materials.all()}
        first = subcontract_send(actor=keeper, subcontract=first, items=more)
        first = subcontract_receive(actor=keeper, subcontract=first, good=D(19), rejected=D(1), reason=reason)
        _invoiced(accountant, first)
        _released(planner, part, 24, 15)
        made += 2
    pieces = _makeable(24, BENCH)
    if pieces:
        with acting(planner):
            Operation(
                product=pieces[0], position=90, name="Anodise", supplier=suppliers[1], outside_price=D("2.40"),
                outside_days=4,
            ).save()  # fmt: skip
        order = _released(planner, pieces[0], 24, 8)
        for operation in order.operations.filter(supplier=None).order_by("position"):
            production_order_report(actor=planner, order=order, operation=operation, good=D(24), minutes=D(82))
        third = subcontract_send(
            actor=keeper, subcontract=_ordered(planner, buyer, order, "Anodise", 3), pieces=D(16)
        )  # fmt: skip
        subcontract_receive(actor=keeper, subcontract=third, good=D(6))
        made += 1
    return made


def _invoiced(accountant: Actor, subcontract: SubcontractOrder) -> None:
    line = subcontract.purchase_line
    assert line is not None
    invoice = purchase_invoice_enter(
        actor=accountant, party=subcontract.supplier, reference=f"R-{line.order.number}",
        lines=[{"purchase_order_line": line.pk, "quantity": str(subcontract.good + subcontract.spoiled)}],
    )  # fmt: skip
    invoice_post(actor=accountant, invoice=invoice)


# --- piece work

# (days ago, good, scrap, minutes)
PIECES = ((12, 14, 0, 62), (11, 16, 1, 66), (9, 15, 0, 60), (6, 12, 0, 55), (4, 17, 0, 68), (2, 15, 1, 61))
HOURS = ((11, 20, 0, 240), (10, 24, 0, 270), (8, 18, 0, 225), (3, 22, 0, 255))


def _piece_work(actors: dict[str, Actor]) -> int:
    """The worker assembles by the piece; a temporary worker bends by the hour, whose slip was taken back because a
    higher rate had been agreed."""
    planner, accountant = actors["Planner"], actors["Accountant"]
    worker = Member.objects.get(pk=actors["Worker"].member_id or 0)
    temporary = Member.objects.get(pk=actors["Temporary worker"].member_id or 0)
    today = current().today()
    bench = WorkCentre.objects.get(name=BENCH)
    pay_rate_create(actor=accountant, rate=D("1.20"), work_centre=bench, valid_from=today - timedelta(days=200))
    pay_rate_create(actor=accountant, rate=D("1.28"), work_centre=bench, valid_from=today - timedelta(days=7))
    pay_rate_create(
        actor=accountant, kind="time", rate=D("21"), worker=temporary, valid_from=today - timedelta(days=90)
    )  # fmt: skip
    done = _reported(planner, _makeable(91, BENCH), worker, PIECES, 91)
    hours = _reported(planner, _makeable(84, FORMING), temporary, HOURS, 84)
    made = 0
    if done:
        first = wage_slip_create(actor=planner, worker=worker, since=_ago(14), until=_ago(8))
        wage_slip_approve(actor=accountant, slip=first)
        wage_slip_create(actor=planner, worker=worker, since=_ago(7), until=_ago(1))
        made += 2
    if hours:
        slip = wage_slip_create(actor=planner, worker=temporary, since=_ago(14), until=_ago(1), note="By the hour")
        wage_slip_approve(actor=accountant, slip=slip)
        pay_rate_create(
            actor=accountant, kind="time", rate=D("22.50"), worker=temporary,
            work_centre=None, product=hours, valid_from=_ago(30),
        )  # fmt: skip
        wage_slip_reverse(actor=accountant, slip=slip, reason="22.50 an hour was agreed for this part")
        again = wage_slip_create(actor=planner, worker=temporary, since=_ago(14), until=_ago(1))
        wage_slip_approve(actor=accountant, slip=again)
        made += 3
    return made


def _ago(days: int) -> date:
    return current().today() - timedelta(days=days)


def _reported(
    planner: Actor, products: Sequence[Product], worker: Member, days: Sequence[tuple[int, int, int, int]], most: int
) -> Product | None:
    """An order of the first product, reported by a worker over some days; the product."""
    reason = LossReason.objects.filter(kind=LossReason.Kind.SCRAP, is_active=True).order_by("pk")[0]
    if not products:
        return None
    order = _released(planner, products[0], most, 6)
    operation = order.operations.order_by("position")[0]
    for ago, good, scrap, minutes in days:
        production_order_report(
            actor=planner, order=order, operation=operation, good=D(good), scrap=D(scrap), minutes=D(minutes),
            worker=worker, reason=reason if scrap else None, reported_on=_ago(ago),
        )  # fmt: skip
    return products[0]
