"""Vouchers before they are posted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.finance.services.vouchers"

VOUCHER = Entity(
    key="finance.voucher",
    model="finance.Voucher",
    path="vouchers",
    icon="file-pen-line",
    features=("finance.ledger",),
    fields=(
        "kind", "name", Field("status", read_only=True), "entry_date", "narration", Field("lines", hidden=True),
        "every_months", "next_on", "ends_on", "reverses", Field("problem", read_only=True),
        Field("entry", read_only=True),
    ),
    list=("kind", "name", "narration", "status", "entry_date", "next_on", "problem", "entry"),
    search=("name", "narration"),
    default_order=("-id",),
    title_field="narration",
    subtitle_field="name",
    state_field="status",
    states=(
        State("open", pgettext_lazy("voucher", "Waiting"), "draft"), State("posted", _("Posted"), "done"),
        State("ended", pgettext_lazy("voucher", "Ended"), "off"),
    ),
    update_states=("open",),
    delete_states=("open", "ended"),
    form=(
        Section(_("Voucher"), ("kind", "name", "entry_date", "narration")),
        Section(_("Again every month"), ("every_months", "next_on", "ends_on", "reverses")),
    ),
    create=f"{SERVICES}.voucher_create",
    update=f"{SERVICES}.voucher_update",
    delete=f"{SERVICES}.voucher_delete",
    actions=(
        Action(
            "post", pgettext_lazy("voucher", "Post"), f"{SERVICES}.voucher_post", "finance.journal_entry.create",
            argument="voucher", states=("open",), primary=True, icon="check", bulk=True,
            params=(Field("on", "date", _("Posting date")),),
        ),
    ),
    views=(
        View("drafts", _("Drafts"), {"kind": "draft", "status": "open"}, ("-id",)),
        View("templates", _("Templates"), {"kind": "template"}, ("name",)),
        View("recurring", _("Recurring"), {"kind": "recurring"}, ("next_on",)),
    ),
    importable=False,
    custom_fields=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (VOUCHER,)
