"""Mails to suppliers. They are events: sent after the commit, again when the mail server is away. The link in a mail is
made where it is sent: its secret stands in no queue."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from modules.inventory.models import InquirySupplier
from modules.inventory.services.supplier_links import GOOD_FOR, LONGEST, address_of, link_new
from modules.shared.contracts.events import SupplierMailDue
from tenon.access.actor import system
from tenon.records.service import acting, publish
from tenon.tenancy.context import current


def mail_later(kind: str, asked: Iterable[InquirySupplier]) -> None:
    """Mails about an inquiry to those suppliers that have an address."""
    for one in asked:
        if one.email:
            publish(SupplierMailDue(one.pk, kind))


def inquiry_mail_send(*, kind: str, asked_id: int) -> None:
    """One mail in the supplier's language, with a fresh link. Nothing leaves a copy of a company."""
    company = current()
    asked = InquirySupplier.objects.select_related("supplier", "contact", "inquiry").filter(pk=asked_id).first()
    if asked is None or not asked.email or company.quiet:
        return
    inquiry = asked.inquiry
    now = timezone.now()
    until = min(max(now, inquiry.closes_at or now) + GOOD_FOR, now + LONGEST)
    with acting(system("supplier mail")):
        _link, secret = link_new(asked.supplier, contact=asked.contact, email=asked.email, expires_at=until)
    with translation.override(asked.supplier.language or company.language):
        zone = company.now().tzinfo
        context = {
            "company": company.name, "supplier": asked.supplier.name, "inquiry": inquiry, "link": address_of(secret),
            "closes_at": inquiry.closes_at.astimezone(zone) if inquiry.closes_at else None,
        }  # fmt: skip
        subject = " ".join(render_to_string(f"inventory/mail/{kind}_subject.txt", context).split())
        text = render_to_string(f"inventory/mail/{kind}_message.txt", context)
        mail = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [asked.email])
        mail.send()
