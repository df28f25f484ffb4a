"""What sales and purchase orders have in common: reading lines from input, completing them, adding them up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product, Tax, Unit
from modules.shared.data.rules.amounts import Amounts, LineInput, order_amounts
from modules.shared.data.rules.units import convert
from modules.shared.data.selectors.prices import PriceQuestion
from modules.shared.data.selectors.units import Conversions
from tenon.money.rounding import currency_step
from tenon.problems import FieldError, Invalid

ZERO = Decimal(0)
MAX_QUANTITY = Decimal(10) ** 12
Pricing = Callable[[Sequence[PriceQuestion]], list[Decimal | None]]
Refusal = Callable[[Product], Any]  # why a product cannot stand on a new line, or None


@dataclass
class LineDraft:
    """A line as it will stand, checked and completed. `given` are the values as they came."""

    product: Product
    unit: Unit
    quantity: Decimal
    base_quantity: Decimal
    ratio: Fraction
    unit_price: Decimal | None
    discount: Decimal
    tax: Tax | None
    given: Mapping[str, Any]
    line_id: int | None = None
    errors: list[FieldError] = field(default_factory=list)
    second: Decimal | None = None  # expected, of goods in two quantities
    priced_by_second: bool = False

    def columns(self) -> dict[str, Any]:
        """Values of the columns that both kinds of lines have."""
        return {
            "product": self.product, "unit": self.unit, "quantity": self.quantity, "base_quantity": self.base_quantity,
            "unit_price": self.unit_price, "discount": self.discount, "tax": self.tax,
            "tax_rate": self.tax.rate if self.tax else ZERO, "tax_included": bool(self.tax and self.tax.included),
            "description": self.given.get("description") or "",
        }  # fmt: skip

    def second_columns(self) -> dict[str, Any]:
        """Of lines that know goods in two quantities."""
        return {"second_quantity": self.second, "priced_by_second": self.priced_by_second}


def key_of(value: Any) -> int | None:
    """The primary key in a reference given as record, id, or None."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Mapping):
        value = value.get("id")
    return None if value in (None, "") else int(value)


def draft_lines(
    values: Sequence[Mapping[str, Any]], *, pricing: Pricing, path: str = "lines", refuse: Refusal | None = None
) -> list[LineDraft]:
    """Checks and completes lines: products, units, conversion to the stock unit, taxes, prices that were left out.
    `refuse` says which products cannot be taken now; a line that stands (`keep_product`) keeps its own.
    A constant number of queries. Raises Invalid naming every wrong field of every line."""
    errors: list[FieldError] = []
    products = _by_key(Product.objects.prefetch_related("unit", "tax"), values, "product")
    units = _by_key(Unit.objects.all(), values, "unit")
    taxes = _by_key(Tax.objects.all(), values, "tax")
    conversions = Conversions(list(products))
    drafts: list[LineDraft] = []
    for index, given in enumerate(values):
        at = f"{path}.{index}."
        product = products.get(key_of(given.get("product")) or 0)
        if product is None:
            errors.append(FieldError(f"{at}product", "unknown", _("There is no such product")))
            continue
        refused = refuse(product) if refuse is not None and not given.get("keep_product") else None
        if refused is not None:
            errors.append(FieldError(f"{at}product", "not_available", refused))
            continue
        unit = units.get(key_of(given.get("unit")) or 0, product.unit)
        quantity = _decimal(given.get("quantity"), f"{at}quantity", errors)
        discount = _discount(given, f"{at}discount", errors)
        price = given.get("unit_price")
        unit_price = None if price in (None, "") else _decimal(price, f"{at}unit_price", errors)
        if quantity is None or discount is None:
            continue
        if not 0 < quantity < MAX_QUANTITY:
            errors.append(FieldError(f"{at}quantity", "min_value", _("The quantity must be greater than zero")))
            continue
        if not 0 <= discount <= 100:
            errors.append(FieldError(f"{at}discount", "range", _("A discount lies between 0 and 100 per cent")))
        if unit_price is not None and unit_price < 0:
            errors.append(FieldError(f"{at}unit_price", "min_value", _("A price is not negative")))
        ratio = conversions.ratio(product.pk, unit.pk, product.unit_id)
        if ratio is None:
            message = _("%(unit)s cannot be converted to %(base)s: add a unit conversion") % {
                "unit": unit.code,
                "base": product.unit.code,
            }
            errors.append(FieldError(f"{at}unit", "unit-mismatch", message))
            continue
        base = convert(quantity, ratio, product.unit.decimals)
        if base.quantity == 0 or (base.remainder and product.unit.decimals == 0):
            message = _("%(quantity)s %(unit)s is no whole number of %(base)s") % {
                "quantity": f"{quantity.normalize():f}",
                "unit": unit.code,
                "base": product.unit.code,
            }
            errors.append(FieldError(f"{at}quantity", "unit-step", message))
            continue
        # A line without a tax takes its product's; a line that stands keeps what it has, "none" too.
        tax_id = key_of(given.get("tax"))
        tax = taxes.get(tax_id or 0) if tax_id or given.get("keep_tax") else product.tax
        draft = LineDraft(
            product, unit, quantity, base.quantity, ratio, unit_price, discount, tax, given, key_of(given.get("id"))
        )
        if product.second_unit_id is not None:
            _expect_second(draft, f"{at}second_quantity", errors)
        elif given.get("second_quantity") not in (None, ""):
            errors.append(FieldError(f"{at}second_quantity", "second", _("These goods have one quantity only")))
        drafts.append(draft)
    if errors:
        raise Invalid(errors=errors)
    _complete_prices(drafts, pricing, path)
    return drafts


