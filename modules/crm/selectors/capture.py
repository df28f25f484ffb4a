"""Sources of leads with their addresses, and touches as far as one sees the leads."""

from __future__ import annotations

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from modules.crm.models import Lead, LeadSource, LeadTouch
from tenon.access.actor import Actor
from tenon.access.scope import scope_filter
from tenon.problems import FeatureOff, NotFound
from tenon.registry.registry import registry
from tenon.tenancy.addresses import company_url
from tenon.tenancy.context import current

FEATURE = "crm.leads"
MANAGES = "crm.lead_source.update"
API = "/api/v1/crm/portal"


def lead_source_list(*, actor: Actor) -> QuerySet[LeadSource]:
    """With the address that leads are sent to, and whether the sender's key is set."""
    home = company_url(current().slug)
    form = When(kind=LeadSource.Kind.FORM, then=Value("forms"))
    keyed = When(kind__in=LeadSource.SIGNED, signing_key="", then=Value("missing"))
    unsigned = When(~Q(kind__in=LeadSource.SIGNED), then=Value("none"))
    return LeadSource.objects.annotate(
        address=Concat(
            Value(f"{home}{API}/"), Case(form, default=Value("capture")), Value("/"), F("token"), Value("/"),
            output_field=CharField(),
        ),
        key_state=Case(keyed, unsigned, default=Value("set"), output_field=CharField()),
    )  # fmt: skip


def lead_touch_list(*, actor: Actor) -> QuerySet[LeadTouch]:
    """Touches of the leads that the actor sees; those without a lead for who looks after sources."""
    theirs = scope_filter(actor, registry().entities["crm.lead"]) if actor.can("crm.lead.view") else Q(pk__in=[])
    seen = Q(lead__isnull=False) & Exists(Lead.objects.filter(theirs, pk=OuterRef("lead_id")))
    return LeadTouch.objects.filter(seen | Q(lead__isnull=True) if actor.can(MANAGES) else seen)


def source_at(token: str) -> LeadSource:
    """Who asks has no account: the address is all they show. Raises FeatureOff, NotFound."""
    if not current().has_feature(FEATURE):
        raise FeatureOff(features=[FEATURE])
    source = LeadSource.objects.filter(token=token, is_active=True).first()
    if source is None:
        raise NotFound
    return source
