"""Purchase orders: making, changing and confirming them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.shared.contracts.events import PurchaseOrderConfirmed
from modules.shared.data.models import Party, PurchaseOrder, PurchaseOrderLine
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.prices import supplier_prices
from modules.shared.data.selectors.purchase_control import Tolerances, allowances
from modules.shared.data.selectors.rates import exchange_rate, known_currency
from modules.shared.data.services.former_system import is_cancelled_word
from modules.shared.data.services.line_import import lines_add
from modules.shared.data.services.line_writing import (
    author,
    heads_insert,
    lines_insert,
    lines_patch,
    lines_replaced,
    lines_write,
    one_line,
    snapshot,
)
from modules.shared.data.services.order_lines import (
    LineDraft,
    Pricing,
    Refusal,
    add_up,
    draft_lines,
    key_of,
    not_for_purchase,
    set_totals,
)
from modules.shared.data.services.purchase_budget import need_budget
from modules.shared.data.services.purchase_history import Kind, change_record
from modules.shared.data.services.purchase_limits import approval_review, need_authority
from modules.shared.data.services.purchase_supply import outside_work_ends
from modules.shared.data.services.repricing import Money, prices_follow
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number, next_numbers
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Status = PurchaseOrder.Status
SOFT_FIELDS = frozenset({"supplier_reference", "due_on", "note", "owner", "department", "custom"})
HEAD_FIELDS = SOFT_FIELDS | {
    "supplier", "ordered_on", "currency", "exchange_rate", "payment_term", "tax_rounding", "freight", "deliver_to",
}  # fmt: skip
REFERENCES = ("payment_term", "owner", "department")


@service("shared.purchase_order.create")
def purchase_order_create(
    *, actor: Actor, supplier: Any, lines: Sequence[Mapping[str, Any]] = (), number: str = "", **values: Any
) -> PurchaseOrder:
    """A draft order with its lines; prices that are left out are the supplier's own.

    With `former_status` the order is history from another system: it comes in closed (or cancelled) and never moves
    stock or money (needs shared.purchase_order.migrate). Raises Invalid, MissingRate."""
    return purchase_order_draft(actor=actor, supplier=supplier, lines=lines, number=number, **values)


@service()
def purchase_order_draft(
    *, actor: Actor, supplier: Any, lines: Sequence[Mapping[str, Any]] = (), number: str = "", **values: Any
) -> PurchaseOrder:
    """The same for services that have checked a permission of their own: who firms what planning proposes need not be
    a buyer."""
    order, rows = _build(actor, supplier=supplier, lines=lines, **values)
    order.number = number or next_number("PO")
    order.save()
    lines_insert(rows)
    return order


@service("shared.purchase_order.create")
def purchase_order_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[PurchaseOrder]:
    """The same for many at once, as an import brings them. Raises what purchase_order_create raises; then none is
    made."""
    built = [(row.get("number") or "", *_build(actor, **_but_number(row))) for row in rows]
    missing = sum(not number for number, _order, _lines in built)
    fresh = iter(next_numbers("PO", missing) if missing else ())
    for number, order, _lines in built:
        order.number = number or next(fresh)
    heads_insert([order for _number, order, _lines in built])
    lines_insert([line for _number, _order, lines in built for line in lines])
    return [order for _number, order, _lines in built]


@service("shared.purchase_order.update")
def purchase_order_update(
    *,
    actor: Actor,
    order: PurchaseOrder,
    lines: Sequence[Mapping[str, Any]] | None = None,
    prices: str | None = None,
    **values: Any,
) -> PurchaseOrder:
    """Changes a draft: header fields, and with `lines` the full list of lines (by id changed, without id added, left
    out removed). Of a confirmed order only what nothing hangs on. With another currency `prices` says what becomes of
    the prices. Raises Invalid, StateRefused, MissingRate."""
    order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    known, supplier_before, money = _head_values(values), order.supplier_id, Money.of(order)
    if order.status != Status.DRAFT:
        if order.status == Status.CANCELLED or lines is not None or not set(known) <= SOFT_FIELDS:
            raise StateRefused(
                _("This order is %(status)s: its lines, prices and supplier stay as they are")
                % {"status": order.get_status_display()}
            )
        before_due = order.due_on
        _set_head(order, known)
        order.save()
        _move_lines(order, before_due)
        return order
    if "supplier" in known:
        order.supplier = _supplier(known.pop("supplier"))
    if {"currency", "ordered_on"} & set(known) and "exchange_rate" not in known:
        order.currency = known_currency(known.pop("currency", None) or order.currency)
        order.ordered_on = known.pop("ordered_on", None) or order.ordered_on
        order.exchange_rate = exchange_rate(order.currency, order.ordered_on)
    if known.get("currency"):
        known_currency(known["currency"])
    _set_head(order, known)
    rows = list(order.lines.order_by("position", "id"))
    before = snapshot(rows)
    if lines is not None:
        rows = lines_replaced(
            rows, lines, pricing=pricing_of(order), make=lambda d, at: line_new(order, d, at), refuse=refusal_of(order)
        )
    prices_follow(order, rows, money, prices=prices, given=lines, sent=values, pricing=pricing_of(order))
    set_totals(order, add_up(rows, currency=order.currency, rounding=order.tax_rounding, freight=order.freight))
    order.save()
    lines_write(PurchaseOrderLine, before, rows)
    approval_review(actor, order, supplier_before)
    return order


def _move_lines(order: PurchaseOrder, before: date | None) -> None:
    """The supplier delivers on another day: what has not arrived and went with the order's day goes with it still, so
    that planning and promises count on the day that holds now."""
    if order.due_on is None or order.due_on == before:
        return
    waiting = order.lines.select_for_update().filter(due_on=before, received__lt=F("base_quantity") - F("cancelled"))
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    lines_patch(PurchaseOrderLine, {"due_on": "date"}, dict.fromkeys(keys, (order.due_on,)))


@service("shared.purchase_order.delete")
def purchase_order_delete(*, actor: Actor, order: PurchaseOrder) -> None:
    """Removes a draft, and the work outside that it was to pay for. Raises StateRefused: a confirmed order is
    cancelled, and stays to be seen."""
    outside_work_ends(actor, order, "")
    order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    if order.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be deleted; cancel the order instead"))
    order.delete()


@service("shared.purchase_order.create")
def purchase_order_line_create(*, actor: Actor, order: PurchaseOrder, **values: Any) -> PurchaseOrderLine:
    """Adds one line to a draft, or to an order brought over as history (then with what was received and rejected).
    Raises Invalid, StateRefused."""
    order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    if order.status != Status.DRAFT and not order.is_migrated:
        raise StateRefused(_("Lines are added to drafts only"))
    draft = one_line(values, pricing=pricing_of(order), refuse=refusal_of(order))
    line = line_new(order, draft, (order.lines.aggregate(last=Max("position"))["last"] or 0) + 10)
    rows = list(order.lines.all())
    before = snapshot(rows)
    rows.append(line)
    set_totals(order, add_up(rows, currency=order.currency, rounding=order.tax_rounding, freight=order.freight))
    order.save()
    lines_write(PurchaseOrderLine, before, rows)
    approval_review(actor, order, order.supplier_id)
    return line


@service("shared.purchase_order.create")
def purchase_order_line_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[PurchaseOrderLine]:
    """The same for lines of many orders at once, as an import brings them: all or none. Raises what the one raises."""
    wanted = {row["order"].pk for row in rows}
    locked = PurchaseOrder.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    orders = {order.pk: order for order in locked}
    if any(order.status != Status.DRAFT and not order.is_migrated for order in orders.values()):
        raise StateRefused(_("Lines are added to drafts only"))
    return lines_add(PurchaseOrderLine, orders, rows, pricing=pricing_of, make=line_new, refuse=refusal_of)


@service("shared.purchase_order.confirm")
def purchase_order_confirm(*, actor: Actor, order: PurchaseOrder) -> PurchaseOrder:
    """draft → confirmed: from now on it is supply with a date. Lines without one get the product's lead time.
    Raises StateRefused, Invalid, ApprovalNeeded, BudgetExceeded. Emits PurchaseOrderConfirmed."""
    order = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("department").get(pk=order.pk)
    if order.status != Status.DRAFT:
        raise StateRefused(_("Only a draft can be confirmed"))
    lines = list(order.lines.select_related("product__unit").order_by("id"))
    if not lines:
        raise Invalid.field("lines", _("An order needs at least one line"), "required")
    need_authority(actor, order)
    _allow_differences(order, lines)
    undated = [x for x in lines if x.due_on is None]
    if undated:
        calendar, today = work_calendar(), current().today()
        days = {x.pk: order.due_on or calendar.add(today, x.product.lead_time_days) for x in undated}
        lines_patch(PurchaseOrderLine, {"due_on": "date"}, {pk: (day,) for pk, day in days.items()})
        for line in undated:
            line.due_on = days[line.pk]
    if order.due_on is None:
        order.due_on = max(x.due_on for x in lines if x.due_on)
    need_budget(actor, order, lines)
    order.status = Status.CONFIRMED
    order.confirmed_at = timezone.now()
    order.revision = 1
    order.save()
    change_record(actor, order, Kind.CONFIRMATION)
    publish(PurchaseOrderConfirmed(order.pk, order.number, order.supplier_id))
    return order


def _allow_differences(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
    """What may come too much or stay away is agreed with the order: the company's tolerances of today, unless the line
    says otherwise."""
    open_ = [x for x in lines if x.over_allowed is None or x.under_allowed is None]
    if not open_:
        return
    tolerances, agreed = Tolerances(), {}
    for line in open_:
        over, under = allowances(tolerances.of_line(line, order.supplier_id), line.product, line.base_quantity)
        line.over_allowed = over if line.over_allowed is None else line.over_allowed
        line.under_allowed = under if line.under_allowed is None else line.under_allowed
        agreed[line.pk] = (line.over_allowed, line.under_allowed)
    lines_patch(PurchaseOrderLine, {"over_allowed": "numeric", "under_allowed": "numeric"}, agreed)


def _but_number(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k != "number"}


def _build(
    actor: Actor,
    *,
    supplier: Any,
    lines: Sequence[Mapping[str, Any]] = (),
    former_status: str = "",
    **values: Any,
) -> tuple[PurchaseOrder, list[PurchaseOrderLine]]:
    """An order and its lines, complete but for its number, not written."""
    history = bool(former_status)
    if history:
        actor.require("shared.purchase_order.migrate")
    party = _supplier(supplier, accept_inactive=history)
    known = _head_values(values)
    owner_id, department_id = author(actor, known)
    known.pop("owner", None), known.pop("department", None)
    ordered_on = known.pop("ordered_on", None) or current().today()
    currency = known_currency(known.pop("currency", None) or party.currency or current().currency)
    rate = known.pop("exchange_rate", None)
    order = PurchaseOrder(
        supplier=party,
        ordered_on=ordered_on,
        currency=currency,
        exchange_rate=rate or (Decimal(1) if history else exchange_rate(currency, ordered_on)),
        payment_term=known.pop("payment_term", None) or party.payment_term,
        owner_id=owner_id,
        department_id=department_id,
        former_status=former_status,
        is_migrated=history,
    )
    if history:
        order.status = Status.CANCELLED if is_cancelled_word(former_status) else Status.CLOSED
    _set_head(order, known)
    drafts = draft_lines(lines, pricing=pricing_of(order), refuse=refusal_of(order)) if lines else []
    rows = [line_new(order, draft, (i + 1) * 10) for i, draft in enumerate(drafts)]
    set_totals(order, add_up(rows, currency=currency, rounding=order.tax_rounding, freight=order.freight))
    return order, rows


def pricing_of(order: PurchaseOrder) -> Pricing:
    return lambda questions: supplier_prices(
        questions, supplier_id=order.supplier_id, currency=order.currency, on=order.ordered_on
    )


def refusal_of(order: PurchaseOrder) -> Refusal | None:
    """What is not bought; history is what it was."""
    return None if order.is_migrated else not_for_purchase


def line_new(order: PurchaseOrder, draft: LineDraft, position: int) -> PurchaseOrderLine:
    given = draft.given
    line = PurchaseOrderLine(
        order=order,
        position=given.get("position") or position,
        due_on=given.get("due_on"),
        confirmed_on=given.get("confirmed_on"),
        over_allowed=_optional(given.get("over_allowed")),
        under_allowed=_optional(given.get("under_allowed")),
        peg=given.get("peg"),
        custom=given.get("custom") or {},
        **draft.columns(),
        **draft.second_columns(),
    )
    if order.is_migrated:
        _as_history(order, line, given)
    return line


def _optional(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _as_history(order: PurchaseOrder, line: PurchaseOrderLine, given: Mapping[str, Any]) -> None:
    """A line of history holds what was received and rejected; the rest of it is not expected any more."""
    received = given.get("received_before")
    line.received = line.base_quantity if received is None else Decimal(str(received))
    if order.status == Status.CANCELLED and received is None:
        line.received = ZERO
    line.rejected = Decimal(str(given.get("rejected_before") or 0))
    if not 0 <= line.rejected <= line.received:
        raise Invalid.field("rejected_before", _("No more can be rejected than was received"), "range")
    line.invoiced = line.received - line.rejected
    line.cancelled = max(line.base_quantity - line.received, ZERO)


def _head_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in values.items() if k in HEAD_FIELDS}


def _set_head(order: PurchaseOrder, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in REFERENCES:
            setattr(order, f"{name}_id", key_of(value))
        elif name == "freight":
            order.freight = round_money(Decimal(str(value or 0)), order.currency)
        elif name == "custom":
            order.custom = {**order.custom, **(value or {})}
        else:
            setattr(order, name, value)
    if order.freight < 0:
        raise Invalid.field("freight", _("Freight is not negative"), "min_value")


def _supplier(value: Any, *, accept_inactive: bool = False) -> Party:
    party = (
        value
        if isinstance(value, Party)
        else Party.objects.select_related("payment_term").filter(pk=key_of(value) or 0).first()
    )
    if party is None:
        raise Invalid.field("supplier", _("There is no such supplier"), "unknown")
    if not party.is_supplier:
        raise Invalid.field("supplier", _("This party is not a supplier"), "not_supplier")
    if not party.is_active and not accept_inactive:
        raise Invalid.field("supplier", _("This supplier is not active"), "inactive")
    return party
