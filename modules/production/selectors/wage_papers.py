"""What stands on the paper of a wage slip, in the language of who reads it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from modules.production.models import PayRate, WageSlip
from modules.production.rules.wage_paper import WagePaper
from tenon.tenancy.context import current

CHINESE = "zh-hans"
ZERO = Decimal(0)


def wage_paper(slip: WageSlip, language: str) -> WagePaper:
    """`slip` with its worker and who approved it. Two queries."""
    with translation.override(language):
        return _paper(slip, language == CHINESE)


def _paper(slip: WageSlip, chinese: bool) -> WagePaper:
    lines = list(slip.lines.select_related("report__order__product", "report__order_operation").order_by("pk"))
    currency = current().currency
    sums: dict[tuple[str, str, Decimal], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    rows = []
    for line in lines:
        order, step = line.report.order, line.report.order_operation
        what = f"{step.name} · {order.product.code}" if step is not None else order.product.code
        rows.append(
            (line.report.reported_on.isoformat(), order.number, what, _much(line.kind, line.quantity),
             _plain(line.rate), f"{line.amount:,.2f}")
        )  # fmt: skip
        sums[what, line.kind, line.rate][0] += line.quantity
        sums[what, line.kind, line.rate][1] += line.amount
    facts = (
        (_("Worker"), slip.worker.name),
        (pgettext("wage slip", "Period"), f"{slip.since.isoformat()} – {slip.until.isoformat()}"),
        (_("Status"), str(slip.get_status_display())),
        (_("Takes back"), slip.reversal_of.number if slip.reversal_of is not None else ""),
        (_("Currency"), currency),
    )
    return WagePaper(
        company=current().name,
        title=_("Wage slip"),
        number=slip.number,
        facts=tuple(fact for fact in facts if fact[1]),
        heads=(
            _("Date"), _("Production order"), pgettext("wage slip", "Work"), pgettext("wage slip", "Pieces, hours"),
            pgettext("wage slip", "Rate"), _("Amount"),
        ),
        lines=tuple(rows),
        sums_title=pgettext("wage slip", "In all, by work and rate"),
        sums=tuple(
            (what, _much(kind, quantity), _plain(rate), f"{amount:,.2f}")
            for (what, kind, rate), (quantity, amount) in sorted(sums.items())
        ),
        total=(pgettext("wage slip", "To be paid"), f"{currency} {slip.total:,.2f}"),
        remark=slip.note,
        signatures=(
            f"{_('Approved by')}: {slip.approved_by.name if slip.approved_by else ''}  {slip.approved_on or ''}",
            f"{_('Worker')}: {slip.worker.name}",
        ),
        chinese=chinese,
    )  # fmt: skip


def _much(kind: str, quantity: Decimal) -> str:
    """Pieces as they are; hours with two digits, their minutes are what is paid."""
    if kind == PayRate.Kind.PIECE:
        return _plain(quantity)
    return pgettext("wage slip", "%(hours)s h") % {"hours": f"{quantity:.2f}"}


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
