"""The demo's operator: an account of the console that everybody who starts the demo may use.

Its second factor follows from the demo's password, and a page of the development server shows the code of the moment:
on a real installation neither exists (`manage.py operator_create` makes accounts there)."""

from __future__ import annotations

import base64
import hashlib
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.services.staff import staff_make
from demo.people import DOMAIN, Login, password, person_of
from tenants.models import Person, Staff
from tenon.tenancy.context import outside

OPERATOR = Login("operator", "Demo operator", ())
CODE_PAGE = "/dev/operator-code/"


def secret_of(word: str) -> str:
    return base64.b32encode(hashlib.sha256(f"demo operator {word}".encode()).digest()[:20]).decode()


def operator_ready() -> Person:
    """Made when missing, its password and second factor those of this demo. Idempotent."""
    word = password()
    person = person_of(OPERATOR, word)
    with outside():
        if not Staff.objects.filter(person=person).exists():
            staff_make(email=OPERATOR.email, role=Staff.Role.OPERATOR, title="Demo operator")
        held = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP)
        held.delete()
        TOTP.activate(person, secret_of(word))
    return person


@never_cache
@require_safe
def code_page(request: HttpRequest) -> HttpResponse:
    """The six digits of now. Development servers with a demo on them only."""
    if not settings.DEV or getattr(request, "tenant", None) is not None:
        raise Http404
    held = Authenticator.objects.filter(user__email=f"operator@{DOMAIN}", type=Authenticator.Type.TOTP).first()
    if held is None:
        raise Http404
    from allauth.mfa.utils import decrypt

    code = format_hotp_value(hotp_value(decrypt(held.data["secret"]), int(time.time()) // 30))
    answer = HttpResponse(f"{code}\n", content_type="text/plain; charset=utf-8")
    answer["Refresh"] = "5"
    return answer


urlpatterns = [path("", code_page)]
