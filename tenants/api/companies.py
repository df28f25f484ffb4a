"""My companies, founding one, addresses, tickets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants import hosts, selectors
from tenants.api.base import AnybodyView, PersonView, validated
from tenants.models import Tenant
from tenants.rules import slugs
from tenants.services.companies import TRIAL, company_create
from tenants.services.tickets import ticket_issue
from tenon.api.idempotency import key_of
from tenon.registry import hooks
from tenon.registry.registry import registry


class CompanyInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=160)
    slug = serializers.CharField(max_length=63)
    industry = serializers.CharField(max_length=40, default="general")
    language = serializers.CharField(max_length=10, default="en")
    currency = serializers.CharField(max_length=3, default="CNY")
    time_zone = serializers.CharField(max_length=60, default="Asia/Shanghai")
    modules = serializers.ListField(child=serializers.CharField(max_length=60), required=False, allow_null=True)
    sample_data = serializers.BooleanField(default=False)


class CompanyOutput(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField()
    state = serializers.CharField()


class CompaniesOutput(serializers.Serializer[Any]):
    results = CompanyOutput(many=True)


class SlugOutput(serializers.Serializer[Any]):
    slug = serializers.CharField()
    available = serializers.BooleanField()
    code = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    suggestions = serializers.ListField(child=serializers.CharField())


class TicketOutput(serializers.Serializer[Any]):
    url = serializers.CharField()


def company_row(tenant: Tenant) -> dict[str, Any]:
    return {
        "slug": tenant.slug,
        "name": tenant.name,
        "url": hosts.company_url(tenant.slug),
        "state": tenant.state,
    }


class Companies(PersonView):
    @extend_schema(responses=CompaniesOutput)
    def get(self, request: Request) -> Response:
        """The companies I may enter."""
        return Response({"results": [company_row(t) for t in selectors.tenants_of(self.person.pk)]})

    @extend_schema(request=CompanyInput, responses={201: CompanyOutput})
    def post(self, request: Request) -> Response:
        """Founds a company; the same request again, by Idempotency-Key or word for word, finds it."""
        key = key_of(request.headers)
        tenant = company_create(person=self.person, idempotency_key=key, **validated(CompanyInput, request.data))
        return Response(company_row(tenant), status=201)


class Slug(AnybodyView):
    @extend_schema(responses=SlugOutput)
    def get(self, request: Request) -> Response:
        """Whether an address is free, and if not, why and what else is."""
        slug = request.query_params.get("slug", "").strip().lower()[:100]
        name = request.query_params.get("name", "")[:200]
        if not slug and name:
            slug = (selectors.slug_suggestions(name) or [slugs.normalise(name)])[0]
        fault = selectors.slug_fault(slug)
        return Response(
            {
                "slug": slug,
                "available": fault is None,
                "code": fault,
                "reason": str(selectors.SLUG_FAULTS[fault]) if fault else None,
                "suggestions": selectors.slug_suggestions(name or slug) if fault else [],
            }
        )


class CompanyTicket(PersonView):
    @extend_schema(request=None, responses=TicketOutput)
    def post(self, request: Request, slug: str) -> Response:
        """A one-time way into one of my companies."""
        return Response({"url": ticket_issue(person=self.person, slug=slug).url})


class SignupOptions(AnybodyView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """What a new company can choose from, and what an address may look like."""
        modules = [
            {"key": m.key, "title": str(m.title), "icon": m.icon, "description": str(m.description)}
            for m in registry().modules.values()
            if m.features and not m.always_on
        ]
        return Response(
            {
                "industries": [{"key": k, "label": str(v)} for k, v in selectors.INDUSTRIES.items()],
                "languages": [{"key": "zh-hans", "label": "简体中文"}, {"key": "en", "label": "English"}],
                "currencies": [selectors.currency_row(code) for code in selectors.CURRENCIES],
                "time_zones": list(selectors.time_zones()),
                "modules": modules,
                "slug": {
                    "min_length": slugs.SHORTEST,
                    "max_length": slugs.LONGEST,
                    "pattern": slugs.PATTERN.pattern,
                    "reserved": sorted(slugs.RESERVED),
                    "rules": [str(selectors.SLUG_FAULTS["length"]), str(selectors.SLUG_FAULTS["pattern"])],
                },
                "domain": hosts.origin(hosts.settings.BASE_DOMAIN).partition("://")[2],
                "trial_days": TRIAL.days,
                "sample_data": hooks.has_samples(),
                "note": str(_("No card needed. All functions are open during the trial.")),
            }
        )
