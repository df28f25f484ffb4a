"""Who might be the same: leads and parties that look like the one described."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.crm.models import Lead
from modules.shared.data.rules.naming import name_key, phone_key
from modules.shared.data.selectors.duplicates import DuplicateHit, Reason, party_duplicates
from tenon.access.actor import Actor
from tenon.access.scope import scope_filter
from tenon.registry.registry import registry


def lead_duplicates(
    *, actor: Actor, name: str = "", email: str = "", phone: str = "", exclude: int | None = None, limit: int = 10
) -> list[DuplicateHit]:
    """Parties first, then leads that are not converted (a converted one is a party already). Records outside the
    asker's scope show that they exist, not who they are."""
    hits = party_duplicates(actor=actor, name=name, email=email, phone=phone, limit=limit)
    key, digits = name_key(name), phone_key(phone)
    same = Q(pk__in=[])
    if key:
        same |= Q(name_key=key)
    if email:
        same |= Q(email__iexact=email)
    if digits:
        same |= Q(phone_key=digits)
    rows = Lead.objects.filter(same).exclude(status=Lead.Status.CONVERTED).exclude(pk=exclude or 0).order_by("pk")
    alike = list(rows[:limit])
    mine = scope_filter(actor, registry().entities["crm.lead"])
    keys = [lead.pk for lead in alike]
    seen = set(Lead.objects.filter(mine, pk__in=keys).values_list("pk", flat=True)) if mine else set(keys)
    for lead in alike:
        reason: Reason = "name"
        if email and lead.email.casefold() == email.casefold():
            reason = "email"
        elif digits and lead.phone_key == digits:
            reason = "phone"
        visible = lead.pk in seen
        label = lead.name if visible else str(_("A record of somebody else"))
        hits.append(DuplicateHit("crm.lead", lead.pk if visible else None, label, reason))
    return hits[:limit]
