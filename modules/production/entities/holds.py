"""Promises that are kept, with what is held for them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, State, View

PROMISE = ("production.promise",)
READ: dict[str, Any] = {"read_only": True}
NO_FORM: dict[str, Any] = {"writable": False, "importable": False, "custom_fields": False}
HOLD = Entity(
    key="production.promise_hold",
    model="production.PromiseHold",
    path="promise-holds",
    icon="hourglass",
    features=PROMISE,
    fields=(
        Field("head_label", **READ), Field("product", **READ),
        Field("product_name", source="product__name", type="text", label=_("Product name"), **READ),
        Field("quantity", **READ), Field("promised_on", **READ), Field("until", **READ), Field("state", **READ),
        Field("created_at", **READ),
    ),
    list=("head_label", "product", "product_name", "quantity", "promised_on", "until", "state"),
    search=("head_label", "product.code", "product.name", "product.name_zh"),
    default_order=("until", "id"),
    title_field="head_label",
    subtitle_field="product",
    state_field="state",
    states=(
        State("held", pgettext_lazy("promise hold", "Held"), "open"),
        State("ordered", pgettext_lazy("promise hold", "Ordered"), "done"),
        State("released", pgettext_lazy("promise hold", "Let go"), "off"),
        State("run_out", pgettext_lazy("promise hold", "Run out"), "off"),
    ),
    actions=(
        Action(
            "release", pgettext_lazy("promise hold", "Let go now"),
            "modules.production.services.promise_holds.promise_hold_release", "production.promise_hold.release",
            argument="hold", states=("held",), bulk=True, icon="lock-open", danger=True,
        ),
    ),
    views=(
        View("held", pgettext_lazy("promise hold", "Held"), {"state": "held"}),
        View("all", _("All")),
    ),
    **NO_FORM,
)  # fmt: skip
TIME = Entity(
    key="production.held_operation",
    model="production.HeldOperation",
    path="held-capacity",
    icon="hourglass",
    features=PROMISE,
    fields=(
        Field("held_for", source="hold__head_label", type="text", label=pgettext_lazy("promise hold", "held for"),
              **READ),
        Field("operation", **READ), Field("work_centre", **READ), Field("machine", **READ), Field("tool", **READ),
        Field("skill", **READ), Field("quantity", **READ), Field("starts_at", **READ), Field("ends_at", **READ),
        Field("order", **READ), Field("hold", **READ),
    ),
    list=("held_for", "operation", "work_centre", "machine", "quantity", "starts_at", "ends_at", "order"),
    search=("hold.head_label", "operation.name"),
    default_order=("starts_at", "id"),
    title_field="operation",
    subtitle_field="work_centre",
    **NO_FORM,
)  # fmt: skip
ALL = (HOLD, TIME)
