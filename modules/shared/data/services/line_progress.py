"""How far order lines have come: the one place where delivered, received, invoiced quantities change and the status of
the order follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from modules.shared.data.errors import OverDelivery
from modules.shared.data.models import Product, PurchaseOrder, PurchaseOrderLine, SalesOrder, SalesOrderLine
from modules.shared.data.rules.tolerance import exceeds
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import frame, service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
Deltas = Mapping[str, Decimal]
SALES = ("reserved", "delivered", "invoiced", "returned")
PURCHASE = ("received", "rejected", "invoiced", "returned")
# Of goods in two quantities, beside them; no other line is asked for these.
SECOND_SALES = ("second_delivered", "second_invoiced", "second_returned")
SECOND_PURCHASE = ("second_received", "second_invoiced", "second_returned")


@dataclass(frozen=True)
class _Kind:
    order: type[models.Model]
    line: type[models.Model]
    columns: tuple[str, ...]
    seconds: tuple[str, ...]
    done: str  # the column that makes a line done
    open_states: tuple[str, ...]
    part: str
    full: str
    none: str
    allowance: tuple[str, ...] = ()  # what may arrive beyond the order

    @property
    def read(self) -> tuple[str, ...]:
        """The few columns that a check needs: orders have hundreds of lines."""
        return ("pk", "order_id", "product_id", "position", "base_quantity", "cancelled", *self.columns,
                *self.allowance)  # fmt: skip


_SALES = _Kind(
    SalesOrder, SalesOrderLine, SALES, SECOND_SALES, "delivered",
    ("confirmed", "part_delivered", "delivered", "closed"), "part_delivered", "delivered", "confirmed",
)  # fmt: skip
_PURCHASE = _Kind(
    PurchaseOrder, PurchaseOrderLine, PURCHASE, SECOND_PURCHASE, "received",
    ("confirmed", "part_received", "received", "closed"), "part_received", "received", "confirmed",
    ("over_allowed",),
)  # fmt: skip


@service()
def sales_order_lines_record(*, actor: Actor, deltas: Mapping[int, Deltas]) -> None:
    """Adds to what is reserved, delivered, invoiced, returned of lines: {line id: {"delivered": 4}}, stock unit. Called
    by services that have checked their own permission. Raises StateRefused, OverDelivery (nothing is changed then)."""
    _record(_SALES, deltas)


@service()
def sales_order_line_record(
    *,
    actor: Actor,
    line: SalesOrderLine | int,
    reserved_delta: Decimal = ZERO,
    delivered_delta: Decimal = ZERO,
    invoiced_delta: Decimal = ZERO,
    returned_delta: Decimal = ZERO,
) -> None:
    """The same for one line; an instance is refreshed. Raises StateRefused, OverDelivery."""
    deltas = dict(zip(SALES, (reserved_delta, delivered_delta, invoiced_delta, returned_delta), strict=True))
    _record_one(_SALES, line, deltas)


@service()
def purchase_order_lines_record(*, actor: Actor, deltas: Mapping[int, Deltas]) -> None:
    """Adds to what is received, rejected, invoiced, returned of lines. Over all receipts together no more may arrive
    than the line allows. Raises StateRefused, OverDelivery."""
    _record(_PURCHASE, deltas)


@service()
def purchase_order_line_record(
    *,
    actor: Actor,
    line: PurchaseOrderLine | int,
    received_delta: Decimal = ZERO,
    rejected_delta: Decimal = ZERO,
    invoiced_delta: Decimal = ZERO,
    returned_delta: Decimal = ZERO,
) -> None:
    """The same for one line; an instance is refreshed. Raises StateRefused, OverDelivery."""
    deltas = dict(zip(PURCHASE, (received_delta, rejected_delta, invoiced_delta, returned_delta), strict=True))
    _record_one(_PURCHASE, line, deltas)


def _record_one(kind: _Kind, line: Any, deltas: Deltas) -> None:
    _record(kind, {line if isinstance(line, int) else line.pk: deltas})
    if not isinstance(line, int):
        line.refresh_from_db(fields=[*kind.columns, "version", "changed_at", "changed_by"])


def _record(kind: _Kind, deltas: Mapping[int, Deltas]) -> None:
    wanted = {pk: d for pk, d in deltas.items() if any(d.values())}
    if not wanted:
        return
    unknown = {name for d in wanted.values() for name in d} - {*kind.columns, *kind.seconds}
    if unknown:
        raise ValueError(f"no such progress: {sorted(unknown)}")
    order_ids = kind.line._default_manager.filter(pk__in=wanted).values_list("order_id", flat=True).distinct()
    orders: dict[int, Any] = {
        o.pk: o for o in kind.order._default_manager.select_for_update().filter(pk__in=list(order_ids)).order_by("pk")
    }
    rows = kind.line._default_manager.select_for_update().filter(pk__in=wanted).order_by("pk")
    seconds = kind.seconds if _weighed(kind, wanted) else ()
    lines = {x.pk: x for x in rows.values_list(*kind.read, *seconds, named=True)}
    of_products = Product.objects.filter(pk__in={x.product_id for x in lines.values()})
    decimals = dict(of_products.values_list("pk", "unit__decimals"))
    for pk, delta in wanted.items():
        line = lines[pk]
        _check(kind, orders[line.order_id], line, delta, decimals[line.product_id])
    _write(kind, wanted)
    if any(name != "reserved" and value for d in wanted.values() for name, value in d.items()):
        _derive(kind, orders)


def _check(kind: _Kind, order: Any, line: Any, delta: Deltas, decimals: int) -> None:
    moved = {name for name, value in delta.items() if value}
    if order.status not in kind.open_states and moved - {"reserved"}:
        raise StateRefused(
            _("%(number)s is %(status)s: nothing moves on it")
            % {"number": order.number, "status": order.get_status_display()}
        )
    after = {name: getattr(line, name) + delta.get(name, ZERO) for name in {*kind.columns, *delta}}
    ordered = line.base_quantity - line.cancelled
    allowed = ordered + (getattr(line, "over_allowed", None) or ZERO)
    if delta.get(kind.done, ZERO) > 0 and _more(after[kind.done] - after["returned"], allowed, decimals):
        raise OverDelivery(
            _("%(number)s line %(position)s: only %(left)s is left of %(ordered)s ordered")
            % {
                "number": order.number,
                "position": line.position,
                "left": _plain(allowed - getattr(line, kind.done) + line.returned),
                "ordered": _plain(line.base_quantity),
            },
            ordered=str(line.base_quantity),
            so_far=str(getattr(line, kind.done)),
            attempted=str(delta[kind.done]),
            line_id=line.pk,
        )
    if after["returned"] > after[kind.done] or any(value < 0 for value in after.values()):
        raise OverDelivery(
            _("%(number)s line %(position)s: more would be taken back than there was")
            % {"number": order.number, "position": line.position},
            line_id=line.pk,
        )


def _more(total: Decimal, allowed: Decimal, decimals: int) -> bool:
    """Inside the rounding of its unit a quantity is no more than allowed; pieces have no such room."""
    return exceeds(total, allowed, decimals) if decimals else total > allowed


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


def _weighed(kind: _Kind, deltas: Mapping[int, Deltas]) -> bool:
    return any(name in kind.seconds for d in deltas.values() for name in d)


def _write(kind: _Kind, deltas: Mapping[int, Deltas]) -> None:
    names = kind.columns + (kind.seconds if _weighed(kind, deltas) else ())
    sets = ", ".join(f"{name} = l.{name} + d.{name}" for name in names)
    arrays = ", ".join("%s::numeric[]" for _name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""update {kind.line._meta.db_table} l
                   set {sets}, version = l.version + 1, changed_at = now(), changed_by_id = %s
                  from unnest(%s::bigint[], {arrays}) as d(id, {", ".join(names)}) where l.id = d.id""",
            [
                frame().actor.member_id,
                list(deltas),
                *([d.get(name, ZERO) for d in deltas.values()] for name in names),
            ],
        )
    touch_ids(kind.line, "update", set(deltas))


