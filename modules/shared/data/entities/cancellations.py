"""Terms of cancellation, and what was charged by them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.shared.data.services.cancellation_charges"

TERMS = Entity(
    key="shared.cancellation_terms",
    model="data.CancellationTerms",
    path="cancellation-terms",
    icon="scale",
    fields=("name", "is_default", "tax", "note", "is_active"),
    list=("name", "is_default", "tax", "is_active"),
    search=("name",),
    default_order=("name",),
    title_field="name",
    key_fields=("name",),
    form=(Section(_("Cancellation terms"), ("name", "is_default", "tax", "is_active", "note")),),
)
STEP = Entity(
    key="shared.cancellation_step",
    model="data.CancellationStep",
    path="cancellation-steps",
    icon="list-ordered",
    permission="shared.cancellation_terms",
    fields=("terms", "when", "days", "percent", "amount"),
    list=("terms", "when", "days", "percent", "amount"),
    search=("terms.name",),
    default_order=("terms__name", "id"),
    title_field="terms",
    form=(Section(pgettext_lazy("cancellation", "Step"), ("terms", "when", "days", "percent", "amount")),),
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)
CHARGE = Entity(
    key="shared.cancellation_charge",
    model="data.CancellationCharge",
    path="cancellation-charges",
    icon="ban",
    fields=(
        "sales_order", "purchase_order", "party", "currency", "cancelled_value", "agreed", "charged", "state",
        "reason", "waived_by", "invoice_ref", Field("parts", hidden=True),
    ),
    list=("sales_order", "purchase_order", "party", "cancelled_value", "agreed", "charged", "currency", "state"),
    search=("sales_order.number", "purchase_order.number", "party.name", "reason"),
    default_order=("-id",),
    title_field="party",
    form=(
        Section(_("Order"), ("sales_order", "purchase_order", "party")),
        Section(pgettext_lazy("cancellation", "Charge"), (
            "cancelled_value", "agreed", "charged", "currency", "state", "reason", "waived_by", "invoice_ref",
        )),
    ),
    state_field="state",
    states=(
        State("charged", pgettext_lazy("cancellation", "Charged"), "open"),
        State("waived", pgettext_lazy("cancellation", "Waived"), "off"),
    ),
    actions=(
        Action(
            "waive", pgettext_lazy("cancellation", "Waive"), f"{SERVICES}.cancellation_charge_waive",
            "shared.cancellation_charge.waive", argument="charge", states=("charged",),
            params=(Field("reason", "text", _("Reason"), required=True),), danger=True, icon="undo-2",
        ),
    ),
    views=(
        View("charged", pgettext_lazy("cancellation", "Charged"), {"state": "charged"}),
        View("all", _("All")),
    ),
    writable=False,
    importable=False,
    custom_fields=False,
    owner_field="party__owner",
    department_field="party__department",
)  # fmt: skip
ALL = (TERMS, STEP, CHARGE)
