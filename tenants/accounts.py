"""How django-allauth meets our people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from tenants.models import Person
from tenon.api.language import language_of


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

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def send_mail(self, template_prefix: str, email: str, context_: dict[str, Any]) -> None:  # type: ignore[override]
        person = context_.get("user") or Person.objects.filter(email__iexact=email).first()
        request = context.request
        language = getattr(person, "language", "") or (language_of(request) if request else settings.LANGUAGE_CODE)
        with translation.override(language):
            super().send_mail(template_prefix, email, {**context_, "product": "Tenon"})
