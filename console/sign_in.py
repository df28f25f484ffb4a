"""Coming into the console: password and second factor on one page; the first time by a link that works once.

Separate from signing in to companies: a session that began there with a password alone opens nothing here."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, time
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from console.access import staff_of
from console.services.staff import person_of_link, setup_finish
from tenants.models import Person, Staff
from tenants.services.login_log import client_ip
from tenon.problems import Invalid

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_SECRET = "console_setup_secret"
TRIES, WINDOW = 8, 900  # of one address or one account, in so many seconds


def here_or_404(request: HttpRequest) -> None:
    """The console exists on the apex host, when it is on. Raises Http404."""
    if not settings.CONSOLE or getattr(request, "tenant", None) is not None:
        raise Http404


def end_of(day: date | None) -> datetime | None:
    """The end of a day that somebody typed."""
    return None if day is None else datetime.combine(day, time(23, 59, 59), UTC)


def _too_often(request: HttpRequest, email: str) -> bool:
    """Counts a try; whether there were too many."""
    over = False
    for key in (f"console-login:ip:{client_ip(request)}", f"console-login:who:{email[:254]}"):
        cache.add(key, 0, WINDOW)
        over |= cache.incr(key) > TRIES
    return over


def _second_factor(person: Person, code: str) -> str | None:
    """The kind of second factor that this code is of."""
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        for held in Authenticator.objects.filter(user=person, type=kind):
            if held.wrap().validate_code(code):
                held.record_usage()
                return str(kind)
    return None


def _who(request: HttpRequest, email: str, password: str, code: str) -> tuple[Person, str] | None:
    """Everything right at once, or no word about which was wrong."""
    found: Any = authenticate(request, email=email, password=password)
    if not isinstance(found, Person) or not found.is_staff or not Staff.objects.filter(person=found).exists():
        return None
    kind = _second_factor(found, code)
    return (found, kind) if kind else None


@sensitive_post_parameters("password", "code")
@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def login_view(request: HttpRequest) -> HttpResponse:
    here_or_404(request)
    wanted = request.POST.get("next") or request.GET.get("next", "")
    onward = wanted if wanted.startswith("/operator/") else reverse("console:index")
    if staff_of(request) is not None:
        return HttpResponseRedirect(onward)
    problem, status, email = "", 200, ""
    if request.method == "POST":
        email = request.POST.get("email", "").strip().lower()
        code = request.POST.get("code", "").replace(" ", "")
        if _too_often(request, email):
            problem, status = _t("Too many tries; wait a quarter of an hour"), 429
        elif found := _who(request, email, request.POST.get("password", ""), code):
            person, kind = found
            login(request, person, backend=_BACKEND)
            record_authentication(request, person, method="password", email=email)
            record_authentication(request, person, method="mfa", type=kind)
            return HttpResponseRedirect(onward)
        else:
            problem, status = _t("E-mail, password or code is not right, or this account may not come in here"), 401
    context = {"problem": problem, "next": onward, "email": email, "demo": settings.DEV}
    return TemplateResponse(request, "console/login.html", context, status=status)


@csrf_protect
@never_cache
@require_POST
def logout_view(request: HttpRequest) -> HttpResponse:
    here_or_404(request)
    logout(request)
    return HttpResponseRedirect(reverse("console:login"))


@sensitive_post_parameters("password", "code")
@csrf_protect
@never_cache
@require_http_methods(["GET", "POST"])
def setup_view(request: HttpRequest, token: str) -> HttpResponse:
    """Password and second factor, chosen by whoever holds the link."""
    here_or_404(request)
    person = person_of_link(token)
    if person is None:
        return TemplateResponse(request, "console/setup_over.html", status=404)
    secret = request.session.get(_SECRET) or generate_totp_secret()
    request.session[_SECRET] = secret
    errors: dict[str, str] = {}
    if request.method == "POST":
        said = request.POST
        try:
            setup_finish(
                person=person, password=said.get("password", ""), secret=secret, code=said.get("code", "").strip()
            )
        except Invalid as problem:
            errors = {e.field: str(e.message) for e in problem.errors or ()}
        else:
            del request.session[_SECRET]
            return HttpResponseRedirect(reverse("console:login"))
    adapter = get_adapter()
    picture = adapter.build_totp_svg(adapter.build_totp_url(person, secret))
    context = {
        "person": person,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "picture": base64.b64encode(picture.encode()).decode(),
        "errors": errors,
        "now": timezone.now(),
    }
    return TemplateResponse(request, "console/setup.html", context, status=400 if errors else 200)
