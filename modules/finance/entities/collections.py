"""Settlements without a payment, and statements of account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

DOCUMENTS = ("finance.receivable", "finance.payable")
RECEIVABLE = ("finance.receivable",)
SERVICES = "modules.finance.services"
SELECTORS = "modules.finance.selectors"
ON = Field("on", "date", _("Posting date"), help=_("Left empty: today."))

SETTLEMENT_POLICY = Entity(
    key="finance.settlement_policy",
    model="finance.SettlementPolicy",
    path="settlement-policies",
    icon="shield-check",
    features=DOCUMENTS,
    fields=("currency", "small_limit", "grace_days", "discount_tolerance"),
    list=("currency", "small_limit", "grace_days", "discount_tolerance"),
    search=("currency",),
    default_order=("currency",),
    title_field="currency",
    key_fields=("currency",),
    form=(Section(_("Settlement policy"), ("currency", "small_limit", "grace_days", "discount_tolerance")),),
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)

SETTLEMENT = Entity(
    key="finance.settlement",
    model="finance.Settlement",
    path="settlements",
    icon="badge-percent",
    features=DOCUMENTS,
    fields=(
        Field("number", read_only=True), Field("kind", write_once=True), Field("status", read_only=True),
        Field("invoice", write_once=True, ref_filter={"status__in": "posted,part_paid"}),
        Field("party", write_once=True, required=False, help=_("Of a netting only; otherwise the invoice's.")),
        Field("amount", write_once=True, required=False, help=_("Left empty: as much as is agreed, or open.")),
        Field("currency", write_once=True, required=False), Field("settled_on", write_once=True, required=False),
        Field("tax_amount", read_only=True), Field("base_amount", read_only=True), Field("recovered", read_only=True),
        Field("reason", write_once=True), Field("exceeds", read_only=True), Field("approved_by", read_only=True),
        Field("entry", read_only=True), Field("reversed_on", read_only=True), "owner", "department",
    ),
    list=("number", "kind", "party", "invoice", "settled_on", "status", "amount", "currency", "recovered"),
    search=("number", "party.name", "invoice.number"),
    default_order=("-settled_on", "-id"),
    totals=("base_amount",),
    title_field="number",
    subtitle_field="party",
    key_fields=("number",),
    state_field="status",
    states=(
        State("proposed", pgettext_lazy("settlement", "To approve"), "warn"),
        State("posted", pgettext_lazy("settlement", "Posted"), "done"),
        State("rejected", pgettext_lazy("settlement", "Rejected"), "off"),
        State("reversed", pgettext_lazy("settlement", "Taken back"), "off"),
    ),
    form=(
        Section(_("Settlement"), ("kind", "invoice", "party", "amount", "currency", "settled_on", "reason")),
        Section(
            _("Posting"), ("tax_amount", "base_amount", "recovered", "entry", "exceeds", "approved_by", "reversed_on")
        ),
        Section(_("More"), ("owner", "department")),
    ),
    create=f"{SERVICES}.settlements.settlement_create",
    deletable=False,
    selector=f"{SELECTORS}.documents.settlements",
    owner_field="owner",
    department_field="department",
    actions=(
        Action(
            "approve", _("Approve"), f"{SERVICES}.settlements.settlement_approve", "finance.settlement.approve",
            argument="settlement", states=("proposed",), primary=True, icon="check",
        ),
        Action(
            "reject", _("Reject"), f"{SERVICES}.settlements.settlement_reject", "finance.settlement.approve",
            argument="settlement", states=("proposed",), icon="x", params=(Field("reason", "text", _("Reason")),),
        ),
        Action(
            "recover", pgettext_lazy("settlement", "Recovered"), f"{SERVICES}.settlement_posting.settlement_recover",
            "finance.settlement.create", argument="settlement", states=("posted",), when={"kind": ("bad_debt",)},
            icon="rotate-ccw",
            params=(Field("amount", "money", _("Amount"), help=_("Left empty: all of it.")), ON),
        ),
        Action(
            "reverse", pgettext_lazy("settlement", "Take back"), f"{SERVICES}.settlement_posting.settlement_reverse",
            "finance.settlement.reverse", argument="settlement", states=("posted",), danger=True, icon="undo-2",
            params=(ON,),
        ),
    ),
    views=(
        View("all", _("All"), {}, ("-settled_on", "-id")),
        View("proposed", pgettext_lazy("settlement", "To approve"), {"status": "proposed"}, ("settled_on", "id")),
        View("bad_debt", _("Bad debts"), {"kind": "bad_debt"}, ("-settled_on", "-id")),
    ),
    importable=False,
)  # fmt: skip

STATEMENT_SERVICES = f"{SERVICES}.account_statements"
ANSWER = (
    Field("answered_by", "text", pgettext_lazy("statement of account", "Who of the customer"), required=True),
    Field("on", "date", pgettext_lazy("statement of account", "Answered on")),
)
ACCOUNT_STATEMENT = Entity(
    key="finance.account_statement",
    model="finance.AccountStatement",
    path="account-statements",
    icon="file-check",
    features=RECEIVABLE,
    fields=(
        Field("number", read_only=True), Field("status", read_only=True),
        Field("party", write_once=True, ref_filter={"is_customer": True}),
        Field("currency", write_once=True, required=False, help=_("Left empty: the customer's.")),
        Field("since", write_once=True), Field("until", write_once=True, required=False),
        *(
            Field(name, read_only=True)
            for name in ("opening", "charged", "settled", "closing", "overdue", "open_items", "sent_to", "sent_at",
                         "answered_by", "answered_on", "answer", "recorded_by")
        ),
        "owner", "department",
    ),
    list=("number", "party", "since", "until", "status", "currency", "opening", "closing", "overdue"),
    search=("number", "party.name"),
    default_order=("-until", "-id"),
    title_field="number",
    subtitle_field="party",
    key_fields=("number",),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("sent", pgettext_lazy("statement of account", "Sent"), "prog"),
        State("confirmed", pgettext_lazy("statement of account", "Confirmed"), "done"),
        State("disputed", pgettext_lazy("statement of account", "Disputed"), "warn"),
    ),
    delete_states=("draft",),
    form=(
        Section(_("Statement of account"), ("party", "since", "until", "currency")),
        Section(_("Amounts"), ("opening", "charged", "settled", "closing", "overdue")),
        Section(
            pgettext_lazy("statement of account", "Answer"),
            ("sent_to", "sent_at", "answered_by", "answered_on", "answer", "recorded_by"),
        ),
        Section(_("More"), ("owner", "department")),
    ),
    lines="finance.account_statement_line",
    create=f"{STATEMENT_SERVICES}.account_statement_create",
    delete=f"{STATEMENT_SERVICES}.account_statement_delete",
    selector=f"{SELECTORS}.account_statements.account_statements",
    owner_field="owner",
    department_field="department",
    actions=(
        Action(
            "send", pgettext_lazy("statement of account", "Send"), f"{STATEMENT_SERVICES}.account_statement_send",
            "finance.account_statement.send", argument="statement", states=("draft", "sent", "disputed"), primary=True,
            icon="send",
            params=(Field("email", "email", _("E-mail"), help=_("Left empty: the customer's.")),),
        ),
        Action(
            "confirm", pgettext_lazy("statement of account", "Customer agrees"),
            f"{STATEMENT_SERVICES}.account_statement_confirm", "finance.account_statement.answer",
            argument="statement", states=("draft", "sent", "disputed"), icon="check",
            params=(*ANSWER, Field("answer", "text", pgettext_lazy("statement of account", "Answer"))),
        ),
        Action(
            "dispute", pgettext_lazy("statement of account", "Customer disagrees"),
            f"{STATEMENT_SERVICES}.account_statement_dispute", "finance.account_statement.answer",
            argument="statement", states=("draft", "sent", "disputed"), icon="badge-alert",
            params=(*ANSWER, Field("answer", "text", pgettext_lazy("statement of account", "Answer"), required=True)),
        ),
    ),
    views=(
        View("all", _("All"), {}, ("-until", "-id")),
        View("unanswered", pgettext_lazy("statement of account", "Not answered"), {"status": "sent"}, ("until", "id")),
    ),
    importable=False,
)  # fmt: skip

ACCOUNT_STATEMENT_LINE = Entity(
    key="finance.account_statement_line",
    model="finance.AccountStatementLine",
    path="account-statement-lines",
    icon="rows-3",
    features=RECEIVABLE,
    permission="finance.account_statement",
    fields=tuple(
        Field(name, read_only=True)
        for name in ("statement", "position", "day", "document", "text", "reference", "charged", "settled", "balance")
    ),
    list=("day", "document", "text", "reference", "charged", "settled", "balance"),
    default_order=("statement", "position"),
    title_field="document",
    parent_field="statement",
    selector=f"{SELECTORS}.account_statements.account_statement_lines",
    owner_field="statement__owner",
    department_field="statement__department",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (SETTLEMENT, SETTLEMENT_POLICY, ACCOUNT_STATEMENT, ACCOUNT_STATEMENT_LINE)