def _expect_second(draft: LineDraft, at: str, errors: list[FieldError]) -> None:
    """What is expected in the second unit: said, else by what a piece usually weighs. Prices and amounts go by it until
    something is delivered, stock never does."""
    product, given = draft.product, draft.given
    said = given.get("second_quantity")
    # A line that stands, and one made of an offer, keeps what its price is for.
    draft.priced_by_second = given.get("priced_by_second", product.priced_by_second)
    if said in (None, ""):
        draft.second = draft.base_quantity * (product.second_nominal or ZERO)
        return
    draft.second = _decimal(said, at, errors)
    if draft.second is not None and not 0 < draft.second < MAX_QUANTITY:
        errors.append(FieldError(at, "min_value", _("The quantity must be greater than zero")))


def _complete_prices(drafts: list[LineDraft], pricing: Pricing, path: str) -> None:
    unpriced = [(i, d) for i, d in enumerate(drafts) if d.unit_price is None]
    if not unpriced:
        return
    found = pricing([PriceQuestion(d.product, d.base_quantity) for _, d in unpriced])
    errors = []
    for (index, draft), price in zip(unpriced, found, strict=True):
        if price is None:
            message = _("There is no price for %(product)s: enter one") % {"product": draft.product.code}
            errors.append(FieldError(f"{path}.{index}.unit_price", "missing-price", message))
        else:
            # Prices are per stock unit; the line's is per the unit it is ordered in, or both are per second unit.
            exact = Fraction(price) * (1 if draft.priced_by_second else draft.ratio)
            draft.unit_price = Decimal(exact.numerator) / Decimal(exact.denominator)
            draft.unit_price = draft.unit_price.quantize(Decimal("0.00000001"))
    if errors:
        raise Invalid(errors=errors)


def not_for_sale(product: Product, on: date) -> Any:
    """Why the product is not sold on that day, or None."""
    words = {"product": product.code}
    if not product.is_active:
        return _("%(product)s is not in use any more") % words
    if not product.is_saleable:
        return _("%(product)s is not for sale") % words
    if product.sell_from is not None and on < product.sell_from:
        return _("%(product)s is sold from %(day)s on") % {**words, "day": product.sell_from.isoformat()}
    if product.sell_until is not None and on > product.sell_until:
        return _("%(product)s was sold until %(day)s") % {**words, "day": product.sell_until.isoformat()}
    return None


def not_for_purchase(product: Product) -> Any:
    """Why the product is not bought, or None."""
    words = {"product": product.code}
    if not product.is_active:
        return _("%(product)s is not in use any more") % words
    return None if product.is_purchasable else _("%(product)s is not for purchase") % words


def _by_key(rows: Any, values: Sequence[Mapping[str, Any]], name: str) -> dict[int, Any]:
    """Records named by the lines: instances are taken as they are, ids are read in one query."""
    found: dict[int, Any] = {}
    wanted: set[int] = set()
    for given in values:
        value = given.get(name)
        if isinstance(value, Model) and name != "product":
            found[value.pk] = value
        elif (key := key_of(value)) is not None:
            wanted.add(key)
    missing = wanted - set(found)
    return {**found, **(rows.in_bulk(missing) if missing else {})}


def _discount(given: Mapping[str, Any], path: str, errors: list[FieldError]) -> Decimal | None:
    """Per cent; or, as some spreadsheets have it, `discount_fraction`: 0.1 for 10 %."""
    fraction = given.get("discount_fraction")
    if fraction not in (None, "") and not given.get("discount"):
        number = _decimal(fraction, path, errors)
        return None if number is None else number * 100
    return _decimal(given.get("discount") or 0, path, errors)


def _decimal(value: Any, path: str, errors: list[FieldError]) -> Decimal | None:
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        errors.append(FieldError(path, "invalid", _("Enter a number")))
        return None
    return number


def priced(line: Any) -> Decimal:
    """The quantity that a line's price is for."""
    return line.second_quantity if getattr(line, "priced_by_second", False) else line.quantity


def net_price(line: Any) -> Decimal:
    """What one unit that the line's price is for costs, less discount and without tax, not rounded."""
    price = line.unit_price * (100 - line.discount) / 100
    return price * 100 / (100 + line.tax_rate) if line.tax_included else price


def add_up(lines: Sequence[Any], *, currency: str, rounding: str, freight: Decimal) -> Amounts:
    """Sets subtotal, tax and total of each line (model instances) and returns the document's amounts."""
    amounts = order_amounts(
        [LineInput(priced(x), x.unit_price, x.discount, x.tax_rate, x.tax_included, x.tax_id) for x in lines],
        step=currency_step(currency),
        rounding="group" if rounding == "group" else "line",
        freight=freight,
    )
    for line, result in zip(lines, amounts.lines, strict=True):
        line.subtotal, line.tax_amount, line.total = result.subtotal, result.tax_amount, result.total
    return amounts


def set_totals(order: Any, amounts: Amounts) -> None:
    """The document's amounts onto its header, with its tax lines as computed now."""
    order.subtotal, order.tax_amount, order.freight = amounts.subtotal, amounts.tax_amount, amounts.freight
    order.total = amounts.total
    order.tax_lines = [
        {"tax": t.tax_key, "rate": str(t.rate), "included": t.included, "base": str(t.base), "amount": str(t.amount)}
        for t in amounts.tax_lines
    ]


def as_day(value: Any) -> date | None:
    """A date given as such or in ISO form."""
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return value
