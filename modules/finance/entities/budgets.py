"""Budgets, their lines and what went beyond them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

FEATURES = ("finance.budgets",)
SERVICES = "modules.finance.services.budgets"

BUDGET = Entity(
    key="finance.budget",
    model="finance.Budget",
    path="budgets",
    icon="calculator",
    features=FEATURES,
    fields=(
        "name", Field("year", write_once=True), Field("number", read_only=True), Field("status", read_only=True),
        "control", "reach", "note",
    ),
    list=("name", "year", "number", "status", "control", "reach"),
    search=("name", "year.name"),
    default_order=("-year__starts_on", "-number"),
    title_field="name",
    subtitle_field="year",
    form=(Section(_("Budget"), ("name", "year", "control", "reach", "note")),),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("in_force", pgettext_lazy("budget", "In force"), "done"),
        State("replaced", pgettext_lazy("budget", "Replaced"), "off"),
    ),
    update_states=("draft", "in_force"),
    delete_states=("draft",),
    create=f"{SERVICES}.budget_create",
    update=f"{SERVICES}.budget_update",
    delete=f"{SERVICES}.budget_delete",
    actions=(
        Action(
            "enforce", pgettext_lazy("budget", "Put in force"), f"{SERVICES}.budget_enforce", "finance.budget.enforce",
            argument="budget", states=("draft",), primary=True, icon="check",
        ),
        Action(
            "copy", pgettext_lazy("budget", "New version of it"), f"{SERVICES}.budget_copy", "finance.budget.create",
            argument="budget", icon="copy", params=(Field("name", "text", _("Name")),),
        ),
    ),
    views=(
        View("all", _("All")), View("in_force", pgettext_lazy("budget", "In force"), {"status": "in_force"}),
    ),
    importable=False,
    custom_fields=False,
)  # fmt: skip

BUDGET_LINE = Entity(
    key="finance.budget_line",
    model="finance.BudgetLine",
    path="budget-lines",
    icon="rows-3",
    features=FEATURES,
    permission="finance.budget",
    fields=tuple(Field(name, read_only=True) for name in ("budget", "account", "department", "month", "amount")),
    list=("budget", "account", "department", "month", "amount"),
    search=("account.code", "account.name"),
    default_order=("budget", "account__code", "month"),
    totals=("amount",),
    parent_field="budget",
    title_field="account",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)

EXCESS = ("document", "kind", "budget", "account", "department", "month", "budgeted", "over", "decided_by", "reason")
BUDGET_EXCESS = Entity(
    key="finance.budget_excess",
    model="finance.BudgetExcess",
    path="budget-excesses",
    icon="triangle-alert",
    features=FEATURES,
    permission="finance.budget",
    fields=tuple(Field(name, read_only=True) for name in EXCESS),
    list=EXCESS,
    search=("account.code", "account.name", "decided_by"),
    default_order=("-id",),
    title_field="account",
    form=(Section(_("Excess over a budget"), EXCESS),),
    views=(
        View("all", _("All")),
        View("allowed", pgettext_lazy("budget excess", "Let through"), {"kind": "allowed"}),
    ),
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (BUDGET, BUDGET_LINE, BUDGET_EXCESS)
