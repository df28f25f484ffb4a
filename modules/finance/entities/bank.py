"""Bank and cash: accounts, statements and their lines, matches, rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

FEATURES = ("finance.bank",)
SERVICES = "modules.finance.services"
MATCHED = State("matched", pgettext_lazy("bank", "Matched"), "done")

CASH_ACCOUNT = Entity(
    key="finance.cash_account",
    model="finance.CashAccount",
    path="cash-accounts",
    icon="landmark",
    features=FEATURES,
    fields=(
        "name", "kind", "currency",
        Field("account", ref_filter={"control__in": "bank,cash"}), "bank", "number", "bic", "fee_account",
        "interest_account", "difference_account", "auto_from", Field("opening_on", read_only=True),
        Field("opening_balance", read_only=True), "is_active",
    ),
    list=("name", "kind", "currency", "account", "bank", "number", "is_active"),
    search=("name", "bank", "number"),
    default_order=("name",),
    title_field="name",
    subtitle_field="number",
    key_fields=("name",),
    form=(
        Section(_("Account"), ("name", "kind", "currency", "account")),
        Section(_("At the bank"), ("bank", "number", "bic", "opening_on", "opening_balance")),
        Section(_("Matching"), ("fee_account", "interest_account", "difference_account", "auto_from", "is_active")),
    ),
    create=f"{SERVICES}.cash_accounts.cash_account_create",
    update=f"{SERVICES}.cash_accounts.cash_account_update",
    delete=f"{SERVICES}.cash_accounts.cash_account_delete",
    importable=False,
)  # fmt: skip

BANK_STATEMENT = Entity(
    key="finance.bank_statement",
    model="finance.BankStatement",
    path="bank-statements",
    icon="file-text",
    features=FEATURES,
    fields=tuple(
        Field(name, read_only=True)
        for name in ("cash_account", "number", "format", "file_name", "starts_on", "ends_on", "opening", "closing",
                     "line_count", "duplicates", "created_at")
    ),
    list=("cash_account", "number", "starts_on", "ends_on", "opening", "closing", "line_count", "duplicates", "format"),
    search=("number", "file_name"),
    default_order=("-ends_on", "-id"),
    title_field="number",
    subtitle_field="cash_account",
    lines="finance.statement_line",
    creatable=False,
    update_states=("none",),
    delete=f"{SERVICES}.bank_statements.bank_statement_delete",
    importable=False,
    custom_fields=False,
)  # fmt: skip

STATEMENT_LINE = Entity(
    key="finance.statement_line",
    model="finance.StatementLine",
    path="statement-lines",
    icon="rows-3",
    features=FEATURES,
    permission="finance.bank_statement",
    fields=tuple(
        Field(name, read_only=True)
        for name in ("cash_account", "statement", "day", "value_day", "amount", "party_name", "party_account",
                     "reference", "text", "bank_id", "status", "match", "party")
    ),
    list=("day", "cash_account", "amount", "party_name", "reference", "text", "status", "match"),
    search=("party_name", "reference", "text"),
    default_order=("-day", "-id"),
    title_field="text",
    subtitle_field="party_name",
    state_field="status",
    states=(State("open", pgettext_lazy("bank", "To match"), "warn"), MATCHED),
    parent_field="statement",
    views=(View("open", pgettext_lazy("bank", "To match"), {"status": "open"}, ("day", "id")),),
    writable=False,
    importable=False,
    custom_fields=False,
    attachments=False,
)  # fmt: skip

BANK_MATCH = Entity(
    key="finance.bank_match",
    model="finance.BankMatch",
    path="bank-matches",
    icon="link",
    features=FEATURES,
    fields=tuple(
        Field(name, read_only=True)
        for name in ("cash_account", "day", "amount", "text", "status", "confidence", "reason", "automatic", "rule",
                     "reviewed", "created_by", "created_at")
    ),
    list=("day", "cash_account", "amount", "text", "status", "confidence", "reason", "automatic", "reviewed"),
    search=("text",),
    default_order=("-id",),
    title_field="text",
    subtitle_field="cash_account",
    state_field="status",
    states=(MATCHED, State("undone", pgettext_lazy("bank", "Undone"), "off")),
    lines="finance.match_item",
    lines_field="items",
    writable=False,
    actions=(
        Action(
            "review", _("Reviewed"), f"{SERVICES}.bank_matching.bank_match_review", "finance.bank_match.create",
            argument="match", states=("matched",), when={"reviewed": ("false",)}, bulk=True, icon="check",
        ),
        Action(
            "undo", _("Undo"), f"{SERVICES}.bank_matching.bank_match_undo", "finance.bank_match.undo",
            argument="match", states=("matched",), bulk=True, danger=True, icon="unlink",
            params=(Field("on", "date", _("Posting date"), help=_("Left empty: on its own days.")),),
        ),
    ),
    views=(
        View("all", _("All"), {}, ("-id",)),
        View("review", pgettext_lazy("bank", "To review"), {"reviewed": "false", "status": "matched"}, ("id",)),
    ),
    importable=False,
    custom_fields=False,
)  # fmt: skip

MATCH_ITEM = Entity(
    key="finance.match_item",
    model="finance.MatchItem",
    path="match-items",
    icon="rows-3",
    features=FEATURES,
    permission="finance.bank_match",
    fields=(
        Field("match", read_only=True), Field("amount", read_only=True), Field("payment", read_only=True),
        Field("entry", read_only=True),
    ),
    list=("match", "amount", "payment", "entry"),
    title_field="amount",
    parent_field="match",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

BANK_RULE = Entity(
    key="finance.bank_rule",
    model="finance.BankRule",
    path="bank-rules",
    icon="git-branch",
    features=FEATURES,
    fields=(
        "name", "position", "cash_account", "direction", "text", "party_text", "least", "most", "account", "party",
        "automatic", "is_active",
    ),
    list=("position", "name", "text", "party_text", "account", "party", "automatic", "is_active"),
    search=("name", "text", "party_text"),
    default_order=("position", "id"),
    title_field="name",
    form=(
        Section(
            pgettext_lazy("bank", "When"),
            ("name", "position", "cash_account", "direction", "text", "party_text", "least", "most"),
        ),
        Section(pgettext_lazy("bank", "Then"), ("account", "party", "automatic", "is_active")),
    ),
    create=f"{SERVICES}.cash_accounts.bank_rule_create",
    update=f"{SERVICES}.cash_accounts.bank_rule_update",
    importable=False,
    custom_fields=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (CASH_ACCOUNT, BANK_STATEMENT, STATEMENT_LINE, BANK_MATCH, MATCH_ITEM, BANK_RULE)
