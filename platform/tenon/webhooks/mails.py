"""The mail to the owner of an endpoint that was given up."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from tenon.tenancy.context import Company
from tenon.webhooks.models import WebhookEndpoint


def mail_stopped(endpoint: WebhookEndpoint, company: Company) -> None:
    """Nothing from a copy."""
    owner = endpoint.owner
    if company.quiet or not owner.is_active:
        return
    with translation.override(owner.language or company.language):
        subject = _("%(company)s: the webhook %(name)s was switched off") % {
            "company": company.name, "name": endpoint.name,
        }  # fmt: skip
        text = _(
            "%(url)s has not answered for three days, so nothing more is sent there.\n\n"
            "The last answer: %(why)s\n\n"
            "When it works again, switch the webhook on under Administration, Integration, Webhooks. "
            "What was held back is kept for 30 days and can be sent from there."
        ) % {"url": endpoint.url, "why": endpoint.stopped_why or "-"}
        mail = EmailMessage(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [owner.email])
        mail.send()
