"""How django-allauth meets our people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from tenants.addresses import client_ip
from tenants.models import Person
from tenon.api.language import language_of
from tenon.sealing import seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    """People sign up by themselves; mail goes out in their language."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Remembers the name they gave, or what stands before the @, and the language they came with."""
        user.name = (form.cleaned_data.get("name") or "").strip()[:120]
        user.language = language_of(request)
        return super().save_user(request, user, form, commit)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user names; addresses are kept in lower case."""
        user.email = user.email.lower()

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_client_ip(self, request: HttpRequest) -> str:
        """One answer to "who is calling" for limits, logs and sessions alike."""
        return client_ip(request) or "0.0.0.0"

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def send_mail(self, template_prefix: str, email: str, context_: dict[str, Any]) -> None:  # type: ignore[override]
        person = context_.get("user") or Person.objects.filter(email__iexact=email).first()
        request = context.request
        language = getattr(person, "language", "") or (language_of(request) if request else settings.LANGUAGE_CODE)
        with translation.override(language):
            super().send_mail(template_prefix, email, {**context_, "product": "Tenon"})


class MfaAdapter(DefaultMFAAdapter):
    """Seeds of authenticator apps and recovery codes are sealed in the database."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)
