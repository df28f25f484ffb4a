"""Links to the suppliers' portal: making them, revoking them, and finding out whose one is."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.inventory.models import SupplierLink
from modules.shared.data.models import Contact, Party
from tenon.access.actor import Actor, system
from tenon.access.link_secrets import hash_of, new_secret, well_formed
from tenon.problems import Invalid, StateRefused, Unauthenticated
from tenon.records.service import service
from tenon.tenancy.addresses import company_url
from tenon.tenancy.context import current

GOOD_FOR = timedelta(days=90)
LONGEST = timedelta(days=366)
_NOTED_EVERY = timedelta(hours=1)


def address_of(secret: str) -> str:
    """The secret stands behind the #: browsers send it to no server, no log and no other page."""
    return f"{company_url(current().slug)}/portal#{secret}"


@service("inventory.supplier_link.create")
def supplier_link_create(
    *,
    actor: Actor,
    supplier: Party,
    contact: Contact | None = None,
    email: str = "",
    expires_at: datetime | None = None,
) -> tuple[SupplierLink, str]:
    """A link and its secret, which nobody can read again. Raises Invalid."""
    return link_new(supplier, contact=contact, email=email, expires_at=expires_at)


def link_new(
    supplier: Party, *, contact: Contact | None = None, email: str = "", expires_at: datetime | None = None
) -> tuple[SupplierLink, str]:
    """The same inside a service that has checked a right of its own."""
    if not supplier.is_supplier:
        raise Invalid.field("supplier", _("This party is not a supplier"), "not_supplier")
    now = timezone.now()
    expires_at = expires_at or now + GOOD_FOR
    if not now < expires_at <= now + LONGEST:
        raise Invalid.field("expires_at", _("A link is good for a year at most"), "range")
    secret = new_secret()
    link = SupplierLink(
        supplier=supplier, contact=contact, email=email, secret_hash=hash_of(secret), expires_at=expires_at
    )
    link.save()
    return link, secret


@service("inventory.supplier_link.update")
def supplier_link_revoke(*, actor: Actor, link: SupplierLink) -> SupplierLink:
    """From now on it opens nothing. Raises StateRefused."""
    link = SupplierLink.objects.select_for_update().get(pk=link.pk)
    if link.revoked_at is not None:
        raise StateRefused(_("It was revoked already"))
    link.revoked_at = timezone.now()
    link.save()
    return link


@service("inventory.supplier_link.update")
def supplier_links_revoke(*, actor: Actor, supplier: Party) -> int:
    """All links of a supplier. How many there were."""
    links = SupplierLink.objects.select_for_update().filter(supplier=supplier, revoked_at=None).order_by("pk")
    for link in (found := list(links)):
        link.revoked_at = timezone.now()
        link.save()
    return len(found)


def link_of(secret: str) -> SupplierLink:
    """Whose secret it is, here. Raises Unauthenticated, the same for a wrong, expired or revoked one."""
    link = None
    if well_formed(secret):
        link = SupplierLink.objects.select_related("supplier").filter(secret_hash=hash_of(secret)).first()
    if link is None or link.revoked_at is not None or link.expires_at <= timezone.now():
        raise Unauthenticated(_("This link is not valid any more. Ask your contact for a new one."))
    if not (link.supplier.is_active and link.supplier.is_supplier):
        raise Unauthenticated(_("This link is not valid any more. Ask your contact for a new one."))
    return link


def actor_of_link(link: SupplierLink) -> Actor:
    """In whose name the portal writes: the supplier stands in the audit trail."""
    return system(f"supplier {link.supplier.code}"[:60])


def note_use(link: SupplierLink) -> None:
    """When it was last used, to the hour."""
    if not current().read_only and cache.add(f"supplier-link-used:{link.pk}", 1, _NOTED_EVERY.total_seconds()):
        _used(actor=actor_of_link(link), link=link)


@service()
def _used(*, actor: Actor, link: SupplierLink) -> None:
    SupplierLink.objects.filter(pk=link.pk).update(last_used_at=timezone.now())
