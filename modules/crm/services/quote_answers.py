"""What customers answer to quotes by their links: a question, a yes that is signed, a no."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from PIL import Image

from modules.crm.models import Quote, QuoteAnswer
from modules.crm.selectors.quote_offer import offer_shown
from modules.crm.services.quote_decisions import quote_accept, quote_reject
from modules.shared.data.models import SalesOrder
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.notifications.services import notify
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service

Kind = QuoteAnswer.Kind
MOST_BYTES, MOST_PIXELS = 200_000, 2_000 * 1_000
COMMENTS = 100  # of one quote: a link that got into wrong hands fills no disk


@service("crm.quote.decide")
def offer_accept(
    *,
    actor: Actor,
    quote: Quote,
    number: str,
    name: str,
    title: str = "",
    signature: str = "",
    options: Sequence[int] = (),
    words: str = "",
    address: str = "",
) -> SalesOrder:
    """The customer signs the version it read (`number`), with the options it wants. What was shown is kept by its
    hash, the signature (a PNG, base64) as it was drawn. Raises StateRefused where there is another version by now or
    somebody decided meanwhile, Invalid, QuoteExpired. Emits QuoteAccepted."""
    quote = _open(quote, number)
    if not name.strip():
        raise Invalid.field("name", _("Say who accepts it"), "required")
    drawn = _signature(signature)
    order = quote_accept(actor=actor, quote=quote, options=options)
    quote = Quote.objects.select_related("party", "owner").get(pk=quote.pk)
    _answer(actor, quote, Kind.ACCEPTED, name=name, title=title, words=words, address=address, signature=drawn)
    return order


@service("crm.quote.decide")
def offer_decline(
    *, actor: Actor, quote: Quote, number: str, words: str, name: str = "", address: str = ""
) -> Quote:  # fmt: skip
    """The customer says no, and why. Raises StateRefused, Invalid."""
    quote = _open(quote, number)
    if not words.strip():
        raise Invalid.field("words", _("Say why, please"), "required")
    quote = quote_reject(actor=actor, quote=quote, reason=words.strip()[:200])
    _answer(actor, quote, Kind.DECLINED, name=name, words=words, address=address)
    return quote


@service("crm.quote.decide")
def offer_comment(*, actor: Actor, quote: Quote, words: str, name: str = "", address: str = "") -> None:
    """A question or a remark; whoever offers is told. Raises Invalid, StateRefused."""
    quote = Quote.objects.select_for_update(of=("self",)).select_related("owner", "party").get(pk=quote.pk)
    if not words.strip():
        raise Invalid.field("words", _("Write something"), "required")
    if quote.answers.count() >= COMMENTS:
        raise StateRefused(_("Enough was written here: please call us"))
    _answer(actor, quote, Kind.COMMENT, name=name, words=words, address=address)


def terms_hash(quote: Quote) -> str:
    """SHA-256 over what the customer was shown, in a form that does not depend on how it was drawn."""
    shown = {k: v for k, v in offer_shown(quote).items() if k not in ("answers", "open", "state", "company")}
    return hashlib.sha256(json.dumps(shown, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


def _answer(
    actor: Actor, quote: Quote, kind: str, *, name: str = "", title: str = "", words: str = "", address: str = "",
    signature: str = "",
) -> None:  # fmt: skip
    row = QuoteAnswer(
        quote=quote, kind=kind, name=name.strip()[:120], title=title.strip()[:120], words=words.strip()[:2000],
        address=address[:45], signature=signature,
    )  # fmt: skip
    if kind == Kind.ACCEPTED:
        row.terms_hash = terms_hash(quote)
    row.save()
    owner = Member.objects.select_related("department").filter(pk=quote.owner_id or 0, is_active=True).first()
    if owner is not None:
        notify(
            member=owner, kind="answer", entity="crm.quote", record_id=quote.pk, label=quote.number,
            author=name.strip()[:100] or quote.party.name, excerpt=f"{row.get_kind_display()}: {row.words}".strip(": "),
        )  # fmt: skip


def _open(quote: Quote, number: str) -> Quote:
    quote = Quote.objects.select_for_update(of=("self",)).select_related("party").get(pk=quote.pk)
    if quote.number != number:
        raise StateRefused(_("There is a newer version of this quote: read it first"))
    if quote.status != Quote.Status.SENT:
        raise StateRefused(_("This quote was answered or replaced meanwhile"))
    return quote


def _signature(given: str) -> str:
    """A drawn signature, checked. Raises Invalid."""
    head, _comma, body = given.partition(",")
    try:
        raw = base64.b64decode(body if head.startswith("data:image/png") else given, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid.field("signature", _("The signature is not a picture"), "invalid") from None
    if not raw:
        raise Invalid.field("signature", _("Sign, please"), "required")
    if len(raw) > MOST_BYTES:
        raise Invalid.field("signature", _("The signature is too large"), "max_length")
    try:
        picture = Image.open(io.BytesIO(raw), formats=("PNG",))
        if picture.width * picture.height > MOST_PIXELS:
            raise Invalid.field("signature", _("The signature is too large"), "max_length")
        alpha = picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError):
        raise Invalid.field("signature", _("The signature is not a picture"), "invalid") from None
    on_paper = Image.alpha_composite(Image.new("RGBA", alpha.size, "white"), alpha).convert("L")
    grey = on_paper.tobytes()
    if max(grey) - min(grey) < 64:
        raise Invalid.field("signature", _("Sign, please"), "required")
    return base64.b64encode(raw).decode()
