"""The web app's page, for every address that is not the API's: its router decides what to show."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe


@never_cache
@ensure_csrf_cookie
@require_safe
def app(request: HttpRequest) -> HttpResponse:
    page = settings.BASE_DIR / "frontend" / "dist" / "index.html"
    if not page.exists():
        raise Http404("the web app is not built; `make setup` builds it")
    return HttpResponse(page.read_bytes(), content_type="text/html; charset=utf-8")


urlpatterns = [re_path(r"^(?!api/|_allauth/|static/|ws/|dev/|operator/|metrics).*$", app, name="web-app")]
