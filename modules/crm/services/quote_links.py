"""Links to quotes: making them, mailing them, revoking them, and finding out which quote one opens."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Quote, QuoteLink
from modules.crm.services.quote_decisions import quote_send
from modules.shared.contracts.events import QuoteMailDue
from tenon.access.actor import Actor, system
from tenon.access.link_secrets import hash_of, new_secret, well_formed
from tenon.problems import Invalid, StateRefused, Unauthenticated
from tenon.records.service import acting, publish, service
from tenon.tenancy.addresses import company_url
from tenon.tenancy.context import current

GOOD_AFTER = timedelta(days=90)  # what was answered stays to be read for so long after the quote ran out
_NOTED_EVERY = timedelta(hours=1)


def address_of(secret: str) -> str:
    """The secret stands behind the #: browsers send it to no server, no log and no other page."""
    return f"{company_url(current().slug)}/offer#{secret}"


@service("crm.quote.send")
def quote_link_create(*, actor: Actor, quote: Quote, email: str = "") -> tuple[QuoteLink, str]:
    """A link to a quote that was sent, and its secret, which nobody can read again. Raises StateRefused."""
    quote = Quote.objects.select_for_update(of=("self",)).get(pk=quote.pk)
    if quote.status != Quote.Status.SENT:
        raise StateRefused(_("Customers open quotes that were sent to them"))
    return _link_new(quote, email)


@service("crm.quote.send")
def quote_mail(*, actor: Actor, quote: Quote, email: str = "") -> Quote:
    """Sends the quote, if it was not sent, and a mail with a link to it; without an address, to its contact, else to
    the customer. Raises StateRefused, Invalid, QuoteExpired, ApprovalNeeded."""
    quote = Quote.objects.select_for_update(of=("self",)).select_related("contact", "party").get(pk=quote.pk)
    to = (email or (quote.contact.email if quote.contact else "") or quote.party.email).strip()
    if not to:
        raise Invalid.field("email", _("Neither the contact nor the customer has an e-mail address"), "required")
    try:
        validate_email(to)
    except Exception:
        raise Invalid.field("email", _("This is no e-mail address"), "invalid") from None
    if quote.status == Quote.Status.DRAFT:
        quote = quote_send(actor=actor, quote=quote)
    if quote.status != Quote.Status.SENT:
        raise StateRefused(_("Customers open quotes that were sent to them"))
    publish(QuoteMailDue(quote.pk, to))
    return quote


@service("crm.quote.send")
def quote_link_revoke(*, actor: Actor, link: QuoteLink) -> QuoteLink:
    """From now on it opens nothing. Raises StateRefused."""
    link = QuoteLink.objects.select_for_update().get(pk=link.pk)
    if link.revoked_at is not None:
        raise StateRefused(_("It was revoked already"))
    link.revoked_at = timezone.now()
    link.save()
    return link


def quote_mail_send(*, quote_id: int, email: str) -> None:
    """One mail in the customer's language, with a fresh link. Nothing leaves a copy of a company."""
    company = current()
    quote = Quote.objects.select_related("party", "owner").filter(pk=quote_id).first()
    if quote is None or quote.status != Quote.Status.SENT or company.quiet:
        return
    with acting(system("quote mail")):
        _link, secret = _link_new(quote, email)
    with translation.override(quote.party.language or company.language):
        context = {
            "company": company.name, "customer": quote.party.name, "quote": quote, "link": address_of(secret),
            "seller": quote.owner.name if quote.owner else company.name,
        }  # fmt: skip
        subject = " ".join(render_to_string("crm/mail/quote_subject.txt", context).split())
        text = render_to_string("crm/mail/quote_message.txt", context)
        EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [email]).send()


def link_of(secret: str) -> QuoteLink:
    """Whose secret it is, here. Raises Unauthenticated, the same for a wrong, expired or revoked one."""
    link = None
    if well_formed(secret):
        link = QuoteLink.objects.select_related("quote__party").filter(secret_hash=hash_of(secret)).first()
    if link is None or link.revoked_at is not None or link.expires_at <= timezone.now():
        raise Unauthenticated(_("This link is not valid any more. Ask your contact for a new one."))
    return link


def actor_of_link(link: QuoteLink) -> Actor:
    """In whose name it writes: the customer stands in the audit trail."""
    return system(f"customer {link.quote.party.code}"[:60])


def note_use(link: QuoteLink) -> None:
    """When it was last used, to the hour."""
    if not current().read_only and cache.add(f"quote-link-used:{link.pk}", 1, _NOTED_EVERY.total_seconds()):
        _used(actor=actor_of_link(link), link=link)


@service()
def _used(*, actor: Actor, link: QuoteLink) -> None:
    now = timezone.now()
    QuoteLink.objects.filter(pk=link.pk, first_used_at=None).update(first_used_at=now)
    QuoteLink.objects.filter(pk=link.pk).update(last_used_at=now)


def _link_new(quote: Quote, email: str) -> tuple[QuoteLink, str]:
    secret = new_secret()
    ends = datetime.combine(quote.valid_until, time.max, ZoneInfo(current().time_zone)) + GOOD_AFTER
    link = QuoteLink(quote=quote, email=email, secret_hash=hash_of(secret), expires_at=ends)
    link.save()
    return link, secret
