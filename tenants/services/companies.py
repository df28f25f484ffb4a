"""Sign-up: a company from request to ready, once, however often it is asked for.

allocated (slot claimed, rows made) → seeding → ready, or → failed, from where asking again tries again."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants import hosts, selectors
from tenants.errors import SetupFailed
from tenants.models import CompanyLog, Domain, Entitlement, Membership, Person, Tenant
from tenants.services.provisioning import provision
from tenon.problems import Conflict, FieldError, Invalid, Problem, TooManyRequests
from tenon.registry import hooks
from tenon.registry.registry import registry
from tenon.tenancy import schemas
from tenon.tenancy.context import outside

log = logging.getLogger(__name__)
TRIAL = timedelta(days=15)
MOST_A_DAY = 10  # companies that one person may found in a day
BUILDS = 5  # schemas that one sign-up builds while others snatch them away
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
PATIENCE = 30.0  # seconds that a double submit waits for the first one


@dataclass(frozen=True)
class Request:
    """What a person asks for."""

    name: str
    slug: str
    industry: str = "general"
    language: str = "en"
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"
    modules: tuple[str, ...] | None = None  # None: all, their core features
    sample_data: bool = False

    @property
    def hash(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def company_create(
    *,
    person: Person,
    name: str,
    slug: str,
    industry: str = "general",
    language: str = "en",
    currency: str = "CNY",
    time_zone: str = "Asia/Shanghai",
    modules: Iterable[str] | None = None,
    sample_data: bool = False,
    idempotency_key: str = "",
) -> Tenant:
    """A ready company whose owner is `person`. The same request again finds it. Raises Invalid, Conflict (same key,
    other request), TooManyRequests, SetupFailed."""
    chosen = None if modules is None else tuple(dict.fromkeys(modules))
    request = Request(name.strip(), slug.strip().lower(), industry, language, currency, time_zone, chosen, sample_data)
    key = idempotency_key or request.hash
    with outside():
        tenant = _asked_before(person, key, request) or _first_time(person, key, request)
        return _make_ready(tenant, request.sample_data)


def _first_time(person: Person, key: str, request: Request) -> Tenant:
    try:
        check(request)
        founding_limit(person)
    except Problem:
        # Its own double, faster by a moment, may be what holds the address now.
        tenant = _asked_before(person, key, request)
        if tenant is None:
            raise
        return tenant
    return _allocate(person, key, request)


def company_create_for(*, owner: str, **wanted: Any) -> str:
    """The same from a command line, for an owner named by e-mail. Returns the company's address. Raises Invalid."""
    email = owner.strip().lower()
    with outside():
        check(Request(**wanted))  # before a person is made for nothing
        person = Person.objects.filter(email=email).first() or Person.objects.create_user(email)
        return hosts.company_url(company_create(person=person, **wanted).slug)


def check(request: Request) -> None:
    """Raises Invalid with every field that is wrong."""
    errors = []
    if not 1 <= len(request.name) <= 160:
        errors.append(FieldError("name", "length", _("A company's name has 1 to 160 characters")))
    if CONTROL.search(request.name):  # it stands in mails, where a new line would begin words of its own
        errors.append(FieldError("name", "invalid", _("A company's name is one line of text")))
    fault = selectors.slug_fault(request.slug)
    if fault is not None:
        errors.append(FieldError("slug", fault, selectors.SLUG_FAULTS[fault]))
    known = registry().modules
    for field, value, allowed in (
        ("industry", request.industry, selectors.INDUSTRIES),
        ("language", request.language, ("en", "zh-hans")),
        ("currency", request.currency, selectors.CURRENCIES),
        ("time_zone", request.time_zone, selectors.time_zones()),
    ):
        if value not in allowed:
            errors.append(FieldError(field, "invalid_choice", _("There is no such choice")))
    for module in request.modules or ():
        if module not in known:
            errors.append(FieldError("modules", "invalid_choice", _("There is no module %(key)s") % {"key": module}))
    if request.sample_data and not hooks.has_samples():
        errors.append(FieldError("sample_data", "unavailable", _("No module here brings sample data")))
    if errors:
        raise Invalid(errors=errors, suggestions=selectors.slug_suggestions(request.slug) if fault else [])


