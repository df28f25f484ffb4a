"""Reads of companies, people and addresses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import get_currency_name, get_currency_precision
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenants.models import CompanyDeletion, Membership, Tenant
from tenants.rules import slugs
from tenants.rules.features import FeatureGraph
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, outside

INDUSTRIES = {
    "general": _("General"),
    "manufacturing": _("Manufacturing"),
    "trading": _("Trade and distribution"),
    "services": _("Services"),
}
CURRENCIES = (
    "CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "SGD", "KRW", "INR", "AUD", "NZD", "CAD", "CHF", "SEK", "NOK",
    "DKK", "PLN", "CZK", "HUF", "RON", "TRY", "THB", "VND", "MYR", "IDR", "PHP", "AED", "SAR", "ILS", "ZAR", "EGP",
    "KES", "NGN", "BRL", "MXN", "CLP", "COP", "PEN", "ARS",
)  # fmt: skip
SLUG_FAULTS = {
    "length": _("An address has 3 to 40 characters"),
    "pattern": _("Use lower-case letters, digits and single hyphens; begin with a letter, do not end with a hyphen"),
    "reserved": _("This address is reserved"),
    "taken": _("This address is already taken"),
    "look_alike": _("This address looks too much like another company's"),
}


def company_by_role(role: str) -> Company | None:
    """The company whose schema's role this is: how the outbox names companies. None for what is no company's role."""
    number = role.removeprefix("tr_")
    if not number.isdigit():
        return None
    with outside():
        tenant = Tenant.objects.filter(slot_id=int(number)).first()
        return tenant.company() if tenant else None


def company_by_id(tenant_id: int) -> Company | None:
    with outside():
        tenant = Tenant.objects.filter(pk=tenant_id).first()
        return tenant.company() if tenant else None


def company_by_slug(slug: str) -> Company | None:
    with outside():
        tenant = Tenant.objects.filter(slug=slug).first()
        return tenant.company() if tenant else None


def companies_live() -> list[Company]:
    """All companies whose scheduled work runs. A copy's does not: it would do everything a second time; nor does that
    of a restored company before its owner lets it."""
    with outside():
        live = Tenant.objects.filter(state=Tenant.State.READY, is_copy=False, outgoing_off=False)
        return [t.company() for t in live.order_by("id")]


def tenants_of(person_id: int) -> list[Tenant]:
    """The companies a person may enter, by name."""
    with outside():
        here = Q(until=None) | Q(until__gt=timezone.now())
        entered = Membership.objects.filter(here, person_id=person_id, is_active=True).values("tenant_id")
        return list(Tenant.objects.filter(pk__in=entered).order_by("name", "id"))


def slug_fault(slug: str, *, resting: bool = False) -> str | None:
    """Why a new company cannot have this address; None when it can. The address of a company that was deleted rests for
    a while; with `resting` it may be had (the same company, restored)."""
    found = slugs.fault(slug)
    if found is not None:
        return found
    with outside():
        near = Tenant.objects.filter(slug_skeleton=slugs.skeleton(slug)).values_list("slug", flat=True).first()
        if near is None and not resting and _resting([slugs.skeleton(slug)]):
            return "taken"
    return None if near is None else "taken" if near == slug else "look_alike"


def rested_by(slug: str, person_id: int) -> bool:
    """Whether the address rests because this very person had its company deleted: they may have it back."""
    with outside():
        gone = CompanyDeletion.objects.filter(slug_skeleton=slugs.skeleton(slug), slug_free_at__gt=timezone.now())
        return set(gone.values_list("person_id", flat=True)) == {person_id}


def _resting(skeletons: Iterable[str]) -> set[str]:
    rest = CompanyDeletion.objects.filter(slug_skeleton__in=list(skeletons), slug_free_at__gt=timezone.now())
    return set(rest.values_list("slug_skeleton", flat=True))


def slug_suggestions(text: str, most: int = 3) -> list[str]:
    """Free addresses close to what was typed."""
    candidates = slugs.candidates(slugs.normalise(text))
    skeletons = {slugs.skeleton(c): c for c in reversed(candidates)}
    with outside():
        used = set(Tenant.objects.filter(slug_skeleton__in=skeletons).values_list("slug_skeleton", flat=True))
        used |= _resting(skeletons)
    return [c for c in candidates if slugs.skeleton(c) not in used and skeletons[slugs.skeleton(c)] == c][:most]


@cache
def time_zones() -> tuple[str, ...]:
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(z for z in available_timezones() if z.startswith(areas)))


@cache
def feature_graph() -> FeatureGraph:
    return FeatureGraph(registry().modules, registry().features)


@cache
def always_on_features() -> frozenset[str]:
    return frozenset(f.key for m in registry().modules.values() if m.always_on for f in m.features)


def currency_row(code: str) -> dict[str, Any]:
    """A currency in the language of the request."""
    locale = "zh_Hans" if (get_language() or "en").startswith("zh") else "en"
    return {
        "key": code,
        "label": f"{code} · {get_currency_name(code, locale=locale)}",
        "decimals": get_currency_precision(code),
    }
