"""The web app's page, for every address that is not the API's: its router decides what to show."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from tenants.models import Tenant


@never_cache
@ensure_csrf_cookie
@require_safe
def app(request: HttpRequest) -> HttpResponse:
    page = settings.BASE_DIR / "frontend" / "dist" / "index.html"
    if not page.exists():
        raise Http404("the web app is not built; `make setup` builds it")
    content = page.read_bytes()
    if is_stranger(request):
        content = content.replace(b"<html ", b'<html data-visitor="stranger" ', 1)
    return HttpResponse(content, content_type="text/html; charset=utf-8")


def is_stranger(request: HttpRequest) -> bool:
    """Signed in nowhere, at a company that is there to sign in to: the web app loads its sign-in page only, at once.
    (A closed company says so itself.)"""
    tenant = getattr(request, "tenant", None)
    here = tenant is None or tenant.state in (Tenant.State.READY, Tenant.State.READ_ONLY)
    return here and not request.session.keys()


urlpatterns = [re_path(r"^(?!api/|_allauth/|static/|ws/|dev/|operator/|metrics).*$", app, name="web-app")]
