"""Security headers of every answer."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Scripts only from us, none inline. Styles: Ant Design writes its rules into <style> elements at run time.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def content_security_policy(request: HttpRequest) -> str:
    """The socket's address is named because old Safaris do not count ws:// as 'self'."""
    scheme = "wss" if request.is_secure() else "ws"
    try:
        socket = f" {scheme}://{request.get_host()}"
    except DisallowedHost:  # a name that is nobody's here
        socket = ""
    policy = {**_POLICY, "connect-src": f"'self'{socket}"}
    if request.is_secure():
        policy["upgrade-insecure-requests"] = ""
    return "; ".join(f"{name} {value}".strip() for name, value in policy.items())


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", content_security_policy(request))
        headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        headers.setdefault(
            "Permissions-Policy",
            "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), interest-cohort=()",
        )
        headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path_info.startswith("/api/"):
            # Answers depend on who asks: no shared cache keeps them, and a browser asks again.
            headers.setdefault("Cache-Control", "no-store")
            headers.setdefault("Vary", "Cookie, Authorization, Accept-Language")
        return response
