"""Quotes and their lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.contracts.stock import StockReservation
from tenon.registry.types import Action, Entity, Field, Section, State, View

PRICES = (("list", _("From the price lists")), ("rate", _("By the exchange rate")), ("keep", _("The numbers stay")))
SERVICES = "modules.crm.services"
DECIDED: dict[str, tuple[str, ...]] = {
    "approval": ("", "approved", "refused")
}  # while somebody is asked, nothing goes out
REASON = Field("reason", type="text", label=_("Reason"))
FEATURES = ("crm.quotes",)
QUOTE = Entity(
    key="crm.quote",
    model="crm.Quote",
    path="quotes",
    icon="file-pen-line",
    features=FEATURES,
    fields=(
        Field("number", read_only=True),
        "revision",
        "previous",
        Field("party", ref_filter={"is_customer": True}),
        "contact",
        "opportunity",
        Field("status", read_only=True, required=False),
        Field("approval", read_only=True),
        Field("quoted_on", required=False, help=_("Left empty, today.")),
        Field("valid_until", required=False, help=_("Left empty, 30 days.")),
        "requested_on",
        "promised_on",
        Field("held_until", read_only=True),
        Field("currency", required=False, help=_("Left empty, the customer's.")),
        Field("exchange_rate", required=False),
        Field(
            "prices", type="choice", choices=PRICES, required=False, label=_("Prices in another currency"),
            help=_("When the currency of a draft changes: what becomes of its prices."),
        ),
        "payment_term",
        "price_list",
        "tax_rounding",
        Field("subtotal", read_only=True),
        Field("tax_amount", read_only=True),
        "freight",
        Field("total", read_only=True),
        Field("tax_lines", read_only=True, hidden=True),
        Field("cost", sensitive=True, read_only=True),
        Field("margin", sensitive=True, read_only=True),
        Field("margin_percent", sensitive=True, read_only=True),
        Field("sales_order", read_only=True),
        Field("sent_at", read_only=True),
        Field("decided_on", read_only=True),
        Field("reason", read_only=True),
        "note",
        "owner",
        "department",
    ),
    list=("number", "party", "status", "approval", "quoted_on", "valid_until", "promised_on", "total", "currency",
          "margin_percent", "owner"),
    search=("number", "party.name"),
    default_order=("-quoted_on", "-id"),
    totals=("subtotal", "total"),
    title_field="number",
    subtitle_field="party",
    key_fields=("number",),
    form=(
        Section(_("Quote"), ("party", "contact", "opportunity", "quoted_on", "valid_until", "requested_on")),
        Section(_("Terms"), ("currency", "exchange_rate", "price_list", "payment_term", "tax_rounding", "freight")),
        Section(_("Responsible"), ("owner", "department", "note")),
    ),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"),
        State("sent", _("Sent"), "open"),
        State("accepted", _("Accepted"), "done"),
        State("rejected", _("Rejected"), "off"),
        State("replaced", _("Replaced"), "off"),
    ),
    update_states=("draft",),
    delete_states=("draft",),
    actions=(
        Action(
            "approve", _("Approve"), f"{SERVICES}.quote_approve", "crm.quote.approve", argument="quote",
            states=("draft",), when={"approval": ("asked",)}, params=(REASON,), primary=True, icon="shield-check",
        ),
        Action(
            "refuse", pgettext_lazy("approval", "Refuse"), f"{SERVICES}.quote_refuse", "crm.quote.approve",
            argument="quote", states=("draft",), when={"approval": ("asked",)}, danger=True, icon="x",
            params=(Field("reason", type="text", label=_("Reason"), required=True),),
        ),
        Action(
            "mail", _("Send by e-mail"), f"{SERVICES}.quote_mail", "crm.quote.send", argument="quote",
            states=("draft", "sent"), when=DECIDED, primary=True, icon="mail",
            params=(
                Field(
                    "email", type="email", label=pgettext_lazy("mail", "To"),
                    help=_("Left empty, to the contact or the customer."),
                ),
            ),
        ),
        Action(
            "send", _("Mark as sent"), f"{SERVICES}.quote_send", "crm.quote.send", argument="quote", states=("draft",),
            when=DECIDED, icon="send",
        ),
        Action(
            "accept", _("Accept and make order"), f"{SERVICES}.quote_accept", "crm.quote.decide", argument="quote",
            states=("draft", "sent"), when=DECIDED, primary=True, icon="check",
        ),
        Action(
            "request", _("Ask for approval"), f"{SERVICES}.quote_request", "crm.quote.send", argument="quote",
            states=("draft",), when={"approval": ("", "refused", "approved")}, params=(REASON,), icon="shield",
        ),
        Action(
            "withdraw", pgettext_lazy("approval", "Take back"), f"{SERVICES}.quote_withdraw", "crm.quote.send",
            argument="quote", states=("draft",), when={"approval": ("asked",)}, icon="undo-2",
        ),
        Action(
            "reject", _("Declined"), f"{SERVICES}.quote_reject", "crm.quote.decide", argument="quote",
            states=("draft", "sent"), danger=True, icon="x",
            params=(Field("reason", type="text", label=_("Reason"), required=True),),
        ),
        Action(
            "revise", _("Revise"), f"{SERVICES}.quote_revise", "crm.quote.create", argument="quote",
            states=("sent", "rejected"), icon="copy-plus",
        ),
        Action(
            "hold", _("Hold goods and date"), f"{SERVICES}.quote_hold", "crm.quote.hold", argument="quote",
            states=("draft", "sent"), needs=StockReservation, icon="lock",
            params=(
                Field("until", type="date", label=_("Until"), help=_("Left empty, as long as the quote is valid.")),
                Field(
                    "by", type="date", label=_("Only if it can be there by"),
                    help=_("Where others have taken what was free, nothing is held."),
                ),
            ),
        ),
        Action(
            "release-stock", _("Let go of what is held"), f"{SERVICES}.quote_release", "crm.quote.hold",
            argument="quote", states=("draft", "sent"), needs=StockReservation, icon="lock-open",
        ),
        Action(
            "refresh", _("Recalculate"), f"{SERVICES}.quote_refresh", "crm.quote.update", argument="quote",
            states=("draft",), icon="refresh-cw",
        ),
    ),
    views=(
        View("open", _("Open"), {"status__in": "draft,sent"}),
        View("mine", _("Mine"), {"status__in": "draft,sent", "owner": "me"}),
        View("to_approve", _("To approve"), {"approval": "asked"}, ("quoted_on", "id")),
        View("expired", _("Expired"), {"status__in": "draft,sent", "valid_until__lt": "today"}),
        View("accepted", _("Accepted"), {"status": "accepted"}),
        View("all", _("All")),
    ),
    lines="crm.quote_line",
    create=f"{SERVICES}.quote_create",
    update=f"{SERVICES}.quote_update",
    delete=f"{SERVICES}.quote_delete",
    owner_field="owner",
    department_field="department",
)  # fmt: skip
QUOTE_LINE = Entity(
    key="crm.quote_line",
    model="crm.QuoteLine",
    path="quote-lines",
    icon="list",
    features=FEATURES,
    permission="crm.quote",
    parent_field="quote",
    fields=(
        Field("quote", write_once=True),
        "position",
        Field("product", ref_filter={"is_active": True, "is_saleable": True}),
        Field("product_kind", source="product__kind", label=_("Goods or service"), read_only=True, hidden=True),
        "description",
        "quantity",
        Field("unit", required=False),
        "base_quantity",
        Field("second_quantity", unit_field="second_unit", required=False,
              help=_("Expected, of goods in two quantities; left empty, by what a piece usually weighs.")),
        Field("second_unit", source="product__second_unit", label=_("Second unit"), read_only=True),
        Field("priced_by_second", read_only=True),
        Field("unit_price", required=False, help=_("Left empty, from the price list.")),
        "discount",
        Field("tax", label=_("Tax")),
        "tax_rate",
        "subtotal",
        "tax_amount",
        "total",
        Field("unit_cost", sensitive=True),
        Field("margin", sensitive=True),
        "requested_on",
        "promised_on",
        Field("optional", help=_("Offered beside the rest: in no total until the customer chooses it.")),
        "chosen",
    ),
    list=("product", "description", "quantity", "unit", "second_quantity", "unit_price", "priced_by_second", "discount",
          "tax", "total", "margin", "promised_on", "optional"),
    search=("quote.number", "product.code", "product.name"),
    default_order=("position", "id"),
    totals=("subtotal", "total"),
    title_field="quote",
    subtitle_field="product",
    owner_field="quote__owner",
    department_field="quote__department",
    comments=False,
    attachments=False,
)  # fmt: skip
ALL = (QUOTE, QUOTE_LINE)
