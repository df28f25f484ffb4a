"""Doors for people without an account who hold a link. Who knocks too often, or tries secrets, is held up."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenon.api.throttling import refuse_guest
from tenon.problems import FeatureOff, Unauthenticated
from tenon.tenancy.context import current

# A minute: many people share an office's address; a person answers a form a few times; nobody mistypes 43 characters.
PER_ADDRESS, PER_LINK, MISSES = 300, 90, 10


class LinkAuthentication(BaseAuthentication):
    """`Authorization: Link <secret>`. A browser never sends it by itself, so there is nothing to forge across sites.
    Who inherits names the feature it belongs to and finds the link; `request.auth` is that link."""

    feature: ClassVar[str]
    realm: ClassVar[str]

    def link_of(self, secret: str) -> Any:
        """Raises Unauthenticated, the same for a wrong, expired or revoked one."""
        raise NotImplementedError

    def opened(self, link: Any) -> None:
        """Notes that it was used."""

    def authenticate(self, request: Request) -> tuple[None, Any]:
        if not current().has_feature(self.feature):
            raise FeatureOff(features=[self.feature])
        address = getattr(request._request, "guest_address", "")
        misses = {f"miss:{address}": MISSES}
        refuse_guest({f"from:{address}": PER_ADDRESS})
        refuse_guest(misses, add=False)
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        try:
            link = self.link_of(secret.strip() if scheme.lower() == "link" else "")
        except Unauthenticated:
            refuse_guest(misses)
            raise
        refuse_guest({f"link:{link._meta.label_lower}:{link.pk}": PER_LINK})
        self.opened(link)
        return None, link

    def authenticate_header(self, request: Request) -> str:
        return f'Link realm="{self.realm}"'


class GuestView(APIView):
    """Base of a door's addresses: nothing of what it answers is kept on the way."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Cache-Control"] = "no-store"
        return answer
