"""Mails that people get from us, in their language."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from tenants.models import Invitation, Person
from tenon.tenancy.context import Company, current_or_none

log = logging.getLogger(__name__)


def send(template: str, to: str, language: str, context: dict[str, Any], *, company: Company | None = None) -> None:
    """`<template>_subject.txt`, `_message.txt` and `_message.html`. From a copy of a company nothing is sent."""
    company = company or current_or_none()
    if company is not None and company.quiet:
        log.info("%s is a copy: no mail %s to %s", company.slug, template, to)
        return
    with translation.override(language or settings.LANGUAGE_CODE):
        context = {"product": "Tenon", **context}
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        mail = EmailMultiAlternatives(subject, render_to_string(f"{template}_message.txt", context), to=[to])
        mail.attach_alternative(render_to_string(f"{template}_message.html", context), "text/html")
        mail.send()


def send_invitation(invitation: Invitation, company: Company, link: str) -> None:
    known = Person.objects.filter(email=invitation.email).values_list("language", flat=True).first()
    send(
        "tenants/email/invitation",
        invitation.email,
        known or company.language,
        {"company": company.name, "invited_by": invitation.invited_by, "link": link},
        company=company,
    )
