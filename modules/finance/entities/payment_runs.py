"""Payment runs: what is paid to suppliers together."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

FEATURES = ("finance.bank",)
SERVICES = "modules.finance.services.payment_runs"

PAYMENT_RUN = Entity(
    key="finance.payment_run",
    model="finance.PaymentRun",
    path="payment-runs",
    icon="send",
    features=FEATURES,
    fields=(
        Field("number", read_only=True), Field("status", read_only=True),
        Field("cash_account", write_once=True, ref_filter={"kind": "bank"}), Field("pay_on", write_once=True),
        Field("due_until", write_once=True), Field("supplier", write_once=True), Field("currency", read_only=True),
        Field("total", read_only=True), Field("line_count", read_only=True), Field("approved_by", read_only=True),
    ),
    list=("number", "status", "cash_account", "pay_on", "due_until", "line_count", "total", "currency"),
    search=("number",),
    default_order=("-id",),
    title_field="number",
    subtitle_field="cash_account",
    state_field="status",
    states=(
        State("proposed", pgettext_lazy("payment run", "Proposed"), "draft"),
        State("approved", pgettext_lazy("payment run", "Approved"), "prog"),
        State("paid", pgettext_lazy("payment run", "Recorded"), "done"),
        State("cancelled", pgettext_lazy("payment run", "Cancelled"), "off"),
    ),
    update_states=("none",),
    form=(Section(_("Payment run"), ("cash_account", "due_until", "pay_on", "supplier")),),
    lines="finance.payment_run_line",
    create=f"{SERVICES}.payment_run_create",
    deletable=False,
    actions=(
        Action(
            "approve", _("Approve"), f"{SERVICES}.payment_run_approve", "finance.payment_run.approve", argument="run",
            states=("proposed",), primary=True, icon="check",
        ),
        Action(
            "record", pgettext_lazy("payment run", "Record payments"), f"{SERVICES}.payment_run_record",
            "finance.payment_run.create", argument="run", states=("approved",), primary=True, icon="banknote",
        ),
        Action(
            "cancel", pgettext_lazy("payment run", "Cancel run"), f"{SERVICES}.payment_run_cancel",
            "finance.payment_run.create", argument="run", states=("proposed", "approved", "paid"), danger=True,
            icon="x",
        ),
    ),
    views=(View("all", _("All"), {}, ("-id",)),),
    importable=False,
    custom_fields=False,
)  # fmt: skip

PAYMENT_RUN_LINE = Entity(
    key="finance.payment_run_line",
    model="finance.PaymentRunLine",
    path="payment-run-lines",
    icon="rows-3",
    features=FEATURES,
    permission="finance.payment_run",
    fields=tuple(
        Field(name, read_only=True)
        for name in ("run", "party", "invoice", "due_on", "amount", "account_number", "holder", "bank", "payment",
                     "live")
    ),
    list=("party", "invoice", "due_on", "amount", "account_number", "bank", "payment", "live"),
    default_order=("party", "due_on", "id"),
    totals=("amount",),
    title_field="invoice",
    subtitle_field="party",
    parent_field="run",
    writable=False,
    actions=(
        Action(
            "remove", pgettext_lazy("payment run", "Take out"), f"{SERVICES}.payment_run_line_remove",
            "finance.payment_run.create", argument="line", when={"live": ("true",)}, danger=True, icon="x",
        ),
    ),
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (PAYMENT_RUN, PAYMENT_RUN_LINE)
