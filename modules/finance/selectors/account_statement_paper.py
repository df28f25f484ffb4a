"""A statement of account as PDF, in the language that is on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from modules.finance.models import AccountStatement
from modules.finance.rules.collection_paper import CollectionPaper, PaperTable, collection_pdf
from modules.shared.data.models import Party
from tenon.money.rounding import currency_step
from tenon.tenancy.context import current


def statement_pdf_of(statement: AccountStatement) -> bytes:
    return collection_pdf(statement_paper(statement))


def statement_paper(statement: AccountStatement) -> CollectionPaper:
    """Lines and open items as they were told; only headings are in the reader's language. Two queries."""
    places = -int(currency_step(statement.currency).as_tuple().exponent)

    def shown(amount: Decimal) -> str:
        return f"{amount:,.{places}f}"

    def filled(amount: Decimal) -> str:
        return shown(amount) if amount else ""

    charged, settled = pgettext("statement of account", "charged"), pgettext("statement of account", "settled")
    late = pgettext("statement of account", "days overdue")
    agree = pgettext("statement of account", "We agree.")
    differ = pgettext("statement of account", "We do not agree:")
    kinds = {"invoice": _("Invoice"), "credit_note": _("Credit note"), "payment": _("Payment received")}
    lines = list(statement.lines.order_by("position"))
    rows = [
        (statement.since.isoformat(), "", _("opening balance"), "", "", "", shown(statement.opening)),
        *(
            (x.day.isoformat(), x.document, x.text, x.reference, filled(x.charged), filled(x.settled),
             shown(x.balance))
            for x in lines
        ),
        (statement.until.isoformat(), "", _("closing balance"), "", shown(statement.charged),
         shown(statement.settled), shown(statement.closing)),
    ]  # fmt: skip
    tables = [
        PaperTable(
            pgettext("statement of account", "Movements"),
            (_("date"), _("document"), _("text"), _("reference"), charged, settled,
             pgettext("statement of account", "balance")),
            (11, 14, 17, 16, 14, 14, 14), rows, frozenset({4, 5, 6}), frozenset({0, len(rows) - 1}),
        ),
        PaperTable(
            pgettext("statement of account", "open items"),
            (_("document"), _("text"), _("date"), _("due date"), pgettext("statement of account", "open"), late),
            (18, 20, 14, 14, 18, 16),
            [
                (i["number"], kinds[i["kind"]], i["dated"], i["due_on"], shown(Decimal(i["open"])),
                 _late(i, statement.until))
                for i in statement.open_items
            ],
            frozenset({4, 5}),
        ),
    ]  # fmt: skip
    return CollectionPaper(
            current().name, _("Statement of account"), addressee(statement.party),
            [
                (_("number"), statement.number), (_("Period"), f"{statement.since} – {statement.until}"),
                (_("currency"), statement.currency), (_("closing balance"), shown(statement.closing)),
                (pgettext("statement of account", "of it overdue"), shown(statement.overdue)),
            ],
            [], tables if statement.open_items else tables[:1],
            [
                _("Please compare it with your books and answer whether you agree."),
                f"□ {agree}    □ {differ} " + "_" * 40,
                _("Date, signature and seal") + ": " + "_" * 50,
            ],
            chinese(),
    )  # fmt: skip


def addressee(party: Party) -> tuple[str, ...]:
    """Name and main address of a customer, as printed."""
    name = party.name_zh if chinese() and party.name_zh else party.name
    return (name, *([party.email] if party.email else []))


def chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _late(item: dict[str, str], until: date) -> str:
    days = (until - date.fromisoformat(item["due_on"])).days
    return str(days) if item["kind"] == "invoice" and days > 0 else ""
