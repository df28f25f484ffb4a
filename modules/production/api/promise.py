"""The promise for a quantity with everything it stands on, and what a rush would gain and cost others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.production.api.schedule import KEY
from modules.production.rules.promising.terms import Reason
from modules.production.rules.terms import from_micro
from modules.production.selectors.promise_rush import Rushed, of_orders, rushed
from modules.production.selectors.promises import Promised, World, promised
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import Product
from modules.shared.data.selectors.documents import documents_seen
from tenon.access.actor import Actor
from tenon.api.authentication import actor_of
from tenon.problems import Invalid

PERMISSION = "production.promise.view"
LINES = ("crm.quote_line", "shared.sales_order_line")


class PromiseRequest(serializers.Serializer):  # type: ignore[type-arg]
    """`quantity` in the product's stock unit. `rush`: what putting it before everybody else would change, too."""

    product = serializers.IntegerField(**KEY)
    quantity = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0)
    entity = serializers.ChoiceField(choices=LINES, required=False)
    line = serializers.IntegerField(**KEY, required=False)
    rush = serializers.BooleanField(default=False)


class PromiseView(APIView):
    @extend_schema(request=PromiseRequest, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        """The earliest day, the tree of what it stands on (what is there now, what arrives when, what is made where),
        and as rush: the day, and whose promises slip. Nothing is written."""
        actor = actor_of(request)
        actor.require(PERMISSION)
        given = PromiseRequest(data=request.data)
        given.is_valid(raise_exception=True)
        asked = given.validated_data
        product = Product.objects.filter(pk=asked["product"], kind=Product.Kind.GOODS).first()
        if product is None or not asked["quantity"]:
            raise Invalid.field("product" if product is None else "quantity", _("Name goods, and how many of them"))
        line = RecordRef(asked.get("entity", LINES[0]), asked.get("line", -1))
        [found], world = promised([Demand(line, product.pk, asked["quantity"])])
        return Response(
            {
                "on": found.on,
                "reasons": _reasons(actor, found, world),
                "rush": _rush(rushed(found, world)) if asked["rush"] else None,
            }
        )


def _reasons(actor: Actor, found: Promised, world: World) -> list[dict[str, Any]]:
    """Depth first: a line, and below it what goes into it."""
    rows: list[tuple[int, Reason]] = []
    seen: set[int] = set()

    def add(reason: Reason, depth: int) -> None:
        if id(reason) in seen:
            return
        seen.add(id(reason))
        rows.append((depth, reason))
        for below in reason.below:
            add(below, depth + 1)

    for top in found.answer.reasons if found.answer else ():
        add(top, 0)
    products = Product.objects.select_related("unit").in_bulk({r.product for _d, r in rows} | {found.demand.product_id})
    sources = [r.source for _d, r in rows if r.source is not None]
    visible = documents_seen(actor, [*sources, *(s.source for s in found.own if s.source is not None)])

    def document(source: RecordRef | None) -> dict[str, Any] | None:
        if source is None or (source.entity, source.id) not in visible:
            return None
        return {"entity": source.entity, "id": source.id, "label": source.label}

    def named(pk: int) -> dict[str, Any]:
        return {"id": pk, "label": products[pk].code, "name": products[pk].name, "unit": products[pk].unit.code}

    own = [
        {
            "depth": 0, "kind": step.kind, "product": named(step.product_id),
            "quantity": f"{step.quantity.normalize():f}", "on": step.on, "begins": None,
            "document": document(step.source), "wait": None, "decides": False,
        }
        for step in found.own
    ]  # fmt: skip
    return own + [
        {
            "depth": depth,
            "kind": reason.kind,
            "product": named(reason.product),
            "quantity": f"{from_micro(reason.quantity).normalize():f}",
            "on": reason.ready and reason.ready.on,
            "begins": None if reason.begins is None else world.clock.day_of(reason.begins),
            "document": document(reason.source),
            "wait": _wait(reason, world),
            "decides": reason.decides,
        }
        for depth, reason in rows
    ]


def _wait(reason: Reason, world: World) -> dict[str, Any] | None:
    if reason.wait is None or world.time is None:
        return None
    return {
        "place": world.time.place_of(reason.wait.place),
        "since": world.clock.moment_of(reason.wait.since),
        "until": world.clock.moment_of(reason.wait.until),
    }


def _rush(found: Rushed | None) -> dict[str, Any] | None:
    if found is None:
        return None
    orders = of_orders(found.slips)
    return {
        "on": found.on,
        "late": sum(slip.late and slip.minutes > 0 for slip in found.slips),
        "slips": [
            {
                "order": {"id": slip.job, "label": orders[slip.job].number},
                "product": {"label": orders[slip.job].product.code, "name": orders[slip.job].product.name},
                "made_for": orders[slip.job].demand_label,
                "due_on": orders[slip.job].due_on,
                "before": None if slip.before is None else found.floor.moment(slip.before),
                "after": None if slip.after is None else found.floor.moment(slip.after),
                "minutes": slip.minutes,
                "late": slip.late,
            }
            for slip in found.slips
            if slip.minutes > 0 or slip.after is None
        ],
    }
