"""Invoices, payments and allocations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

FEATURES = ("finance.receivable", "finance.payable")
SERVICES = "modules.finance.services"
SELECTORS = "modules.finance.selectors.documents"
ON = Field("on", "date", _("Posting date"), help=_("Left empty: on the document's own date."))

INVOICE = Entity(
    key="finance.invoice",
    model="finance.Invoice",
    path="invoices",
    icon="receipt-text",
    features=FEATURES,
    fields=(
        Field("number", read_only=True), Field("kind", write_once=True), Field("status", read_only=True),
        Field("party", write_once=True), "reference", Field("issued_on", required=False),
        Field("due_on", required=False),
        Field("next_due_on", read_only=True), "payment_term", Field("discount_percent", read_only=True),
        Field("discount_until", read_only=True), Field("currency", write_once=True, required=False),
        Field("exchange_rate", required=False), Field("subtotal", read_only=True), Field("tax_amount", read_only=True),
        Field("total", read_only=True), Field("open_amount", read_only=True),
        Field("base_total", read_only=True), Field("open_base", read_only=True), Field("sales_order", read_only=True),
        Field("purchase_order", read_only=True), Field("credit_of", read_only=True),
        Field("source_number", read_only=True), Field("entry", read_only=True), Field("reversed_on", read_only=True),
        Field("match", read_only=True), Field("findings", read_only=True), Field("released_by", read_only=True),
        Field("release_reason", read_only=True), "note", "owner", "department",
    ),
    list=("number", "kind", "party", "issued_on", "next_due_on", "status", "total", "open_amount"),
    search=("number", "reference", "party.name"),
    default_order=("-issued_on", "-id"),
    totals=("base_total", "open_base"),
    title_field="number",
    subtitle_field="party",
    key_fields=("number",),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("posted", _("Posted"), "open"),
        State("part_paid", _("Partly paid"), "prog"), State("paid", _("Paid"), "done"),
        State("reversed", _("Reversed"), "off"),
    ),
    update_states=("draft",),
    delete_states=("draft",),
    form=(
        Section(
            _("Invoice"),
            ("kind", "party", "reference", "issued_on", "due_on", "payment_term", "discount_percent",
             "discount_until", "currency", "exchange_rate"),
        ),
        Section(_("Amounts"), ("subtotal", "tax_amount", "total", "open_amount", "base_total", "open_base")),
        Section(_("Comes from"), ("sales_order", "purchase_order", "source_number", "credit_of", "entry")),
        Section(_("Three-way match"), ("match", "findings", "released_by", "release_reason")),
        Section(_("More"), ("note", "owner", "department")),
    ),
    lines="finance.invoice_line",
    create=f"{SERVICES}.invoices.invoice_create",
    update=f"{SERVICES}.invoices.invoice_update",
    delete=f"{SERVICES}.invoices.invoice_delete",
    selector=f"{SELECTORS}.invoices",
    owner_field="owner",
    department_field="department",
    actions=(
        Action(
            "post", _("Post"), f"{SERVICES}.invoice_posting.invoice_post", "finance.invoice.post", argument="invoice",
            states=("draft",), bulk=True, primary=True, icon="check",
        ),
        Action(
            "match", _("Compare again"), f"{SERVICES}.invoice_matching.invoice_match", "finance.invoice.update",
            argument="invoice", states=("draft", "posted", "part_paid"), when={"match": ("blocked",)}, bulk=True,
            icon="refresh-cw",
        ),
        Action(
            "release", _("Release for payment"), f"{SERVICES}.invoice_matching.invoice_release",
            "finance.invoice.release", argument="invoice", states=("draft", "posted", "part_paid"),
            when={"match": ("blocked",)}, icon="lock-open",
            params=(Field("reason", "text", _("Reason"), required=True),),
        ),
        Action(
            "credit", _("Issue credit note"), f"{SERVICES}.invoice_posting.invoice_credit", "finance.invoice.credit",
            argument="invoice", states=("posted", "part_paid", "paid"), icon="undo-2",
            when={"kind": ("sales_invoice", "purchase_invoice")},
            params=(
                Field("on", "date", _("Date of the credit note")), Field("reason", "text", _("Reason")),
                Field("lines", "json", _("Lines"), help=_("Left empty: everything that is not credited yet.")),
            ),
        ),
        Action(
            "use_credit", _("Use for an invoice"), f"{SERVICES}.allocation.credit_allocate", "finance.payment.allocate",
            argument="credit_note", states=("posted", "part_paid"), icon="link",
            when={"kind": ("sales_credit_note", "purchase_credit_note")},
            params=(
                Field("invoice", "ref", _("Invoice"), required=True, ref="finance.invoice"),
                Field("amount", "money", _("Amount")),
            ),
        ),
        Action(
            "reverse", _("Reverse"), f"{SERVICES}.invoice_posting.invoice_reverse", "finance.invoice.reverse",
            argument="invoice", states=("posted",), danger=True, icon="x", params=(ON,),
        ),
    ),
    views=(
        View("sales", _("Sales"), {"kind__in": "sales_invoice,sales_credit_note"}, ("-issued_on", "-id")),
        View("purchase", _("Purchase"), {"kind__in": "purchase_invoice,purchase_credit_note"}, ("-issued_on", "-id")),
        View("draft", _("Drafts"), {"status": "draft"}, ("-issued_on", "-id")),
        View("blocked", _("Blocked"), {"match": "blocked"}, ("next_due_on", "id")),
        View("open", _("Unsettled"), {"status__in": "posted,part_paid"}, ("next_due_on", "id")),
        View(
            "overdue",
            _("Overdue"),
            {"status__in": "posted,part_paid", "next_due_on__lt": "today"},
            ("next_due_on", "id"),
        ),
    ),
    importable=False,
)  # fmt: skip

INVOICE_LINE = Entity(
    key="finance.invoice_line",
    model="finance.InvoiceLine",
    path="invoice-lines",
    icon="rows-3",
    features=FEATURES,
    fields=(
        Field("invoice", read_only=True), Field("position", read_only=True), "product", "description", "quantity",
        "unit", "unit_price", "discount", "tax", Field("tax_rate", read_only=True), Field("subtotal", read_only=True),
        Field("tax_amount", read_only=True), Field("total", read_only=True), "is_freight", "account", "cost_order",
        Field("sales_order_line", read_only=True), Field("purchase_order_line", read_only=True),
        Field("accrued", read_only=True, sensitive=True),
    ),
    list=("invoice", "product", "description", "quantity", "unit", "unit_price", "tax", "subtotal", "total"),
    search=("description",),
    default_order=("invoice", "position"),
    totals=("subtotal", "total"),
    title_field="description",
    parent_field="invoice",
    selector=f"{SELECTORS}.invoice_lines",
    permission="finance.invoice",
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip

PAYMENT = Entity(
    key="finance.payment",
    model="finance.Payment",
    path="payments",
    icon="banknote",
    features=FEATURES,
    fields=(
        Field("number", read_only=True), Field("direction", write_once=True), Field("status", read_only=True),
        Field("party", write_once=True), Field("method", write_once=True),
        Field("account", write_once=True, required=False, ref_filter={"control__in": "bank,cash"}),
        Field("paid_on", write_once=True, required=False), Field("currency", write_once=True, required=False),
        Field("amount", write_once=True), Field("open_amount", read_only=True), Field("base_amount", read_only=True),
        Field("open_base", read_only=True), "reference", Field("entry", read_only=True),
        Field("reversed_on", read_only=True), "note", "owner", "department",
    ),
    list=("number", "direction", "party", "paid_on", "method", "status", "amount", "open_amount"),
    search=("number", "reference", "party.name"),
    default_order=("-paid_on", "-id"),
    totals=("base_amount", "open_base"),
    title_field="number",
    subtitle_field="party",
    key_fields=("number",),
    state_field="status",
    states=(
        State("posted", _("Not allocated"), "warn"), State("part", _("Partly allocated"), "prog"),
        State("allocated", _("Allocated"), "done"), State("reversed", _("Reversed"), "off"),
    ),
    form=(
        Section(
            _("Payment"), ("direction", "party", "amount", "currency", "paid_on", "method", "account", "reference")
        ),
        Section(_("Allocation"), ("open_amount", "base_amount", "open_base", "entry")),
        Section(_("More"), ("note", "owner", "department")),
    ),
    create=f"{SERVICES}.payments.payment_record",
    update=f"{SERVICES}.payments.payment_update",
    deletable=False,
    selector=f"{SELECTORS}.payments",
    owner_field="owner",
    department_field="department",
    actions=(
        Action(
            "allocate", _("Allocate"), f"{SERVICES}.allocation.payment_allocate", "finance.payment.allocate",
            argument="payment", states=("posted", "part"), primary=True, icon="link",
            params=(
                Field(
                    "invoice", "ref", _("Invoice"), ref="finance.invoice",
                    help=_("Left empty: the open invoices, oldest first."),
                ),
                Field("amount", "money", _("Amount")), Field("items", "json", _("Several invoices")),
                Field("on", "date", _("Posting date")),
            ),
        ),
        Action(
            "reverse", _("Reverse"), f"{SERVICES}.payments.payment_reverse", "finance.payment.reverse",
            argument="payment", states=("posted",), danger=True, icon="x", params=(ON,),
        ),
    ),
    views=(
        View("all", _("All payments"), {}, ("-paid_on", "-id")),
        View("received", pgettext_lazy("ledger", "Received"), {"direction": "in"}, ("-paid_on", "-id")),
        View("paid", _("Paid out"), {"direction": "out"}, ("-paid_on", "-id")),
        View("unallocated", _("To allocate"), {"status__in": "posted,part"}, ("paid_on", "id")),
    ),
    importable=False,
)  # fmt: skip

ALLOCATION = Entity(
    key="finance.allocation",
    model="finance.PaymentAllocation",
    path="allocations",
    icon="link",
    features=FEATURES,
    fields=("payment", "credit_note", "settlement", "invoice", "amount", "allocated_on", "undone_on", "entry"),
    list=("allocated_on", "payment", "credit_note", "settlement", "invoice", "amount", "undone_on"),
    default_order=("-allocated_on", "-id"),
    totals=("amount",),
    title_field="id",
    selector=f"{SELECTORS}.allocations",
    owner_field="invoice__owner",
    department_field="invoice__department",
    actions=(
        Action(
            "undo", _("Undo"), f"{SERVICES}.allocation.allocation_undo", "finance.payment.allocate",
            argument="allocation", danger=True, icon="unlink", params=(Field("on", "date", _("Posting date")),),
        ),
    ),
    views=(View("live", _("In force"), {"undone_on__isnull": "true"}, ("-allocated_on", "-id")),),
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (INVOICE, INVOICE_LINE, PAYMENT, ALLOCATION)
