"""Work instructions, their steps, who has read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

ESOP = ("production.esop",)
SERVICES = "modules.production.services.instructions"
READ: dict[str, Any] = {"read_only": True}

INSTRUCTION = Entity(
    key="production.instruction",
    model="production.WorkInstruction",
    path="instructions",
    icon="book-open",
    features=ESOP,
    fields=(
        "title",
        Field("title_zh", required=False),
        Field("operation", write_once=True),
        Field("product", source="operation__product__code", type="text", label=_("Product"), **READ),
        Field("bom", required=False, write_once=True, help=_("Left empty, for every version of the product.")),
        Field("revision", **READ),
        Field("status", required=False, **READ),
        Field("effective_on", required=False, help=_("Left empty, from today on.")),
        Field("must_be_read", required=False),
        Field("approved_by", **READ),
    ),
    list=("title", "product", "operation", "bom", "revision", "status", "effective_on", "must_be_read"),
    search=("title", "title_zh", "operation.name", "operation.product.code", "operation.product.name"),
    default_order=("-id",),
    title_field="title",
    subtitle_field="operation",
    form=(
        Section(
            _("Instruction"), ("title", "title_zh", "operation", "bom", "effective_on", "must_be_read")
        ),
    ),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"),
        State("approved", pgettext_lazy("instruction", "Approved"), "done"),
        State("withdrawn", pgettext_lazy("instruction", "Withdrawn"), "off"),
    ),
    update_states=("draft",),
    delete_states=("draft",),
    actions=(
        Action(
            "approve", pgettext_lazy("instruction", "Approve"), f"{SERVICES}.instruction_approve",
            "production.instruction.approve", argument="instruction", states=("draft",), icon="check",
        ),
        Action(
            "new_version", pgettext_lazy("instruction", "New version"), f"{SERVICES}.instruction_new_version",
            "production.instruction.create", argument="instruction", states=("approved", "withdrawn"), icon="copy-plus",
            params=(Field("effective_on", type="date", required=True, label=_("In effect from")),),
        ),
        Action(
            "withdraw", pgettext_lazy("instruction", "Withdraw"), f"{SERVICES}.instruction_withdraw",
            "production.instruction.approve", argument="instruction", states=("approved",), danger=True, icon="ban",
        ),
    ),
    views=(
        View("current", pgettext_lazy("instruction", "Approved"), {"status": "approved"}),
        View("draft", _("Draft"), {"status": "draft"}),
        View("all", _("All")),
    ),
    lines="production.instruction_step",
    lines_field="steps",
    create=f"{SERVICES}.instruction_create",
    update=f"{SERVICES}.instruction_update",
    delete=f"{SERVICES}.instruction_delete",
    importable=False,
)  # fmt: skip
STEP = Entity(
    key="production.instruction_step",
    model="production.InstructionStep",
    path="instruction-steps",
    icon="list-ordered",
    features=ESOP,
    permission="production.instruction",
    parent_field="instruction",
    fields=(
        Field("instruction", write_once=True),
        Field("position", required=False),
        "text",
        Field("text_zh", required=False),
        Field("caution", required=False),
        Field("picture", required=False, help=_("The name of a file that is attached to the instruction.")),
    ),
    list=("position", "text", "text_zh", "caution", "picture"),
    search=("text", "text_zh"),
    default_order=("instruction", "position", "id"),
    title_field="text",
    form=(Section(_("Step"), ("instruction", "position", "text", "text_zh", "caution", "picture")),),
    create=f"{SERVICES}.instruction_step_create",
    update=f"{SERVICES}.instruction_step_update",
    delete=f"{SERVICES}.instruction_step_delete",
    importable=False,
    comments=False,
    attachments=False,
)
READING = Entity(
    key="production.instruction_reading",
    model="production.InstructionReading",
    path="instruction-readings",
    icon="list-checks",
    features=ESOP,
    permission="production.instruction",
    fields=("instruction", "worker", "posted_at"),
    list=("instruction", "worker", "posted_at"),
    search=("instruction.title", "worker.name"),
    default_order=("-id",),
    title_field="instruction",
    subtitle_field="worker",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)
ALL = (INSTRUCTION, STEP, READING)
