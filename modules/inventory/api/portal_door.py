"""The suppliers' door: no account, a link."""

from __future__ import annotations

from typing import cast

from rest_framework.request import Request

from modules.inventory.models import SupplierLink
from modules.inventory.services.supplier_links import link_of, note_use
from tenon.api.guests import LinkAuthentication


class SupplierAuthentication(LinkAuthentication):
    feature, realm = "inventory.rfq", "Supplier portal"

    def link_of(self, secret: str) -> SupplierLink:
        return link_of(secret)

    def opened(self, link: SupplierLink) -> None:
        note_use(link)


def link_from(request: Request) -> SupplierLink:
    return cast(SupplierLink, request.auth)
