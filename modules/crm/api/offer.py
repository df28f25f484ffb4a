"""Quotes as customers open them by a link, over HTTP; and, for ourselves, their paper, their links and answers."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.crm.models import Quote, QuoteLink
from modules.crm.rules.quote_paper import quote_pdf
from modules.crm.selectors.quote_limits import approvals_shown, quote_weigh
from modules.crm.selectors.quote_offer import (
    amounts_with,
    answers_shown,
    offer_lines,
    offer_of,
    offer_shown,
    totals_out,
)
from modules.crm.selectors.quote_paper import quote_paper
from modules.crm.services.quote_answers import offer_accept, offer_comment, offer_decline
from modules.crm.services.quote_links import (
    actor_of_link,
    address_of,
    link_of,
    note_use,
    quote_link_create,
    quote_link_revoke,
)
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.api.guests import GuestView, LinkAuthentication
from tenon.api.metadata import Resource
from tenon.problems import NotFound
from tenon.registry.registry import registry

KEY: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
LANGUAGES = ("zh-hans", "en")


class QuoteAuthentication(LinkAuthentication):
    feature, realm = "crm.quotes", "Quote"

    def link_of(self, secret: str) -> QuoteLink:
        return link_of(secret)

    def opened(self, link: QuoteLink) -> None:
        note_use(link)


class OfferView(GuestView):
    """Base of the addresses behind a quote's link."""

    authentication_classes = [QuoteAuthentication]


class Options(serializers.Serializer):  # type: ignore[type-arg]
    """Optional lines that are wanted."""

    options = serializers.ListField(child=serializers.IntegerField(**KEY), required=False, max_length=500, default=list)


class Acceptance(Options):
    """A yes. `number`: of the version that was read; `signature`: a PNG, base64 or data URL."""

    number = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=120, allow_blank=True)
    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    signature = serializers.CharField(max_length=400_000, allow_blank=True, trim_whitespace=True)


class Refusal(serializers.Serializer):  # type: ignore[type-arg]
    number = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    words = serializers.CharField(max_length=2000, allow_blank=True)


class Remark(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    words = serializers.CharField(max_length=2000, allow_blank=True)


class LinkWanted(serializers.Serializer):  # type: ignore[type-arg]
    email = serializers.EmailField(required=False, allow_blank=True)


class OfferHomeView(OfferView):
    """The quote, in the last version that was sent."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(offer_shown(_offered(request)))


class OfferTotalView(OfferView):
    """What it comes to with some of its options."""

    @extend_schema(request=Options, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        quote, given = _offered(request), _given(Options, request)
        return Response(totals_out(quote, amounts_with(quote, offer_lines(quote), given["options"])))


class OfferPaperView(OfferView):
    """The quote as PDF; ?language=zh-hans or en."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request) -> HttpResponse:
        return _paper(_offered(request), request)


class OfferAcceptView(OfferView):
    """Accepts it, signed."""

    @extend_schema(request=Acceptance, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        quote, given = _offered(request), _given(Acceptance, request)
        offer_accept(actor=actor_of_link(_link(request)), quote=quote, address=_address(request), **given)
        return Response(offer_shown(_offered(request)))


class OfferDeclineView(OfferView):
    """Declines it, and says why."""

    @extend_schema(request=Refusal, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        quote, given = _offered(request), _given(Refusal, request)
        offer_decline(actor=actor_of_link(_link(request)), quote=quote, address=_address(request), **given)
        return Response(offer_shown(_offered(request)))


class OfferCommentView(OfferView):
    """Asks or remarks something."""

    @extend_schema(request=Remark, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        quote, given = _offered(request), _given(Remark, request)
        offer_comment(actor=actor_of_link(_link(request)), quote=quote, address=_address(request), **given)
        return Response(offer_shown(_offered(request)))


class QuotePaperView(APIView):
    """The quote as PDF, for ourselves; ?language=zh-hans or en (left out: the customer's)."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, quote_id: int) -> HttpResponse:
        return _paper(_ours(actor_of(request), quote_id), request)


class QuoteDeskView(APIView):
    """What its page shows beside the quote: whether the reader may offer it alone, what was asked and decided, links,
    what the customer said."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, quote_id: int) -> Response:
        actor = actor_of(request)
        quote = _ours(actor, quote_id)
        beyond = []
        if quote.status == Quote.Status.DRAFT:
            beyond = quote_weigh(actor, quote, list(quote.lines.order_by("position", "id"))).beyond
        margins = "margin" in Resource.of(actor, "crm.quote").fields
        links = [
            {
                "id": x.pk, "email": x.email, "made_at": x.created_at, "expires_at": x.expires_at,
                "revoked_at": x.revoked_at, "first_used_at": x.first_used_at, "last_used_at": x.last_used_at,
            }
            for x in QuoteLink.objects.filter(quote__root_number=quote.root_number).order_by("-id")[:50]
        ]  # fmt: skip
        return Response(
            {
                "beyond": beyond, "approvals": approvals_shown(quote, margins=margins), "links": links,
                "answers": answers_shown(quote),
            }
        )  # fmt: skip


class QuoteLinkView(APIView):
    """A new link. Its address is told this once."""

    @extend_schema(request=LinkWanted, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, quote_id: int) -> Response:
        actor = actor_of(request)
        quote, given = _ours(actor, quote_id), _given(LinkWanted, request)
        link, secret = quote_link_create(actor=actor, quote=quote, email=given.get("email", ""))
        return Response({"id": link.pk, "address": address_of(secret), "expires_at": link.expires_at})


class QuoteLinkRevokeView(APIView):
    """A link opens nothing from now on."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, quote_id: int, link_id: int) -> Response:
        actor = actor_of(request)
        quote = _ours(actor, quote_id)
        link = QuoteLink.objects.filter(pk=link_id, quote__root_number=quote.root_number).first()
        if link is None:
            raise NotFound
        quote_link_revoke(actor=actor, link=link)
        return Response(status=204)


def _ours(actor: Actor, pk: int) -> Quote:
    actor.require("crm.quote.view")
    rows = Quote.objects.filter(pk=pk).select_related(
        "party", "contact", "payment_term", "owner", "department", "price_list"
    )
    found = visible(actor, registry().entities["crm.quote"], rows).first()
    if found is None:
        raise NotFound
    return found


def _link(request: Request) -> QuoteLink:
    return cast(QuoteLink, request.auth)


def _offered(request: Request) -> Quote:
    return offer_of(_link(request).quote)


def _given(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = kind(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _address(request: Request) -> str:
    return str(getattr(request._request, "guest_address", ""))


def _paper(quote: Quote, request: Request) -> HttpResponse:
    language = request.query_params.get("language", "")
    answer = HttpResponse(
        quote_pdf(quote_paper(quote, language if language in LANGUAGES else "")), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="{quote.number}.pdf"'
    return answer
