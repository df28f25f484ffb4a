"""Currency revaluations and what they are made of."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State

FEATURES = ("finance.ledger",)
SERVICES = "modules.finance.services.revaluation"

REVALUATION = Entity(
    key="finance.revaluation",
    model="finance.Revaluation",
    path="revaluations",
    icon="coins",
    features=FEATURES,
    fields=(
        Field("day", write_once=True), Field("status", read_only=True), Field("gain", read_only=True),
        Field("entry", read_only=True), Field("reversal", read_only=True), Field("bank_entry", read_only=True),
    ),
    list=("day", "status", "gain", "entry", "reversal", "bank_entry"),
    default_order=("-day", "-id"),
    title_field="day",
    state_field="status",
    states=(State("posted", _("Posted"), "done"), State("undone", pgettext_lazy("revaluation", "Taken back"), "off")),
    form=(Section(_("Revaluation"), ("day",)),),
    lines="finance.revaluation_line",
    create=f"{SERVICES}.revaluation_run",
    deletable=False,
    actions=(
        Action(
            "undo", pgettext_lazy("revaluation", "Take back"), f"{SERVICES}.revaluation_undo",
            "finance.revaluation.create", argument="revaluation", states=("posted",), danger=True, icon="undo-2",
        ),
    ),
    importable=False,
    custom_fields=False,
)  # fmt: skip

REVALUATION_LINE = Entity(
    key="finance.revaluation_line",
    model="finance.RevaluationLine",
    path="revaluation-lines",
    icon="rows-3",
    features=FEATURES,
    permission="finance.revaluation",
    fields=(
        Field("revaluation", read_only=True), Field("invoice", read_only=True), Field("payment", read_only=True),
        Field("account", read_only=True), Field("party", read_only=True), Field("currency", read_only=True),
        Field("amount", read_only=True), Field("rate", read_only=True), Field("carried", read_only=True),
        Field("worth", read_only=True), Field("difference", read_only=True),
    ),
    list=(
        "revaluation", "invoice", "payment", "account", "party", "currency", "amount", "rate", "carried", "worth",
        "difference",
    ),
    parent_field="revaluation",
    title_field="currency",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (REVALUATION, REVALUATION_LINE)
