"""The console's pages as one Django admin site: lists are Django's, what may be done is ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import update_wrapper
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from console import sign_in
from console.access import VERBS, staff_of
from console.selectors.companies import page_of
from console.selectors.overview import overview
from console.selectors.queues import queues, webhook_backlogs
from console.services import companies, machinery
from console.services.log import By
from tenants.models import Staff, Tenant
from tenants.services.login_log import client_ip
from tenon.problems import Problem


def by_of(request: HttpRequest) -> By:
    """Raises Http404: for anybody else there is nothing here."""
    staff = staff_of(request)
    if staff is None:
        raise Http404
    return By(staff, client_ip(request))


def told(problem: Problem) -> str:
    return " ".join([str(problem), *(str(e.message) for e in problem.errors or ())]).strip()


class ConsoleSite(AdminSite):
    site_header = _("Tenon operator console")
    site_title = _("Operator console")
    index_title = _("How it is")
    index_template = "console/overview.html"
    enable_nav_sidebar = False
    site_url = None
    empty_value_display = "–"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Elsewhere than on the apex host, or when the console is off, there is not even a way to sign in."""
        inner = super().admin_view(view, cacheable)

        def there(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            sign_in.here_or_404(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(there, inner)

    def has_permission(self, request: HttpRequest) -> bool:
        return staff_of(request) is not None

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        staff = staff_of(request)
        return {
            **super().each_context(request),
            "staff": staff,
            "verbs": VERBS.get(staff.role, frozenset()) if staff else frozenset(),
            "rooms": [] if staff is None else self._rooms(request),
        }

    def _rooms(self, request: HttpRequest) -> list[dict[str, Any]]:
        found = [
            {"title": _("Overview"), "url": reverse("console:index")},
            {"title": _("Queues"), "url": reverse("console:queues")},
        ]
        for model, admin in self._registry.items():
            name = f"console:{model._meta.app_label}_{model._meta.model_name}_changelist"
            found.append({"title": getattr(admin, "room", model._meta.verbose_name_plural), "url": reverse(name)})
        here = [r for r in found if request.path.startswith(str(r["url"]))]
        for room in found:
            room["here"] = bool(here) and room is max(here, key=lambda r: len(str(r["url"])))
        return found

    def get_urls(self) -> list[URLPattern | URLResolver]:
        def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
            return self.admin_view(view)

        return [
            path("login/", sign_in.login_view, name="login"),
            path("logout/", sign_in.logout_view, name="logout"),
            path("setup/<str:token>/", sign_in.setup_view, name="setup"),
            path("companies/<int:pk>/", page(self.company), name="company"),
            path("companies/<int:pk>/do/<slug:verb>/", page(require_POST(self.company_do)), name="company-do"),
            path("queues/", page(self.queues), name="queues"),
            path("pool/refill/", page(require_POST(self.pool_refill)), name="pool-refill"),
            *super().get_urls(),
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        links = {
            "companies": "tenants_tenant_changelist", "pool": "tenancy_slot_changelist",
            "deliveries": "events_delivery_changelist", "stripe_events": "billing_stripeevent_changelist",
            "index": "index", "queues": "queues",
        }  # fmt: skip
        where = {name: reverse(f"console:{view}") for name, view in links.items()}
        found = overview()
        alerts = [(alert, where[alert.link]) for alert in found.alerts]
        context = {"o": found, "alerts": alerts, "where": where, **(extra_context or {})}
        return super().index(request, context)

    @never_cache
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return sign_in.login_view(request)

    # --- one company

    def company(self, request: HttpRequest, pk: int) -> HttpResponse:
        tenant = get_object_or_404(Tenant.objects.select_related("slot"), pk=pk)
        context = {**self.each_context(request), "title": tenant.name, "tenant": tenant, **page_of(tenant)}
        return TemplateResponse(request, "console/company.html", context)

    def company_do(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        by, said = by_of(request), request.POST
        reason = said.get("reason", "")
        here = HttpResponseRedirect(reverse("console:company", args=[pk]))
        get_object_or_404(Tenant, pk=pk)
        try:
            if verb == "extend-trial":
                companies.trial_extend(by=by, tenant_id=pk, days=_number(said.get("days", "")), reason=reason)
            elif verb in ("grant", "deny"):
                companies.feature_override(
                    by=by, tenant_id=pk, feature=said.get("feature", ""), give=verb == "grant",
                    until=_until(said.get("until", "")), reason=reason,
                )  # fmt: skip
            elif verb == "raise-limit":
                key = said.get("limit", "")
                companies.limit_raise(
                    by=by, tenant_id=pk, key=key, most=companies.amount_of(key, said.get("most", "")),
                    until=_until(said.get("until", "")), reason=reason,
                )  # fmt: skip
            elif verb == "lower-limit":
                companies.limit_lift(by=by, tenant_id=pk, key=said.get("limit", ""), reason=reason)
            elif verb == "lift":
                companies.override_lift(by=by, tenant_id=pk, feature=said.get("feature", ""), reason=reason)
            elif verb == "suspend":
                companies.suspend(by=by, tenant_id=pk, reason=reason)
            elif verb == "resume":
                companies.resume(by=by, tenant_id=pk, reason=reason)
            elif verb == "support":
                return HttpResponseRedirect(companies.support_visit(by=by, tenant_id=pk, reason=reason))
            else:
                raise Http404
        except Problem as problem:
            messages.error(request, told(problem))
        else:
            messages.success(request, _("Done, and written down"))
        return here

    def queues(self, request: HttpRequest) -> HttpResponse:
        backlogs = webhook_backlogs()
        sums = {name: sum(getattr(b, name) for b in backlogs) for name in ("waiting", "failing", "given_up", "stopped")}
        context = {
            **self.each_context(request), "title": _("Queues"), "queues": queues(), "backlogs": backlogs, "sums": sums,
        }  # fmt: skip
        return TemplateResponse(request, "console/queues.html", context)

    def pool_refill(self, request: HttpRequest) -> HttpResponse:
        try:
            machinery.pool_refill(by=by_of(request), reason=request.POST.get("reason", ""))
        except Problem as problem:
            messages.error(request, told(problem))
        else:
            messages.success(request, _("A worker is asked to fill the pool"))
        return HttpResponseRedirect(reverse("console:tenancy_slot_changelist"))


def _until(text: str) -> datetime | None:
    """The end of the day that was typed; none: for good."""
    return sign_in.end_of(parse_date(text or "0") if text else None)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


site = ConsoleSite(name="console")
__all__ = ["Staff", "by_of", "site", "told"]
