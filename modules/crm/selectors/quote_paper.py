"""What stands on a printed quote, in the customer's language or another."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, format_decimal
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from modules.crm.models import Quote, QuoteAnswer, QuoteLine
from modules.crm.rules.quote_paper import Offer, OfferLine
from modules.crm.selectors.quote_offer import offer_lines, offer_state
from modules.shared.data.models import Address, Party, Tax
from tenon.tenancy.context import current

CHINESE = "zh-hans"


def quote_paper(quote: Quote, language: str = "") -> Offer:
    """The quote with its party, contact, payment term and owner. A constant number of queries."""
    language = language or quote.party.language or current().language
    chinese = language == CHINESE
    lines = offer_lines(quote)
    signed = quote.answers.filter(kind=QuoteAnswer.Kind.ACCEPTED).order_by("-id").first()
    with translation.override(language):
        locale = "zh_Hans" if chinese else "en"
        printed = [_line(quote, x, at, chinese, locale) for at, x in enumerate(lines, 1)]
        pairs = list(zip(lines, printed, strict=True))
        return Offer(
            company=current().name,
            title=_("Quote"),
            number=quote.number,
            page=_("Page {page} of {pages}"),
            chinese=chinese,
            to=(pgettext("quote", "To"), (_name(quote.party, chinese), *_contact(quote), *_address(quote.party))),
            facts=tuple((label, text) for label, text in _facts(quote) if text),
            heads=(
                "#", _("Product"), _("Quantity"), _("Unit price"), _("Discount"), pgettext("quote", "Ready on"),
                _("Amount"),
            ),
            lines=tuple(shown for x, shown in pairs if x.counts),
            options=(
                _("Options, not in the total"), tuple(shown for x, shown in pairs if not x.counts)
            ),
            sums=_sums(quote, locale),
            terms=tuple(x for x in (quote.note.strip(), _promise_words(quote)) if x),
            signatures=(
                _("For %(company)s") % {"company": current().name},
                _("Accepted: name, signature, date") if signed is None else _signer(signed),
            ),
            signature=signed.signature if signed is not None else "",
            signed="" if signed is None else f"SHA-256 {signed.terms_hash}",
        )  # fmt: skip


def _facts(quote: Quote) -> list[tuple[str, str]]:
    state = {"expired": _("Expired"), "replaced": _("Replaced"), "declined": _("Declined")}.get(offer_state(quote), "")
    if quote.status == Quote.Status.DRAFT:
        state = _("Draft")
    return [
        (_("State"), state),
        (_("Date"), quote.quoted_on.isoformat()),
        (_("Valid until"), quote.valid_until.isoformat()),
        (_("Payment term"), str(quote.payment_term) if quote.payment_term else ""),
        (_("Contact"), quote.owner.name if quote.owner else ""),
    ]


def _sums(quote: Quote, locale: str) -> tuple[tuple[str, str], ...]:
    names = dict(Tax.objects.filter(pk__in=[t["tax"] for t in quote.tax_lines if t["tax"]]).values_list("id", "name"))
    found = [(_("Net amount"), quote.subtotal)]
    if quote.freight:
        found.append((_("Freight"), quote.freight))
    found += [(names.get(t["tax"], _("Tax")), Decimal(t["amount"])) for t in quote.tax_lines if t["tax"]]
    found.append((_("Total"), quote.total))
    return tuple((label, _money(amount, quote.currency, locale)) for label, amount in found)


def _line(quote: Quote, x: QuoteLine, position: int, chinese: bool, locale: str) -> OfferLine:
    name = (x.product.name_zh if chinese else "") or x.product.name
    second = x.product.second_unit.code if x.product.second_unit else ""
    quantity = f"{_number(x.quantity, locale)} {x.unit.code}"
    if x.second_quantity is not None:
        quantity += f"\n≈ {_number(x.second_quantity, locale)} {second}"
    per = second if x.priced_by_second else x.unit.code
    return OfferLine(
        position=str(position), name=name, below=" · ".join(t for t in (x.product.code, x.description) if t),
        quantity=quantity, price=f"{_number(x.unit_price, locale, 2)} / {per}",
        discount=f"{_number(x.discount, locale)} %" if x.discount else "",
        ships=x.promised_on.isoformat() if x.promised_on else "",
        amount=_number(x.total if x.tax_included else x.subtotal, locale, 2),
    )  # fmt: skip


def _promise_words(quote: Quote) -> str:
    if not quote.promised_on:
        return ""
    words = _("All of it can be ready on %(day)s, if it is ordered now.") % {"day": quote.promised_on.isoformat()}
    if quote.held_until:
        words += " " + _("This is held for you until %(day)s.") % {"day": quote.held_until.isoformat()}
    return words


def _signer(answer: QuoteAnswer) -> str:
    who = ", ".join(x for x in (answer.name, answer.title) if x)
    at = answer.given_at.astimezone(current().now().tzinfo)
    return _("Accepted by %(who)s on %(day)s") % {"who": who, "day": f"{at:%Y-%m-%d %H:%M}"}


def _name(party: Party, chinese: bool) -> str:
    return (party.name_zh if chinese else "") or party.name


def _contact(quote: Quote) -> tuple[str, ...]:
    return (quote.contact.name,) if quote.contact else ()


def _address(party: Party) -> tuple[str, ...]:
    order = {Address.Kind.MAIN: 0, Address.Kind.BILLING: 1}
    found = sorted(party.addresses.all(), key=lambda a: (order.get(Address.Kind(a.kind), 2), not a.is_default, a.pk))
    if not found:
        return ()
    address = found[0]
    town = " ".join(x for x in (address.postal_code, address.city) if x)
    region = ", ".join(x for x in (address.state, address.country) if x)
    return tuple(x for x in (address.line1, address.line2, town, region) if x)


def _money(amount: Decimal, currency: str, locale: str) -> str:
    return format_currency(amount, currency, locale=locale)


def _number(value: Decimal, locale: str, least: int = 0) -> str:
    pattern = "#,##0." + "0" * least + "#" * (6 - least)
    return format_decimal(value.normalize(), format=pattern, locale=locale)
