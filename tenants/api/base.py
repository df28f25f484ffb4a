"""What the views about people share: the signed-in person instead of a company's actor."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.views import APIView

from tenants.models import Person, Tenant
from tenon.api.authentication import enforce_csrf
from tenon.problems import NotFound, Unauthenticated


class PersonAuthentication(BaseAuthentication):
    """The person of this host's session (with CSRF for writes); nobody is an answer too."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        django_request = request._request
        enforce_csrf(django_request)
        person = getattr(django_request, "person", None)
        return None if person is None else (person, None)


class AnybodyView(APIView):
    """Open to all, signed in or not."""

    authentication_classes = (PersonAuthentication,)

    @property
    def maybe_person(self) -> Person | None:
        return cast("Person | None", getattr(self.request._request, "person", None))

    @property
    def person(self) -> Person:
        """Raises Unauthenticated."""
        person = self.maybe_person
        if person is None:
            raise Unauthenticated
        return person

    @property
    def tenant(self) -> Tenant:
        """The company of this host. Raises NotFound on the apex."""
        tenant = getattr(self.request._request, "tenant", None)
        if tenant is None:
            raise NotFound(_("Ask this at a company's own address"))
        return cast(Tenant, tenant)


class PersonView(AnybodyView):
    """For people who are signed in."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _ = self.person


def validated(serializer: type[Any], data: Any) -> dict[str, Any]:
    """Raises Invalid with the field's name (through DRF's exception)."""
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    return cast("dict[str, Any]", checked.validated_data)