def purchase_orders_derive(orders: Mapping[int, PurchaseOrder]) -> None:
    """Status and invoice status of locked orders, after something else about their lines has changed."""
    _derive(_PURCHASE, orders)


def sales_orders_derive(orders: Mapping[int, SalesOrder]) -> None:
    """The same of sales orders."""
    _derive(_SALES, orders)


def _derive(kind: _Kind, orders: Mapping[int, Any]) -> None:
    """The header follows from its lines. A line that is delivered and invoiced as far as it ever will be is done; of a
    purchase, what may stay away is not waited for, and what was rejected or went back is not invoiced."""
    done = Q(**{f"{kind.done}__gte": F("base_quantity") - F("cancelled")})
    uninvoiced = Q(invoiced__lt=F("base_quantity") - F("cancelled"))
    if kind is _PURCHASE:
        short = Coalesce(F("under_allowed"), Value(ZERO))
        done |= Q(received__gt=0, received__gte=F("base_quantity") - F("cancelled") - short)
        kept = F("received") - F("rejected") - F("returned")
        expected = F("base_quantity") - F("cancelled") - F("rejected") - F("returned") - short
        uninvoiced = Q(invoiced__lt=kept) | Q(invoiced__lt=expected)
    moved = Q(**{f"{kind.done}__gt": 0})
    rows = (
        kind.line._default_manager.filter(order_id__in=orders)
        .values("order_id")
        .annotate(
            undone=models.Count("id", filter=~done),
            begun=models.Count("id", filter=moved),
            invoiced_sum=Sum("invoiced"),
            uninvoiced=models.Count("id", filter=uninvoiced),
        )
    )
    for row in rows:
        order = orders[row["order_id"]]
        before = (order.status, getattr(order, "invoice_status", None))
        if order.status not in ("closed", "cancelled", "draft"):
            order.status = kind.full if not row["undone"] else kind.part if row["begun"] else kind.none
            if order.status != before[0] and hasattr(order, "delivered_on"):
                order.delivered_on = current().today() if order.status == kind.full else None
        if hasattr(order, "invoice_status"):
            order.invoice_status = "none" if not row["invoiced_sum"] else "part" if row["uninvoiced"] else "full"
        if (order.status, getattr(order, "invoice_status", None)) != before:
            order.save()
