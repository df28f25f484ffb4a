"""Listens to Django's own signals about sessions: the only way to hear of every login, whatever began it."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, user_signed_up
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from tenants.identity import begin_session
from tenants.models import LoginLog, Person
from tenants.services.login_log import note
from tenants.services.sessions import session_note

_ID = "tenants.login"


def _signed_in(request: Any, user: Person, **_: Any) -> None:
    if hasattr(request, "tenant"):  # not for sessions that tests make by hand
        begin_session(request.session, request.tenant)
        session_note(request, request.tenant)
        note(LoginLog.Kind.SIGNED_IN, request, person=user)


def _signed_out(request: Any, user: Person | None, **_: Any) -> None:
    if user is not None and hasattr(request, "tenant"):
        note(LoginLog.Kind.SIGNED_OUT, request, person=user)


def _refused(credentials: dict[str, Any], request: Any = None, **_: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "")
    note(LoginLog.Kind.REFUSED, request, email=email, person=Person.objects.filter(email__iexact=email).first())


def _signed_up(request: Any, user: Person, **_: Any) -> None:
    note(LoginLog.Kind.SIGNED_UP, request, person=user)


def _password_changed(request: Any, user: Person, **_: Any) -> None:
    note(LoginLog.Kind.PASSWORD_CHANGED, request, person=user)


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid=f"{_ID}.in")
    user_logged_out.connect(_signed_out, dispatch_uid=f"{_ID}.out")
    user_login_failed.connect(_refused, dispatch_uid=f"{_ID}.refused")
    user_signed_up.connect(_signed_up, dispatch_uid=f"{_ID}.up")
    password_changed.connect(_password_changed, dispatch_uid=f"{_ID}.changed")
    password_reset.connect(_password_changed, dispatch_uid=f"{_ID}.reset")
