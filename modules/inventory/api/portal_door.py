"""The suppliers' door: no account, a link. Who knocks too often, or tries secrets, is held up."""

from __future__ import annotations

from typing import cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from modules.inventory.models import SupplierLink
from modules.inventory.services.supplier_links import link_of, note_use
from tenon.api.throttling import refuse_guest
from tenon.problems import FeatureOff, Unauthenticated
from tenon.tenancy.context import current

FEATURE = "inventory.rfq"
# A minute: many people share an office's address; a person answers a form a few times; nobody mistypes 43 characters.
PER_ADDRESS, PER_LINK, MISSES = 300, 90, 10


class SupplierAuthentication(BaseAuthentication):
    """`Authorization: Link <secret>`. A browser never sends it by itself, so there is nothing to forge across sites."""

    def authenticate(self, request: Request) -> tuple[None, SupplierLink]:
        if not current().has_feature(FEATURE):
            raise FeatureOff(features=[FEATURE])
        address = getattr(request._request, "guest_address", "")
        misses = {f"miss:{address}": MISSES}
        refuse_guest({f"from:{address}": PER_ADDRESS})
        refuse_guest(misses, add=False)
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        try:
            link = link_of(secret.strip() if scheme.lower() == "link" else "")
        except Unauthenticated:
            refuse_guest(misses)
            raise
        refuse_guest({f"link:{link.pk}": PER_LINK})
        note_use(link)
        return None, link

    def authenticate_header(self, request: Request) -> str:
        return 'Link realm="Supplier portal"'


def link_from(request: Request) -> SupplierLink:
    return cast(SupplierLink, request.auth)
