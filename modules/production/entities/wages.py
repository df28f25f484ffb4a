"""Pay rates and wage slips."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

PIECEWORK = ("production.piecework",)
SERVICES = "modules.production.services.wages"
READ: dict[str, Any] = {"read_only": True}

RATE = Entity(
    key="production.pay_rate",
    model="production.PayRate",
    path="pay-rates",
    icon="coins",
    features=PIECEWORK,
    fields=(
        "kind",
        Field("rate", help=_("For a good piece, or an hour.")),
        Field("operation", required=False),
        Field("product", required=False),
        Field("skill", required=False, ref_filter={"kind": "skill"}),
        Field("work_centre", required=False),
        Field("worker", required=False),
        Field("department", required=False, help=_("And those below it.")),
        Field("pays_rework", required=False, help=_("Else rework of bad pieces is not paid by the piece.")),
        Field("valid_from", help=_("A rate for the same that has no end ends the day before.")),
        "valid_until",
    ),
    list=("kind", "rate", "operation", "product", "skill", "work_centre", "worker", "department", "valid_from",
          "valid_until"),
    search=("operation.name", "product.code", "product.name", "worker.name", "work_centre.name"),
    default_order=("-valid_from", "-id"),
    title_field="rate",
    subtitle_field="kind",
    form=(
        Section(_("Rate"), ("kind", "rate", "valid_from", "valid_until", "pays_rework")),
        Section(_("For which work: one of them, or none"), ("operation", "product", "skill", "work_centre")),
        Section(_("For whom: one of them, or none"), ("worker", "department")),
    ),
    views=(View("now", _("Valid"), {"valid_until__isnull": "true"}), View("all", _("All"))),
    create=f"{SERVICES}.pay_rate_create",
    update=f"{SERVICES}.pay_rate_update",
    importable=False,
    comments=False,
)  # fmt: skip
SLIP = Entity(
    key="production.wage_slip",
    model="production.WageSlip",
    path="wage-slips",
    icon="receipt-text",
    features=PIECEWORK,
    selector="modules.production.selectors.pay_rates.slip_list",
    fields=(
        Field("number", **READ),
        Field("worker", write_once=True),
        Field("since", write_once=True),
        Field("until", write_once=True),
        Field("status", required=False, **READ),
        Field("total", **READ),
        Field("approved_by", **READ),
        Field("approved_on", **READ),
        Field("reversal_of", **READ),
        "note",
    ),
    list=("number", "worker", "since", "until", "status", "total", "approved_by", "approved_on"),
    search=("number", "worker.name"),
    default_order=("-id",),
    totals=("total",),
    title_field="number",
    subtitle_field="worker",
    form=(Section(_("Settle"), ("worker", "since", "until", "note")),),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"),
        State("approved", pgettext_lazy("slip", "Approved"), "done"),
        State("reversed", pgettext_lazy("slip", "Reversed"), "off"),
    ),
    update_states=("draft",),
    delete_states=("draft",),
    actions=(
        Action(
            "approve", pgettext_lazy("slip", "Approve"), f"{SERVICES}.wage_slip_approve",
            "production.wage_slip.approve", argument="slip", states=("draft",), bulk=True, primary=True, icon="check",
        ),
        Action(
            "reverse", pgettext_lazy("slip", "Reverse"), f"{SERVICES}.wage_slip_reverse",
            "production.wage_slip.approve", argument="slip", states=("approved",), danger=True, icon="undo-2",
            params=(Field("reason", type="text", required=True, label=_("Reason")),),
        ),
    ),
    views=(View("draft", _("Draft"), {"status": "draft"}), View("all", _("All"))),
    lines="production.wage_slip_line",
    create=f"{SERVICES}.wage_slip_create",
    update=f"{SERVICES}.wage_slip_update",
    delete=f"{SERVICES}.wage_slip_delete",
    importable=False,
)  # fmt: skip
LINE = Entity(
    key="production.wage_slip_line",
    model="production.WageSlipLine",
    path="wage-slip-lines",
    icon="list",
    features=PIECEWORK,
    permission="production.wage_slip",
    selector="modules.production.selectors.pay_rates.slip_line_list",
    parent_field="slip",
    fields=(
        Field("slip", **READ),
        Field("reported_on", source="report__reported_on", type="date", label=_("Date"), **READ),
        Field("order", source="report__order__number", type="text", label=_("Production order"), **READ),
        Field("operation", source="report__order_operation__name", type="text", label=_("Operation"), **READ),
        Field("kind", **READ),
        Field("quantity", **READ),
        Field("rate", **READ),
        Field("amount", **READ),
    ),
    list=("reported_on", "order", "operation", "kind", "quantity", "rate", "amount"),
    search=("slip.number", "report.order.number"),
    default_order=("slip", "id"),
    title_field="slip",
    writable=False,
    importable=False,
    comments=False,
    attachments=False,
)
ALL = (RATE, SLIP, LINE)
