"""What stands on delivery notes and parcel labels, in the customer's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, Sum, prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from modules.inventory.models import Delivery, DeliveryLine, Parcel, ParcelLine
from modules.inventory.rules.delivery_note import Note, NoteLine, NoteParcel
from modules.inventory.rules.parcel_label import ParcelLabel
from modules.inventory.selectors.delivery_lots import delivery_lots
from modules.shared.data.models import Address, Party, Product
from tenon.tenancy.context import current

ZERO = Decimal(0)
CHINESE = "zh-hans"


def language_of(party: Party) -> str:
    return party.language or current().language


def delivery_note(delivery: Delivery) -> Note:
    """Of a draft what will be sent, of a shipped one what was. `open` is what of the order was still to come after it,
    whatever came later."""
    language = language_of(delivery.customer)
    chinese = language == CHINESE
    of_product = ("product__unit", "product__second_unit")
    lines = list(delivery.lines.select_related(*of_product, "order_line").order_by("position", "id"))
    before = _shipped_before(delivery, lines)
    lots = {row["line"]: row["taken"] for row in delivery_lots(delivery)}
    with translation.override(language):
        return Note(
            company=current().name,
            title=_("Delivery note"),
            number=delivery.number,
            to=(_("Deliver to"), (_name(delivery.customer, chinese), *_address(delivery.customer))),
            facts=tuple((label, text) for label, text in _facts(delivery) if text),
            heads=(
                "#", _("Product"), _("Name"), pgettext("order line", "Ordered"), _("This delivery"),
                pgettext("order line", "Still to come"), _("Unit"),
            ),
            lines=tuple(
                NoteLine(
                    str(number), line.product.code, _name(line.product, chinese),
                    _plain(line.order_line.base_quantity), _plain(line.quantity),
                    _plain(_left(line, before)), line.product.unit.code, _lots(lots.get(line.pk, ())),
                    _second(line),
                )
                for number, line in enumerate(lines, 1)
            ),
            parcels=(_("Parcels"), _parcels(delivery, chinese)),
            remark=delivery.note,
            signatures=(_("Received in good order: name, signature"), _("Date")),
            page=_("Page {page} of {pages}"),
            chinese=chinese,
        )  # fmt: skip


def parcel_labels(parcels: Iterable[Parcel]) -> list[ParcelLabel]:
    """Each with its place among the parcels of its delivery. A parcel without a tracking number of its own has its
    shipment's or, where there is one parcel only, its delivery's; without any its own number is scanned. A constant
    number of queries."""
    wanted = list(parcels)
    prefetch_related_objects(
        wanted, "delivery__customer__addresses", "delivery__shipment__carrier", "delivery__carrier"
    )
    siblings: dict[int, list[int]] = defaultdict(list)
    of = {parcel.delivery_id for parcel in wanted}
    for pk, delivery_id in Parcel.objects.filter(delivery__in=of).order_by("id").values_list("id", "delivery_id"):
        siblings[delivery_id].append(pk)
    return [_label(parcel, siblings[parcel.delivery_id]) for parcel in wanted]


def _label(parcel: Parcel, siblings: list[int]) -> ParcelLabel:
    delivery = parcel.delivery
    customer, language = delivery.customer, language_of(delivery.customer)
    tracking = parcel.tracking_number or (_tracking(delivery) if len(siblings) == 1 else "")
    with translation.override(language):
        facts = (
            (_("Delivery"), delivery.number),
            (_("Parcel"), parcel.number),
            (_("Carrier"), _carrier(delivery)),
            (_("Weight"), f"{_plain(parcel.weight)} kg" if parcel.weight else ""),
        )
        return ParcelLabel(
            sender=(pgettext("parcel label", "From"), current().name),
            to=(pgettext("parcel label", "To"), (_name(customer, language == CHINESE), *_address(customer))),
            count=f"{siblings.index(parcel.pk) + 1} / {len(siblings)}",
            facts=tuple(fact for fact in facts if fact[1]),
            code=tracking or parcel.number,
            caption=_("Tracking number") if tracking else _("Parcel"),
        )


def _shipped_before(delivery: Delivery, lines: list[DeliveryLine]) -> dict[int, Decimal]:
    """Order line → what earlier deliveries brought."""
    earlier = Q(delivery__shipped_on__lt=delivery.shipped_on) | Q(
        delivery__shipped_on=delivery.shipped_on, delivery__lt=delivery.pk
    )
    rows = DeliveryLine.objects.filter(
        earlier, order_line__in=[x.order_line_id for x in lines], delivery__status=Delivery.Status.POSTED,
        delivery__kind=Delivery.Kind.DELIVERY,
    )  # fmt: skip
    return dict(rows.values_list("order_line_id").annotate(sum=Sum("quantity")))


def _second(line: DeliveryLine) -> str:
    """What the pieces weigh, of goods in two quantities."""
    if line.second_quantity is None or line.product.second_unit is None:
        return ""
    return f"{_plain(line.second_quantity)} {line.product.second_unit.code}"


def _left(line: DeliveryLine, before: dict[int, Decimal]) -> Decimal:
    order = line.order_line
    left = order.base_quantity - order.cancelled - before.get(order.pk, ZERO) - line.quantity
    return max(left, ZERO)


def _lots(taken: Iterable[dict[str, object]]) -> str:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for part in taken:
        if part["lot"]:
            sums[str(part["lot"])] += Decimal(str(part["quantity"]))
    return ", ".join(f"{lot} × {_plain(quantity)}" for lot, quantity in sorted(sums.items()))


def _parcels(delivery: Delivery, chinese: bool) -> tuple[NoteParcel, ...]:
    rows = list(delivery.parcels.order_by("id").prefetch_related("lines__delivery_line__product__unit"))
    out = []
    for number, parcel in enumerate(rows, 1):
        facts = [f"{_plain(parcel.weight)} kg" if parcel.weight else "", parcel.tracking_number]
        out.append(
            NoteParcel(
                _("Parcel %(number)d of %(count)d: %(name)s")
                % {"number": number, "count": len(rows), "name": parcel.number},
                " · ".join(fact for fact in facts if fact),
                tuple(_packed(line, chinese) for line in parcel.lines.all()),
            )
        )
    return tuple(out)


def _packed(line: ParcelLine, chinese: bool) -> str:
    product = line.delivery_line.product
    return f"{_plain(line.quantity)} {product.unit.code}  {product.code} {_name(product, chinese)}"


def _facts(delivery: Delivery) -> list[tuple[str, str]]:
    return [
        (_("Date"), delivery.shipped_on.isoformat()),
        (_("Sales order"), delivery.order.number),
        (_("Your reference"), delivery.order.customer_reference),
        (_("Carrier"), _carrier(delivery)),
        (_("Tracking number"), _tracking(delivery)),
    ]


def _carrier(delivery: Delivery) -> str:
    shipment = getattr(delivery, "shipment", None)
    carrier = shipment.carrier if shipment is not None else delivery.carrier
    return carrier.name if carrier is not None else ""


def _tracking(delivery: Delivery) -> str:
    shipment = getattr(delivery, "shipment", None)
    return (shipment.tracking_number if shipment is not None else "") or delivery.tracking_number


def _name(record: Party | Product, chinese: bool) -> str:
    return (record.name_zh if chinese else "") or record.name


def _address(party: Party) -> tuple[str, ...]:
    """Where goods go: the shipping address, else the main one, else any; the one marked first."""
    order = {Address.Kind.SHIPPING: 0, Address.Kind.MAIN: 1}
    found = sorted(party.addresses.all(), key=lambda a: (order.get(Address.Kind(a.kind), 2), not a.is_default, a.pk))
    if not found:
        return ()
    address = found[0]
    town = " ".join(x for x in (address.postal_code, address.city) if x)
    region = ", ".join(x for x in (address.state, address.country) if x)
    return tuple(x for x in (address.line1, address.line2, town, region) if x)


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
