"""Accounts, periods, journal, posting rules, suspense desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

AREA_CHOICES = (
    ("stock", _("Stock and production")), ("receivable", _("Receivable")), ("payable", _("Payable")),
    ("bank", _("Bank and cash")),
)  # fmt: skip
STATE_CHOICES = (("open", _("Open for posting")), ("soft", _("Soft closed")), ("closed", _("Closed")))
FEATURES = ("finance.ledger",)
SERVICES = "modules.finance.services"

ACCOUNT = Entity(
    key="finance.account",
    model="finance.Account",
    path="accounts",
    icon="list-tree",
    features=FEATURES,
    fields=(
        "code", "name", "name_zh", Field("label", read_only=True, hidden=True),
        Field("label_zh", read_only=True, hidden=True), Field("type", write_once=True), "parent",
        Field("control", write_once=True), Field("component", write_once=True), "is_active",
    ),
    list=("code", "name", "name_zh", "type", "parent", "control", "component", "is_active"),
    search=("code", "name", "name_zh"),
    default_order=("code",),
    title_field="code",
    subtitle_field="name",
    label_field="label",
    create=f"{SERVICES}.accounts.account_create",
    update=f"{SERVICES}.accounts.account_update",
    key_fields=("code",),
    form=(
        Section(_("Account"), ("code", "name", "name_zh", "parent", "is_active")),
        Section(_("Use"), ("type", "control", "component")),
    ),
    views=(
        View("all", _("All accounts"), {"is_active": "true"}, ("code",)),
        View("money", _("Bank and cash"), {"control__in": "bank,cash"}, ("code",)),
    ),
)  # fmt: skip

FISCAL_YEAR = Entity(
    key="finance.fiscal_year",
    model="finance.FiscalYear",
    path="fiscal-years",
    icon="calendar-range",
    features=FEATURES,
    fields=(
        "name",
        Field("starts_on", write_once=True),
        Field("ends_on", read_only=True),
        "accruals",
        "voucher_words",
    ),
    list=("name", "starts_on", "ends_on", "accruals", "voucher_words"),
    actions=(
        Action(
            "close",
            _("Close the year"),
            f"{SERVICES}.year_end.year_close",
            "finance.period.close",
            argument="year",
            primary=True,
            icon="lock",
        ),
    ),
    search=("name",),
    default_order=("-starts_on",),
    key_fields=("starts_on",),
    create=f"{SERVICES}.periods.fiscal_year_create",
    deletable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)

PERIOD = Entity(
    key="finance.period",
    model="finance.Period",
    path="periods",
    icon="calendar-check",
    features=FEATURES,
    fields=(
        "name", "year", "starts_on", "ends_on", "status", "stock", "receivable", "payable", "bank",
        Field("reopen_reason", read_only=True),
    ),
    list=("name", "year", "starts_on", "ends_on", "status", "stock", "receivable", "payable", "bank"),
    search=("name",),
    default_order=("-starts_on",),
    state_field="status",
    states=(
        State("open", _("Open for posting"), "open"), State("soft", _("Soft closed"), "hold"),
        State("closed", _("Closed"), "done"),
    ),
    actions=(
        Action(
            "soft_close", _("Close softly"), f"{SERVICES}.closing.period_close_soft", "finance.period.close",
            argument="period", states=("open",), icon="lock-open",
        ),
        Action(
            "close", _("Close period"), f"{SERVICES}.closing.period_close", "finance.period.close", argument="period",
            states=("open", "soft"), primary=True, icon="lock",
        ),
        Action(
            "open", _("Open again"), f"{SERVICES}.closing.period_open", "finance.period.open", argument="period",
            states=("soft", "closed"), danger=True, icon="unlock",
            params=(Field("reason", "text", _("Why it is opened again"), required=True),),
        ),
        Action(
            "transfer", _("Carry the profit forward"), f"{SERVICES}.year_end.profit_transfer", "finance.period.close",
            argument="period", states=("open", "soft"), icon="arrow-right-left",
        ),
        Action(
            "area", _("Close a module"), f"{SERVICES}.closing.period_area_set", "finance.period.close",
            argument="period", states=("open", "soft"), icon="lock-open",
            params=(
                Field("area", "choice", pgettext_lazy("period", "Module"), required=True, choices=AREA_CHOICES),
                Field("state", "choice", pgettext_lazy("period", "State"), required=True, choices=STATE_CHOICES),
            ),
        ),
    ),
    views=(View("open", _("Open periods"), {"status__in": "open,soft"}, ("starts_on",)),),
    writable=False,
    importable=False,
    custom_fields=False,
)  # fmt: skip

JOURNAL_ENTRY = Entity(
    key="finance.journal_entry",
    model="finance.JournalEntry",
    path="journal-entries",
    icon="book-open",
    features=FEATURES,
    fields=(
        Field("number", read_only=True), Field("voucher", read_only=True), Field("entry_date", required=False),
        Field("period", read_only=True), Field("kind", read_only=True),
        Field("event", read_only=True), Field("source_entity", read_only=True, hidden=True),
        Field("source_id", read_only=True, hidden=True),
        Field("source_number", read_only=True), "narration", Field("total", read_only=True),
        Field("reversal_of", read_only=True), Field("posted_at", read_only=True), Field("posted_by", read_only=True),
    ),
    list=("number", "voucher", "entry_date", "kind", "source_number", "narration", "total"),
    search=("number", "voucher", "source_number", "narration"),
    default_order=("-entry_date", "-id"),
    totals=("total",),
    title_field="number",
    subtitle_field="narration",
    key_fields=("number",),
    form=(
        Section(_("Entry"), ("number", "voucher", "entry_date", "period", "kind", "narration", "total")),
        Section(_("Comes from"), ("event", "source_number", "reversal_of", "posted_at", "posted_by")),
    ),
    lines="finance.journal_line",
    create=f"{SERVICES}.journal.journal_entry_post",
    deletable=False,
    importable=False,
    custom_fields=False,
    actions=(
        Action(
            "reverse", _("Reverse"), f"{SERVICES}.journal.journal_entry_reverse", "finance.journal_entry.reverse",
            argument="entry", danger=True, icon="undo-2", when={"kind": ("manual", "clearing", "closing", "opening")},
            params=(
                Field("on", "date", _("Posting date"), help=_("Left empty: on the entry's own date.")),
                Field("narration", "text", _("Narration")),
            ),
        ),
    ),
    views=(
        View("all", _("All entries"), {}, ("-entry_date", "-id")),
        View("manual", _("By hand"), {"kind": "manual"}, ("-entry_date", "-id")),
        View("reversals", _("Reversals"), {"kind": "reversal"}, ("-entry_date", "-id")),
    ),
)  # fmt: skip

JOURNAL_LINE = Entity(
    key="finance.journal_line",
    model="finance.JournalLine",
    path="journal-lines",
    icon="rows-3",
    features=FEATURES,
    fields=(
        Field("entry", read_only=True), Field("position", read_only=True), Field("entry_date", read_only=True),
        "account", "debit", "credit", Field("currency", required=False), Field("amount_currency", required=False),
        "party", "product", "department", "sales_order_id", Field("sales_order_line_id", read_only=True),
        Field("production_order_id", read_only=True), Field("purchase_order_line_id", read_only=True),
        Field("component", read_only=True), "narration",
    ),
    list=("entry_date", "entry", "account", "debit", "credit", "party", "product", "narration"),
    search=("narration",),
    default_order=("-entry_date", "-id"),
    totals=("debit", "credit"),
    title_field="narration",
    parent_field="entry",
    form=(Section(pgettext_lazy("ledger", "Line"), ("account", "debit", "credit", "party", "narration")),),
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

POSTING_RULE = Entity(
    key="finance.posting_rule",
    model="finance.PostingRule",
    path="posting-rules",
    icon="git-branch",
    features=FEATURES,
    fields=("event", "category", "product_source", "debit_account", "credit_account"),
    list=("event", "category", "product_source", "debit_account", "credit_account"),
    default_order=("event",),
    title_field="event",
    custom_fields=False,
    create=f"{SERVICES}.posting_rules.posting_rule_create",
    update=f"{SERVICES}.posting_rules.posting_rule_update",
)

SUSPENSE_ITEM = Entity(
    key="finance.suspense_item",
    model="finance.SuspenseItem",
    path="suspense-items",
    icon="inbox",
    features=FEATURES,
    fields=("event", "entry", "product", "party", "amount", "status", "resolved_by_entry"),
    list=("event", "entry", "product", "party", "amount", "status"),
    default_order=("-id",),
    totals=("amount",),
    title_field="event",
    state_field="status",
    states=(State("open", _("To resolve"), "warn"), State("resolved", _("Resolved"), "done")),
    actions=(
        Action(
            "resolve", _("Post to accounts"), f"{SERVICES}.journal.suspense_resolve", "finance.suspense_item.resolve",
            argument="item", states=("open",), primary=True, icon="check",
            params=(
                Field("debit_account", "ref", _("Debit account"), required=True, ref="finance.account"),
                Field("credit_account", "ref", _("Credit account"), required=True, ref="finance.account"),
                Field("on", "date", _("Posting date")),
            ),
        ),
    ),
    views=(View("open", _("To resolve"), {"status": "open"}, ("-id",)),),
    writable=False,
    importable=False,
    custom_fields=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (
    ACCOUNT, FISCAL_YEAR, PERIOD, JOURNAL_ENTRY, JOURNAL_LINE, POSTING_RULE, SUSPENSE_ITEM,
)  # fmt: skip
