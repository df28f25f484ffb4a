"""Putting what was picked into parcels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from modules.inventory.models import Delivery, DeliveryLine, Parcel, ParcelLine, Pick
from modules.inventory.services.entered import entered_key, entered_number
from modules.inventory.services.lines import check_step, record_of, rows_of
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import frame, service, touch_ids

ZERO = Decimal(0)


@service("inventory.parcel.create")
def parcel_create(
    *, actor: Actor, delivery: Delivery | int, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> Parcel:
    """A parcel of a delivery that has not left. Without lines all that is not packed yet goes in. Raises Invalid on
    more than is there to be packed, StateRefused."""
    of = _locked(record_of(Delivery.objects.all(), delivery, "delivery").pk)
    rows = {x.pk: x for x in _goods(of, named=bool(lines))}
    left = to_pack(of, list(rows.values()))
    wanted = _read(lines, rows) if lines else {pk: quantity for pk, quantity in left.items() if quantity > 0}
    if not wanted:
        raise StateRefused(_("Everything is packed already."))
    for pk, quantity in wanted.items():
        if quantity > left[pk]:
            words = {"product": rows[pk].product, "left": f"{left[pk].normalize():f}"}
            raise Invalid.field("lines", _("%(product)s: %(left)s left to pack.") % words, "range")
    parcel = Parcel(number=next_number("PK"), delivery=of, **values)
    parcel.save()
    member_id = frame().actor.member_id
    made = ParcelLine.objects.bulk_create(
        ParcelLine(
            parcel=parcel, delivery_line=rows[pk], quantity=quantity, created_by_id=member_id, changed_by_id=member_id
        )
        for pk, quantity in wanted.items()
    )
    touch_ids(ParcelLine, "insert", {line.pk for line in made})
    _keep_work(of, done=all(quantity == wanted.get(pk, ZERO) for pk, quantity in left.items()))
    return parcel


@service("inventory.parcel.update")
def parcel_update(*, actor: Actor, parcel: Parcel, **values: Any) -> Parcel:
    """Weight, sizes, tracking number. What lies in it stays: unpack it and pack anew. Raises Invalid."""
    if values.pop("lines", None) is not None:
        raise Invalid.field("lines", _("What lies in a parcel stays: delete it and pack anew."), "write_once")
    if values.pop("delivery", parcel.delivery).pk != parcel.delivery_id:
        raise Invalid.field("delivery", _("A parcel stays with its delivery."), "write_once")
    for name, value in values.items():
        setattr(parcel, name, value)
    parcel.save()
    return parcel


@service("inventory.parcel.delete")
def parcel_delete(*, actor: Actor, parcel: Parcel) -> None:
    """Unpacks: its goods lie at the dock again. Raises StateRefused once the delivery has left."""
    of = _locked(parcel.delivery_id)
    for line in parcel.lines.all():
        line.delete()
    parcel.delete()
    _keep_work(of, done=not any(to_pack(of, _goods(of)).values()))


def _goods(delivery: Delivery, *, named: bool = False) -> list[DeliveryLine]:
    """What can be packed; with its products, where lines are `named` one by one."""
    rows = delivery.lines.filter(product__kind=Product.Kind.GOODS)
    if named:
        rows = rows.select_related("product").prefetch_related("product__unit")
    return list(rows)


def _locked(pk: int) -> Delivery:
    delivery = Delivery.objects.select_for_update().get(pk=pk)
    if delivery.status != Delivery.Status.DRAFT or delivery.kind != Delivery.Kind.DELIVERY:
        raise StateRefused(_("This delivery has left already."))
    return delivery


def _read(given: Sequence[Mapping[str, Any]], rows: Mapping[int, DeliveryLine]) -> dict[int, Decimal]:
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for at, row in enumerate(rows_of(given, "lines")):
        pk = entered_key(row.get("delivery_line"), f"lines.{at}.delivery_line")
        if pk is None or pk not in rows:
            raise Invalid.field(f"lines.{at}.delivery_line", _("There is no such line on this document."), "unknown")
        quantity = entered_number(row.get("quantity"), f"lines.{at}.quantity")
        check_step(quantity, rows[pk].product, f"lines.{at}.quantity")
        wanted[pk] += quantity
    return wanted


def to_pack(delivery: Delivery, goods: Sequence[DeliveryLine]) -> dict[int, Decimal]:
    """Delivery line → how much may still be packed: what was picked, or all of it where nothing is picked by task."""
    packed = _packed(goods)
    ready = {x.pk: x.quantity for x in goods}
    if delivery.work == Delivery.Work.PICKING:
        tasks = Pick.objects.filter(delivery=delivery).exclude(status=Pick.Status.CANCELLED)
        picked = dict(tasks.values_list("delivery_line").annotate(sum=Sum("picked")).order_by())
        ready = {x.pk: picked.get(x.pk) or ZERO for x in goods}
    return {pk: quantity - packed.get(pk, ZERO) for pk, quantity in ready.items()}


def _packed(goods: Sequence[DeliveryLine]) -> dict[int, Decimal]:
    rows = ParcelLine.objects.filter(delivery_line__in=[x.pk for x in goods])
    return dict(rows.values_list("delivery_line").annotate(sum=Sum("quantity")).order_by())


def _keep_work(delivery: Delivery, *, done: bool) -> None:
    """`done`: everything is packed."""
    work = delivery.work
    if work == Delivery.Work.PICKING:
        return
    picked = Pick.objects.filter(delivery=delivery).exclude(status=Pick.Status.CANCELLED).exists()
    delivery.work = Delivery.Work.PACKED if done else Delivery.Work.PICKED if picked else Delivery.Work.NONE
    if delivery.work != work:
        delivery.save(update_fields=["work"])


def require_packed(delivery: Delivery, goods: Sequence[DeliveryLine]) -> None:
    """Whoever packs, packs everything. Raises StateRefused when some goods lie outside the parcels."""
    packed = _packed(goods)
    if not packed:
        return
    for line in goods:
        if packed.get(line.pk, ZERO) != line.quantity:
            raise StateRefused(_("%(product)s is not packed yet.") % {"product": line.product.code})
