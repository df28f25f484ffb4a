"""All addresses: people and companies, the kernel's, each module's own, then the generic ones of every entity."""

from __future__ import annotations

from importlib import import_module, util
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from tenants.api.support import enter as support_enter
from tenon.api import problems
from tenon.api.router import entity_urls
from tenon.problems import Forbidden, Invalid, NotFound
from tenon_site import web


def _urls_of(app: str) -> list[Any]:
    """`urlpatterns` of `<app>.api.urls` where an app has such a file."""
    if util.find_spec(f"{app}.api") is None or util.find_spec(f"{app}.api.urls") is None:
        return []
    return list(import_module(f"{app}.api.urls").urlpatterns)


def _key_of(app: str) -> str:
    """`modules.crm` → crm, `modules.shared.data` → shared."""
    return app.removeprefix("modules.").partition(".")[0]


def _company_urls() -> list[Any]:
    found: list[Any] = []
    for app in settings.TENANT_APPS:
        if not apps.is_installed(app):
            continue
        urls = _urls_of(app)
        # The kernel's apps name their addresses themselves; a module's stand below its key.
        if urls:
            found.append(
                path("", include(urls)) if app.startswith("tenon.") else path(f"{_key_of(app)}/", include(urls))
            )
    return found


def _mailbox_urls() -> list[Any]:
    """The development mailbox: in development, while mails are files."""
    if not settings.DEV or not hasattr(settings, "EMAIL_FILE_PATH"):
        return []
    return [path("dev/mail/", include("tenants.mailbox.urls"))]


def _console_urls() -> list[Any]:
    """The operator console, unless it is off. Elsewhere than on the apex host its pages are not there."""
    if not settings.CONSOLE:
        return []
    shown = [path("dev/operator-code/", include("demo.operator"))] if settings.DEV and apps.is_installed("demo") else []
    return [path("operator/", import_module("console.urls").urls()), *shown]


urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include(_urls_of("tenants"))),
    path("api/v1/", include(_urls_of("billing")) if apps.is_installed("billing") else include([])),
    path("api/v1/", include("tenon.api.urls")),
    path("api/v1/", include(_company_urls())),
    path("api/v1/", include(entity_urls())),
    path("api/", include("tenon.api.schema_urls")),
    path("health/", include("tenon_site.health")),
    path("support/enter/", support_enter),
    *_console_urls(),
    *_mailbox_urls(),
    *web.urlpatterns,
]


def _refused(problem: Any, request: HttpRequest, title: str) -> HttpResponse:
    if problems.is_api(request):
        return problems.respond(problem, request)
    return HttpResponse(title, status=problem.status, content_type="text/plain; charset=utf-8")


def handler400(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _refused(problems.as_problem(exception) or Invalid(), request, "Bad request")


def handler403(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _refused(Forbidden(), request, "Forbidden")


def handler404(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _refused(NotFound(), request, "Not found")


def handler500(request: HttpRequest) -> HttpResponse:
    return _refused(problems.Broken(), request, "Something went wrong on our side")