def _asked_before(person: Person, key: str, request: Request) -> Tenant | None:
    tenant = Tenant.objects.filter(created_by=person, request_key=key).first()
    if tenant is not None and tenant.request_hash != request.hash:
        raise Conflict(_("This Idempotency-Key was used for another request"))
    return tenant


def founding_limit(person: Person) -> None:
    """Raises TooManyRequests."""
    since = timezone.now() - timedelta(days=1)
    if Tenant.objects.filter(created_by=person, created_at__gte=since).count() >= MOST_A_DAY:
        raise TooManyRequests(_("You have founded many companies today; try again tomorrow"), retry_after=3600)


def first_features(modules: tuple[str, ...] | None) -> list[str]:
    """What is switched on at first: everything of the modules picked, or else the core of all."""
    graph, features = selectors.feature_graph(), registry().features
    if modules is None:
        start = {k for k, f in features.items() if f.core}
    else:
        start = {k for k in features if k.partition(".")[0] in modules}
    return graph.sorted(graph.with_needs(start | selectors.always_on_features()))


def _allocate(person: Person, key: str, request: Request) -> Tenant:
    """Slot, company, address, membership, entitlements: all or nothing, in the public schema. Raises SetupFailed."""
    for _attempt in range(BUILDS):
        tenant = _allocated(person, key, request)
        if tenant is not None:
            return tenant
        schemas.build_slot()  # between the transactions: a schema that is built stays, whatever becomes of this request
    raise SetupFailed(retry_after=2)


def _allocated(person: Person, key: str, request: Request) -> Tenant | None:
    """None when the pool is empty."""
    now = timezone.now()
    try:
        with transaction.atomic():
            slot = schemas.claim_ready()
            if slot is None:
                return None
            tenant = Tenant.objects.create(
                name=request.name, slug=request.slug, slot=slot, schema_name=slot.schema, industry=request.industry,
                language=request.language, currency=request.currency, time_zone=request.time_zone,
                entitled=list(registry().features), switched_on=first_features(request.modules),
                trial_until=now + TRIAL, created_by=person, request_key=key, request_hash=request.hash,
            )  # fmt: skip
            Domain.objects.create(tenant=tenant, domain=hosts.company_host(request.slug))
            Membership.objects.create(person=person, tenant=tenant)
            Entitlement.objects.bulk_create(
                Entitlement(tenant=tenant, feature=f, source=Entitlement.Source.TRIAL, since=now, until=now + TRIAL)
                for f in tenant.entitled
            )
            CompanyLog.objects.create(
                tenant=tenant, actor=f"person:{person.pk}", actor_label=str(person), what="signed_up",
                detail=asdict(request),
            )  # fmt: skip
            return tenant
    except IntegrityError:
        # Somebody was faster: the same request (a double submit), or another company with this address.
        faster = _asked_before(person, key, request)
        if faster is None:
            fault = selectors.slug_fault(request.slug)
            if fault is None:
                raise
            raise Invalid.field("slug", selectors.SLUG_FAULTS[fault], fault) from None
        return faster


def _make_ready(tenant: Tenant, sample_data: bool) -> Tenant:
    deadline = time.monotonic() + PATIENCE
    while tenant.state != Tenant.State.READY:
        if tenant.state in (Tenant.State.READ_ONLY, Tenant.State.SUSPENDED):
            break
        if not provision(tenant, sample_data=sample_data):
            # Another request is at it.
            if time.monotonic() > deadline:
                raise SetupFailed
            time.sleep(0.05)
        tenant.refresh_from_db()
        if tenant.state == Tenant.State.FAILED:
            raise SetupFailed(retry_after=2)
    return tenant
