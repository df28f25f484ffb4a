"""A customer's credit: what counts against its limit, and what was let through."""

from __future__ import annotations

from decimal import Decimal

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from modules.finance.selectors.credit import credit_standing
from modules.shared.data.models import Party
from tenon.access.scope import visible
from tenon.api.authentication import actor_of
from tenon.money.rounding import round_money
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current


class CreditStandingView(APIView):
    """Exposure of a customer in company currency, alone and with its group, beside the limits that hold today."""

    @extend_schema(operation_id="v1_finance_credit_retrieve", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, party_id: int) -> Response:
        actor = actor_of(request)
        actor.require("finance.receivable.view")
        party = visible(actor, registry().entities["shared.party"], Party.objects.all()).filter(pk=party_id).first()
        if party is None:
            raise NotFound
        found = credit_standing(actor=actor, party=party)
        total = found.own.total(found.policy.counts_orders)
        return Response(
            {
                "currency": current().currency,
                "receivable": _money(found.own.receivable),
                "shipped": _money(found.own.shipped),
                "orders": _money(found.own.orders),
                "counts_orders": found.policy.counts_orders,
                "exposure": _money(total),
                "limit": _money(found.limit),
                "room": _money(None if found.limit is None else found.limit - total),
                "overdue_days": found.overdue_days,
                "overdue_accepted": found.policy.overdue_days,
                "group": found.group
                and {
                    "id": found.group.pk,
                    "label": found.group.name,
                    "limit": _money(found.group_limit),
                    "exposure": _money(found.group_total),
                    "room": _money(None if found.group_limit is None else found.group_limit - found.group_total),
                },
                "overrides": [
                    {
                        "id": x.pk, "order": x.order_id, "amount": _money(x.amount), "valid_until": x.valid_until,
                        "reason": x.reason, "decided_by": x.decided_by,
                    }
                    for x in found.overrides
                ],
            }
        )  # fmt: skip


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else str(round_money(amount, current().currency))
